"""consultants

Revision: 0002
Follows: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consultant",
        sa.Column(
            "status",
            sa.Enum(
                "uncertified",
                "certified",
                "withdrawn",
                name="consultantstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("mobile", sa.String(length=32), nullable=False),
        sa.Column("introduction", sa.Text(), nullable=False),
        sa.Column("publishes_email", sa.Boolean(), nullable=False),
        sa.Column("publishes_mobile", sa.Boolean(), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("certified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("status_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_consultant_user_id_user"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultant")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("consultant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consultant_email"), ["email"], unique=False)
        batch_op.create_index(batch_op.f("ix_consultant_status"), ["status"], unique=False)
        batch_op.create_index(
            "uq_consultant_user",
            ["user_id"],
            unique=True,
            sqlite_where=sa.text("user_id IS NOT NULL"),
            postgresql_where=sa.text("user_id IS NOT NULL"),
        )

    op.create_table(
        "affiliation",
        sa.Column(
            "status",
            sa.Enum(
                "added",
                "invited",
                "accepted",
                "submitted",
                "returned",
                "rejected",
                "linked",
                "unlinked",
                name="affiliationstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("consultant_id", sa.Integer(), nullable=False),
        sa.Column("adder_id", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unlinked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("remarks", sa.JSON(), nullable=False),
        sa.Column("status_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["adder_id"],
            ["user.id"],
            name=op.f("fk_affiliation_adder_id_user"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consultant_id"],
            ["consultant.id"],
            name=op.f("fk_affiliation_consultant_id_consultant"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk_affiliation_institution_id_institution"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_affiliation")),
        sa.UniqueConstraint("id", "institution_id", name="uq_affiliation_in_institution"),
        sa.UniqueConstraint(
            "institution_id",
            "consultant_id",
            name=op.f("uq_affiliation_institution_id_consultant_id"),
        ),
    )
    with op.batch_alter_table("affiliation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_affiliation_adder_id"), ["adder_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_affiliation_consultant_id"), ["consultant_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_affiliation_institution_id"), ["institution_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_affiliation_status"), ["status"], unique=False)
        batch_op.create_index(
            "uq_affiliation_linked",
            ["consultant_id"],
            unique=True,
            sqlite_where=sa.text("status = 'linked'"),
            postgresql_where=sa.text("status = 'linked'"),
        )

    op.create_table(
        "consultant_category",
        sa.Column("consultant_id", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["category.id"],
            name=op.f("fk_consultant_category_category_id_category"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["consultant_id"],
            ["consultant.id"],
            name=op.f("fk_consultant_category_consultant_id_consultant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "consultant_id", "category_id", name=op.f("pk_consultant_category")
        ),
    )
    with op.batch_alter_table("consultant_category", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_consultant_category_category_id"), ["category_id"], unique=False
        )

    op.create_table(
        "qualification",
        sa.Column("consultant_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=200), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["consultant_id"],
            ["consultant.id"],
            name=op.f("fk_qualification_consultant_id_consultant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qualification")),
    )
    with op.batch_alter_table("qualification", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_qualification_consultant_id"), ["consultant_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_qualification_number"), ["number"], unique=False)

    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("affiliation_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_index("uq_invitation_live")
        batch_op.create_index(
            "uq_invitation_live",
            ["institution_id", "email"],
            unique=True,
            sqlite_where=sa.text("status = 'sent' AND affiliation_id IS NULL"),
            postgresql_where=sa.text("status = 'sent' AND affiliation_id IS NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_invitation_affiliation_id"), ["affiliation_id"], unique=False
        )
        batch_op.create_index(
            "uq_invitation_affiliation",
            ["affiliation_id"],
            unique=True,
            sqlite_where=sa.text("status = 'sent'"),
            postgresql_where=sa.text("status = 'sent'"),
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_invitation_affiliation_id_affiliation"),
            "affiliation",
            ["affiliation_id"],
            ["id"],
            ondelete="CASCADE",
        )

    with op.batch_alter_table("demand", schema=None) as batch_op:
        batch_op.add_column(sa.Column("proposal", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("demand", schema=None) as batch_op:
        batch_op.drop_column("proposal")

    op.execute("DELETE FROM invitation WHERE affiliation_id IS NOT NULL")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index("uq_invitation_live")
        batch_op.create_index(
            "uq_invitation_live",
            ["institution_id", "email"],
            unique=True,
            sqlite_where=sa.text("status = 'sent'"),
            postgresql_where=sa.text("status = 'sent'"),
        )
        batch_op.drop_constraint(
            batch_op.f("fk_invitation_affiliation_id_affiliation"), type_="foreignkey"
        )
        batch_op.drop_index(
            "uq_invitation_affiliation",
            sqlite_where=sa.text("status = 'sent'"),
            postgresql_where=sa.text("status = 'sent'"),
        )
        batch_op.drop_index(batch_op.f("ix_invitation_affiliation_id"))
        batch_op.drop_column("asked_at")
        batch_op.drop_column("reminded_at")
        batch_op.drop_column("opened_at")
        batch_op.drop_column("affiliation_id")

    with op.batch_alter_table("qualification", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_qualification_number"))
        batch_op.drop_index(batch_op.f("ix_qualification_consultant_id"))

    op.drop_table("qualification")
    with op.batch_alter_table("consultant_category", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consultant_category_category_id"))

    op.drop_table("consultant_category")
    with op.batch_alter_table("affiliation", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_affiliation_linked",
            sqlite_where=sa.text("status = 'linked'"),
            postgresql_where=sa.text("status = 'linked'"),
        )
        batch_op.drop_index(batch_op.f("ix_affiliation_status"))
        batch_op.drop_index(batch_op.f("ix_affiliation_institution_id"))
        batch_op.drop_index(batch_op.f("ix_affiliation_consultant_id"))
        batch_op.drop_index(batch_op.f("ix_affiliation_adder_id"))

    op.drop_table("affiliation")
    with op.batch_alter_table("consultant", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_consultant_user",
            sqlite_where=sa.text("user_id IS NOT NULL"),
            postgresql_where=sa.text("user_id IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_consultant_status"))
        batch_op.drop_index(batch_op.f("ix_consultant_email"))

    op.drop_table("consultant")
