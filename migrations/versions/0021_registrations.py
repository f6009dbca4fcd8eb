"""the enterprise that a registration names waits until its address is confirmed

Revision: 0021
Follows: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


PARTS = """
    FROM enterprise_membership AS m
    JOIN "user" AS u ON u.id = m.user_id
    JOIN enterprise AS e ON e.id = m.enterprise_id
    WHERE u.confirmed_at IS NULL AND m.status IN ('requested', 'member')
"""


def upgrade() -> None:
    op.create_table(
        "registration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=False),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user.id"],
            name=op.f("fk_registration_user_id_user"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint("user_id", name=op.f("uq_registration_user_id")),
    )
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("unproven", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    # nobody acts for an enterprise before their address is confirmed: who does is put back there
    op.execute(
        "INSERT INTO registration (user_id, credit_code, remark, created_at, version) "
        "SELECT m.user_id, e.credit_code, NULL, m.created_at, 1" + PARTS  # constants
    )
    op.execute("DELETE FROM enterprise_membership WHERE id IN (SELECT m.id" + PARTS + ")")  # noqa: S608  # constants
    op.execute(
        "UPDATE \"user\" SET kind = 'ordinary' WHERE id IN (SELECT user_id FROM registration)"
    )


def downgrade() -> None:
    # the code asks for its members' yes, as an unconfirmed second person did before
    op.execute(
        "INSERT INTO enterprise_membership "
        "(user_id, enterprise_id, status, status_at, created_at, version) "
        "SELECT r.user_id, e.id, 'requested', r.created_at, r.created_at, 1 FROM registration AS r "
        "JOIN enterprise AS e ON e.credit_code = r.credit_code"
    )
    op.drop_table("registration")
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.drop_column("unproven")
