"""mails and notices: a key is a hash of fixed length, whatever the address that it is made of

Revision: 0017
Follows: 0014
"""

import hashlib
import re

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

BATCH = 1000
HASH = re.compile(r"[0-9a-f]{64}")  # a key of text has a colon
STATUS = sa.CheckConstraint(
    "status IN ('queued', 'sending', 'sent', 'dead')",
    name=sa.sql.elements.conv("ck_mail_mailstatus"),
)


def hash_keys(table: str) -> None:
    """Put the hash of each key in its place: the same parts make the same key as before."""
    line = op.get_bind()
    rows = sa.table(table, sa.column("id", sa.Integer), sa.column("key", sa.Text))
    write = sa.update(rows).where(rows.c.id == sa.bindparam("row")).values(key=sa.bindparam("new"))
    last = 0
    while True:
        query = sa.select(rows.c.id, rows.c.key).where(rows.c.id > last)
        found = list(line.execute(query.order_by(rows.c.id).limit(BATCH)))
        if not found:
            return
        last = found[-1].id
        new = [
            {"row": id, "new": hashlib.sha256(key.encode()).hexdigest()}
            for id, key in found
            if not HASH.fullmatch(key)
        ]
        if new:
            line.execute(write, new)


def widths(mail: tuple[int, int], notification: tuple[int, int]) -> None:
    """Give the key columns another width: (from, to) of each."""
    # SQLite makes the table anew, and Alembic does not read its CHECKs back
    with op.batch_alter_table("mail", table_args=(STATUS,)) as batch_op:
        batch_op.alter_column(
            "key",
            existing_type=sa.String(length=mail[0]),
            type_=sa.String(length=mail[1]),
            existing_nullable=False,
        )
    with op.batch_alter_table("notification") as batch_op:
        batch_op.alter_column(
            "key",
            existing_type=sa.String(length=notification[0]),
            type_=sa.String(length=notification[1]),
            existing_nullable=False,
        )


def upgrade() -> None:
    hash_keys("mail")
    hash_keys("notification")
    widths(mail=(300, 64), notification=(200, 64))


def downgrade() -> None:
    # a hash tells nothing of what it was made of: keys stay, and are as unique as before
    widths(mail=(64, 300), notification=(64, 200))
