"""What a supervisor asks: does the process live, does it reach its database."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import (
    Flask,
    jsonify,
)

from core.database import db


def register_health(app: Flask) -> None:
    """What a supervisor asks: does the process live, does it reach its database."""

    @app.get("/healthz")
    def healthz() -> Any:
        return jsonify(status="ok")

    @app.get("/readyz")
    def readyz() -> Any:
        db.session.execute(sa.text("SELECT 1"))
        return jsonify(status="ok")
