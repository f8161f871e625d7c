"""Refusals that people called mistakes: which doubts they are, who reported each, and what the remark said."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

TABLE = "scan_doubt_report"


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("scan_doubt") as batch_op:
        batch_op.add_column(sa.Column("why", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("is_blocking", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("scan_doubt") as batch_op:
        batch_op.alter_column("is_blocking", server_default=None)
    op.create_table(
        TABLE,
        sa.Column("doubt", sa.String(length=32), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("structure", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["doubt"], ["scan_doubt.id"], name=op.f("fk_scan_doubt_report_doubt_scan_doubt")),
        sa.ForeignKeyConstraint(["structure"], ["structure.id"], name=op.f("fk_scan_doubt_report_structure_structure")),
        sa.PrimaryKeyConstraint("doubt", "by", name=op.f("pk_scan_doubt_report")),
    )
    op.create_index(op.f("ix_scan_doubt_report_structure"), TABLE, ["structure"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY sight ON {TABLE} USING (vigie_sees(structure))")


def downgrade() -> None:
    """Undo: what was called a mistake is forgotten, since nothing else would tell it from a question."""
    op.drop_index(op.f("ix_scan_doubt_report_structure"), table_name=TABLE)
    op.drop_table(TABLE)
    op.execute("DELETE FROM scan_doubt WHERE is_blocking")
    with op.batch_alter_table("scan_doubt") as batch_op:
        batch_op.drop_column("is_blocking")
        batch_op.drop_column("why")
