"""Fixtures: the application, the cast and the client that every test may ask for.

The application is built once. Each test finds the cast in the database and nothing else, and what
it does is undone: see tests/support/one_connection.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask, appcontext_pushed, g, request_tearing_down
from flask.testing import FlaskClient
from flask_babel import get_domain

from access.row_guard import readers
from app import create_app
from core.database import db
from models import User
from tests.support.application import (
    cheap_hashes,
    csrf_off,
    engine_app,
    keep,
    settings_of,
    standing,
)
from tests.support.cast import Cast, raise_cast
from tests.support.mails import compiled


@appcontext_pushed.connect
def read_as_system(_app: Flask, **_signal: object) -> None:
    """What a test looks up itself is held to nobody; a request holds to whoever asks."""
    readers._process.set(readers.SYSTEM)


@request_tearing_down.connect
def load_anew(_app: Flask, **_signal: object) -> None:
    """Who a commit expired is loaded by the next request, as each does where none share `g`."""
    person = g.get("_login_user")
    if isinstance(person, User) and sa.inspect(person).expired:
        g.pop("_login_user")


@pytest.fixture
def undeclared() -> Iterator[None]:
    """As in the served product: a thread or a command that says nothing reads for nobody."""
    appcontext_pushed.disconnect(read_as_system)
    before = readers._process.set(readers.UNDECLARED)
    yield
    readers._process.reset(before)
    appcontext_pushed.connect(read_as_system)


@pytest.fixture(scope="session")
def sqlite_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("instance")
    with cheap_hashes():
        app = create_app(settings_of(folder))
    csrf_off(app)
    with app.app_context():
        db.create_all()
        raise_cast()
        db.session.commit()
        keep(app, "template.db")
    return app


@pytest.fixture
def app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application on a database that holds the cast and nothing else.

    SQLite, or what --engine names. What a test does is undone, on one connection; see the marker
    `connections`.
    """
    with standing(request, engine_app(request)) as app:
        yield app


@pytest.fixture
def cast(app: Flask) -> Cast:
    """People and institutions with names: see tests/support/cast.py."""
    return Cast()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def compiled_catalog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled(tmp_path_factory.mktemp("catalog"))


@pytest.fixture
def chinese(app: Flask, compiled_catalog: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Chinese of the catalog as it stands, compiled anew."""
    domain = get_domain()
    monkeypatch.setattr(domain, "_translation_directories", [str(compiled_catalog)])
    monkeypatch.setattr(domain, "cache", {})
