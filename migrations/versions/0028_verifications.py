"""people are verified for their enterprise; the pages of a PDF are counted

Revision: 0028
Follows: 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
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
)
HOW = ("single_sign_on", "licence", "code", "colleague", "before")
STATES = ("submitted", "code_sent", "approved", "rejected", "withdrawn")


def one_owner(batch_op, owners: tuple[str, ...]) -> None:
    """Hold an attachment to one of `owners`."""
    batch_op.drop_constraint(op.f("ck_attachment_one_owner"), type_="check")
    count = " + ".join(f"CASE WHEN {one} IS NULL THEN 0 ELSE 1 END" for one in owners)
    batch_op.create_check_constraint(op.f("ck_attachment_one_owner"), f"{count} = 1")


def known(kinds: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*kinds, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    with op.batch_alter_table("enterprise_membership", schema=None) as batch_op:
        batch_op.add_column(sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("verified_how", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("verified_by_id", sa.Integer(), nullable=True))
        among = ", ".join(f"'{one}'" for one in HOW)
        batch_op.create_check_constraint(
            op.f("ck_enterprise_membership_verifiedhow"), f"verified_how IN ({among})"
        )
        batch_op.create_foreign_key(
            op.f("fk_enterprise_membership_verified_by_id_user"),
            "user",
            ["verified_by_id"],
            ["id"],
            ondelete="SET NULL",
        )
        batch_op.create_index(
            op.f("ix_enterprise_membership_verified_by_id"), ["verified_by_id"], unique=False
        )
    # who acts for an enterprise already goes on doing so, and reviewers see since when and how
    op.execute(
        "UPDATE enterprise_membership SET verified_at = status_at, verified_how = 'before' "
        "WHERE status = 'member'"
    )
    op.execute(
        "UPDATE enterprise_membership SET verified_how = 'single_sign_on' "
        "WHERE status = 'member' AND user_id IN (SELECT user_id FROM external_identity)"
    )
    op.create_table(
        "verification",
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("status", known(STATES, "verificationstatus"), nullable=False),
        sa.Column("by_code", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("code_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_tries", sa.Integer(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("status_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["enterprise_membership.id"],
            name=op.f("fk_verification_membership_id_enterprise_membership"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["user.id"],
            name=op.f("fk_verification_decided_by_id_user"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification")),
    )
    with op.batch_alter_table("verification", schema=None) as batch_op:
        for name in ("decided_by_id", "membership_id", "status"):
            batch_op.create_index(op.f(f"ix_verification_{name}"), [name], unique=False)
        waiting = sa.text("status IN ('submitted', 'code_sent')")
        batch_op.create_index(
            "uq_verification_open",
            ["membership_id"],
            unique=True,
            sqlite_where=waiting,
            postgresql_where=waiting,
        )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pages", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("verification_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_attachment_verification_id_verification"),
            "verification",
            ["verification_id"],
            ["id"],
            ondelete="CASCADE",
        )
        batch_op.create_index(op.f("ix_attachment_verification_id"), ["verification_id"])
        one_owner(batch_op, (*OWNERS, "verification_id"))


def downgrade() -> None:
    op.execute("DELETE FROM attachment WHERE verification_id IS NOT NULL")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        one_owner(batch_op, OWNERS)
        batch_op.drop_index(op.f("ix_attachment_verification_id"))
        batch_op.drop_constraint(
            op.f("fk_attachment_verification_id_verification"), type_="foreignkey"
        )
        batch_op.drop_column("verification_id")
        batch_op.drop_column("pages")
    op.drop_table("verification")
    with op.batch_alter_table("enterprise_membership", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_enterprise_membership_verified_by_id"))
        batch_op.drop_constraint(
            op.f("fk_enterprise_membership_verified_by_id_user"), type_="foreignkey"
        )
        batch_op.drop_constraint(op.f("ck_enterprise_membership_verifiedhow"), type_="check")
        batch_op.drop_column("verified_by_id")
        batch_op.drop_column("verified_how")
        batch_op.drop_column("verified_at")
