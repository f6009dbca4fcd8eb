"""transactions

Revision: 0004
Follows: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "holiday",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "off", "work", name="daykind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holiday")),
        sa.UniqueConstraint("day", name=op.f("uq_holiday_day")),
    )
    op.create_table(
        "transaction",
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "filed",
                "returned",
                "approved",
                "rejected",
                "revoked",
                "withdrawn",
                name="transactionstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.String(length=32), nullable=True),
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("filer_id", sa.Integer(), nullable=False),
        sa.Column("demand_id", sa.Integer(), nullable=True),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.Column("enterprise_name", sa.String(length=200), nullable=False),
        sa.Column("enterprise_code", sa.String(length=18), nullable=False),
        sa.Column("affiliation_id", sa.Integer(), nullable=True),
        sa.Column("product_id", sa.Integer(), nullable=True),
        sa.Column("offer_id", sa.Integer(), nullable=True),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("service_from", sa.Date(), nullable=True),
        sa.Column("service_to", sa.Date(), nullable=True),
        sa.Column("contract_number", sa.String(length=64), nullable=False),
        sa.Column("invoice_number", sa.String(length=64), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("related", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("remarks", sa.JSON(), nullable=False),
        sa.Column("status_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'withdrawn') OR (amount IS NOT NULL AND signed_on IS NOT NULL AND category_id IS NOT NULL AND enterprise_name <> '')",
            name=op.f("ck_transaction_filed_whole"),
        ),
        sa.CheckConstraint(
            "amount IS NULL OR amount > 0", name=op.f("ck_transaction_amount_positive")
        ),
        sa.CheckConstraint(
            "service_to IS NULL OR service_from IS NULL OR service_to >= service_from",
            name=op.f("ck_transaction_service_period"),
        ),
        sa.ForeignKeyConstraint(
            ["affiliation_id", "institution_id"],
            ["affiliation.id", "affiliation.institution_id"],
            name=op.f("fk_transaction_affiliation_id_affiliation"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["category.id"],
            name=op.f("fk_transaction_category_id_category"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["demand_id"],
            ["demand.id"],
            name=op.f("fk_transaction_demand_id_demand"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprise.id"],
            name=op.f("fk_transaction_enterprise_id_enterprise"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["filer_id"],
            ["user.id"],
            name=op.f("fk_transaction_filer_id_user"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk_transaction_institution_id_institution"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["offer_id", "institution_id"],
            ["regular_offer.id", "regular_offer.institution_id"],
            name=op.f("fk_transaction_offer_id_regular_offer"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["product_id", "institution_id"],
            ["featured_product.id", "featured_product.institution_id"],
            name=op.f("fk_transaction_product_id_featured_product"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transaction")),
        sa.UniqueConstraint("form_key", name=op.f("uq_transaction_form_key")),
        sa.UniqueConstraint("id", "institution_id", name="uq_transaction_in_institution"),
        sa.UniqueConstraint("number", name=op.f("uq_transaction_number")),
    )
    with op.batch_alter_table("transaction", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_transaction_affiliation_id"), ["affiliation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_transaction_category_id"), ["category_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_transaction_demand_id"), ["demand_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_transaction_enterprise_code"), ["enterprise_code"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_transaction_enterprise_id"), ["enterprise_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_transaction_filer_id"), ["filer_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_transaction_institution_id"), ["institution_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_transaction_offer_id"), ["offer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_transaction_product_id"), ["product_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_transaction_status"), ["status"], unique=False)
        batch_op.create_index(
            "uq_transaction_contract",
            ["institution_id", "enterprise_name", "contract_number"],
            unique=True,
            sqlite_where=sa.text(
                "contract_number <> '' AND status IN ('filed', 'returned', 'approved')"
            ),
            postgresql_where=sa.text(
                "contract_number <> '' AND status IN ('filed', 'returned', 'approved')"
            ),
        )
        batch_op.create_index(
            "uq_transaction_demand",
            ["demand_id"],
            unique=True,
            sqlite_where=sa.text(
                "demand_id IS NOT NULL AND status IN ('filed', 'returned', 'approved')"
            ),
            postgresql_where=sa.text(
                "demand_id IS NOT NULL AND status IN ('filed', 'returned', 'approved')"
            ),
        )
        batch_op.create_index(
            "uq_transaction_invoice",
            ["invoice_number"],
            unique=True,
            sqlite_where=sa.text(
                "invoice_number <> '' AND status IN ('filed', 'returned', 'approved')"
            ),
            postgresql_where=sa.text(
                "invoice_number <> '' AND status IN ('filed', 'returned', 'approved')"
            ),
        )

    op.create_table(
        "confirmation",
        sa.Column(
            "status",
            sa.Enum(
                "asked",
                "confirmed",
                "denied",
                "silent",
                name="confirmationstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("transaction_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("status_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["answered_by_id"],
            ["user.id"],
            name=op.f("fk_confirmation_answered_by_id_user"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["transaction.id"],
            name=op.f("fk_confirmation_transaction_id_transaction"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_confirmation_token_hash")),
        sa.UniqueConstraint("transaction_id", name=op.f("uq_confirmation_transaction_id")),
    )
    with op.batch_alter_table("confirmation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_confirmation_answered_by_id"), ["answered_by_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_confirmation_status"), ["status"], unique=False)

    with op.batch_alter_table("demand", schema=None) as batch_op:
        batch_op.add_column(sa.Column("affiliation_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("product_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("offer_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("asked_for", sa.JSON(), server_default="{}", nullable=False))
        batch_op.create_index(
            batch_op.f("ix_demand_affiliation_id"), ["affiliation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_demand_offer_id"), ["offer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_demand_product_id"), ["product_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_demand_offer_id_regular_offer"),
            "regular_offer",
            ["offer_id", "institution_id"],
            ["id", "institution_id"],
            ondelete="RESTRICT",
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_demand_affiliation_id_affiliation"),
            "affiliation",
            ["affiliation_id", "institution_id"],
            ["id", "institution_id"],
            ondelete="RESTRICT",
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_demand_product_id_featured_product"),
            "featured_product",
            ["product_id", "institution_id"],
            ["id", "institution_id"],
            ondelete="RESTRICT",
        )


def downgrade() -> None:
    with op.batch_alter_table("demand", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_demand_product_id_featured_product"), type_="foreignkey"
        )
        batch_op.drop_constraint(
            batch_op.f("fk_demand_affiliation_id_affiliation"), type_="foreignkey"
        )
        batch_op.drop_constraint(batch_op.f("fk_demand_offer_id_regular_offer"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_demand_product_id"))
        batch_op.drop_index(batch_op.f("ix_demand_offer_id"))
        batch_op.drop_index(batch_op.f("ix_demand_affiliation_id"))
        batch_op.drop_column("asked_for")
        batch_op.drop_column("offer_id")
        batch_op.drop_column("product_id")
        batch_op.drop_column("affiliation_id")

    with op.batch_alter_table("confirmation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_confirmation_status"))
        batch_op.drop_index(batch_op.f("ix_confirmation_answered_by_id"))

    op.drop_table("confirmation")
    with op.batch_alter_table("transaction", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_transaction_invoice",
            sqlite_where=sa.text(
                "invoice_number <> '' AND status IN ('filed', 'returned', 'approved')"
            ),
            postgresql_where=sa.text(
                "invoice_number <> '' AND status IN ('filed', 'returned', 'approved')"
            ),
        )
        batch_op.drop_index(
            "uq_transaction_demand",
            sqlite_where=sa.text(
                "demand_id IS NOT NULL AND status IN ('filed', 'returned', 'approved')"
            ),
            postgresql_where=sa.text(
                "demand_id IS NOT NULL AND status IN ('filed', 'returned', 'approved')"
            ),
        )
        batch_op.drop_index(
            "uq_transaction_contract",
            sqlite_where=sa.text(
                "contract_number <> '' AND status IN ('filed', 'returned', 'approved')"
            ),
            postgresql_where=sa.text(
                "contract_number <> '' AND status IN ('filed', 'returned', 'approved')"
            ),
        )
        batch_op.drop_index(batch_op.f("ix_transaction_status"))
        batch_op.drop_index(batch_op.f("ix_transaction_product_id"))
        batch_op.drop_index(batch_op.f("ix_transaction_offer_id"))
        batch_op.drop_index(batch_op.f("ix_transaction_institution_id"))
        batch_op.drop_index(batch_op.f("ix_transaction_filer_id"))
        batch_op.drop_index(batch_op.f("ix_transaction_enterprise_id"))
        batch_op.drop_index(batch_op.f("ix_transaction_enterprise_code"))
        batch_op.drop_index(batch_op.f("ix_transaction_demand_id"))
        batch_op.drop_index(batch_op.f("ix_transaction_category_id"))
        batch_op.drop_index(batch_op.f("ix_transaction_affiliation_id"))

    op.drop_table("transaction")
    op.drop_table("holiday")
