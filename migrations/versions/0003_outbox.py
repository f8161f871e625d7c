"""Messages that leave for certain, their content, their files and what happened to them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "outbox_message",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("message_id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("structure", sa.String(length=32), nullable=True),
        sa.Column("convention", sa.String(length=32), nullable=True),
        sa.Column("about", sa.String(length=64), nullable=True),
        sa.Column("key", sa.String(length=120), nullable=True),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alarmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'sending') = (token IS NOT NULL)", name=op.f("ck_outbox_message_claimed")),
        sa.CheckConstraint(
            "(state IN ('queued', 'sending')) = (ended_at IS NULL)", name=op.f("ck_outbox_message_ended")
        ),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'delivered', 'failed', 'expired')",
            name=op.f("ck_outbox_message_state"),
        ),
        sa.CheckConstraint("(token IS NULL) = (claimed_until IS NULL)", name=op.f("ck_outbox_message_claimed_until")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_message_key")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_message_id")),
    )
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_message_about"), ["about"], unique=False)
        batch_op.create_index("ix_outbox_message_due", ["state", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbox_message_structure"), ["structure"], unique=False)

    op.create_table(
        "outbox_attachment",
        sa.Column("message", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("structure", sa.String(length=32), nullable=True),
        sa.Column("convention", sa.String(length=32), nullable=True),
        sa.Column("media_type", sa.String(length=164), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message"], ["outbox_message.id"], name=op.f("fk_outbox_attachment_message_outbox_message")
        ),
        sa.PrimaryKeyConstraint("message", "number", name=op.f("pk_outbox_attachment")),
    )
    op.create_table(
        "outbox_content",
        sa.Column("message", sa.String(length=32), nullable=False),
        sa.Column("structure", sa.String(length=32), nullable=True),
        sa.Column("convention", sa.String(length=32), nullable=True),
        sa.Column("recipient", sa.LargeBinary(), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message"], ["outbox_message.id"], name=op.f("fk_outbox_content_message_outbox_message")
        ),
        sa.PrimaryKeyConstraint("message", name=op.f("pk_outbox_content")),
    )
    op.create_table(
        "outbox_event",
        sa.Column("message", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["message"], ["outbox_message.id"], name=op.f("fk_outbox_event_message_outbox_message")
        ),
        sa.PrimaryKeyConstraint("message", "number", name=op.f("pk_outbox_event")),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("outbox_event")
    op.drop_table("outbox_content")
    op.drop_table("outbox_attachment")
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_message_structure"))
        batch_op.drop_index("ix_outbox_message_due")
        batch_op.drop_index(batch_op.f("ix_outbox_message_about"))

    op.drop_table("outbox_message")
