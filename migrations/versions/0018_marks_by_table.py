"""a mark for each table in place of one for the whole site

Revision: 0018
Follows: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cache_mark",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_cache_mark")),
    )
    setting = sa.table("site_setting", sa.column("key", sa.String))
    op.execute(sa.delete(setting).where(setting.c.key == "storefront.mark"))


def downgrade() -> None:
    # the one mark comes back with the first commit
    op.drop_table("cache_mark")
