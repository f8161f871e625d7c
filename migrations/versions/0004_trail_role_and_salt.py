"""The trail says in which role one acted, and salts each entry, so that its hash alone tells nothing.

Columns are added in place: a SQLite batch would drop the triggers of 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both columns; earlier entries have neither."""
    op.add_column("trail_entry", sa.Column("role", sa.String(length=128), nullable=True))
    op.add_column("trail_entry", sa.Column("salt", sa.String(length=32), nullable=True))


def downgrade() -> None:
    """Remove them."""
    op.drop_column("trail_entry", "salt")
    op.drop_column("trail_entry", "role")
