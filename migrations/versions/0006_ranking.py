"""ranking

Revision: 0006
Follows: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "job_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("turn", sa.Integer(), server_default="0", nullable=False),
        sa.Column("moved", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_run")),
        sa.UniqueConstraint("name", name=op.f("uq_job_run_name")),
    )
    op.create_table(
        "score_rule",
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["user.id"],
            name=op.f("fk_score_rule_author_id_user"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_rule")),
        sa.UniqueConstraint("valid_from", name=op.f("uq_score_rule_valid_from")),
    )
    with op.batch_alter_table("score_rule", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_score_rule_author_id"), ["author_id"], unique=False)

    op.create_table(
        "consultant_score",
        sa.Column("consultant_id", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("base", sa.Double(), nullable=False),
        sa.Column("slope", sa.Double(), nullable=False),
        sa.Column("mean", sa.Double(), nullable=False),
        sa.Column("ratings", sa.Integer(), nullable=False),
        sa.Column("stars", sa.Double(), nullable=False),
        sa.Column("deals", sa.Integer(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("former_place", sa.Integer(), nullable=True),
        sa.Column("former_month", sa.Date(), nullable=True),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["category.id"],
            name=op.f("fk_consultant_score_category_id_category"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["consultant_id"],
            ["consultant.id"],
            name=op.f("fk_consultant_score_consultant_id_consultant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultant_score")),
    )
    with op.batch_alter_table("consultant_score", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_consultant_score_consultant_id"), ["consultant_id"], unique=False
        )
        batch_op.create_index(
            "ix_consultant_score_top", ["category_id", "score", "consultant_id"], unique=False
        )
        batch_op.create_index(
            "uq_consultant_score",
            ["consultant_id", "category_id"],
            unique=True,
            sqlite_where=sa.text("category_id IS NOT NULL"),
            postgresql_where=sa.text("category_id IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_consultant_score_overall",
            ["consultant_id"],
            unique=True,
            sqlite_where=sa.text("category_id IS NULL"),
            postgresql_where=sa.text("category_id IS NULL"),
        )

    op.create_table(
        "institution_score",
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("base", sa.Double(), nullable=False),
        sa.Column("slope", sa.Double(), nullable=False),
        sa.Column("mean", sa.Double(), nullable=False),
        sa.Column("ratings", sa.Integer(), nullable=False),
        sa.Column("stars", sa.Double(), nullable=False),
        sa.Column("deals", sa.Integer(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("former_place", sa.Integer(), nullable=True),
        sa.Column("former_month", sa.Date(), nullable=True),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["category.id"],
            name=op.f("fk_institution_score_category_id_category"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk_institution_score_institution_id_institution"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_institution_score")),
    )
    with op.batch_alter_table("institution_score", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_institution_score_institution_id"), ["institution_id"], unique=False
        )
        batch_op.create_index(
            "ix_institution_score_top", ["category_id", "score", "institution_id"], unique=False
        )
        batch_op.create_index(
            "uq_institution_score",
            ["institution_id", "category_id"],
            unique=True,
            sqlite_where=sa.text("category_id IS NOT NULL"),
            postgresql_where=sa.text("category_id IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_institution_score_overall",
            ["institution_id"],
            unique=True,
            sqlite_where=sa.text("category_id IS NULL"),
            postgresql_where=sa.text("category_id IS NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("institution_score", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_institution_score_overall",
            sqlite_where=sa.text("category_id IS NULL"),
            postgresql_where=sa.text("category_id IS NULL"),
        )
        batch_op.drop_index(
            "uq_institution_score",
            sqlite_where=sa.text("category_id IS NOT NULL"),
            postgresql_where=sa.text("category_id IS NOT NULL"),
        )
        batch_op.drop_index("ix_institution_score_top")
        batch_op.drop_index(batch_op.f("ix_institution_score_institution_id"))

    op.drop_table("institution_score")
    with op.batch_alter_table("consultant_score", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_consultant_score_overall",
            sqlite_where=sa.text("category_id IS NULL"),
            postgresql_where=sa.text("category_id IS NULL"),
        )
        batch_op.drop_index(
            "uq_consultant_score",
            sqlite_where=sa.text("category_id IS NOT NULL"),
            postgresql_where=sa.text("category_id IS NOT NULL"),
        )
        batch_op.drop_index("ix_consultant_score_top")
        batch_op.drop_index(batch_op.f("ix_consultant_score_consultant_id"))

    op.drop_table("consultant_score")
    with op.batch_alter_table("score_rule", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_score_rule_author_id"))

    op.drop_table("score_rule")
    op.drop_table("job_run")
