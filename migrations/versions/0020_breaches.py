"""Breaches: facts, the awareness ledger, duties and their clocks, alarms, tasks, documents, exchanges, rehearsals.

Lines of the ledger and changes of clocks are never changed: what is sealed in them may only be sealed again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

OWNED = (
    "breach", "breach_ledger", "breach_duty_change", "breach_alarm", "breach_task", "breach_document",
)  # fmt: skip
WITH_CAISSE = ("breach_concern", "breach_duty", "breach_exchange")
FROZEN = {
    "breach_ledger": "id, structure_id, breach_id, number, what, instant, is_estimated, corrects, recorded_at, "
    "recorded_by",
    "breach_duty_change": "id, structure_id, breach_id, duty_id, at, by, old_started_at, new_started_at, old_alarm_at, "
    "new_alarm_at",
}


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "breach_rehearsal",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("breach_id", sa.String(length=32), nullable=False),
        sa.Column("message", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach_rehearsal")),
    )
    with op.batch_alter_table("breach_rehearsal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_breach_rehearsal_proven_at"), ["proven_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_breach_rehearsal_started_at"), ["started_at"], unique=False)

    op.create_table(
        "breach",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declared_by", sa.String(length=32), nullable=False),
        sa.Column("suspected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("aware_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("triggers", sa.JSON(), nullable=False),
        sa.Column("in_transfer", sa.Boolean(), nullable=True),
        sa.Column("own_data", sa.Boolean(), nullable=True),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("exercise", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=32), nullable=True),
        sa.Column("merged_into", sa.String(length=32), nullable=True),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.Column("lessons", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(state = 'merged') = (merged_into IS NOT NULL)", name=op.f("ck_breach_merged")),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name=op.f("ck_breach_ended")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_breach_ended_by")),
        sa.ForeignKeyConstraint(["merged_into"], ["breach.id"], name=op.f("fk_breach_merged_into_breach")),
        sa.ForeignKeyConstraint(["structure_id"], ["structure.id"], name=op.f("fk_breach_structure_id_structure")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach")),
        sa.UniqueConstraint("structure_id", "number", name=op.f("uq_breach_structure_id_number")),
    )
    with op.batch_alter_table("breach", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_breach_structure_id"), ["structure_id"], unique=False)

    op.create_table(
        "breach_concern",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("breach_id", sa.String(length=32), nullable=False),
        sa.Column("convention", sa.String(length=32), nullable=False),
        sa.Column("caisse", sa.String(length=32), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("summary", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["breach_id"], ["breach.id"], name=op.f("fk_breach_concern_breach_id_breach")),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_breach_concern_structure_id_structure")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach_concern")),
        sa.UniqueConstraint(
            "breach_id", "convention", "caisse", name=op.f("uq_breach_concern_breach_id_convention_caisse")
        ),
    )
    with op.batch_alter_table("breach_concern", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_breach_concern_breach_id"), ["breach_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_breach_concern_structure_id"), ["structure_id"], unique=False)

    op.create_table(
        "breach_document",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("breach_id", sa.String(length=32), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.String(length=32), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["breach_id"], ["breach.id"], name=op.f("fk_breach_document_breach_id_breach")),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_breach_document_structure_id_structure")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach_document")),
    )
    with op.batch_alter_table("breach_document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_breach_document_breach_id"), ["breach_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_breach_document_structure_id"), ["structure_id"], unique=False)

    op.create_table(
        "breach_duty",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("breach_id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=96), nullable=False),
        sa.Column("convention", sa.String(length=32), nullable=False),
        sa.Column("caisse", sa.String(length=32), nullable=False),
        sa.Column("what", sa.String(length=24), nullable=False),
        sa.Column("owed_by", sa.String(length=16), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("exercise", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alarm_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("limit_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_alarm_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("discharged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("discharged_by", sa.String(length=32), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proof", sa.String(length=16), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reference", sa.LargeBinary(), nullable=True),
        sa.Column("late_reason", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(discharged_at IS NULL) = (proof IS NULL)", name=op.f("ck_breach_duty_proof")),
        sa.ForeignKeyConstraint(["breach_id"], ["breach.id"], name=op.f("fk_breach_duty_breach_id_breach")),
        sa.ForeignKeyConstraint(["structure_id"], ["structure.id"], name=op.f("fk_breach_duty_structure_id_structure")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach_duty")),
        sa.UniqueConstraint("breach_id", "key", name=op.f("uq_breach_duty_breach_id_key")),
    )
    with op.batch_alter_table("breach_duty", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_breach_duty_alarm_at"), ["alarm_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_breach_duty_breach_id"), ["breach_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_breach_duty_next_alarm_at"), ["next_alarm_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_breach_duty_structure_id"), ["structure_id"], unique=False)

    op.create_table(
        "breach_ledger",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("breach_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=24), nullable=False),
        sa.Column("instant", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_estimated", sa.Boolean(), nullable=False),
        sa.Column("corrects", sa.String(length=32), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=32), nullable=False),
        sa.Column("who", sa.LargeBinary(), nullable=True),
        sa.Column("why", sa.LargeBinary(), nullable=True),
        sa.Column("proof", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["breach_id"], ["breach.id"], name=op.f("fk_breach_ledger_breach_id_breach")),
        sa.ForeignKeyConstraint(
            ["corrects"], ["breach_ledger.id"], name=op.f("fk_breach_ledger_corrects_breach_ledger")
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_breach_ledger_structure_id_structure")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach_ledger")),
        sa.UniqueConstraint("breach_id", "number", name=op.f("uq_breach_ledger_breach_id_number")),
    )
    with op.batch_alter_table("breach_ledger", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_breach_ledger_breach_id"), ["breach_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_breach_ledger_structure_id"), ["structure_id"], unique=False)

    op.create_table(
        "breach_task",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("breach_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("owner", sa.String(length=32), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.String(length=32), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(length=32), nullable=True),
        sa.Column("title", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("(done_at IS NULL) = (done_by IS NULL)", name=op.f("ck_breach_task_done")),
        sa.ForeignKeyConstraint(["breach_id"], ["breach.id"], name=op.f("fk_breach_task_breach_id_breach")),
        sa.ForeignKeyConstraint(["structure_id"], ["structure.id"], name=op.f("fk_breach_task_structure_id_structure")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach_task")),
    )
    with op.batch_alter_table("breach_task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_breach_task_breach_id"), ["breach_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_breach_task_owner"), ["owner"], unique=False)
        batch_op.create_index(batch_op.f("ix_breach_task_structure_id"), ["structure_id"], unique=False)

    op.create_table(
        "breach_alarm",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("breach_id", sa.String(length=32), nullable=False),
        sa.Column("duty_id", sa.String(length=32), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("crossed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("exercise", sa.Boolean(), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["breach_id"], ["breach.id"], name=op.f("fk_breach_alarm_breach_id_breach")),
        sa.ForeignKeyConstraint(["duty_id"], ["breach_duty.id"], name=op.f("fk_breach_alarm_duty_id_breach_duty")),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_breach_alarm_structure_id_structure")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach_alarm")),
        sa.UniqueConstraint("duty_id", "level", "due_at", name=op.f("uq_breach_alarm_duty_id_level_due_at")),
    )
    with op.batch_alter_table("breach_alarm", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_breach_alarm_breach_id"), ["breach_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_breach_alarm_duty_id"), ["duty_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_breach_alarm_handled_at"), ["handled_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_breach_alarm_structure_id"), ["structure_id"], unique=False)

    op.create_table(
        "breach_duty_change",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("breach_id", sa.String(length=32), nullable=False),
        sa.Column("duty_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("old_started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("new_started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("old_alarm_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("new_alarm_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["breach_id"], ["breach.id"], name=op.f("fk_breach_duty_change_breach_id_breach")),
        sa.ForeignKeyConstraint(
            ["duty_id"], ["breach_duty.id"], name=op.f("fk_breach_duty_change_duty_id_breach_duty")
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_breach_duty_change_structure_id_structure")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach_duty_change")),
    )
    with op.batch_alter_table("breach_duty_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_breach_duty_change_breach_id"), ["breach_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_breach_duty_change_duty_id"), ["duty_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_breach_duty_change_structure_id"), ["structure_id"], unique=False)

    op.create_table(
        "breach_exchange",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("breach_id", sa.String(length=32), nullable=False),
        sa.Column("concern_id", sa.String(length=32), nullable=False),
        sa.Column("convention", sa.String(length=32), nullable=False),
        sa.Column("caisse", sa.String(length=32), nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["breach_id"], ["breach.id"], name=op.f("fk_breach_exchange_breach_id_breach")),
        sa.ForeignKeyConstraint(
            ["concern_id"], ["breach_concern.id"], name=op.f("fk_breach_exchange_concern_id_breach_concern")
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_breach_exchange_structure_id_structure")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach_exchange")),
    )
    with op.batch_alter_table("breach_exchange", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_breach_exchange_breach_id"), ["breach_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_breach_exchange_concern_id"), ["concern_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_breach_exchange_structure_id"), ["structure_id"], unique=False)
    _protect()


def downgrade() -> None:
    """Undo."""
    _unprotect()
    with op.batch_alter_table("breach_exchange", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_breach_exchange_structure_id"))
        batch_op.drop_index(batch_op.f("ix_breach_exchange_concern_id"))
        batch_op.drop_index(batch_op.f("ix_breach_exchange_breach_id"))

    op.drop_table("breach_exchange")
    with op.batch_alter_table("breach_duty_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_breach_duty_change_structure_id"))
        batch_op.drop_index(batch_op.f("ix_breach_duty_change_duty_id"))
        batch_op.drop_index(batch_op.f("ix_breach_duty_change_breach_id"))

    op.drop_table("breach_duty_change")
    with op.batch_alter_table("breach_alarm", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_breach_alarm_structure_id"))
        batch_op.drop_index(batch_op.f("ix_breach_alarm_handled_at"))
        batch_op.drop_index(batch_op.f("ix_breach_alarm_duty_id"))
        batch_op.drop_index(batch_op.f("ix_breach_alarm_breach_id"))

    op.drop_table("breach_alarm")
    with op.batch_alter_table("breach_task", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_breach_task_structure_id"))
        batch_op.drop_index(batch_op.f("ix_breach_task_owner"))
        batch_op.drop_index(batch_op.f("ix_breach_task_breach_id"))

    op.drop_table("breach_task")
    with op.batch_alter_table("breach_ledger", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_breach_ledger_structure_id"))
        batch_op.drop_index(batch_op.f("ix_breach_ledger_breach_id"))

    op.drop_table("breach_ledger")
    with op.batch_alter_table("breach_duty", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_breach_duty_structure_id"))
        batch_op.drop_index(batch_op.f("ix_breach_duty_next_alarm_at"))
        batch_op.drop_index(batch_op.f("ix_breach_duty_breach_id"))
        batch_op.drop_index(batch_op.f("ix_breach_duty_alarm_at"))

    op.drop_table("breach_duty")
    with op.batch_alter_table("breach_document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_breach_document_structure_id"))
        batch_op.drop_index(batch_op.f("ix_breach_document_breach_id"))

    op.drop_table("breach_document")
    with op.batch_alter_table("breach_concern", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_breach_concern_structure_id"))
        batch_op.drop_index(batch_op.f("ix_breach_concern_breach_id"))

    op.drop_table("breach_concern")
    with op.batch_alter_table("breach", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_breach_structure_id"))

    op.drop_table("breach")
    with op.batch_alter_table("breach_rehearsal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_breach_rehearsal_started_at"))
        batch_op.drop_index(batch_op.f("ix_breach_rehearsal_proven_at"))

    op.drop_table("breach_rehearsal")


def _protect() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, columns in FROZEN.items():
        if is_sqlite:
            then = f"BEGIN SELECT raise(abort, '{table} is append-only'); END"
        else:
            then = "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE OF {columns} ON {table} {then}")
    if is_sqlite:
        return
    for table in (*OWNED, *WITH_CAISSE):
        of_caisse = " OR vigie_sees_of_caisse(structure_id, convention, caisse)" if table in WITH_CAISSE else ""
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY sight ON {table} USING (vigie_sees(structure_id){of_caisse})")


def _unprotect() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for table in FROZEN:
        op.execute(f"DROP TRIGGER {table}_no_update" + (f" ON {table}" if on_postgresql else ""))
