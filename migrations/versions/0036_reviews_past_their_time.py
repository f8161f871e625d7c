"""An answer of a review may go once the trail says that its whole review goes; nothing else deletes one."""

from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

FIXED = 'id, campaign_id, entry_id, structure_id, convention, caisse, number, choice, motive, batch, "by", at, shown_at'
_ANNOUNCED = "EXISTS (SELECT 1 FROM trail_entry e WHERE e.action = 'review.removed' AND e.subject = OLD.campaign_id)"

SQLITE = (
    "DROP TRIGGER review_decision_no_delete",
    f"CREATE TRIGGER review_decision_no_delete BEFORE DELETE ON review_decision WHEN NOT {_ANNOUNCED} "
    "BEGIN SELECT raise(abort, 'review_decision is append-only'); END",
)
POSTGRESQL = (
    "DROP TRIGGER review_decision_no_change ON review_decision",
    f"CREATE TRIGGER review_decision_no_update BEFORE UPDATE OF {FIXED} ON review_decision "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE FUNCTION refuse_unless_removed() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN IF NOT {_ANNOUNCED} "
    "THEN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END IF; RETURN OLD; END $$",
    "CREATE TRIGGER review_decision_no_delete BEFORE DELETE ON review_decision "
    "FOR EACH ROW EXECUTE FUNCTION refuse_unless_removed()",
)
UNDO_SQLITE = (
    "DROP TRIGGER review_decision_no_delete",
    "CREATE TRIGGER review_decision_no_delete BEFORE DELETE ON review_decision "
    "BEGIN SELECT raise(abort, 'review_decision is append-only'); END",
)
UNDO_POSTGRESQL = (
    "DROP TRIGGER review_decision_no_delete ON review_decision",
    "DROP TRIGGER review_decision_no_update ON review_decision",
    "DROP FUNCTION refuse_unless_removed()",
    f"CREATE TRIGGER review_decision_no_change BEFORE UPDATE OF {FIXED} OR DELETE ON review_decision "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
)


def upgrade() -> None:
    """Apply."""
    _run(SQLITE, POSTGRESQL)


def downgrade() -> None:
    """Undo."""
    _run(UNDO_SQLITE, UNDO_POSTGRESQL)


def _run(on_sqlite: tuple[str, ...], on_postgresql: tuple[str, ...]) -> None:
    for statement in on_sqlite if op.get_bind().dialect.name == "sqlite" else on_postgresql:
        op.execute(statement)
