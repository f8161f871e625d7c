"""What people called false alarms, by a keyed hash, and what the DPO decided."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

TABLE = "scan_doubt"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("structure", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("company", sa.String(length=16), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.String(length=16), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name=op.f("ck_scan_doubt_decided")),
        sa.ForeignKeyConstraint(["structure"], ["structure.id"], name=op.f("fk_scan_doubt_structure_structure")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan_doubt")),
        sa.UniqueConstraint("structure", "digest", name=op.f("uq_scan_doubt_structure_digest")),
    )
    op.create_index(op.f("ix_scan_doubt_structure"), TABLE, ["structure"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY sight ON {TABLE} USING (vigie_sees(structure))")


def downgrade() -> None:
    """Undo."""
    op.drop_index(op.f("ix_scan_doubt_structure"), table_name=TABLE)
    op.drop_table(TABLE)
