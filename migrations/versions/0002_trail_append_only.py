"""The trail only grows: the database itself refuses to change or remove an entry.

Autogeneration sees no trigger and a SQLite batch on `trail_entry` drops these: such a revision must make them again.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SQLITE = (
    "CREATE TRIGGER trail_entry_no_update BEFORE UPDATE ON trail_entry "
    "BEGIN SELECT raise(abort, 'trail_entry is append-only'); END",
    "CREATE TRIGGER trail_entry_no_delete BEFORE DELETE ON trail_entry "
    "BEGIN SELECT raise(abort, 'trail_entry is append-only'); END",
)
POSTGRESQL = (
    "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
    "CREATE TRIGGER trail_entry_no_change BEFORE UPDATE OR DELETE ON trail_entry "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER trail_entry_no_truncate BEFORE TRUNCATE ON trail_entry "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
)
UNDO_SQLITE = ("DROP TRIGGER trail_entry_no_update", "DROP TRIGGER trail_entry_no_delete")
UNDO_POSTGRESQL = (
    "DROP TRIGGER trail_entry_no_change ON trail_entry",
    "DROP TRIGGER trail_entry_no_truncate ON trail_entry",
    "DROP FUNCTION refuse_change()",
)


def upgrade() -> None:
    """Refuse updates, deletions and truncation."""
    _run(SQLITE, POSTGRESQL)


def downgrade() -> None:
    """Allow them again."""
    _run(UNDO_SQLITE, UNDO_POSTGRESQL)


def _run(sqlite: tuple[str, ...], postgresql: tuple[str, ...]) -> None:
    for statement in sqlite if op.get_bind().dialect.name == "sqlite" else postgresql:
        op.execute(statement)
