"""The day on which somebody who left was forgotten: their name and address are gone, their accounts' history stays."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("agent", sa.Column("forgotten_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("agent") as batch_op:
        batch_op.drop_column("forgotten_on")
