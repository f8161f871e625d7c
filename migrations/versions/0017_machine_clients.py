"""A machine's key may expire, and its former secret serve for a while."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TOGETHER = "(former_prefix IS NULL) = (former_hash IS NULL) AND (former_prefix IS NULL) = (former_until IS NULL)"


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("api_key") as batch_op:
        batch_op.add_column(sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("former_prefix", sa.String(length=8), nullable=True))
        batch_op.add_column(sa.Column("former_hash", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("former_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_api_key_former_prefix"), ["former_prefix"])
        batch_op.create_check_constraint(batch_op.f("ck_api_key_former"), TOGETHER)


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("api_key") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_api_key_former"), type_="check")
        batch_op.drop_constraint(batch_op.f("uq_api_key_former_prefix"), type_="unique")
        for column in ("former_until", "former_hash", "former_prefix", "expires_at"):
            batch_op.drop_column(column)
