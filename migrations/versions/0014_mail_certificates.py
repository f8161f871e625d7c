"""The certificates that files are encrypted to."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "mail_certificate",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("address_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("certificate", sa.LargeBinary(), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("issuer", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_by", sa.String(length=64), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_mail_certificate_withdrawn")
        ),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_mail_certificate_structure_id_structure")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_certificate")),
    )
    with op.batch_alter_table("mail_certificate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_certificate_address_hash"), ["address_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_mail_certificate_structure_id"), ["structure_id"], unique=False)

    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE mail_certificate ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE mail_certificate FORCE ROW LEVEL SECURITY")
        op.execute("CREATE POLICY sight ON mail_certificate USING (vigie_sees(structure_id))")


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("mail_certificate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_certificate_structure_id"))
        batch_op.drop_index(batch_op.f("ix_mail_certificate_address_hash"))

    op.drop_table("mail_certificate")
