"""featured products by name, and those of some institutions, from an index

Revision: 0013
Follows: 0012
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ORDERS = {
    "ix_featured_product_name": ["status", "name", "id"],
    "ix_featured_product_firm": ["status", "institution_id", "id"],
}


def upgrade() -> None:
    for name, columns in ORDERS.items():
        op.create_index(name, "featured_product", columns)


def downgrade() -> None:
    for name in reversed(ORDERS):
        op.drop_index(name, "featured_product")
