"""premieres tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""

    op.create_table(
        "imported_convention",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("toml", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.String(length=64), nullable=False),
        sa.Column("structure", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_convention")),
        sa.UniqueConstraint("code", "edition", name=op.f("uq_imported_convention_code_edition")),
    )
    op.create_table(
        "structure",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_structure")),
        sa.UniqueConstraint("name", name=op.f("uq_structure_name")),
    )
    op.create_table(
        "trail_entry",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("structure", sa.String(length=64), nullable=True),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trail_entry")),
    )
    op.create_table(
        "adopted_convention",
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.CheckConstraint("effective_to >= effective_from", name=op.f("ck_adopted_convention_period")),
        sa.ForeignKeyConstraint(
            ["structure_id"], ["structure.id"], name=op.f("fk_adopted_convention_structure_id_structure")
        ),
        sa.PrimaryKeyConstraint("structure_id", "code", name=op.f("pk_adopted_convention")),
    )
    op.create_table(
        "api_key",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("prefix", sa.String(length=8), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["structure_id"], ["structure.id"], name=op.f("fk_api_key_structure_id_structure")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("prefix", name=op.f("uq_api_key_prefix")),
    )
    with op.batch_alter_table("api_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_key_structure_id"), ["structure_id"], unique=False)

    op.create_table(
        "own_word",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("structure", sa.String(length=32), nullable=False),
        sa.Column("word", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(level IS NULL) = (reason IS NOT NULL)", name=op.f("ck_own_word_silenced_with_reason")),
        sa.ForeignKeyConstraint(["structure"], ["structure.id"], name=op.f("fk_own_word_structure_structure")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_word")),
        sa.UniqueConstraint("structure", "key", name=op.f("uq_own_word_structure_key")),
    )
    with op.batch_alter_table("own_word", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_own_word_structure"), ["structure"], unique=False)

    op.create_table(
        "person",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["structure_id"], ["structure.id"], name=op.f("fk_person_structure_id_structure")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_structure_id"), ["structure_id"], unique=False)

    op.create_table(
        "scan_receipt",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("structure", sa.String(length=32), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("convention", sa.String(length=32), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.Column("idempotency", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["structure"], ["structure.id"], name=op.f("fk_scan_receipt_structure_structure")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan_receipt")),
        sa.UniqueConstraint("structure", "idempotency", name=op.f("uq_scan_receipt_structure_idempotency")),
    )
    with op.batch_alter_table("scan_receipt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scan_receipt_convention"), ["convention"], unique=False)
        batch_op.create_index(batch_op.f("ix_scan_receipt_structure"), ["structure"], unique=False)

    op.create_table(
        "person_role",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("structure_id", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_role_person_id_person")),
        sa.ForeignKeyConstraint(["structure_id"], ["structure.id"], name=op.f("fk_person_role_structure_id_structure")),
        sa.PrimaryKeyConstraint("person_id", "structure_id", "role", name=op.f("pk_person_role")),
    )


def downgrade() -> None:
    """Undo."""

    op.drop_table("person_role")
    with op.batch_alter_table("scan_receipt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_scan_receipt_structure"))
        batch_op.drop_index(batch_op.f("ix_scan_receipt_convention"))

    op.drop_table("scan_receipt")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_structure_id"))

    op.drop_table("person")
    with op.batch_alter_table("own_word", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_own_word_structure"))

    op.drop_table("own_word")
    with op.batch_alter_table("api_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_key_structure_id"))

    op.drop_table("api_key")
    op.drop_table("adopted_convention")
    op.drop_table("trail_entry")
    op.drop_table("structure")
    op.drop_table("imported_convention")
