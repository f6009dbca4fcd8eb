"""Short cuts that tests share."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g, has_app_context
from flask.testing import FlaskClient

from core import config
from core.database import db
from models import User


def on_postgresql(request: pytest.FixtureRequest) -> bool:
    """Whether the fast tests run on PostgreSQL: `--engine postgresql`."""
    return bool(request.config.getoption("--engine") == "postgresql")


def sign_in(client: FlaskClient, user: User) -> FlaskClient:
    """Make `client` carry the session of `user`, as Flask-Login keeps it."""
    with client.session_transaction() as session:
        session["_user_id"] = user.fs_uniquifier
        session["_fresh"] = True
        session["fs_paa"] = time.time()
    forget()
    return client


def forget() -> None:
    """Drop who asked before, and in which language: all requests of a test share one context."""
    if has_app_context():
        for name in list(g):
            g.pop(name)


def rows(query: Any) -> list[Any]:
    """Return what `query` finds in the database now, past the guard of the last request."""
    return list(db.session.scalars(query.execution_options(unguarded=True, populate_existing=True)))


def csrf_off(app) -> None:
    """Post without a token; tests/web/test_csrf.py proves that the token is asked for."""
    app.config["WTF_CSRF_ENABLED"] = False


def close(app: Flask) -> None:
    """End every connection of `app`; the last writes SQLite's log back into the file."""
    if has_app_context():
        db.session.remove()  # each context has a session of its own
    with app.app_context():
        db.engine.dispose()


def keep(app: Flask, name: str) -> None:
    """Copy the SQLite database of `app`, as it stands, into a file beside it."""
    folder = Path(app.instance_path)
    close(app)
    shutil.copyfile(folder / "supermarket.db", folder / name)


def put_back(app: Flask, name: str) -> None:
    """Let the SQLite database of `app` be as it was when `name` was kept."""
    folder = Path(app.instance_path)
    close(app)
    for leftover in ("supermarket.db-wal", "supermarket.db-shm"):
        (folder / leftover).unlink(missing_ok=True)
    shutil.copyfile(folder / name, folder / "supermarket.db")


def settings_of(folder: Path, **more: Any) -> config.Settings:
    """The settings of an application under test that keeps its data in `folder`."""
    return config.Settings(
        **{
            "environment": "test",
            "instance_path": folder,
            "secret_key": "test-secret-of-sufficient-length-0123456789",
            "public_url": "https://supermarket.example",
            "ratelimit_enabled": False,
        }
        | more
    )
