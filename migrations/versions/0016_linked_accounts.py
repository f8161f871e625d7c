"""A person's account at an OpenID Connect provider."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "linked_account",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_linked_account_person_id_person")),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_linked_account")),
        sa.UniqueConstraint("person_id", name=op.f("uq_linked_account_person_id")),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("linked_account")
