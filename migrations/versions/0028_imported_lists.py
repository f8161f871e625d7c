"""Lists of the portal and of the staff, as they were sent and kept."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "imported_list",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("convention", sa.String(length=32), nullable=True),
        sa.Column("caisse", sa.String(length=32), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept_by", sa.String(length=64), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=True),
        sa.CheckConstraint("(kept_at IS NULL) = (kept_by IS NULL)", name=op.f("ck_imported_list_kept")),
        sa.CheckConstraint("(convention IS NULL) = (caisse IS NULL)", name=op.f("ck_imported_list_relation")),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_imported_list_structure_id_structure")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_list")),
    )
    place = ["structure_id", "kind", "convention", "caisse", "kept_at"]
    op.create_index("ix_imported_list_place", "imported_list", place, unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE imported_list ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE imported_list FORCE ROW LEVEL SECURITY")
        op.execute("CREATE POLICY sight ON imported_list USING (vigie_sees(structure_id))")


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_imported_list_place", table_name="imported_list")
    op.drop_table("imported_list")
