"""Rows that hold sealed values: sealed as they are written, opened as they are read, found by their keyed hash."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnDefault, ColumnElement, Engine, Table, event, inspect
from sqlalchemy.engine import Connection
from sqlalchemy.orm import InstanceState, Mapper, QueryContext, Session, configure_mappers, sessionmaker
from sqlalchemy.orm.attributes import InstrumentedAttribute, flag_modified, set_attribute

from governance.core import seals
from governance.core.domains import SERVICE, Domain
from governance.core.keystore import DataKey, KeyStore
from governance.core.sealing import HASHES, KEYS, Carried, Closed, Hashes, Sealed, SealedIn, keys_of
from governance.core.seals import Place
from governance.core.storage import Base

State = InstanceState[Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is sealed of a table (which columns, whether each holds bytes), and what says where."""

    table: str
    key: tuple[str, ...]
    domain: SealedIn
    columns: Mapping[str, bool]
    hashes: Mapping[str, Hashes]

    @property
    def fixed(self) -> tuple[str, ...]:
        """Return the attributes that a sealed value is tied to."""
        return tuple(name for name in (self.domain.structure, self.domain.convention, *self.key) if name)

    def place(self, row: Mapping[str, Any]) -> Place:
        """Return the place of a row; raises TypeError when it does not hold what says where."""
        try:
            structure = row[self.domain.structure] if self.domain.structure else ""
            convention = row[self.domain.convention] if self.domain.convention else ""
            identity = row[self.key[0]] if len(self.key) == 1 else seals.joined(str(row[name]) for name in self.key)
        except KeyError as error:
            raise TypeError(f"a sealed row of {self.table} is read and written with its {error.args[0]}") from None
        return Place(self.table, Domain(structure or "", convention or ""), str(identity))

    def hash_of(self, store: KeyStore, name: str, place: Place, text: str | None) -> bytes | None:
        """Return the keyed hash that follows a value."""
        follows = self.hashes[name]
        domain = SERVICE if follows.anywhere else place.domain
        return None if text is None else seals.keyed(store, domain, self.table, follows.source, text)


PLANS: dict[type, Plan] = {}


def sessions_on(engine: Engine, store: KeyStore) -> sessionmaker[Session]:
    """Return sessions that seal and open with the keys of a store."""
    return sessionmaker(engine, info={KEYS: store})


def plan_of(mapper: Mapper[Any]) -> Plan | None:
    """Return what is sealed of a mapped class, or None.

    Raises TypeError when the table says neither in which domain it is sealed nor its own primary key.
    """
    table, columns = cast(Table, mapper.local_table), {one.key: one.columns[0] for one in mapper.column_attrs}
    closed = {name: column.type.binary for name, column in columns.items() if isinstance(column.type, Sealed)}
    if not closed:
        return None
    domain = getattr(mapper.class_, "sealed_in", None)
    if not isinstance(domain, SealedIn):
        raise TypeError(f"table {table.name} seals columns and does not say in which domain (sealed_in)")
    if table.autoincrement_column is not None:
        raise TypeError(f"table {table.name} seals columns for an id that only the database knows")
    key = tuple(mapper.get_property_by_column(column).key for column in mapper.primary_key)
    hashes = {name: column.info[HASHES] for name, column in columns.items() if HASHES in column.info}
    return Plan(table.name, key, domain, closed, hashes)


def is_equal(
    session: Session, attribute: InstrumentedAttribute[Any], text: str | None, domain: Domain = SERVICE
) -> ColumnElement[bool]:
    """Return the condition that a sealed column holds a text, through the keyed hash that follows it.

    `domain` is that of the rows, unless the hash is declared `anywhere`.
    """
    owner = attribute.class_
    plan = known_plan(owner)
    name = next(name for name, follows in plan.hashes.items() if follows.source == attribute.key)
    sought = plan.hash_of(keys_of(session), name, Place(plan.table, domain, ""), text)
    condition: ColumnElement[bool] = getattr(owner, name) == sought
    return condition


def sealed_rows(session: Session, table: type[Base], rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rows ready for `session.execute(insert(table), …)`: sealed, with their hashes; each says its own id."""
    plan, sealing = known_plan(table), seals.Sealing(keys_of(session))
    return [_sealed_row(plan, sealing, row) for row in rows]


def known_plan(entity: Any) -> Plan:
    """Return what is sealed of a mapped class that seals something."""
    table = inspect(entity).class_
    if table not in PLANS:  # mappers are configured at the first query, which this may come before
        configure_mappers()
    return PLANS[table]


def _sealed_row(plan: Plan, sealing: seals.Sealing, row: Mapping[str, Any]) -> dict[str, Any]:
    place, ready = plan.place(row), dict(row)
    here = sealing.at(place)
    for name in plan.columns:
        if (value := ready.get(name)) is not None:
            ready[name] = Carried(value, here.sealed(name, value))
    for name, follows in plan.hashes.items():
        text, domain = row.get(follows.source), SERVICE if follows.anywhere else place.domain
        ready[name] = None if text is None else sealing.keyed(domain, plan.table, follows.source, text)
    return ready


def _carried(key: DataKey, place: Place, column: str, value: str | bytes) -> Carried:
    return Carried(value, seals.seal_with(key, place, column, value))


@event.listens_for(Base, "mapper_configured", propagate=True)
def _prepare(mapper: Mapper[Any], table: type[Base]) -> None:
    plan = plan_of(mapper)
    if plan is None:
        return
    PLANS[table] = plan
    for name, act in (("load", _open_loaded), ("refresh", _open_refreshed)):
        event.listen(table, name, act, raw=True)
    event.listen(table, "before_insert", _seal_all, raw=True)
    event.listen(table, "before_update", _seal_changed, raw=True)
    for name in ("after_insert", "after_update"):
        event.listen(table, name, _put_down, raw=True)


def _open_loaded(state: State, context: QueryContext) -> None:
    _open(state, context.session)


def _open_refreshed(state: State, context: QueryContext | None, attributes: object) -> None:
    # An UPDATE of many rows refreshes those that the session holds, without a query.
    _open(state, state.session if context is None else context.session)


def _open(state: State, session: Session | None) -> None:
    plan, row = PLANS[state.class_], state.dict
    closed = [(name, value) for name in plan.columns if isinstance(value := row.get(name), Closed)]
    if not closed:
        return
    store, place = keys_of(session), plan.place(row)
    for name, value in closed:
        opened = seals.unseal_bytes if plan.columns[name] else seals.unseal
        row[name] = opened(store, place, name, value.token)


def _seal_all(mapper: Mapper[Any], connection: Connection, state: State) -> None:
    plan = PLANS[state.class_]
    for name in plan.key:
        if state.dict.get(name) is None:  # the default of an identifier comes later: too late to seal for it
            set_attribute(state.obj(), name, cast(ColumnDefault, mapper.columns[name].default).arg(None))
    _seal(plan, state, tuple(plan.columns))


def _seal_changed(mapper: Mapper[Any], connection: Connection, state: State) -> None:
    plan, kept = PLANS[state.class_], state.unmodified
    changed = tuple(name for name in plan.columns if name not in kept)
    if kept.issuperset(plan.fixed):
        _seal(plan, state, changed)
        return
    unread = [name for name in plan.columns if name not in state.dict]
    if unread:
        raise TypeError(f"a row of {plan.table} is read before it is given to another domain")
    for name in plan.columns:
        flag_modified(state.obj(), name)
    _seal(plan, state, tuple(plan.columns))


def _seal(plan: Plan, state: State, columns: tuple[str, ...]) -> None:
    if not columns:
        return
    store, place = keys_of(state.session), plan.place(state.dict)
    for name, follows in plan.hashes.items():
        if follows.source in columns:
            set_attribute(state.obj(), name, plan.hash_of(store, name, place, state.dict.get(follows.source)))
    row, key = state.dict, store.current(place.domain)
    for name in columns:
        if row.get(name) is not None:
            row[name] = _carried(key, place, name, row[name])


def _put_down(mapper: Mapper[Any], connection: Connection, state: State) -> None:
    for name in PLANS[state.class_].columns:
        value = state.dict.get(name)
        if isinstance(value, Carried):
            state.dict[name] = value.value
