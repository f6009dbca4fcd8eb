"""search: one entry for each thing that can be found, in pairs of letters

Revision: 0007
Follows: 0006

The entries themselves are written by `flask search rebuild`.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

FTS5 = (
    "CREATE VIRTUAL TABLE search_grams USING fts5(grams, content='search_entry',"
    " content_rowid='id', detail='none', columnsize=0, tokenize='ascii')",
    "CREATE TRIGGER search_entry_added AFTER INSERT ON search_entry BEGIN"
    " INSERT INTO search_grams(rowid, grams) VALUES (new.id, new.grams); END",
    "CREATE TRIGGER search_entry_removed AFTER DELETE ON search_entry BEGIN"
    " INSERT INTO search_grams(search_grams, rowid, grams)"
    " VALUES ('delete', old.id, old.grams); END",
    "CREATE TRIGGER search_entry_changed AFTER UPDATE OF grams ON search_entry BEGIN"
    " INSERT INTO search_grams(search_grams, rowid, grams)"
    " VALUES ('delete', old.id, old.grams);"
    " INSERT INTO search_grams(rowid, grams) VALUES (new.id, new.grams); END",
)


def upgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    op.create_table(
        "search_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "institution",
                "consultant",
                "product",
                "item",
                name="searchkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("ref_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("grams", TSVECTOR() if postgres else sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
        sa.UniqueConstraint("kind", "ref_id", name=op.f("uq_search_entry_kind_ref_id")),
    )
    if postgres:
        op.create_index("ix_search_entry_grams", "search_entry", ["grams"], postgresql_using="gin")
    else:
        for statement in FTS5:
            op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        op.execute("DROP TABLE search_grams")
    op.drop_table("search_entry")
