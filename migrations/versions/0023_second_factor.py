"""second factor: since when a role and a factor are held, secrets, recovery codes, passkeys

Revision: 0023
Follows: 0022
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

COLUMNS = (
    ("role_since", sa.DateTime(timezone=True)),
    ("second_factor_at", sa.DateTime(timezone=True)),
    ("tf_primary_method", sa.String(length=64)),
    ("tf_totp_secret", sa.Text()),
    ("tf_last_counter", sa.Integer()),
    ("mf_recovery_codes", sa.JSON()),
    ("fs_webauthn_user_handle", sa.String(length=64)),
)


def upgrade() -> None:
    with op.batch_alter_table("user", schema=None) as batch_op:
        for name, kind in COLUMNS:
            batch_op.add_column(sa.Column(name, kind, nullable=True))
        batch_op.create_unique_constraint(
            op.f("uq_user_fs_webauthn_user_handle"), ["fs_webauthn_user_handle"]
        )
    # who holds a role already has the same days as who gets one now
    user = sa.table(
        "user", sa.column("role", sa.String), sa.column("role_since", sa.DateTime(timezone=True))
    )
    op.execute(sa.update(user).where(user.c.role.is_not(None)).values(role_since=datetime.now(UTC)))
    op.create_table(
        "passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lastuse_datetime", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(length=1024), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("transports", sa.JSON(), nullable=True),
        sa.Column("extensions", sa.Text(), nullable=True),
        sa.Column("backup_state", sa.Boolean(), nullable=False),
        sa.Column("device_type", sa.String(length=32), nullable=False),
        sa.Column("usage", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_passkey_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_passkey_user_id_name")),
    )
    with op.batch_alter_table("passkey", schema=None) as batch_op:
        batch_op.create_index("ix_passkey_user_id", ["user_id"], unique=False)


def downgrade() -> None:
    op.drop_table("passkey")
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("uq_user_fs_webauthn_user_handle"), type_="unique")
        for name, _kind in reversed(COLUMNS):
            batch_op.drop_column(name)
