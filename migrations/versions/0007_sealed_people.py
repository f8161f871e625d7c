"""Names and addresses of those who sign in are sealed; an address is found by its keyed hash."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

from governance.core import seals
from governance.core.domains import SERVICE, Domain
from governance.core.keystore import KeyStore
from governance.core.seals import Place
from migrations.sealing import rewrite

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

PERSON = sa.table(
    "person",
    *(sa.column(name, sa.String()) for name in ("id", "structure_id", "name", "email")),
    *(sa.column(name, sa.LargeBinary()) for name in ("name_sealed", "email_sealed", "email_hash")),
)


def upgrade() -> None:
    """Seal beside, then take the place of what was in the clear."""
    with op.batch_alter_table("person") as batch:
        for name in ("name_sealed", "email_sealed", "email_hash"):
            batch.add_column(sa.Column(name, sa.LargeBinary(), nullable=True))
    rewrite(PERSON, _seal)
    with op.batch_alter_table("person") as batch:
        batch.drop_constraint(batch.f("uq_person_email"), type_="unique")
        batch.drop_column("name")
        batch.drop_column("email")
        for name in ("name_sealed", "email_sealed", "email_hash"):
            batch.alter_column(name, existing_type=sa.LargeBinary(), nullable=False)
        batch.create_unique_constraint(batch.f("uq_person_email_hash"), ["email_hash"])
    _rename("name_sealed", "name")
    _rename("email_sealed", "email")


def downgrade() -> None:
    """Open beside, then take the place of what was sealed."""
    _rename("name", "name_sealed")
    _rename("email", "email_sealed")
    with op.batch_alter_table("person") as batch:
        batch.add_column(sa.Column("name", sa.String(length=120), nullable=True))
        batch.add_column(sa.Column("email", sa.String(length=254), nullable=True))
    rewrite(PERSON, _open)
    with op.batch_alter_table("person") as batch:
        batch.drop_constraint(batch.f("uq_person_email_hash"), type_="unique")
        for name in ("name_sealed", "email_sealed", "email_hash"):
            batch.drop_column(name)
        batch.alter_column("name", existing_type=sa.String(length=120), nullable=False)
        batch.alter_column("email", existing_type=sa.String(length=254), nullable=False)
        batch.create_unique_constraint(batch.f("uq_person_email"), ["email"])


def _rename(before: str, after: str) -> None:
    op.execute(f"ALTER TABLE person RENAME COLUMN {before} TO {after}")


def _place(row: Mapping[str, Any]) -> Place:
    return Place("person", Domain(row["structure_id"]), row["id"])


def _seal(store: KeyStore, row: Mapping[str, Any]) -> dict[str, Any]:
    tokens = {f"{name}_sealed": seals.seal(store, _place(row), name, row[name]) for name in ("name", "email")}
    return {**tokens, "email_hash": seals.keyed(store, SERVICE, "person", "email", row["email"])}


def _open(store: KeyStore, row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: seals.unseal(store, _place(row), name, bytes(row[f"{name}_sealed"])) for name in ("name", "email")}
