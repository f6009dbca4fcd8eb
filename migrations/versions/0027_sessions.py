"""sessions: last used, remembered, why they ended

Revision: 0027
Follows: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

REASONS = (
    "signed_out",
    "elsewhere",
    "idle",
    "expired",
    "password",
    "role",
    "disabled",
    "factor",
    "administrator",
    "replaced",
)


def upgrade() -> None:
    row = sa.table(
        "sign_in",
        *(
            sa.column(name, sa.String)
            for name in ("at", "last_seen_at", "ended_at", "ended_because")
        ),
    )
    with op.batch_alter_table("sign_in") as batch_op:
        batch_op.add_column(sa.Column("last_seen_at", sa.DateTime(timezone=True)))
        batch_op.add_column(
            sa.Column("remembered", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(
            sa.Column(
                "ended_because",
                sa.Enum(*REASONS, name="sessionend", native_enum=False, length=32),
                nullable=True,
            )
        )
    # whoever was signed in is, for as long as the limits say since they came
    op.execute(sa.update(row).values(last_seen_at=row.c.at))
    op.execute(sa.update(row).where(row.c.ended_at.is_not(None)).values(ended_because="signed_out"))
    with op.batch_alter_table("sign_in") as batch_op:
        batch_op.alter_column(
            "last_seen_at", existing_type=sa.DateTime(timezone=True), nullable=False
        )
        batch_op.alter_column(
            "remembered", existing_type=sa.Boolean(), existing_nullable=False, server_default=None
        )
        batch_op.create_check_constraint(
            op.f("ck_sign_in_sessionend"), f"ended_because IN ({', '.join(map(repr, REASONS))})"
        )


def downgrade() -> None:
    with op.batch_alter_table("sign_in") as batch_op:
        batch_op.drop_constraint(op.f("ck_sign_in_sessionend"), type_="check")
        batch_op.drop_column("ended_because")
        batch_op.drop_column("remembered")
        batch_op.drop_column("last_seen_at")
