"""Reviews of accounts; their answers only grow, as the trail does.

The words of an answer may be sealed again under a new key: that is the one change the database lets through.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

OF_STRUCTURE = ("review_setting", "review_move", "review_notice")
OF_CAISSE = ("review_request", "review_entry", "review_decision")
POLICIES = (
    dict.fromkeys(OF_STRUCTURE, "vigie_sees(structure_id)")
    | {"review_campaign": "vigie_sees(structure_id) OR vigie_sees_signed(structure_id, convention)"}
    | dict.fromkeys(OF_CAISSE, "vigie_sees(structure_id) OR vigie_sees_of_caisse(structure_id, convention, caisse)")
)
FIXED = 'id, campaign_id, entry_id, structure_id, convention, caisse, number, choice, motive, batch, "by", at, shown_at'
SQLITE = (
    f"CREATE TRIGGER review_decision_no_update BEFORE UPDATE OF {FIXED} ON review_decision "
    "BEGIN SELECT raise(abort, 'review_decision is append-only'); END",
    "CREATE TRIGGER review_decision_no_delete BEFORE DELETE ON review_decision "
    "BEGIN SELECT raise(abort, 'review_decision is append-only'); END",
)
POSTGRESQL = (
    f"CREATE TRIGGER review_decision_no_change BEFORE UPDATE OF {FIXED} OR DELETE ON review_decision "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER review_decision_no_truncate BEFORE TRUNCATE ON review_decision "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "review_campaign",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("convention", sa.String(length=32), nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("busy", sa.String(length=80), nullable=True),
        sa.Column("caisse", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.String(length=64), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("first_due", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("silence", sa.String(length=16), nullable=False),
        sa.Column("grace", sa.Integer(), nullable=False),
        sa.Column("fallback", sa.String(length=32), nullable=True),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signer", sa.String(length=64), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("certificate", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(state = 'close') = (closed_at IS NOT NULL)", name=op.f("ck_review_campaign_closed")),
        sa.CheckConstraint("(state = 'ouverte') = (signed_at IS NULL)", name=op.f("ck_review_campaign_state")),
        sa.CheckConstraint("(signed_at IS NULL) = (signer IS NULL)", name=op.f("ck_review_campaign_signed")),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_review_campaign_structure_id_structure")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_campaign")),
        sa.UniqueConstraint("busy", name=op.f("uq_review_campaign_busy")),
        sa.UniqueConstraint("key", name=op.f("uq_review_campaign_key")),
    )
    with op.batch_alter_table("review_campaign", schema=None) as batch_op:
        batch_op.create_index("ix_review_campaign_place", ["structure_id", "convention", "state"], unique=False)

    op.create_table(
        "review_setting",
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("convention", sa.String(length=32), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("silence", sa.String(length=16), nullable=False),
        sa.Column("grace", sa.Integer(), nullable=False),
        sa.Column("fallback", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_review_setting_structure_id_structure")
        ),
        sa.PrimaryKeyConstraint("structure_id", "convention", name=op.f("pk_review_setting")),
    )
    op.create_table(
        "review_entry",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("campaign_id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("convention", sa.String(length=32), nullable=False),
        sa.Column("caisse", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("holder", sa.String(length=32), nullable=False),
        sa.Column("profile", sa.String(length=16), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("change", sa.String(length=16), nullable=False),
        sa.Column("differences", sa.JSON(), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.Column("reviewer", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("choice", sa.String(length=16), nullable=True),
        sa.Column("planned", sa.String(length=32), nullable=True),
        sa.Column("effect", sa.String(length=32), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(choice IS NULL) = (version = 0)", name=op.f("ck_review_entry_answered")),
        sa.CheckConstraint("(effect IS NULL) = (applied_at IS NULL)", name=op.f("ck_review_entry_applied")),
        sa.CheckConstraint("effect IS NULL OR planned IS NOT NULL", name=op.f("ck_review_entry_planned")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["review_campaign.id"], name=op.f("fk_review_entry_campaign_id_review_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_review_entry_structure_id_structure")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_entry")),
        sa.UniqueConstraint("campaign_id", "account", name=op.f("uq_review_entry_campaign_id_account")),
        sa.UniqueConstraint("campaign_id", "rank", name=op.f("uq_review_entry_campaign_id_rank")),
    )
    with op.batch_alter_table("review_entry", schema=None) as batch_op:
        batch_op.create_index("ix_review_entry_account", ["account"], unique=False)
        batch_op.create_index("ix_review_entry_reviewer", ["campaign_id", "reviewer"], unique=False)

    op.create_table(
        "review_move",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("campaign_id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("before", sa.String(length=32), nullable=False),
        sa.Column("after", sa.String(length=32), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["review_campaign.id"], name=op.f("fk_review_move_campaign_id_review_campaign")
        ),
        sa.ForeignKeyConstraint(["structure_id"], ["structure.id"], name=op.f("fk_review_move_structure_id_structure")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_move")),
    )
    with op.batch_alter_table("review_move", schema=None) as batch_op:
        batch_op.create_index("ix_review_move_campaign", ["campaign_id", "at"], unique=False)

    op.create_table(
        "review_notice",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("campaign_id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("message", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["review_campaign.id"], name=op.f("fk_review_notice_campaign_id_review_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_review_notice_structure_id_structure")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_notice")),
        sa.UniqueConstraint("campaign_id", "person", "kind", name=op.f("uq_review_notice_campaign_id_person_kind")),
    )
    op.create_table(
        "review_request",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("convention", sa.String(length=32), nullable=False),
        sa.Column("caisse", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("campaign_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["review_campaign.id"], name=op.f("fk_review_request_campaign_id_review_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_review_request_structure_id_structure")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_request")),
    )
    with op.batch_alter_table("review_request", schema=None) as batch_op:
        batch_op.create_index("ix_review_request_place", ["structure_id", "convention"], unique=False)

    op.create_table(
        "review_decision",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("campaign_id", sa.String(length=32), nullable=False),
        sa.Column("entry_id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("convention", sa.String(length=32), nullable=False),
        sa.Column("caisse", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("choice", sa.String(length=16), nullable=False),
        sa.Column("motive", sa.String(length=16), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("batch", sa.String(length=32), nullable=True),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["review_campaign.id"], name=op.f("fk_review_decision_campaign_id_review_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["review_entry.id"], name=op.f("fk_review_decision_entry_id_review_entry")
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_review_decision_structure_id_structure")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_decision")),
        sa.UniqueConstraint("entry_id", "number", name=op.f("uq_review_decision_entry_id_number")),
    )
    with op.batch_alter_table("review_decision", schema=None) as batch_op:
        batch_op.create_index("ix_review_decision_campaign", ["campaign_id", "at"], unique=False)

    _guard(op.get_bind().dialect.name)


def _guard(dialect: str) -> None:
    for statement in SQLITE if dialect == "sqlite" else POSTGRESQL:
        op.execute(statement)
    if dialect != "postgresql":
        return
    for table, seen in POLICIES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY sight ON {table} USING ({seen})")


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("review_decision", schema=None) as batch_op:
        batch_op.drop_index("ix_review_decision_campaign")

    op.drop_table("review_decision")
    with op.batch_alter_table("review_request", schema=None) as batch_op:
        batch_op.drop_index("ix_review_request_place")

    op.drop_table("review_request")
    op.drop_table("review_notice")
    with op.batch_alter_table("review_move", schema=None) as batch_op:
        batch_op.drop_index("ix_review_move_campaign")

    op.drop_table("review_move")
    with op.batch_alter_table("review_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_review_entry_reviewer")
        batch_op.drop_index("ix_review_entry_account")

    op.drop_table("review_entry")
    op.drop_table("review_setting")
    with op.batch_alter_table("review_campaign", schema=None) as batch_op:
        batch_op.drop_index("ix_review_campaign_place")

    op.drop_table("review_campaign")
