"""products

Revision: 0003
Follows: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "catalogue_item",
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("covers", sa.Text(), nullable=False),
        sa.Column("duration", sa.String(length=200), nullable=False),
        sa.Column("documents", sa.Text(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column(
            "price_kind",
            sa.Enum(
                "fixed",
                "range",
                "agreement",
                name="pricekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("price_from", sa.BigInteger(), nullable=True),
        sa.Column("price_to", sa.BigInteger(), nullable=True),
        sa.Column("price_unit", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "(price_kind = 'agreement' AND price_from IS NULL AND price_to IS NULL) OR (price_kind = 'fixed' AND price_from IS NOT NULL AND price_to IS NULL) OR (price_kind = 'range' AND price_from IS NOT NULL AND price_to IS NOT NULL)",
            name=op.f("ck_catalogue_item_price_whole"),
        ),
        sa.CheckConstraint(
            "price_from IS NULL OR price_from >= 0",
            name=op.f("ck_catalogue_item_price_not_negative"),
        ),
        sa.CheckConstraint(
            "price_to IS NULL OR price_to >= price_from", name=op.f("ck_catalogue_item_price_range")
        ),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["category.id"],
            name=op.f("fk_catalogue_item_category_id_category"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_item")),
        sa.UniqueConstraint("category_id", "name", name=op.f("uq_catalogue_item_category_id_name")),
    )
    with op.batch_alter_table("catalogue_item", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_catalogue_item_category_id"), ["category_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_catalogue_item_name"), ["name"], unique=False)

    op.create_table(
        "parameter_schema",
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["user.id"],
            name=op.f("fk_parameter_schema_author_id_user"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["category.id"],
            name=op.f("fk_parameter_schema_category_id_category"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parameter_schema")),
        sa.UniqueConstraint(
            "category_id", "number", name=op.f("uq_parameter_schema_category_id_number")
        ),
    )
    with op.batch_alter_table("parameter_schema", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_parameter_schema_author_id"), ["author_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_parameter_schema_category_id"), ["category_id"], unique=False
        )

    op.create_table(
        "featured_product",
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "submitted",
                "returned",
                "rejected",
                "approved",
                "listed",
                "delisted",
                "taken_down",
                name="productstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("schema_id", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("remarks", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "price_kind",
            sa.Enum(
                "fixed",
                "range",
                "agreement",
                name="pricekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("price_from", sa.BigInteger(), nullable=True),
        sa.Column("price_to", sa.BigInteger(), nullable=True),
        sa.Column("price_unit", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "(price_kind = 'agreement' AND price_from IS NULL AND price_to IS NULL) OR (price_kind = 'fixed' AND price_from IS NOT NULL AND price_to IS NULL) OR (price_kind = 'range' AND price_from IS NOT NULL AND price_to IS NOT NULL)",
            name=op.f("ck_featured_product_price_whole"),
        ),
        sa.CheckConstraint(
            "price_from IS NULL OR price_from >= 0",
            name=op.f("ck_featured_product_price_not_negative"),
        ),
        sa.CheckConstraint(
            "price_to IS NULL OR price_to >= price_from",
            name=op.f("ck_featured_product_price_range"),
        ),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["user.id"],
            name=op.f("fk_featured_product_author_id_user"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["category.id"],
            name=op.f("fk_featured_product_category_id_category"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk_featured_product_institution_id_institution"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["schema_id"],
            ["parameter_schema.id"],
            name=op.f("fk_featured_product_schema_id_parameter_schema"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_featured_product")),
        sa.UniqueConstraint("id", "institution_id", name="uq_featured_product_in_institution"),
    )
    with op.batch_alter_table("featured_product", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_featured_product_author_id"), ["author_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_featured_product_category_id"), ["category_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_featured_product_institution_id"), ["institution_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_featured_product_schema_id"), ["schema_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_featured_product_status"), ["status"], unique=False)

    op.create_table(
        "regular_offer",
        sa.Column(
            "status",
            sa.Enum(
                "listed",
                "delisted",
                "taken_down",
                name="offerstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("duration", sa.String(length=200), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("status_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column(
            "price_kind",
            sa.Enum(
                "fixed",
                "range",
                "agreement",
                name="pricekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("price_from", sa.BigInteger(), nullable=True),
        sa.Column("price_to", sa.BigInteger(), nullable=True),
        sa.Column("price_unit", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "(price_kind = 'agreement' AND price_from IS NULL AND price_to IS NULL) OR (price_kind = 'fixed' AND price_from IS NOT NULL AND price_to IS NULL) OR (price_kind = 'range' AND price_from IS NOT NULL AND price_to IS NOT NULL)",
            name=op.f("ck_regular_offer_price_whole"),
        ),
        sa.CheckConstraint(
            "price_from IS NULL OR price_from >= 0",
            name=op.f("ck_regular_offer_price_not_negative"),
        ),
        sa.CheckConstraint(
            "price_to IS NULL OR price_to >= price_from", name=op.f("ck_regular_offer_price_range")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk_regular_offer_institution_id_institution"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["catalogue_item.id"],
            name=op.f("fk_regular_offer_item_id_catalogue_item"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regular_offer")),
        sa.UniqueConstraint("id", "institution_id", name="uq_regular_offer_in_institution"),
        sa.UniqueConstraint(
            "institution_id", "item_id", name=op.f("uq_regular_offer_institution_id_item_id")
        ),
    )
    with op.batch_alter_table("regular_offer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_regular_offer_institution_id"), ["institution_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_regular_offer_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_regular_offer_status"), ["status"], unique=False)

    op.create_table(
        "product_affiliation",
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("affiliation_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["affiliation_id", "institution_id"],
            ["affiliation.id", "affiliation.institution_id"],
            name="fk_product_affiliation_affiliation",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["product_id", "institution_id"],
            ["featured_product.id", "featured_product.institution_id"],
            name=op.f("fk_product_affiliation_product_id_featured_product"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "product_id", "affiliation_id", name=op.f("pk_product_affiliation")
        ),
    )
    with op.batch_alter_table("product_affiliation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_product_affiliation_affiliation_id"), ["affiliation_id"], unique=False
        )

    op.create_table(
        "product_change",
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "submitted",
                "returned",
                "approved",
                "rejected",
                "withdrawn",
                name="productchangestatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("schema_id", sa.Integer(), nullable=True),
        sa.Column("dropped_files", sa.JSON(), nullable=False),
        sa.Column("status_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("remarks", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["user.id"],
            name=op.f("fk_product_change_author_id_user"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["category.id"],
            name=op.f("fk_product_change_category_id_category"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["featured_product.id"],
            name=op.f("fk_product_change_product_id_featured_product"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["schema_id"],
            ["parameter_schema.id"],
            name=op.f("fk_product_change_schema_id_parameter_schema"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_change")),
    )
    with op.batch_alter_table("product_change", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_product_change_author_id"), ["author_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_product_change_category_id"), ["category_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_product_change_product_id"), ["product_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_product_change_schema_id"), ["schema_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_product_change_status"), ["status"], unique=False)
        batch_op.create_index(
            "uq_product_change_open",
            ["product_id"],
            unique=True,
            sqlite_where=sa.text("status IN ('draft', 'submitted', 'returned')"),
            postgresql_where=sa.text("status IN ('draft', 'submitted', 'returned')"),
        )


def downgrade() -> None:
    with op.batch_alter_table("product_change", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_product_change_open",
            sqlite_where=sa.text("status IN ('draft', 'submitted', 'returned')"),
            postgresql_where=sa.text("status IN ('draft', 'submitted', 'returned')"),
        )
        batch_op.drop_index(batch_op.f("ix_product_change_status"))
        batch_op.drop_index(batch_op.f("ix_product_change_schema_id"))
        batch_op.drop_index(batch_op.f("ix_product_change_product_id"))
        batch_op.drop_index(batch_op.f("ix_product_change_category_id"))
        batch_op.drop_index(batch_op.f("ix_product_change_author_id"))

    op.drop_table("product_change")
    with op.batch_alter_table("product_affiliation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_product_affiliation_affiliation_id"))

    op.drop_table("product_affiliation")
    with op.batch_alter_table("regular_offer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_regular_offer_status"))
        batch_op.drop_index(batch_op.f("ix_regular_offer_item_id"))
        batch_op.drop_index(batch_op.f("ix_regular_offer_institution_id"))

    op.drop_table("regular_offer")
    with op.batch_alter_table("featured_product", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_featured_product_status"))
        batch_op.drop_index(batch_op.f("ix_featured_product_schema_id"))
        batch_op.drop_index(batch_op.f("ix_featured_product_institution_id"))
        batch_op.drop_index(batch_op.f("ix_featured_product_category_id"))
        batch_op.drop_index(batch_op.f("ix_featured_product_author_id"))

    op.drop_table("featured_product")
    with op.batch_alter_table("parameter_schema", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_parameter_schema_category_id"))
        batch_op.drop_index(batch_op.f("ix_parameter_schema_author_id"))

    op.drop_table("parameter_schema")
    with op.batch_alter_table("catalogue_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_catalogue_item_name"))
        batch_op.drop_index(batch_op.f("ix_catalogue_item_category_id"))

    op.drop_table("catalogue_item")
