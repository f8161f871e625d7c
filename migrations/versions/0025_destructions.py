"""Destructions: what is wanted, what comes first, each step, the certificates; what the ledger outside knows of."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

SEEN = "vigie_sees(structure_id)"
SHARED = f"{SEEN} OR vigie_sees_signed(structure_id, convention)"
POLICIES = {
    "destruction": SHARED,
    "destruction_consent": SHARED,
    "destruction_step": SHARED,
    "destruction_certificate": SHARED,
    "archives_slip": SEEN,
    "legal_hold": SEEN,
    "external_store": SEEN,
}


def upgrade() -> None:
    """Apply."""
    _destructions()
    _what_comes_first()
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, seen in POLICIES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY sight ON {table} USING ({seen})")


def downgrade() -> None:
    """Undo."""
    for table in ("erasure_applied", *reversed(POLICIES)):
        op.drop_table(table)


def _destructions() -> None:
    op.create_table(
        "erasure_applied",
        sa.Column("entry", sa.String(length=48), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_erasure_applied")),
    )
    op.create_table(
        "destruction",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("convention", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("act", sa.Integer(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.String(length=64), nullable=False),
        sa.Column("grace_ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by", sa.String(length=64), nullable=True),
        sa.Column("undone", sa.String(length=32), nullable=False),
        sa.Column("gates", sa.JSON(), nullable=False),
        sa.CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name=op.f("ck_destruction_cancelled")),
        sa.CheckConstraint(
            "started_at IS NOT NULL OR state IN ('opened', 'cancelled')", name=op.f("ck_destruction_started")
        ),
        sa.CheckConstraint(
            "state IN ('opened', 'underway', 'held', 'done', 'cancelled')", name=op.f("ck_destruction_state")
        ),
        sa.CheckConstraint("(cancelled_at IS NULL) = (cancelled_by IS NULL)", name=op.f("ck_destruction_cancelled_by")),
        sa.ForeignKeyConstraint(["structure_id"], ["structure.id"], name=op.f("fk_destruction_structure_id_structure")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_destruction")),
        sa.UniqueConstraint(
            "structure_id", "convention", "undone", name=op.f("uq_destruction_structure_id_convention_undone")
        ),
    )
    op.create_index(op.f("ix_destruction_structure_id"), "destruction", ["structure_id"], unique=False)
    op.create_table(
        "destruction_certificate",
        sa.Column("destruction_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("convention", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("signature", sa.String(length=88), nullable=False),
        sa.Column("stamp", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["destruction_id"], ["destruction.id"], name=op.f("fk_destruction_certificate_destruction_id_destruction")
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_destruction_certificate_structure_id_structure")
        ),
        sa.PrimaryKeyConstraint("destruction_id", "number", name=op.f("pk_destruction_certificate")),
    )
    op.create_table(
        "destruction_consent",
        sa.Column("destruction_id", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("convention", sa.String(length=32), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["destruction_id"], ["destruction.id"], name=op.f("fk_destruction_consent_destruction_id_destruction")
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_destruction_consent_structure_id_structure")
        ),
        sa.PrimaryKeyConstraint("destruction_id", "person", name=op.f("pk_destruction_consent")),
    )
    op.create_table(
        "destruction_step",
        sa.Column("destruction_id", sa.String(length=32), nullable=False),
        sa.Column("act", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("convention", sa.String(length=32), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("group", sa.String(length=1), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("before", sa.Integer(), nullable=True),
        sa.Column("after", sa.Integer(), nullable=True),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("error", sa.String(length=300), nullable=True),
        sa.CheckConstraint("(state = 'done') = (ended_at IS NOT NULL)", name=op.f("ck_destruction_step_ended")),
        sa.CheckConstraint("state IN ('waiting', 'failed', 'done')", name=op.f("ck_destruction_step_state")),
        sa.ForeignKeyConstraint(
            ["destruction_id"], ["destruction.id"], name=op.f("fk_destruction_step_destruction_id_destruction")
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_destruction_step_structure_id_structure")
        ),
        sa.PrimaryKeyConstraint("destruction_id", "act", "name", name=op.f("pk_destruction_step")),
    )


def _what_comes_first() -> None:
    op.create_table(
        "external_store",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("convention", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("label", sa.LargeBinary(), nullable=False),
        sa.Column("connection", sa.LargeBinary(), nullable=True),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declared_by", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("before", sa.Integer(), nullable=True),
        sa.Column("after", sa.Integer(), nullable=True),
        sa.Column("emptied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attested_by", sa.String(length=64), nullable=True),
        sa.Column("attestation", sa.LargeBinary(), nullable=True),
        sa.Column("attestation_sha256", sa.String(length=64), nullable=True),
        sa.Column("statement", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(attested_at IS NULL) = (attested_by IS NULL)", name=op.f("ck_external_store_attested")),
        sa.CheckConstraint("emptied_at IS NULL OR after = 0", name=op.f("ck_external_store_emptied")),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_external_store_structure_id_structure")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_store")),
    )
    op.create_index(op.f("ix_external_store_structure_id"), "external_store", ["structure_id"], unique=False)
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("convention", sa.String(length=32), nullable=False),
        sa.Column("tables", sa.JSON(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.String(length=64), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by", sa.String(length=64), nullable=True),
        sa.CheckConstraint("(released_at IS NULL) = (released_by IS NULL)", name=op.f("ck_legal_hold_released")),
        sa.ForeignKeyConstraint(["structure_id"], ["structure.id"], name=op.f("fk_legal_hold_structure_id_structure")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    op.create_index(op.f("ix_legal_hold_structure_id"), "legal_hold", ["structure_id"], unique=False)
    op.create_table(
        "archives_slip",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("destruction_id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("transmitted_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.String(length=16), nullable=True),
        sa.Column("visa_on", sa.Date(), nullable=True),
        sa.Column("visa", sa.LargeBinary(), nullable=True),
        sa.Column("visa_sha256", sa.String(length=64), nullable=True),
        sa.Column("refused", sa.JSON(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "(answer IN ('granted', 'partial')) = (visa IS NOT NULL)", name=op.f("ck_archives_slip_visa")
        ),
        sa.CheckConstraint(
            "answer IS NULL OR answer IN ('granted', 'partial', 'refused', 'not_needed')",
            name=op.f("ck_archives_slip_answer"),
        ),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_archives_slip_answered")),
        sa.ForeignKeyConstraint(
            ["destruction_id"], ["destruction.id"], name=op.f("fk_archives_slip_destruction_id_destruction")
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_archives_slip_structure_id_structure")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archives_slip")),
        sa.UniqueConstraint("destruction_id", name=op.f("uq_archives_slip_destruction_id")),
    )
