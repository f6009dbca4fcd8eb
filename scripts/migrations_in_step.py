"""Fail when the migrations do not make the tables that models.py says."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def compared(name: str | None, kind: str, _parents: object) -> bool:
    """What tables/search.py makes by hand, each database its own, with the tables FTS5 adds."""
    return not str(name).startswith(("search_grams", "ix_search_entry_grams"))


def rules_of(engine: Any) -> set[tuple[str, str, str]]:
    """Return what Alembic does not compare: every CHECK, and the condition of every index."""
    import sqlalchemy as sa

    inspector = sa.inspect(engine)
    found = set()
    for table in inspector.get_table_names():
        if not compared(table, "table", None):
            continue
        for check in inspector.get_check_constraints(table):
            found.add((table, str(check["name"]), "".join(check["sqltext"].split())))
        for index in inspector.get_indexes(table):
            where = index.get("dialect_options", {}).get("sqlite_where", "")
            found.add((table, str(index["name"]), "".join(str(where).split())))
    return found


def main() -> int:
    """Migrate an empty SQLite database and compare; return the exit status."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from flask_migrate import upgrade

    from app import create_app
    from core import config
    from core.database import db

    options = {"compare_type": True, "include_name": compared}
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(config.Settings(environment="test", instance_path=Path(folder)))
        with app.app_context():
            upgrade()
            with db.engine.connect() as connection:
                context = MigrationContext.configure(connection, opts=options)
                differences: list[Any] = compare_metadata(context, db.metadata)
            migrated = rules_of(db.engine)
            db.session.remove()
            db.drop_all()
            db.create_all()
            differences += sorted(migrated ^ rules_of(db.engine))
            db.engine.dispose()
    for difference in differences:
        print(difference)
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
