"""reviews and activities

Revision: 0005
Follows: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


KINDS_BEFORE = ("licence", "qualification", "proposed_licence")
KINDS = (*KINDS_BEFORE, "photo", "cover", "document", "contract", "invoice", "evidence")
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
ONE_OWNER_BEFORE = "(institution_id IS NULL) <> (profile_change_id IS NULL)"
ONE_OWNER = " + ".join(f"CASE WHEN {one} IS NULL THEN 0 ELSE 1 END" for one in OWNERS) + " = 1"


def attachment_checks(batch_op, kinds: tuple[str, ...], one_owner: str) -> None:
    """Put the two checks of an attachment in the place of those that stand."""
    for name in ("attachmentkind", "one_owner"):
        batch_op.drop_constraint(op.f(f"ck_attachment_{name}"), type_="check")
    among = ", ".join(f"'{kind}'" for kind in kinds)
    batch_op.create_check_constraint(op.f("ck_attachment_attachmentkind"), f"kind IN ({among})")
    batch_op.create_check_constraint(op.f("ck_attachment_one_owner"), one_owner)


def upgrade() -> None:
    op.create_table(
        "activity",
        sa.Column(
            "status",
            sa.Enum(
                "registered",
                "approved",
                "rejected",
                "revoked",
                name="activitystatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "source",
            sa.Enum(
                "mail",
                "workbench",
                "platform",
                name="activitysource",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("authority", sa.String(length=200), nullable=False),
        sa.Column("participants", sa.Integer(), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("message_id", sa.String(length=300), nullable=True),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("registrar_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("status_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["registrar_id"],
            ["user.id"],
            name=op.f("fk_activity_registrar_id_user"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
        sa.UniqueConstraint("message_id", name=op.f("uq_activity_message_id")),
        sa.UniqueConstraint("form_key", name=op.f("uq_activity_form_key")),
    )
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_activity_registrar_id"), ["registrar_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_activity_status"), ["status"], unique=False)

    op.create_table(
        "activity_part",
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "host",
                "cohost",
                "support",
                name="activityrole",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("points", sa.Double(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"],
            ["activity.id"],
            name=op.f("fk_activity_part_activity_id_activity"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk_activity_part_institution_id_institution"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_part")),
        sa.UniqueConstraint(
            "activity_id",
            "institution_id",
            name=op.f("uq_activity_part_activity_id_institution_id"),
        ),
    )
    with op.batch_alter_table("activity_part", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_activity_part_activity_id"), ["activity_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_activity_part_institution_id"), ["institution_id"], unique=False
        )

    op.create_table(
        "review",
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "sealed",
                "published",
                "hidden",
                "lapsed",
                name="reviewstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "side",
            sa.Enum(
                "institution",
                "enterprise",
                name="reviewside",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("transaction_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("affiliation_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("scores", sa.JSON(), nullable=False),
        sa.Column("stars", sa.Double(), nullable=True),
        sa.Column("consultant_stars", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminders", sa.Integer(), server_default="0", nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appeal", sa.Text(), nullable=False),
        sa.Column("appealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appeal_decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("status_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "status NOT IN ('sealed', 'published', 'hidden') OR stars IS NOT NULL",
            name=op.f("ck_review_written"),
        ),
        sa.CheckConstraint(
            "consultant_stars IS NULL OR (consultant_stars >= 1 AND consultant_stars <= 5)",
            name=op.f("ck_review_consultant_stars_one_to_five"),
        ),
        sa.CheckConstraint(
            "stars IS NULL OR (stars >= 1 AND stars <= 5)", name=op.f("ck_review_stars_one_to_five")
        ),
        sa.ForeignKeyConstraint(
            ["affiliation_id"],
            ["affiliation.id"],
            name=op.f("fk_review_affiliation_id_affiliation"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user.id"], name=op.f("fk_review_author_id_user"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprise.id"],
            name=op.f("fk_review_enterprise_id_enterprise"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk_review_institution_id_institution"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["transaction.id"],
            name=op.f("fk_review_transaction_id_transaction"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("transaction_id", "side", name=op.f("uq_review_transaction_id_side")),
    )
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_review_affiliation_id"), ["affiliation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_review_author_id"), ["author_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_review_enterprise_id"), ["enterprise_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_review_institution_id"), ["institution_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_review_status"), ["status"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_review_transaction_id"), ["transaction_id"], unique=False
        )

    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("consultant_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("qualification_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("product_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("product_change_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("demand_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("transaction_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("activity_id", sa.Integer(), nullable=True))
        batch_op.alter_column("uploader_id", existing_type=sa.INTEGER(), nullable=True)
        attachment_checks(batch_op, KINDS, ONE_OWNER)
        batch_op.create_index(
            batch_op.f("ix_attachment_activity_id"), ["activity_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_attachment_consultant_id"), ["consultant_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_attachment_demand_id"), ["demand_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_attachment_product_change_id"), ["product_change_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_attachment_product_id"), ["product_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_attachment_qualification_id"), ["qualification_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_attachment_transaction_id"), ["transaction_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_attachment_consultant_id_consultant"),
            "consultant",
            ["consultant_id"],
            ["id"],
            ondelete="CASCADE",
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_attachment_transaction_id_transaction"),
            "transaction",
            ["transaction_id"],
            ["id"],
            ondelete="CASCADE",
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_attachment_activity_id_activity"),
            "activity",
            ["activity_id"],
            ["id"],
            ondelete="CASCADE",
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_attachment_product_id_featured_product"),
            "featured_product",
            ["product_id"],
            ["id"],
            ondelete="CASCADE",
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_attachment_qualification_id_qualification"),
            "qualification",
            ["qualification_id"],
            ["id"],
            ondelete="CASCADE",
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_attachment_demand_id_demand"),
            "demand",
            ["demand_id"],
            ["id"],
            ondelete="CASCADE",
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_attachment_product_change_id_product_change"),
            "product_change",
            ["product_change_id"],
            ["id"],
            ondelete="CASCADE",
        )


def downgrade() -> None:
    # files of what this revision takes away go with it
    op.execute(
        "DELETE FROM attachment WHERE (institution_id IS NULL AND profile_change_id IS NULL)"
        " OR kind NOT IN ('licence', 'qualification', 'proposed_licence')"
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        attachment_checks(batch_op, KINDS_BEFORE, ONE_OWNER_BEFORE)
        batch_op.drop_constraint(
            batch_op.f("fk_attachment_product_change_id_product_change"), type_="foreignkey"
        )
        batch_op.drop_constraint(batch_op.f("fk_attachment_demand_id_demand"), type_="foreignkey")
        batch_op.drop_constraint(
            batch_op.f("fk_attachment_qualification_id_qualification"), type_="foreignkey"
        )
        batch_op.drop_constraint(
            batch_op.f("fk_attachment_product_id_featured_product"), type_="foreignkey"
        )
        batch_op.drop_constraint(
            batch_op.f("fk_attachment_activity_id_activity"), type_="foreignkey"
        )
        batch_op.drop_constraint(
            batch_op.f("fk_attachment_transaction_id_transaction"), type_="foreignkey"
        )
        batch_op.drop_constraint(
            batch_op.f("fk_attachment_consultant_id_consultant"), type_="foreignkey"
        )
        batch_op.drop_index(batch_op.f("ix_attachment_transaction_id"))
        batch_op.drop_index(batch_op.f("ix_attachment_qualification_id"))
        batch_op.drop_index(batch_op.f("ix_attachment_product_id"))
        batch_op.drop_index(batch_op.f("ix_attachment_product_change_id"))
        batch_op.drop_index(batch_op.f("ix_attachment_demand_id"))
        batch_op.drop_index(batch_op.f("ix_attachment_consultant_id"))
        batch_op.drop_index(batch_op.f("ix_attachment_activity_id"))
        batch_op.alter_column("uploader_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("activity_id")
        batch_op.drop_column("transaction_id")
        batch_op.drop_column("demand_id")
        batch_op.drop_column("product_change_id")
        batch_op.drop_column("product_id")
        batch_op.drop_column("qualification_id")
        batch_op.drop_column("consultant_id")

    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_transaction_id"))
        batch_op.drop_index(batch_op.f("ix_review_status"))
        batch_op.drop_index(batch_op.f("ix_review_institution_id"))
        batch_op.drop_index(batch_op.f("ix_review_enterprise_id"))
        batch_op.drop_index(batch_op.f("ix_review_author_id"))
        batch_op.drop_index(batch_op.f("ix_review_affiliation_id"))

    op.drop_table("review")
    with op.batch_alter_table("activity_part", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_activity_part_institution_id"))
        batch_op.drop_index(batch_op.f("ix_activity_part_activity_id"))

    op.drop_table("activity_part")
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_activity_status"))
        batch_op.drop_index(batch_op.f("ix_activity_registrar_id"))

    op.drop_table("activity")
