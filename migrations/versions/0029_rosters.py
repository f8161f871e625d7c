"""Tables of habilitations that a caisse asks for and that are sent; what a datum was before it changed."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

SEEN = "vigie_sees(structure_id) OR vigie_sees_of_caisse(structure_id, convention, caisse)"
TABLES = ("sent_roster", "roster_request")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "sent_roster",
        *_place(),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.String(length=64), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fetched_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["structure_id"], ["structure.id"], name=op.f("fk_sent_roster_structure_id_structure")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sent_roster")),
    )
    place = ["structure_id", "convention", "caisse"]
    op.create_index("ix_sent_roster_place", "sent_roster", [*place, "sent_at"], unique=False)
    op.create_table(
        "roster_request",
        *_place(),
        sa.Column("wished_on", sa.Date(), nullable=False),
        sa.Column("every_months", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=64), nullable=True),
        sa.Column("roster_id", sa.String(length=32), nullable=True),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_roster_request_ended")),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_roster_request_structure_id_structure")
        ),
        sa.ForeignKeyConstraint(
            ["roster_id"], ["sent_roster.id"], name=op.f("fk_roster_request_roster_id_sent_roster")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_request")),
    )
    op.create_index(op.f("ix_roster_request_structure_id"), "roster_request", ["structure_id"], unique=False)
    op.create_index(
        "uq_roster_request_open", "roster_request", place, unique=True,
        sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL"),
    )  # fmt: skip
    op.add_column("portal_account_change", sa.Column("former", sa.LargeBinary(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY sight ON {table} USING ({SEEN})")


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("portal_account_change") as batch_op:
        batch_op.drop_column("former")
    op.drop_index("uq_roster_request_open", table_name="roster_request")
    op.drop_index(op.f("ix_roster_request_structure_id"), table_name="roster_request")
    op.drop_table("roster_request")
    op.drop_index("ix_sent_roster_place", table_name="sent_roster")
    op.drop_table("sent_roster")


def _place() -> tuple[sa.Column[str], ...]:
    return (
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("convention", sa.String(length=32), nullable=False),
        sa.Column("caisse", sa.String(length=32), nullable=False),
    )
