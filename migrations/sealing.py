"""What a revision needs to seal the rows that earlier versions kept in the clear, or to open them again."""

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

from app.keyring import key_store
from app.schema import KEYS
from app.settings import load
from governance.core.keystore import KeyStore

BATCH = 1_000

Change = Callable[[KeyStore, Mapping[str, Any]], dict[str, Any]]


def rewrite(table: sa.TableClause, change: Change) -> None:
    """Give each row of a table, found by its `id`, the values that `change` returns; without rows, without keys."""
    connection = op.get_bind()
    rows = [dict(row) for row in connection.execute(sa.select(table)).mappings()]
    if not rows:
        return
    store = _keys()
    update = sa.update(table).where(table.c.id == sa.bindparam("_id"))
    for start in range(0, len(rows), BATCH):
        values = [{"_id": row["id"], **change(store, row)} for row in rows[start : start + BATCH]]
        connection.execute(update.values({name: sa.bindparam(name) for name in values[0] if name != "_id"}), values)


def _keys() -> KeyStore:
    config = op.get_context().config
    given = config.attributes.get(KEYS) if config is not None else None
    store: KeyStore = given() if given is not None else key_store(load())
    return store
