"""invitations: found by the address that they went to

Revision: 0031
Follows: 0030
"""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_invitation_email"), "invitation", ["email"])


def downgrade() -> None:
    op.drop_index(op.f("ix_invitation_email"), "invitation")
