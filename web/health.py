"""Health checks for a supervisor: does the process live, does it reach its database."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Flask, jsonify

from core.database import db


def init_app(app: Flask) -> None:
    app.add_url_rule("/healthz", view_func=healthz)
    app.add_url_rule("/readyz", view_func=readyz)


def healthz() -> Any:
    """Liveness."""
    return jsonify(status="ok")


def readyz() -> Any:
    """Readiness: a statement reaches the database."""
    db.session.execute(sa.text("SELECT 1"))
    return jsonify(status="ok")
