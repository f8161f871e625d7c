"""Changing the data key of a domain while the service runs: rows are sealed again in batches, whatever cuts them off.

Each row says which key sealed it, so nothing else remembers how far one went: done again, it goes on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    ColumnElement,
    LargeBinary,
    Table,
    Update,
    and_,
    bindparam,
    func,
    inspect,
    or_,
    select,
    true,
    tuple_,
    type_coerce,
    update,
)
from sqlalchemy.orm import Mapper, Session, configure_mappers, sessionmaker

from governance.core import seals
from governance.core.domains import Domain
from governance.core.keystore import KeyStore
from governance.core.refusals import Unavailable
from governance.core.sealed_rows import PLANS, Plan
from governance.core.sealing import keys_of
from governance.core.storage import reading

BATCH = 1_000

Kept = dict[str, Any]


class Resealed(NamedTuple):
    """What was done: values sealed again, rows that do not open, versions of the key dropped."""

    values: int
    broken: int
    dropped: int


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of a table that belong to a domain, read and written as they are kept."""

    mapper: Mapper[Any]
    plan: Plan
    domain: Domain
    mine: ColumnElement[bool]

    @property
    def key(self) -> tuple[ColumnElement[Any], ...]:
        return tuple(self.mapper.columns[name] for name in self.plan.key)

    def kept(self, name: str) -> ColumnElement[bytes]:
        return type_coerce(self.mapper.columns[name], LargeBinary)

    def starts(self, name: str, first: int, length: int) -> ColumnElement[bytes]:
        return type_coerce(func.substr(self.kept(name), first, length), LargeBinary)


def rotate(sessions: sessionmaker[Session], store: KeyStore, domain: Domain, at: datetime) -> Resealed:
    """Put a fresh data key in force in a domain and seal its rows again; or finish doing so, when that was cut off.

    The former key is dropped when it has been retired for `keystore.RETIRED_FOR`: by a later call, or by the daily job.
    """
    if used_keys(sessions, domain) <= {store.current(domain).id}:
        store.renew(domain, at)
    return finish(sessions, store, domain, at)


def finish(sessions: sessionmaker[Session], store: KeyStore, domain: Domain, at: datetime) -> Resealed:
    """Seal again what a former key of the domain sealed, and drop those that nothing uses any more."""
    values, broken = 0, 0
    for rows in _tables(domain):
        while True:  # a transaction under way may still add rows sealed with the former key
            done, broken_here = _pass(sessions, store, rows)
            values += done
            if done == 0:
                break
        broken += broken_here
    return Resealed(values, broken, store.prune(domain, used_keys(sessions, domain), at))


def finish_all(sessions: sessionmaker[Session], at: datetime) -> Resealed:
    """Finish what was cut off in every domain, and drop the keys retired for long enough."""
    with sessions() as session:
        store = keys_of(session)
    done = [finish(sessions, store, domain, at) for domain in unfinished(store)]
    return Resealed(*(sum(column) for column in zip(*done, strict=True))) if done else Resealed(0, 0, 0)


def unfinished(store: KeyStore) -> tuple[Domain, ...]:
    """Return the domains where a former data key is still kept."""
    domains = store.contents().domains
    return tuple(Domain.named(name) for name, keys in sorted(domains.items()) if len(keys.versions) > 1)


def used_keys(sessions: sessionmaker[Session], domain: Domain) -> frozenset[bytes]:
    """Return the identifiers of the data keys that sealed what a domain holds."""
    found: set[bytes] = set()
    with reading(sessions) as session:
        for rows in _tables(domain):
            for name in rows.plan.columns:
                key_id = rows.starts(name, len(seals.FORMAT) + 1, seals.HEADER_BYTES - len(seals.FORMAT))
                asked = select(key_id).where(rows.mine, rows.kept(name).is_not(None)).distinct()
                found.update(bytes(one) for one in session.scalars(asked))
    return frozenset(found)


def _tables(domain: Domain) -> Iterator[_Rows]:
    configure_mappers()
    for entity, plan in sorted(PLANS.items(), key=lambda known: known[1].table):
        mapper: Mapper[Any] = inspect(entity)
        wanted = ((plan.domain.structure, domain.structure), (plan.domain.convention, domain.convention))
        if all(name or not value for name, value in wanted):
            mine = [_holds(mapper.columns[name], value) for name, value in wanted if name]
            yield _Rows(mapper, plan, domain, and_(true(), *mine))


def _holds(column: ColumnElement[Any], value: str) -> ColumnElement[bool]:
    return column == value if value else or_(column.is_(None), column == "")


def _pass(sessions: sessionmaker[Session], store: KeyStore, rows: _Rows) -> tuple[int, int]:
    """Walk the table once, in the order of its key; return the values sealed again and the rows that do not open."""
    done, broken, statement = 0, 0, _statement(rows)
    for batch in _batches(sessions, rows, seals.header_of(store, rows.domain)):
        fresh = [values for row in batch if (values := _again(store, rows, row)) is not None]
        broken += len(batch) - len(fresh)
        if fresh:
            # Opened and sealed before the transaction: it only writes, and only what nobody changed meanwhile.
            with sessions.begin() as session:
                session.connection().execute(statement, fresh)
        done += sum(1 for values in fresh for name in rows.plan.columns if values["new_" + name] is not None)
    return done, broken


def _batches(sessions: sessionmaker[Session], rows: _Rows, header: bytes) -> Iterator[Sequence[Kept]]:
    stale = or_(*(rows.starts(name, 1, seals.HEADER_BYTES) != header for name in rows.plan.columns))
    fixed = [rows.mapper.columns[name].label(name) for name in rows.plan.fixed]
    asked = select(*fixed, *(rows.kept(name).label(name) for name in rows.plan.columns))
    asked = asked.where(rows.mine, stale).order_by(*rows.key).limit(BATCH)
    after: ColumnElement[bool] = true()
    while True:
        with reading(sessions) as session:
            batch = [row._asdict() for row in session.execute(asked.where(after))]
        if not batch:
            return
        yield batch
        after = tuple_(*rows.key) > tuple_(*(batch[-1][name] for name in rows.plan.key))


def _again(store: KeyStore, rows: _Rows, row: Kept) -> dict[str, Any] | None:
    place, values = rows.plan.place(row), {f"key_{name}": row[name] for name in rows.plan.key}
    for name in rows.plan.columns:
        token = row[name] if row[name] is None else bytes(row[name])
        try:
            plain = None if token is None else seals.unseal_bytes(store, place, name, token)
        except Unavailable:  # broken, or its key is gone: told, and left as it is
            return None
        values["old_" + name] = token
        values["new_" + name] = None if plain is None else seals.seal(store, place, name, plain)
    return values


def _statement(rows: _Rows) -> Update:
    table = cast(Table, rows.mapper.local_table)
    same = [column == bindparam(f"key_{name}") for column, name in zip(rows.key, rows.plan.key, strict=True)]
    old = [
        rows.kept(name).is_not_distinct_from(bindparam("old_" + name, type_=LargeBinary)) for name in rows.plan.columns
    ]
    new = {rows.mapper.columns[name]: bindparam("new_" + name, type_=LargeBinary) for name in rows.plan.columns}
    return update(table).where(*same, *old).values(new)
