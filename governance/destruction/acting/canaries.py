"""Canaries: a few values as they lay in the database, kept beside the ledger while the act lasts, then looked for.

They are ciphertext, or what the table keeps in the clear by right; the file goes with the act.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import LargeBinary, String, inspect, select, type_coerce
from sqlalchemy.orm import Mapper, Session

from governance.core import private, seals
from governance.core.keystore import KeyStore
from governance.core.refusals import Unavailable
from governance.core.sealed_rows import PLANS, Plan
from governance.core.sealing import HASHES
from governance.destruction.acting import rows as acting_rows
from governance.destruction.acting.means import Means, Work

A_TABLE = 12
SHORTEST = 24
# A token's own bytes: the header names the key, which many rows share.
NEEDLE = slice(seals.HEADER_BYTES, seals.HEADER_BYTES + 32)


@dataclass(frozen=True, slots=True)
class Canary:
    """A value of a row: what to look for, and for a sealed one where it opened."""

    table: str
    column: str
    value: bytes
    row: dict[str, Any] | None = None

    @property
    def needle(self) -> bytes:
        """Return the bytes that nothing else holds."""
        return self.value[NEEDLE] if self.row is not None else self.value


def path_of(means: Means, work: Work) -> Path:
    """Return where the canaries of an act wait."""
    return means.setup.ledger / "en-cours" / f"{work.name}.canaris"


def keep(session: Session, means: Means, work: Work) -> None:
    """Keep a few values of each table that goes, unless they were kept before the act was cut."""
    path = path_of(means, work)
    if path.exists():
        return
    lines = [
        json.dumps({"t": one.table, "c": one.column, "v": one.value.hex(), "r": one.row})
        for table in acting_rows.going(work.held)
        for one in _of(session, table, work)
    ]
    private.write(path, "\n".join(lines).encode())


def read(means: Means, work: Work) -> tuple[Canary, ...]:
    """Return the canaries of an act; none when the act is over."""
    path = path_of(means, work)
    if not path.exists():
        return ()
    found = (json.loads(line) for line in private.read(path).decode().splitlines() if line)
    return tuple(Canary(one["t"], one["c"], bytes.fromhex(one["v"]), one["r"]) for one in found)


def forget(means: Means, work: Work) -> None:
    """Blank and remove the canaries of an act."""
    path = path_of(means, work)
    if path.exists():
        private.blank(path)
        path.unlink()


def opens(store: KeyStore, canary: Canary) -> bool:
    """Say whether a sealed value can still be opened, with the keys that are left."""
    plan = _plans().get(canary.table)
    if plan is None or canary.row is None:
        return False
    try:
        seals.unseal_bytes(store, plan.place(canary.row), canary.column, canary.value)
    except Unavailable:
        return False
    return True


def _of(session: Session, rows: Any, work: Work) -> Iterator[Canary]:
    plan = _plans().get(rows.table.name)
    columns, fixed = _worth_a_look(rows, plan), []
    if plan is not None:
        mapper: Mapper[Any] = next(inspect(entity) for entity, one in PLANS.items() if one is plan)
        fixed = [mapper.columns[name].label(f"fixed_{name}") for name in plan.fixed]
        columns = {name: mapper.columns[name] for name in plan.columns}
    if not columns:
        return
    asked = [type_coerce(one, LargeBinary if plan else String).label(name) for name, one in columns.items()]
    for row in session.execute(select(*fixed, *asked).where(rows.mine(work.domain)).limit(A_TABLE)).mappings():
        where = {name: row[f"fixed_{name}"] for name in plan.fixed} if plan else None
        for name in columns:
            value = row[name].encode() if isinstance(row[name], str) else bytes(row[name] or b"")
            if len(value) >= SHORTEST:
                yield Canary(rows.table.name, name, value, where)


def _worth_a_look(rows: Any, plan: Plan | None) -> dict[str, Any]:
    if plan is not None:
        return {}
    return {
        column.name: column
        for column in rows.table.columns
        if isinstance(column.type, String)
        and not (column.primary_key or column.foreign_keys or HASHES in column.info)
        and (column.type.length or 0) >= SHORTEST
    }


def _plans() -> dict[str, Plan]:
    return {plan.table: plan for plan in PLANS.values()}
