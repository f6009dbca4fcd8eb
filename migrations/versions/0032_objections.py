"""people object to who holds their enterprise, or the credit code of their application

Revision: 0032
Follows: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

OWNERS = (
    "institution_id",
    "profile_change_id",
    "consultant_id",
    "qualification_id",
    "product_id",
    "product_change_id",
    "demand_id",
    "transaction_id",
    "activity_id",
    "verification_id",
)
STATES = ("open", "upheld", "dismissed", "withdrawn")
REFERENCES = (
    ("objector_id", "user", "CASCADE"),
    ("membership_id", "enterprise_membership", "CASCADE"),
    ("contested_id", "enterprise_membership", "CASCADE"),
    ("application_id", "institution", "CASCADE"),
    ("holder_id", "institution", "CASCADE"),
    ("decided_by_id", "user", "SET NULL"),
)
ONE_SUBJECT = " + ".join(
    f"CASE WHEN {one} IS NULL THEN 0 ELSE 1 END" for one in ("membership_id", "application_id")
)


def one_owner(batch_op, owners: tuple[str, ...]) -> None:
    """Hold an attachment to one of `owners`."""
    batch_op.drop_constraint(op.f("ck_attachment_one_owner"), type_="check")
    count = " + ".join(f"CASE WHEN {one} IS NULL THEN 0 ELSE 1 END" for one in owners)
    batch_op.create_check_constraint(op.f("ck_attachment_one_owner"), f"{count} = 1")


def upgrade() -> None:
    op.create_table(
        "objection",
        sa.Column(
            "status",
            sa.Enum(
                *STATES,
                name="objectionstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("objector_id", sa.Integer(), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=True),
        sa.Column("contested_id", sa.Integer(), nullable=True),
        sa.Column("application_id", sa.Integer(), nullable=True),
        sa.Column("holder_id", sa.Integer(), nullable=True),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("status_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{table}.id"],
                name=op.f(f"fk_objection_{column}_{table}"),
                ondelete=ondelete,
            )
            for column, table, ondelete in REFERENCES
        ),
        sa.CheckConstraint(f"{ONE_SUBJECT} = 1", name=op.f("ck_objection_one_subject")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
    )
    with op.batch_alter_table("objection", schema=None) as batch_op:
        for name in ("status", *(column for column, _table, _ondelete in REFERENCES)):
            batch_op.create_index(op.f(f"ix_objection_{name}"), [name], unique=False)
        waiting = sa.text("status = 'open'")
        batch_op.create_index(
            "uq_objection_open",
            ["objector_id"],
            unique=True,
            sqlite_where=waiting,
            postgresql_where=waiting,
        )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("objection_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_attachment_objection_id_objection"),
            "objection",
            ["objection_id"],
            ["id"],
            ondelete="CASCADE",
        )
        batch_op.create_index(op.f("ix_attachment_objection_id"), ["objection_id"])
        one_owner(batch_op, (*OWNERS, "objection_id"))


def downgrade() -> None:
    op.execute("DELETE FROM attachment WHERE objection_id IS NOT NULL")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        one_owner(batch_op, OWNERS)
        batch_op.drop_index(op.f("ix_attachment_objection_id"))
        batch_op.drop_constraint(op.f("fk_attachment_objection_id_objection"), type_="foreignkey")
        batch_op.drop_column("objection_id")
    op.drop_table("objection")
