"""The words of a structure are sealed: a silenced word is often a name. Two spellings meet through a keyed hash."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

from governance.core import seals
from governance.core.domains import Domain
from governance.core.keystore import KeyStore
from governance.core.seals import Place
from migrations.sealing import rewrite

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

SEALED = {"word": sa.String(length=80), "key": sa.String(length=80), "reason": sa.String(length=200)}
OPTIONAL = {"reason"}
WORDS = sa.table(
    "own_word",
    *(sa.column(name, sa.String()) for name in ("id", "structure", *SEALED)),
    *(sa.column(name, sa.LargeBinary()) for name in (*(f"{name}_sealed" for name in SEALED), "key_hash")),
)
CHECK = "(level IS NULL) = (reason IS NOT NULL)"


def upgrade() -> None:
    """Seal beside, then take the place of what was in the clear."""
    with op.batch_alter_table("own_word") as batch:
        batch.drop_constraint(batch.f("ck_own_word_silenced_with_reason"), type_="check")
        batch.drop_constraint(batch.f("uq_own_word_structure_key"), type_="unique")
        for name in (*(f"{name}_sealed" for name in SEALED), "key_hash"):
            batch.add_column(sa.Column(name, sa.LargeBinary(), nullable=True))
    rewrite(WORDS, _seal)
    with op.batch_alter_table("own_word") as batch:
        for name in SEALED:
            batch.drop_column(name)
            batch.alter_column(f"{name}_sealed", existing_type=sa.LargeBinary(), nullable=name in OPTIONAL)
        batch.alter_column("key_hash", existing_type=sa.LargeBinary(), nullable=False)
        batch.create_unique_constraint(batch.f("uq_own_word_structure_key_hash"), ["structure", "key_hash"])
        batch.create_index(batch.f("ix_own_word_key_hash"), ["key_hash"])
    for name in SEALED:
        op.execute(f"ALTER TABLE own_word RENAME COLUMN {name}_sealed TO {name}")
    with op.batch_alter_table("own_word") as batch:
        batch.create_check_constraint(batch.f("ck_own_word_silenced_with_reason"), CHECK)


def downgrade() -> None:
    """Open beside, then take the place of what was sealed."""
    for name in SEALED:
        op.execute(f"ALTER TABLE own_word RENAME COLUMN {name} TO {name}_sealed")
    with op.batch_alter_table("own_word") as batch:
        batch.drop_constraint(batch.f("ck_own_word_silenced_with_reason"), type_="check")
        for name, kind in SEALED.items():
            batch.add_column(sa.Column(name, kind, nullable=True))
    rewrite(WORDS, _open)
    with op.batch_alter_table("own_word") as batch:
        batch.drop_index(batch.f("ix_own_word_key_hash"))
        batch.drop_constraint(batch.f("uq_own_word_structure_key_hash"), type_="unique")
        for name in (*(f"{name}_sealed" for name in SEALED), "key_hash"):
            batch.drop_column(name)
        for name, kind in SEALED.items():
            batch.alter_column(name, existing_type=kind, nullable=name in OPTIONAL)
        batch.create_unique_constraint(batch.f("uq_own_word_structure_key"), ["structure", "key"])
        batch.create_check_constraint(batch.f("ck_own_word_silenced_with_reason"), CHECK)


def _place(row: Mapping[str, Any]) -> Place:
    return Place("own_word", Domain(row["structure"]), row["id"])


def _seal(store: KeyStore, row: Mapping[str, Any]) -> dict[str, Any]:
    place = _place(row)
    tokens = {f"{name}_sealed": row[name] and seals.seal(store, place, name, row[name]) for name in SEALED}
    return {**tokens, "key_hash": seals.keyed(store, place.domain, "own_word", "key", row["key"])}


def _open(store: KeyStore, row: Mapping[str, Any]) -> dict[str, Any]:
    place, kept = _place(row), {name: row[f"{name}_sealed"] for name in SEALED}
    return {name: token and seals.unseal(store, place, name, bytes(token)) for name, token in kept.items()}
