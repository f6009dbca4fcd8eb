"""SQLite: no event and no seal takes the place of another (REPLACE INTO)

Revision: 0034
Follows: 0033
"""

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

TABLES = ("event", "event_seal")


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return  # PostgreSQL has no REPLACE, and its ON CONFLICT fires the triggers of UPDATE
    for table in TABLES:
        there = f"SELECT 1 FROM {table} WHERE id = NEW.id"  # noqa: S608  # names of ours
        op.execute(
            f"CREATE TRIGGER {table}_insert BEFORE INSERT ON {table} WHEN NOT (NOT EXISTS ({there}))"
            f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for table in TABLES:
        op.execute(f"DROP TRIGGER {table}_insert")
