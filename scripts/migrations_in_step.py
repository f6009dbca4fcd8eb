"""Fail when the migrations do not make the tables that models.py says."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def main() -> int:
    """Migrate an empty SQLite database and compare; return the exit status."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from flask_migrate import upgrade

    import config
    from app import create_app
    from database import db

    with tempfile.TemporaryDirectory() as folder:
        app = create_app(config.Settings(environment="test", instance_path=Path(folder)))
        with app.app_context():
            upgrade()
            with db.engine.connect() as connection:
                context = MigrationContext.configure(connection, opts={"compare_type": True})
                differences = compare_metadata(context, db.metadata)
            db.engine.dispose()
    for one in differences:
        print(one)
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
