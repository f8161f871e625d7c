"""An amendment binds the structure that registered it: two structures may amend the same convention."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


OLD, NEW = "uq_imported_convention_code_edition", "uq_imported_convention_code_binds_edition"
MINE = (
    "UPDATE imported_convention SET binds = structure "
    "WHERE structure IS NOT NULL AND code IN ('S0', 'S1', 'S2', 'S3', 'S4')"
)


def upgrade() -> None:
    """Let each structure have its own texts of a convention of the product."""
    with op.batch_alter_table("imported_convention") as batch_op:
        batch_op.add_column(sa.Column("binds", sa.String(length=64), nullable=False, server_default=""))
    op.execute(MINE)
    with op.batch_alter_table("imported_convention") as batch_op:
        batch_op.alter_column("binds", existing_type=sa.String(length=64), existing_nullable=False, server_default=None)
        batch_op.drop_constraint(batch_op.f(OLD), type_="unique")
        batch_op.create_unique_constraint(batch_op.f(NEW), ["code", "binds", "edition"])


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("imported_convention") as batch_op:
        batch_op.drop_constraint(batch_op.f(NEW), type_="unique")
        batch_op.drop_column("binds")
        batch_op.create_unique_constraint(batch_op.f(OLD), ["code", "edition"])
