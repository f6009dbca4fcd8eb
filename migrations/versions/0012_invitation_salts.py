"""invitations: a salt, from which a reminder computes the link again

Revision: 0012
Follows: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # an older invitation has no salt: it is not reminded of, for nothing knows its link any more
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("salt", sa.String(length=64), server_default="", nullable=False)
        )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.alter_column("salt", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_column("salt")
