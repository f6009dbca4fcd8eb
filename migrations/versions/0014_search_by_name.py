"""what is found by its name: the pairs of the title once more in the index, told apart by a mark

Revision: 0014
Follows: 0013
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MARK = "\ue000"
BATCH = 1000
ENTRIES = sa.table("search_entry", sa.column("id"), sa.column("title"), sa.column("grams"))


def of_title(title: str) -> list[str]:
    """Return the marked pairs and letters of a folded title."""
    pairs = [word[at : at + 2] for word in title.split() for at in range(len(word))]
    return [MARK + one for one in dict.fromkeys([*pairs, *"".join(title.split())])]


def batches(line: sa.Connection) -> Iterator[list[Any]]:
    last = 0
    while True:
        # the pairs of PostgreSQL are a tsvector, which it changes by itself
        query = sa.select(ENTRIES.c.id, ENTRIES.c.title, sa.cast(ENTRIES.c.grams, sa.Text))
        query = query.where(ENTRIES.c.id > last).order_by(ENTRIES.c.id).limit(BATCH)
        rows = list(line.execute(query))
        if not rows:
            return
        yield rows
        last = rows[-1].id


def upgrade() -> None:
    line = op.get_bind()
    for rows in batches(line):
        if line.dialect.name == "postgresql":
            line.execute(
                sa.text(
                    "UPDATE search_entry SET grams = grams || array_to_tsvector(:more)"
                    " WHERE id = :id"
                ),
                [{"id": id, "more": of_title(title)} for id, title, _ in rows],
            )
        else:
            line.execute(
                sa.text("UPDATE search_entry SET grams = :grams WHERE id = :id"),
                [
                    {"id": id, "grams": " ".join([grams, *of_title(title)]).strip()}
                    for id, title, grams in rows
                ],
            )


def downgrade() -> None:
    line = op.get_bind()
    for rows in batches(line):
        if line.dialect.name == "postgresql":
            line.execute(
                # the cast chooses between deleting one and deleting an array
                sa.text(
                    "UPDATE search_entry SET grams = ts_delete(grams, CAST(:more AS text[]))"
                    " WHERE id = :id"
                ),
                [{"id": id, "more": of_title(title)} for id, title, _ in rows],
            )
        else:
            line.execute(
                sa.text("UPDATE search_entry SET grams = :grams WHERE id = :id"),
                [
                    {
                        "id": id,
                        "grams": " ".join(one for one in grams.split() if one[0] != MARK),
                    }
                    for id, _, grams in rows
                ],
            )
