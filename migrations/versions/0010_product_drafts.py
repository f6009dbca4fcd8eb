"""a draft of a featured product is made once, and can be given up

Revision: 0010
Follows: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BEFORE = (
    "draft",
    "submitted",
    "returned",
    "rejected",
    "approved",
    "listed",
    "delisted",
    "taken_down",
)


def states(batch_op, kinds: tuple[str, ...]) -> None:
    """Hold the status to `kinds`."""
    among = ", ".join(f"'{kind}'" for kind in kinds)
    batch_op.drop_constraint(op.f("ck_featured_product_productstatus"), type_="check")
    batch_op.create_check_constraint(
        op.f("ck_featured_product_productstatus"), f"status IN ({among})"
    )


def upgrade() -> None:
    with op.batch_alter_table("featured_product", schema=None) as batch_op:
        batch_op.add_column(sa.Column("form_key", sa.String(length=64), nullable=True))
        batch_op.create_unique_constraint(op.f("uq_featured_product_form_key"), ["form_key"])
        states(batch_op, (*BEFORE, "discarded"))


def downgrade() -> None:
    product = sa.table("featured_product", sa.column("status", sa.String))
    # what was given up is a draft again: nothing is lost
    op.execute(sa.update(product).where(product.c.status == "discarded").values(status="draft"))
    with op.batch_alter_table("featured_product", schema=None) as batch_op:
        states(batch_op, BEFORE)
        batch_op.drop_constraint(op.f("uq_featured_product_form_key"), type_="unique")
        batch_op.drop_column("form_key")
