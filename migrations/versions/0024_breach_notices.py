"""Doing what is owed: the fact base, severity, decisions on persons, notices, what was told, links, the register.

What was kept is never changed: what is sealed in it may only be sealed again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

OWNED = (
    "breach_dossier", "breach_severity", "breach_persons_decision", "breach_notice", "breach_ack_link",
    "breach_register",
)  # fmt: skip
WITH_CAISSE = ("breach_told",)
FROZEN = {
    "breach_dossier": "id, structure_id, breach_id, number, at, by",
    "breach_severity": "id, structure_id, breach_id, number, at, by, method, inputs, risk",
    "breach_persons_decision": "id, structure_id, breach_id, number, at, by, choice, exception",
    "breach_told": "id, structure_id, breach_id, output, convention, caisse, number, at, by, version",
    "breach_register": "id, structure_id, breach_id, number, at, by, digest",
}


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "breach_dossier",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("breach_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["breach_id"], ["breach.id"], name=op.f("fk_breach_dossier_breach_id_breach")),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_breach_dossier_structure_id_structure")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach_dossier")),
        sa.UniqueConstraint("breach_id", "number", name=op.f("uq_breach_dossier_breach_id_number")),
    )
    with op.batch_alter_table("breach_dossier", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_breach_dossier_breach_id"), ["breach_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_breach_dossier_structure_id"), ["structure_id"], unique=False)

    op.create_table(
        "breach_persons_decision",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("breach_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("choice", sa.String(length=16), nullable=False),
        sa.Column("exception", sa.String(length=16), nullable=True),
        sa.Column("reasons", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["breach_id"], ["breach.id"], name=op.f("fk_breach_persons_decision_breach_id_breach")),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_breach_persons_decision_structure_id_structure")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach_persons_decision")),
        sa.UniqueConstraint("breach_id", "number", name=op.f("uq_breach_persons_decision_breach_id_number")),
    )
    with op.batch_alter_table("breach_persons_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_breach_persons_decision_breach_id"), ["breach_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_breach_persons_decision_structure_id"), ["structure_id"], unique=False)

    op.create_table(
        "breach_register",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("breach_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("entry", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["breach_id"], ["breach.id"], name=op.f("fk_breach_register_breach_id_breach")),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_breach_register_structure_id_structure")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach_register")),
        sa.UniqueConstraint("breach_id", "number", name=op.f("uq_breach_register_breach_id_number")),
    )
    with op.batch_alter_table("breach_register", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_breach_register_breach_id"), ["breach_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_breach_register_structure_id"), ["structure_id"], unique=False)

    op.create_table(
        "breach_severity",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("breach_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("risk", sa.String(length=16), nullable=False),
        sa.Column("reasons", sa.LargeBinary(), nullable=False),
        sa.Column("adjustment_reason", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["breach_id"], ["breach.id"], name=op.f("fk_breach_severity_breach_id_breach")),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_breach_severity_structure_id_structure")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach_severity")),
        sa.UniqueConstraint("breach_id", "number", name=op.f("uq_breach_severity_breach_id_number")),
    )
    with op.batch_alter_table("breach_severity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_breach_severity_breach_id"), ["breach_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_breach_severity_structure_id"), ["structure_id"], unique=False)

    op.create_table(
        "breach_told",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("breach_id", sa.String(length=32), nullable=False),
        sa.Column("output", sa.String(length=16), nullable=False),
        sa.Column("convention", sa.String(length=32), nullable=False),
        sa.Column("caisse", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("version", sa.String(length=16), nullable=True),
        sa.Column("reference", sa.LargeBinary(), nullable=True),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["breach_id"], ["breach.id"], name=op.f("fk_breach_told_breach_id_breach")),
        sa.ForeignKeyConstraint(["structure_id"], ["structure.id"], name=op.f("fk_breach_told_structure_id_structure")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach_told")),
        sa.UniqueConstraint(
            "breach_id",
            "output",
            "convention",
            "caisse",
            "number",
            name=op.f("uq_breach_told_breach_id_output_convention_caisse_number"),
        ),
    )
    with op.batch_alter_table("breach_told", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_breach_told_breach_id"), ["breach_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_breach_told_structure_id"), ["structure_id"], unique=False)

    op.create_table(
        "breach_notice",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("breach_id", sa.String(length=32), nullable=False),
        sa.Column("duty_id", sa.String(length=32), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("message", sa.String(length=32), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(length=32), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("recipient", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(done_at IS NULL) = (done_by IS NULL)", name=op.f("ck_breach_notice_done")),
        sa.ForeignKeyConstraint(["breach_id"], ["breach.id"], name=op.f("fk_breach_notice_breach_id_breach")),
        sa.ForeignKeyConstraint(["duty_id"], ["breach_duty.id"], name=op.f("fk_breach_notice_duty_id_breach_duty")),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_breach_notice_structure_id_structure")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach_notice")),
        sa.UniqueConstraint("duty_id", "step", "number", name=op.f("uq_breach_notice_duty_id_step_number")),
    )
    with op.batch_alter_table("breach_notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_breach_notice_breach_id"), ["breach_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_breach_notice_duty_id"), ["duty_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_breach_notice_message"), ["message"], unique=False)
        batch_op.create_index(batch_op.f("ix_breach_notice_structure_id"), ["structure_id"], unique=False)

    op.create_table(
        "breach_ack_link",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("breach_id", sa.String(length=32), nullable=False),
        sa.Column("duty_id", sa.String(length=32), nullable=False),
        sa.Column("notice_id", sa.String(length=32), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signature", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(used_at IS NULL) = (signature IS NULL)", name=op.f("ck_breach_ack_link_used")),
        sa.ForeignKeyConstraint(["breach_id"], ["breach.id"], name=op.f("fk_breach_ack_link_breach_id_breach")),
        sa.ForeignKeyConstraint(["duty_id"], ["breach_duty.id"], name=op.f("fk_breach_ack_link_duty_id_breach_duty")),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["breach_notice.id"], name=op.f("fk_breach_ack_link_notice_id_breach_notice")
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_breach_ack_link_structure_id_structure")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach_ack_link")),
        sa.UniqueConstraint("hash", name=op.f("uq_breach_ack_link_hash")),
    )
    with op.batch_alter_table("breach_ack_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_breach_ack_link_breach_id"), ["breach_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_breach_ack_link_duty_id"), ["duty_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_breach_ack_link_structure_id"), ["structure_id"], unique=False)

    _protect()


def downgrade() -> None:
    """Undo."""
    _unprotect()
    with op.batch_alter_table("breach_ack_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_breach_ack_link_structure_id"))
        batch_op.drop_index(batch_op.f("ix_breach_ack_link_duty_id"))
        batch_op.drop_index(batch_op.f("ix_breach_ack_link_breach_id"))

    op.drop_table("breach_ack_link")
    with op.batch_alter_table("breach_notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_breach_notice_structure_id"))
        batch_op.drop_index(batch_op.f("ix_breach_notice_message"))
        batch_op.drop_index(batch_op.f("ix_breach_notice_duty_id"))
        batch_op.drop_index(batch_op.f("ix_breach_notice_breach_id"))

    op.drop_table("breach_notice")
    with op.batch_alter_table("breach_told", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_breach_told_structure_id"))
        batch_op.drop_index(batch_op.f("ix_breach_told_breach_id"))

    op.drop_table("breach_told")
    with op.batch_alter_table("breach_severity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_breach_severity_structure_id"))
        batch_op.drop_index(batch_op.f("ix_breach_severity_breach_id"))

    op.drop_table("breach_severity")
    with op.batch_alter_table("breach_register", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_breach_register_structure_id"))
        batch_op.drop_index(batch_op.f("ix_breach_register_breach_id"))

    op.drop_table("breach_register")
    with op.batch_alter_table("breach_persons_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_breach_persons_decision_structure_id"))
        batch_op.drop_index(batch_op.f("ix_breach_persons_decision_breach_id"))

    op.drop_table("breach_persons_decision")
    with op.batch_alter_table("breach_dossier", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_breach_dossier_structure_id"))
        batch_op.drop_index(batch_op.f("ix_breach_dossier_breach_id"))

    op.drop_table("breach_dossier")


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
