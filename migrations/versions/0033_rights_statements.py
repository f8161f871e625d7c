"""What the DPO says of the requests of persons before a destruction."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "rights_statement",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("destruction_id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("how", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.CheckConstraint("waiting >= 0", name=op.f("ck_rights_statement_waiting")),
        sa.ForeignKeyConstraint(
            ["destruction_id"], ["destruction.id"], name=op.f("fk_rights_statement_destruction_id_destruction")
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_rights_statement_structure_id_structure")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights_statement")),
    )
    op.create_index(op.f("ix_rights_statement_destruction_id"), "rights_statement", ["destruction_id"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE rights_statement ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE rights_statement FORCE ROW LEVEL SECURITY")
        op.execute("CREATE POLICY sight ON rights_statement USING (vigie_sees(structure_id))")


def downgrade() -> None:
    """Undo."""
    op.drop_table("rights_statement")
