"""events: network address, session, content that can be erased; seals; append-only by triggers

Revision: 0020
Follows: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_event_at": ["at", "id"],
    "ix_event_actor_id": ["actor_id", "at", "id"],
    "ix_event_kind": ["subject_type", "at", "id"],
    "ix_event_name": ["name", "at", "id"],
}
# As the tables stood at this revision. The triggers are made by the same words as those of
# tables/append_only.py, which a later migration that changes the columns follows.
ERASES = (
    "OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.content_hash IS NOT NULL"
    " AND NEW.reason IS NULL AND {changes} = '{{}}' AND NEW.salt = '' AND {same}"
)
RELEASES = "OLD.released_at IS NULL AND NEW.released_at IS NOT NULL AND {same}"
RELEASED = (
    "EXISTS (SELECT 1 FROM event_seal WHERE released_at IS NOT NULL"
    " AND OLD.id BETWEEN first_id AND last_id)"
)
KEPT = (
    *("id", "at", "actor_id", "subject_type", "subject_id", "name", "source", "target"),
    *("address", "sign_in_id"),
)
SEAL = (
    *("id", "first_id", "last_id", "count", "entries", "previous", "hash", "signature"),
    *("key_id", "at", "newest_at"),
)
TABLES = ("event", "event_seal")


def same(columns: tuple[str, ...], words: str) -> str:
    return " AND ".join(f'NEW."{name}" {words} OLD."{name}"' for name in columns)


def make_triggers() -> None:
    if op.get_bind().dialect.name == "postgresql":
        words = "IS NOT DISTINCT FROM"
        branches = (
            ("UPDATE", "event", ERASES.format(changes="NEW.changes::text", same=same(KEPT, words)), "NEW"),
            ("DELETE", "event", f"{RELEASED} AND OLD.at < now() - interval '180 days'", "OLD"),
            ("UPDATE", "event_seal", RELEASES.format(same=same(SEAL, words)), "NEW"),
        )  # fmt: skip
        body = "".join(
            f"IF TG_OP = '{change}' AND TG_TABLE_NAME = '{table}' THEN"
            f" IF {condition} THEN RETURN {row}; END IF; END IF; "
            for change, table, condition, row in branches
        )
        run(
            "CREATE OR REPLACE FUNCTION keep_append_only() RETURNS trigger LANGUAGE plpgsql"
            f" AS $$ BEGIN {body}RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only',"
            " ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        for table in TABLES:
            for kind, when in (
                ("change", f"UPDATE OR DELETE ON {table} FOR EACH ROW"),
                ("truncate", f"TRUNCATE ON {table} FOR EACH STATEMENT"),
            ):
                run(
                    f"CREATE TRIGGER {table}_{kind} BEFORE {when}"
                    " EXECUTE FUNCTION keep_append_only()"
                )
        return
    allowed = {
        ("event", "update"): ERASES.format(changes="NEW.changes", same=same(KEPT, "IS")),
        ("event", "delete"): f"{RELEASED} AND OLD.at < datetime('now', '-180 days')",
        ("event_seal", "update"): RELEASES.format(same=same(SEAL, "IS")),
        ("event_seal", "delete"): "0",
    }
    for (table, change), condition in allowed.items():
        run(
            f"CREATE TRIGGER {table}_{change} BEFORE {change.upper()} ON {table}"
            f" WHEN NOT ({condition}) BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def drop_triggers() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            for kind in ("change", "truncate"):
                op.execute(f"DROP TRIGGER {table}_{kind} ON {table}")
        op.execute("DROP FUNCTION keep_append_only()")
        return
    for name in ("event_update", "event_delete", "event_seal_update", "event_seal_delete"):
        op.execute(f"DROP TRIGGER {name}")


def run(statement: str) -> None:
    """As it stands: neither a colon nor a percent sign is a parameter."""
    op.get_bind().exec_driver_sql(statement)


def upgrade() -> None:
    op.create_table(
        "event_seal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("entries", sa.LargeBinary(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=64), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("newest_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_seal")),
        sa.UniqueConstraint("first_id", name=op.f("uq_event_seal_first_id")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_constraint("fk_event_actor_id_user", type_="foreignkey")
        batch_op.drop_index("ix_event_actor_id")
        batch_op.add_column(
            sa.Column("address", sa.String(length=45), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("sign_in_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("salt", sa.String(length=16), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("content_hash", sa.String(length=64), nullable=True))
    for name, columns in INDEXES.items():
        op.create_index(name, "event", columns)
    op.create_index(
        "ix_event_address",
        "event",
        ["address", "at", "id"],
        postgresql_ops={"address": "varchar_pattern_ops"},
    )
    make_triggers()


def downgrade() -> None:
    drop_triggers()
    op.drop_index("ix_event_address", "event")
    for name in reversed(INDEXES):
        op.drop_index(name, "event")
    # of people who are gone since
    op.execute(
        'UPDATE event SET actor_id = NULL WHERE actor_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "user"'
        ' WHERE "user".id = event.actor_id)'
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        for name in ("content_hash", "erased_at", "salt", "sign_in_id", "address"):
            batch_op.drop_column(name)
        batch_op.create_foreign_key(
            "fk_event_actor_id_user", "user", ["actor_id"], ["id"], ondelete="SET NULL"
        )
        batch_op.create_index("ix_event_actor_id", ["actor_id"], unique=False)
    op.drop_table("event_seal")
