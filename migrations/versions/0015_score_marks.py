"""marks of the scores that the worker computes anew

Revision: 0015
Follows: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "score_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_mark")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_score_mark_kind_subject_id", "score_mark", ["kind", "subject_id"])


def downgrade() -> None:
    # whoever is marked has the score of before until the nightly run of the older edition
    op.drop_index("ix_score_mark_kind_subject_id", table_name="score_mark")
    op.drop_table("score_mark")
