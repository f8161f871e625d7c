"""Who is written to, at a caisse and at a partner."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

SEEN = "vigie_sees(structure_id) OR vigie_sees_of_caisse(structure_id, convention, caisse)"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "contact",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("convention", sa.String(length=32), nullable=False),
        sa.Column("caisse", sa.String(length=32), nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.LargeBinary(), nullable=True) for name in ("name", "email", "phone", "address")),
        sa.Column("verified_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=64), nullable=True),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_contact_withdrawn")),
        sa.ForeignKeyConstraint(["structure_id"], ["structure.id"], name=op.f("fk_contact_structure_id_structure")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_index("ix_contact_relation", "contact", ["structure_id", "convention", "caisse"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE contact ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE contact FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY sight ON contact USING ({SEEN})")


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_contact_relation", table_name="contact")
    op.drop_table("contact")
