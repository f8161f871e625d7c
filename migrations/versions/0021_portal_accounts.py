"""Accounts of the portal: staff, what is attested of it, accounts and their history, sizes, domains, vacancies.

The history only grows: the database refuses to rewrite a step. What is sealed in it is sealed again
when a key changes, and that alone.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

LIVE = "state IN ('demande', 'cree', 'actif', 'inactivation_demandee')"
OPEN = "ended_at IS NULL"
OWN = ("agent", "attestation", "structure_size", "email_domain")
SHARED = ("portal_account", "portal_account_event", "portal_account_change", "vacancy")
ONE_CAISSE = "vigie_sees(structure_id) OR vigie_sees_of_caisse(structure_id, convention, caisse)"
FIXED = "structure_id, convention, caisse, account_id, number, at, day, done_by, role, before, after, reason"
SQLITE = (
    f"CREATE TRIGGER portal_account_event_no_update BEFORE UPDATE OF {FIXED} ON portal_account_event "
    "BEGIN SELECT raise(abort, 'portal_account_event is append-only'); END",
)
POSTGRESQL = (
    f"CREATE TRIGGER portal_account_event_no_update BEFORE UPDATE OF {FIXED} ON portal_account_event "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "agent",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("civility", sa.LargeBinary(), nullable=False),
        sa.Column("last_name", sa.LargeBinary(), nullable=False),
        sa.Column("first_name", sa.LargeBinary(), nullable=False),
        sa.Column("fonction", sa.LargeBinary(), nullable=False),
        sa.Column("email", sa.LargeBinary(), nullable=False),
        sa.Column("email_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("tie", sa.String(length=16), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declared_by", sa.String(length=64), nullable=False),
        sa.CheckConstraint("left_on >= joined_on", name=op.f("ck_agent_period")),
        sa.ForeignKeyConstraint(["structure_id"], ["structure.id"], name=op.f("fk_agent_structure_id_structure")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent")),
        sa.UniqueConstraint("structure_id", "email_hash", name=op.f("uq_agent_structure_id_email_hash")),
    )
    with op.batch_alter_table("agent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agent_email_hash"), ["email_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_agent_structure_id"), ["structure_id"], unique=False)

    op.create_table(
        "email_domain",
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("domain", sa.String(length=253), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_email_domain_structure_id_structure")
        ),
        sa.PrimaryKeyConstraint("structure_id", "domain", name=op.f("pk_email_domain")),
    )
    op.create_table(
        "structure_size",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_by", sa.String(length=64), nullable=False),
        sa.CheckConstraint("members > 0", name=op.f("ck_structure_size_members")),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_structure_size_structure_id_structure")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_structure_size")),
    )
    with op.batch_alter_table("structure_size", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_structure_size_structure_id"), ["structure_id"], unique=False)

    op.create_table(
        "attestation",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("agent_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("attested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attested_by", sa.String(length=64), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=64), nullable=True),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_attestation_withdrawn")),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_attestation_agent_id_agent")),
        sa.ForeignKeyConstraint(["structure_id"], ["structure.id"], name=op.f("fk_attestation_structure_id_structure")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attestation")),
    )
    with op.batch_alter_table("attestation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attestation_agent_id"), ["agent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attestation_structure_id"), ["structure_id"], unique=False)

    op.create_table(
        "portal_account",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("convention", sa.String(length=32), nullable=False),
        sa.Column("caisse", sa.String(length=32), nullable=False),
        sa.Column("agent_id", sa.String(length=32), nullable=False),
        sa.Column("profile", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("civility", sa.LargeBinary(), nullable=False),
        sa.Column("last_name", sa.LargeBinary(), nullable=False),
        sa.Column("first_name", sa.LargeBinary(), nullable=False),
        sa.Column("fonction", sa.LargeBinary(), nullable=False),
        sa.Column("email", sa.LargeBinary(), nullable=False),
        sa.Column("email_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("members", sa.Integer(), nullable=True),
        sa.Column("manager_id", sa.String(length=32), nullable=True),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("signature_due_on", sa.Date(), nullable=True),
        sa.Column("granted_on", sa.Date(), nullable=True),
        sa.Column("cgu_on", sa.Date(), nullable=True),
        sa.Column("notice_on", sa.Date(), nullable=True),
        sa.Column("wished_on", sa.Date(), nullable=True),
        sa.Column("earliest_on", sa.Date(), nullable=True),
        sa.Column("inactive_on", sa.Date(), nullable=True),
        sa.Column("hidden_on", sa.Date(), nullable=True),
        sa.Column("last_sign_in", sa.Date(), nullable=True),
        sa.Column("listed_on", sa.Date(), nullable=True),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_portal_account_agent_id_agent")),
        sa.ForeignKeyConstraint(
            ["manager_id"], ["portal_account.id"], name=op.f("fk_portal_account_manager_id_portal_account")
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_portal_account_structure_id_structure")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_account")),
    )
    with op.batch_alter_table("portal_account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_portal_account_agent_id"), ["agent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_portal_account_caisse"), ["caisse"], unique=False)
        batch_op.create_index(batch_op.f("ix_portal_account_email_hash"), ["email_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_portal_account_manager_id"), ["manager_id"], unique=False)
        batch_op.create_index(
            "ix_portal_account_place", ["structure_id", "convention", "caisse", "state"], unique=False
        )
        batch_op.create_index(
            "uq_portal_account_live",
            ["agent_id", "convention", "caisse", "profile"],
            unique=True,
            sqlite_where=sa.text(LIVE),
            postgresql_where=sa.text(LIVE),
        )

    op.create_table(
        "portal_account_change",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("convention", sa.String(length=32), nullable=False),
        sa.Column("caisse", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("field", sa.String(length=16), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=64), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_portal_account_change_ended_by")),
        sa.CheckConstraint("(ended_at IS NULL) = (outcome IS NULL)", name=op.f("ck_portal_account_change_ended")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["portal_account.id"], name=op.f("fk_portal_account_change_account_id_portal_account")
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_portal_account_change_structure_id_structure")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_account_change")),
    )
    with op.batch_alter_table("portal_account_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_portal_account_change_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_portal_account_change_structure_id"), ["structure_id"], unique=False)

    op.create_table(
        "portal_account_event",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("convention", sa.String(length=32), nullable=False),
        sa.Column("caisse", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("before", sa.String(length=24), nullable=True),
        sa.Column("after", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["portal_account.id"], name=op.f("fk_portal_account_event_account_id_portal_account")
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_portal_account_event_structure_id_structure")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_account_event")),
    )
    with op.batch_alter_table("portal_account_event", schema=None) as batch_op:
        batch_op.create_index("ix_portal_account_event_account", ["account_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_portal_account_event_structure_id"), ["structure_id"], unique=False)

    op.create_table(
        "vacancy",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("convention", sa.String(length=32), nullable=False),
        sa.Column("caisse", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["portal_account.id"], name=op.f("fk_vacancy_account_id_portal_account")
        ),
        sa.ForeignKeyConstraint(["structure_id"], ["structure.id"], name=op.f("fk_vacancy_structure_id_structure")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vacancy")),
    )
    with op.batch_alter_table("vacancy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_vacancy_structure_id"), ["structure_id"], unique=False)
        batch_op.create_index(
            "uq_vacancy_open",
            ["structure_id", "convention", "caisse"],
            unique=True,
            sqlite_where=sa.text(OPEN),
            postgresql_where=sa.text(OPEN),
        )

    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in POSTGRESQL if is_postgresql else SQLITE:
        op.execute(statement)
    if is_postgresql:
        _protect()


def _protect() -> None:
    for table in (*OWN, *SHARED):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        seen = "vigie_sees(structure_id)" if table in OWN else ONE_CAISSE
        op.execute(f"CREATE POLICY sight ON {table} USING ({seen})")


def downgrade() -> None:
    """Undo; a table takes its indexes, triggers and policy with it."""
    for table in (
        "vacancy",
        "portal_account_event",
        "portal_account_change",
        "portal_account",
        "attestation",
        "structure_size",
        "email_domain",
        "agent",
    ):
        op.drop_table(table)
