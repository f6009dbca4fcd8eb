"""account: undirected demands with their shortlist, and drafts of demands

Revision: 0008
Follows: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "demand_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_demand_draft_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand_draft")),
    )
    with op.batch_alter_table("demand_draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_demand_draft_user_id"), ["user_id"], unique=False)

    op.create_table(
        "enquiry",
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "shortlisted",
                "settled",
                "withdrawn",
                "closed",
                name="enquirystatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.String(length=32), nullable=True),
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.Column("poster_id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("budget", sa.BigInteger(), nullable=True),
        sa.Column("wanted_by", sa.Date(), nullable=True),
        sa.Column("contact_name", sa.String(length=64), nullable=False),
        sa.Column("contact_phone", sa.String(length=32), nullable=False),
        sa.Column("contact_email", sa.String(length=254), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("demand_id", sa.Integer(), nullable=True),
        sa.Column("status_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("budget IS NULL OR budget > 0", name=op.f("ck_enquiry_budget_positive")),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["category.id"],
            name=op.f("fk_enquiry_category_id_category"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["demand_id"],
            ["demand.id"],
            name=op.f("fk_enquiry_demand_id_demand"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprise.id"],
            name=op.f("fk_enquiry_enterprise_id_enterprise"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["poster_id"], ["user.id"], name=op.f("fk_enquiry_poster_id_user"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiry")),
        sa.UniqueConstraint("demand_id", name=op.f("uq_enquiry_demand_id")),
        sa.UniqueConstraint("form_key", name=op.f("uq_enquiry_form_key")),
        sa.UniqueConstraint("number", name=op.f("uq_enquiry_number")),
    )
    with op.batch_alter_table("enquiry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enquiry_category_id"), ["category_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_enquiry_enterprise_id"), ["enterprise_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_enquiry_poster_id"), ["poster_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_enquiry_status"), ["status"], unique=False)

    op.create_table(
        "enquiry_candidate",
        sa.Column(
            "status",
            sa.Enum(
                "proposed",
                "willing",
                "declined",
                "picked",
                "dropped",
                name="candidatestatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("enquiry_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("status_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["enquiry_id"],
            ["enquiry.id"],
            name=op.f("fk_enquiry_candidate_enquiry_id_enquiry"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk_enquiry_candidate_institution_id_institution"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiry_candidate")),
        sa.UniqueConstraint(
            "enquiry_id",
            "institution_id",
            name=op.f("uq_enquiry_candidate_enquiry_id_institution_id"),
        ),
    )
    with op.batch_alter_table("enquiry_candidate", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_enquiry_candidate_institution_id"), ["institution_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("enquiry_candidate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enquiry_candidate_institution_id"))

    op.drop_table("enquiry_candidate")
    with op.batch_alter_table("enquiry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enquiry_status"))
        batch_op.drop_index(batch_op.f("ix_enquiry_poster_id"))
        batch_op.drop_index(batch_op.f("ix_enquiry_enterprise_id"))
        batch_op.drop_index(batch_op.f("ix_enquiry_category_id"))

    op.drop_table("enquiry")
    with op.batch_alter_table("demand_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_demand_draft_user_id"))

    op.drop_table("demand_draft")
