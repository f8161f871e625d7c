"""A caisse bears the code by which conventions name it."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the code, unique, on caisses only."""
    with op.batch_alter_table("structure") as batch_op:
        batch_op.add_column(sa.Column("caisse", sa.String(length=32), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_structure_caisse"), ["caisse"])
        batch_op.create_check_constraint(batch_op.f("ck_structure_caisse"), "caisse IS NULL OR kind = 'caisse'")


def downgrade() -> None:
    """Forget it."""
    with op.batch_alter_table("structure") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_structure_caisse"), type_="check")
        batch_op.drop_constraint(batch_op.f("uq_structure_caisse"), type_="unique")
        batch_op.drop_column("caisse")
