"""roles that administrators make of duties, beside the three ready-made ones

Revision: 0019
Follows: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

READY_MADE = ("administrator", "reviewer", "auditor")
DUTIES = (
    "applications",
    "trade",
    "dispatch",
    "sanctions",
    "content",
    "people",
    "system",
    "audit",
    "export",
)
EITHER = (
    "CASE WHEN role = 'custom' THEN 1 ELSE 0 END = "
    "CASE WHEN custom_role_id IS NULL THEN 0 ELSE 1 END"
)


def held_to(batch_op, roles: tuple[str, ...]) -> None:
    """Hold the role of a person to `roles`."""
    among = ", ".join(f"'{role}'" for role in roles)
    batch_op.drop_constraint(op.f("ck_user_platformrole"), type_="check")
    batch_op.create_check_constraint(op.f("ck_user_platformrole"), f"role IN ({among})")


def upgrade() -> None:
    op.create_table(
        "staff_role",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_role")),
        sa.UniqueConstraint("name", name=op.f("uq_staff_role_name")),
    )
    op.create_table(
        "staff_role_duty",
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.Column(
            "duty",
            sa.Enum(*DUTIES, name="duty", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["role_id"],
            ["staff_role.id"],
            name=op.f("fk_staff_role_duty_role_id_staff_role"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("role_id", "duty", name=op.f("pk_staff_role_duty")),
    )
    op.create_index("ix_staff_role_duty_duty", "staff_role_duty", ["duty"])
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.add_column(sa.Column("custom_role_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_user_custom_role_id_staff_role"),
            "staff_role",
            ["custom_role_id"],
            ["id"],
            ondelete="RESTRICT",
        )
        batch_op.create_index(op.f("ix_user_custom_role_id"), ["custom_role_id"], unique=False)
        held_to(batch_op, (*READY_MADE, "custom"))
        batch_op.create_check_constraint(op.f("ck_user_role_of_its_own"), EITHER)


def downgrade() -> None:
    user = sa.table("user", sa.column("role", sa.String), sa.column("custom_role_id", sa.Integer))
    # who had a role that the older program does not know has none there
    op.execute(
        sa.update(user).where(user.c.role == "custom").values(role=None, custom_role_id=None)
    )
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_user_role_of_its_own"), type_="check")
        held_to(batch_op, READY_MADE)
        batch_op.drop_constraint(op.f("fk_user_custom_role_id_staff_role"), type_="foreignkey")
        batch_op.drop_index(op.f("ix_user_custom_role_id"))
        batch_op.drop_column("custom_role_id")
    op.drop_table("staff_role_duty")
    op.drop_table("staff_role")
