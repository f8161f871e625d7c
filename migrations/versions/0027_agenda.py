"""The links of agendas' feeds, and how far each person's morning mail looks."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "calendar_link",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_calendar_link_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_link")),
        sa.UniqueConstraint("hash", name=op.f("uq_calendar_link_hash")),
        sa.UniqueConstraint("person_id", name=op.f("uq_calendar_link_person_id")),
    )
    op.create_table(
        "morning_mail",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("days BETWEEN 0 AND 365", name=op.f("ck_morning_mail_days")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_morning_mail_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_morning_mail")),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("morning_mail")
    op.drop_table("calendar_link")
