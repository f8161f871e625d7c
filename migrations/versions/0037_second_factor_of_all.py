"""Let a structure ask every person for a second factor, whatever their role."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("structure", sa.Column("factor_of_all", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Undo."""
    op.drop_column("structure", "factor_of_all")
