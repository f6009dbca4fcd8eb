"""featured products by their usual orders and by category, from an index

Revision: 0011
Follows: 0010
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ORDERS = {
    "ix_featured_product_newest": ["status", "listed_at", "id"],
    "ix_featured_product_price": ["status", "price_from", "id"],
    "ix_featured_product_shelf": ["status", "category_id", "institution_id"],
}


def upgrade() -> None:
    for name, columns in ORDERS.items():
        op.create_index(name, "featured_product", columns)


def downgrade() -> None:
    for name in reversed(ORDERS):
        op.drop_index(name, "featured_product")
