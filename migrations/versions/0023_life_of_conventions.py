"""What happens to a convention, and what its end set off.

The triggers leave the sealed column alone: a new data key seals it again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

FROZEN = "structure_id, convention, caisse, kind, text, day, until, notice, counted_to, of, party, edition, recorded_at"
QUOTED = ", ".join(f'"{name.strip()}"' for name in FROZEN.split(","))
SQLITE = (
    f"CREATE TRIGGER convention_event_no_update BEFORE UPDATE OF {QUOTED} ON convention_event "
    "BEGIN SELECT raise(abort, 'convention_event is append-only'); END",
)
POSTGRESQL = (
    f"CREATE TRIGGER convention_event_no_update BEFORE UPDATE OF {QUOTED} ON convention_event "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
)
TABLES = ("convention_event", "convention_end")


def upgrade() -> None:
    """Apply."""
    _events()
    _ends()
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE if is_sqlite else POSTGRESQL:
        op.execute(statement)
    if not is_sqlite:
        for table in TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(
                f"CREATE POLICY sight ON {table} "
                "USING (vigie_sees(structure_id) OR vigie_sees_signed(structure_id, convention))"
            )


def downgrade() -> None:
    """Undo."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _events() -> None:
    op.create_table(
        "convention_event",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("convention", sa.String(length=32), nullable=False),
        sa.Column("caisse", sa.String(length=32), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text", sa.String(length=2), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("notice", sa.String(length=32), nullable=True),
        sa.Column("counted_to", sa.String(length=16), nullable=True),
        sa.Column("of", sa.String(length=32), nullable=True),
        sa.Column("party", sa.String(length=16), nullable=True),
        sa.Column("edition", sa.Integer(), nullable=True),
        sa.Column("reference", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_convention_event_structure_id_structure")
        ),
        sa.ForeignKeyConstraint(["of"], ["convention_event.id"], name=op.f("fk_convention_event_of_convention_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_convention_event")),
    )
    op.create_index("ix_convention_event_place", "convention_event", ["structure_id", "convention"])


def _ends() -> None:
    op.create_table(
        "convention_end",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("convention", sa.String(length=32), nullable=False),
        sa.Column("caisse", sa.String(length=32), nullable=False),
        sa.Column("text", sa.String(length=2), nullable=False),
        sa.Column("over_from", sa.Date(), nullable=False),
        sa.Column("why", sa.String(length=48), nullable=False),
        sa.Column("set_off_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("undone_at >= set_off_at", name=op.f("ck_convention_end_undone")),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_convention_end_structure_id_structure")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_convention_end")),
    )
    stands = sa.text("undone_at IS NULL")
    op.create_index(
        "uq_convention_end_stands",
        "convention_end",
        ["structure_id", "convention", "caisse", "text"],
        unique=True,
        sqlite_where=stands,
        postgresql_where=stands,
    )
