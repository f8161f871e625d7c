"""Seals, checkpoints, time stamps and verifications of the trail; an entry may go only once pruning was announced.

An entry is deleted when all of this holds: it is sealed; an entry `trail.pruned` names a checkpoint at or after it;
and it is older than six months by the database's own clock, the least that the CNIL recommends to keep.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

FOREVER = ("trail_seal", "trail_checkpoint", "trail_stamp")

_ANNOUNCED = """EXISTS (
  SELECT 1 FROM trail_seal s
  JOIN trail_checkpoint c ON c.position >= s.position
  JOIN trail_entry p ON p.action = 'trail.pruned' AND p.subject = CAST(c.position AS VARCHAR)
  WHERE s.entry_id = OLD.id
)"""

SQLITE = (
    "DROP TRIGGER trail_entry_no_delete",
    "CREATE TRIGGER trail_entry_no_delete BEFORE DELETE ON trail_entry "
    f"WHEN OLD.at >= datetime('now', '-6 months') OR NOT {_ANNOUNCED} "
    "BEGIN SELECT raise(abort, 'trail_entry is append-only'); END",
    *(
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT raise(abort, '{table} is append-only'); END"
        for table in FOREVER
        for verb in ("UPDATE", "DELETE")
    ),
)
POSTGRESQL = (
    "DROP TRIGGER trail_entry_no_change ON trail_entry",
    "CREATE TRIGGER trail_entry_no_update BEFORE UPDATE ON trail_entry FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE FUNCTION refuse_unless_pruned() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN IF OLD.at >= now() - interval '6 months' OR NOT {_ANNOUNCED} "
    "THEN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END IF; RETURN OLD; END $$",
    "CREATE TRIGGER trail_entry_no_delete BEFORE DELETE ON trail_entry "
    "FOR EACH ROW EXECUTE FUNCTION refuse_unless_pruned()",
    *(
        f"CREATE TRIGGER {table}_no_{name} BEFORE {verbs} ON {table} FOR EACH {each} EXECUTE FUNCTION refuse_change()"
        for table in FOREVER
        for name, verbs, each in (("change", "UPDATE OR DELETE", "ROW"), ("truncate", "TRUNCATE", "STATEMENT"))
    ),
)
UNDO_SQLITE = (
    "DROP TRIGGER trail_entry_no_delete",
    "CREATE TRIGGER trail_entry_no_delete BEFORE DELETE ON trail_entry "
    "BEGIN SELECT raise(abort, 'trail_entry is append-only'); END",
)
UNDO_POSTGRESQL = (
    "DROP TRIGGER trail_entry_no_delete ON trail_entry",
    "DROP TRIGGER trail_entry_no_update ON trail_entry",
    "DROP FUNCTION refuse_unless_pruned()",
    "CREATE TRIGGER trail_entry_no_change BEFORE UPDATE OR DELETE ON trail_entry "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
)


def upgrade() -> None:
    """Make the tables, what searches need, and the triggers."""
    _make_proofs()
    op.create_table(
        "trail_verification",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("pending", sa.Integer(), nullable=False),
        sa.Column("broken", sa.Integer(), nullable=False),
        sa.Column("broken_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trail_verification")),
        sa.CheckConstraint("(broken = 0) = (broken_at IS NULL)", name=op.f("ck_trail_verification_broken")),
    )
    op.create_index(op.f("ix_trail_entry_structure_at"), "trail_entry", ["structure", "at"])
    op.create_index(op.f("ix_trail_entry_action"), "trail_entry", ["action"])
    _run(SQLITE, POSTGRESQL)


def downgrade() -> None:
    """Undo it all."""
    for table in ("trail_verification", "trail_stamp", "trail_checkpoint", "trail_seal"):
        op.drop_table(table)
    _run(UNDO_SQLITE, UNDO_POSTGRESQL)
    op.drop_index(op.f("ix_trail_entry_action"), "trail_entry")
    op.drop_index(op.f("ix_trail_entry_structure_at"), "trail_entry")


def _make_proofs() -> None:
    rank = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "trail_seal",
        sa.Column("position", rank, autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leaf", sa.LargeBinary(length=32), nullable=False),
        sa.Column("seal", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_trail_seal")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_trail_seal_entry_id")),
    )
    op.create_table(
        "trail_checkpoint",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("signature", sa.String(length=88), nullable=False),
        sa.Column("peaks", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trail_checkpoint")),
    )
    op.create_index(op.f("ix_trail_checkpoint_position"), "trail_checkpoint", ["position"])
    op.create_table(
        "trail_stamp",
        sa.Column("checkpoint_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("checkpoint_id", name=op.f("pk_trail_stamp")),
        sa.ForeignKeyConstraint(
            ["checkpoint_id"], ["trail_checkpoint.id"], name=op.f("fk_trail_stamp_checkpoint_id_trail_checkpoint")
        ),
    )


def _run(sqlite: tuple[str, ...], postgresql: tuple[str, ...]) -> None:
    for statement in sqlite if op.get_bind().dialect.name == "sqlite" else postgresql:
        op.execute(statement)
