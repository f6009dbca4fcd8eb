"""Short cuts that tests share."""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g, has_app_context
from flask.testing import FlaskClient

from access import row_guard
from accounts import sessions
from accounts.options import ARGON2
from core import config
from core.database import db
from core.extensions import limiter
from models import SignIn, User
from tests.support.one_connection import NAME, begin_alone, end_alone, leave_alone


def on_postgresql(request: pytest.FixtureRequest) -> bool:
    """Whether the fast tests run on PostgreSQL: `--engine postgresql`."""
    return bool(request.config.getoption("--engine") == "postgresql")


ENDLESS = datetime(9000, 1, 1, tzinfo=UTC)


def sign_in(client: FlaskClient, user: User) -> FlaskClient:
    """Make `client` carry the session of `user`, as Flask-Login keeps it.

    It lasts whatever a test does to the clock; whoever asks when sessions end signs in by the form.
    """
    with nullcontext() if has_app_context() else client.application.app_context():
        key = session_of(user)
    with client.session_transaction() as session:
        session["_user_id"] = user.fs_uniquifier
        session[sessions.KEY] = key
        session["_fresh"] = True
        session["fs_paa"] = time.time()
    forget()
    return client


def session_of(user: User) -> str:
    """Put a session of `user` on record, commit, and return its key. What is loaded stays so."""
    key = secrets.token_hex(8)
    session = db.session()
    session.add(SignIn(user_id=user.id, key=key, at=ENDLESS, last_seen_at=ENDLESS))
    before, session.expire_on_commit = session.expire_on_commit, False
    session.commit()
    session.expire_on_commit = before
    return key


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
        leave_alone(db.engine)


def keep(app: Flask, name: str) -> None:
    """Copy the SQLite database of `app`, as it stands, into a file beside it."""
    folder = Path(app.instance_path)
    close(app)
    shutil.copyfile(folder / "supermarket.db", folder / name)


def put_back(app: Flask, name: str) -> None:
    """Let the SQLite database of `app` be as it was when `name` was kept."""
    emptied(app)
    folder = Path(app.instance_path)
    shutil.copyfile(folder / name, folder / "supermarket.db")


def emptied(app: Flask) -> None:
    """Take the SQLite database of `app` away, with what a killed connection left beside it."""
    close(app)
    for name in ("supermarket.db", "supermarket.db-wal", "supermarket.db-shm"):
        Path(app.instance_path, name).unlink(missing_ok=True)


@contextmanager
def standing(request: pytest.FixtureRequest, app: Flask) -> Iterator[Flask]:
    """The context of `app` on a database that holds the cast alone, for the time of a test.

    SQLite works over one connection; a test that is marked `connections` gets a copy of the file,
    so that several may meet. With --engine postgresql it is a copy of the database.

    Args:
        app: what `engine_app` returned, or built on the settings of `beside`.
    """
    # of all applications of the process: the last one that was built decides
    limiter.enabled = app.config["RATELIMIT_ENABLED"]
    if on_postgresql(request):
        with request.getfixturevalue("pg_app").app_context(), app.app_context():
            yield app
            row_guard.release()
            close(app)
        return
    files = "connections" in request.keywords
    if files:
        put_back(app, "template.db")
    with app.app_context():
        if not files:
            begin_alone(db.engine, Path(app.instance_path, "template.db"))
        yield app
        row_guard.release()
        db.session.remove()
        if not files:
            end_alone(db.engine)


def engine_app(request: pytest.FixtureRequest) -> Flask:
    """Return the application of all tests, on the database that --engine names."""
    name = "postgres_session_app" if on_postgresql(request) else "sqlite_app"
    app: Flask = request.getfixturevalue(name)
    return app


def beside(request: pytest.FixtureRequest, folder: Path, **more: Any) -> config.Settings:
    """Return the settings of an application in `folder` with the same database, or a copy of it."""
    app = engine_app(request)
    if on_postgresql(request):
        return settings_of(folder, database_url=app.config["SETTINGS"].database_url, **more)
    shutil.copy(Path(app.instance_path, "template.db"), folder)
    return settings_of(folder, **more)


@contextmanager
def cheap_hashes() -> Iterator[None]:
    """An application that is built in the block hashes passwords in no time, and so not safely."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(ARGON2, "argon2__time_cost", 1)
        patch.setitem(ARGON2, "argon2__memory_cost", 8)  # KiB
        yield


def settings_of(folder: Path, **more: Any) -> config.Settings:
    """The settings of an application under test that keeps its data in `folder`."""
    return config.Settings(
        **{
            "environment": "test",
            "instance_path": folder,
            "database_url": f"{NAME}:///{folder.resolve() / 'supermarket.db'}",
            "secret_key": "test-secret-of-sufficient-length-0123456789",
            "public_url": "https://supermarket.example",
            "ratelimit_enabled": False,
        }
        | more
    )
