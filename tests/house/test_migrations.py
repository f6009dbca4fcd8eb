"""Every migration runs up and down on a database with data, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import downgrade, upgrade

from app import create_app
from core import config
from core.database import db
from models import Institution, ProductStatus
from search.text import IN_TITLE
from tests.support.cast import Cast, raise_cast
from tests.support.products import product


def names() -> set[str]:
    return set(sa.inspect(db.engine).get_table_names())


def walk(app: Flask) -> None:
    """Up, filled, down to nothing, and up again."""
    with app.app_context():
        db.drop_all()
        db.session.execute(sa.text("DROP TABLE IF EXISTS alembic_version"))
        db.session.commit()
        upgrade()
        assert {"user", "institution", "demand", "mail", "event"} <= names()
        raise_cast()
        db.session.commit()
        assert len(db.session.scalars(sa.select(Institution)).all()) == 4
        db.session.remove()
        downgrade(revision="base")
        assert names() == {"alembic_version"}
        upgrade()
        assert {"user", "institution", "demand", "mail", "event"} <= names()
        db.session.remove()
        db.session.execute(sa.text("DROP TABLE alembic_version"))
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


def test_up_and_down_on_sqlite(tmp_path: Path) -> None:
    walk(create_app(config.Settings(environment="test", instance_path=tmp_path)))


@pytest.mark.postgres
def test_up_and_down_on_postgresql(postgres_session_app: Flask) -> None:
    walk(postgres_session_app)
    with postgres_session_app.app_context():
        db.drop_all()


def down_and_up_again(app: Flask) -> None:
    with app.app_context():
        db.drop_all()
        db.session.execute(sa.text("DROP TABLE IF EXISTS alembic_version"))
        db.session.commit()
        upgrade()
        raise_cast()
        db.session.commit()
        cast = Cast()
        product(cast, ProductStatus.DISCARDED, name="Given up")
        product(cast, ProductStatus.LISTED, name="Kept")
        index = sa.text("SELECT ref_id, CAST(grams AS TEXT) FROM search_entry ORDER BY id")
        entries = [tuple(row) for row in db.session.execute(index)]
        db.session.remove()
        downgrade(revision="0009")
        query = sa.text("SELECT name, status FROM featured_product ORDER BY id")
        found = [tuple(row) for row in db.session.execute(query)]
        assert found == [("Given up", "draft"), ("Kept", "listed")]  # a deleted draft is one again
        assert [grams for _, grams in db.session.execute(index) if IN_TITLE in grams] == []
        db.session.remove()
        upgrade()
        assert [tuple(row) for row in db.session.execute(query)] == found
        assert [tuple(row) for row in db.session.execute(index)] == entries
        db.session.execute(sa.text("DROP TABLE alembic_version"))
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


def test_what_a_way_down_says_and_the_way_up_again(tmp_path: Path) -> None:
    app = create_app(config.Settings(environment="test", instance_path=tmp_path))
    down_and_up_again(app)


@pytest.mark.postgres
def test_what_a_way_down_says_on_postgresql(postgres_session_app: Flask) -> None:
    down_and_up_again(postgres_session_app)
    with postgres_session_app.app_context():
        db.drop_all()


def test_the_database_holds_one_open_application_for_a_credit_code(app: Flask) -> None:
    waiting = db.session.scalars(sa.select(Institution).filter_by(name="Sue Waiting")).one()
    bridge = db.session.scalars(sa.select(Institution).filter_by(name="Bridge Law")).one()
    waiting.credit_code = bridge.credit_code
    with pytest.raises(sa.exc.IntegrityError):
        db.session.commit()
    db.session.rollback()


def test_the_history_is_one_line_that_is_read_without_a_database(app: Flask) -> None:
    """As `flask db history` and a restore read it."""
    from alembic.script import ScriptDirectory

    config = app.extensions["migrate"].migrate.get_config()
    scripts = list(ScriptDirectory.from_config(config).walk_revisions())
    numbers = [script.revision for script in reversed(scripts)]
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]
