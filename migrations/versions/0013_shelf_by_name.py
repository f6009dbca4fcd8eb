"""featured products by name, from an index

Revision: 0013
Follows: 0012
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_featured_product_name", "featured_product", ["status", "name", "id"])


def downgrade() -> None:
    op.drop_index("ix_featured_product_name", "featured_product")
