"""Tell apart, of a daily exercise, that the server took its mail and that it was found in the mailbox."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("breach_rehearsal", sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("breach_rehearsal", sa.Column("found_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("breach_rehearsal") as batch_op:
        batch_op.add_column(sa.Column("is_read", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("breach_rehearsal") as batch_op:
        batch_op.alter_column("is_read", server_default=None)
    op.execute("UPDATE breach_rehearsal SET accepted_at = proven_at")


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("breach_rehearsal") as batch_op:
        for name in ("is_read", "found_at", "accepted_at"):
            batch_op.drop_column(name)
