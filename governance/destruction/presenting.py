"""A destruction as pages and papers show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance.core import clock
from governance.core.domains import Domain
from governance.destruction import gates, queries, selection
from governance.destruction.acting.means import Setup
from governance.destruction.gates import Gate
from governance.destruction.queries import Plan
from governance.destruction.rules import State
from governance.destruction.stores.rules import CONNECTED, TITLES, Kind
from governance.destruction.tables import Destruction, DestructionConsent, ExternalStore, LegalHold
from governance.destruction.words import step_title
from governance.people.tables import Structure

# Where a table says when a row was made: the extreme dates of its series.
_DATED = ("at", "created_at", "opened_at", "recorded_at")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the application knows that this package does not: other packages' open matters, the names of tables."""

    setup: Setup
    matters: Any
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StoreView:
    """A store, without a word of how it is reached."""

    id: str
    title: str
    label: str
    is_connected: bool
    is_escrow: bool
    asked_at: datetime | None
    emptied_at: datetime | None
    attested_at: datetime | None
    before: int | None


@dataclass(frozen=True, slots=True)
class HoldView:
    """A hold, with its reason for who may prepare."""

    id: str
    kind: str
    names: tuple[str, ...]
    reason: str
    set_at: datetime
    released_at: datetime | None


@dataclass(frozen=True, slots=True)
class StepView:
    """A step, in words."""

    title: str
    state: str
    attempts: int
    before: int | None
    after: int | None
    error: str | None


@dataclass(frozen=True, slots=True)
class View:
    """A destruction, whole."""

    row: Destruction
    structure: str
    gates: tuple[Gate, ...]
    slip: Any
    stores: tuple[StoreView, ...]
    holds: tuple[HoldView, ...]
    consents: tuple[DestructionConsent, ...]
    steps: tuple[StepView, ...]
    certificates: tuple[Any, ...]
    plan: Plan | None
    series: tuple[tuple[str, str], ...]

    @property
    def is_ready(self) -> bool:
        """Say whether agreements may be given."""
        return self.row.state == State.OPENED.value and all(gate.is_open for gate in self.gates)

    @property
    def done(self) -> int:
        """Return how many steps are done."""
        return sum(step.state == "done" for step in self.steps)


def view(session: Session, row: Destruction, around: Surroundings, at: datetime, *, whole: bool) -> View:
    """Return a destruction as it stands; `whole`: for who may prepare it, with stores and holds."""
    is_open = row.state == State.OPENED.value
    matters = around.matters(session, row.structure_id, row.convention, at)
    on, domain = clock.day(at), Domain(row.structure_id, row.convention)
    stores = queries.stores_of(session, row) if whole else ()
    labels = {store.id: store.label for store in stores}
    return View(
        row,
        session.get_one(Structure, row.structure_id).name if whole else "",
        gates.gates(queries.facts(session, row, matters, on), at, on) if is_open and whole else (),
        queries.slip_of(session, row.id) if whole else None,
        tuple(_store(one) for one in stores),
        tuple(_hold(one, around.names) for one in queries.holds_of(session, row)) if whole else (),
        tuple(queries.consents(session, row.id)),
        tuple(_step(one, around.names, labels) for one in queries.steps(session, row)),
        tuple(queries.certificates(session, row.id)),
        queries.plan(session, around.setup, domain, at) if is_open and whole else None,
        series(around.names),
    )  # fmt: skip


def series(names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the tables that a destruction takes, with their names."""
    found = ((rows.table.name, names.get(rows.table.name, rows.table.name)) for rows in selection.destroyed())
    return tuple(sorted(found, key=lambda one: one[1]))


@dataclass(frozen=True, slots=True)
class Serie:
    """A line of the bordereau: what it is, between which days, how many there are."""

    name: str
    first: datetime | None
    last: datetime | None
    count: int


def slip_lines(session: Session, row: Destruction, names: Mapping[str, str]) -> Sequence[Serie]:
    """Return the lines of a bordereau: each series, its extreme dates and its volume."""
    return [one for one in (_serie(session, rows, row, names) for rows in selection.destroyed()) if one.count]


def _serie(session: Session, rows: selection.Rows, row: Destruction, names: Mapping[str, str]) -> Serie:
    at = next((rows.table.columns[name] for name in _DATED if name in rows.table.columns), None)
    mine = rows.mine(Domain(row.structure_id, row.convention))
    asked = select(func.count(), func.min(at), func.max(at)) if at is not None else select(func.count())
    found = session.execute(asked.select_from(rows.table).where(mine)).one()
    first, last = (found[1], found[2]) if at is not None else (None, None)
    return Serie(names.get(rows.table.name, rows.table.name), first, last, int(found[0]))


def _store(one: ExternalStore) -> StoreView:
    kind = Kind(one.kind)
    return StoreView(
        one.id, TITLES[kind], one.label, kind in CONNECTED, kind is Kind.ESCROW, one.asked_at, one.emptied_at,
        one.attested_at, one.before,
    )  # fmt: skip


def _hold(one: LegalHold, names: Mapping[str, str]) -> HoldView:
    told = tuple(names.get(table, table) for table in one.tables)
    return HoldView(one.id, one.kind, told, one.reason, one.set_at, one.released_at)


def _step(one: Any, names: Mapping[str, str], labels: Mapping[str, str]) -> StepView:
    what = one.name.partition(":")[2]
    title = f"Vider : {labels[what]}" if what in labels else step_title(one.name, names)
    return StepView(title, one.state, one.attempts, one.before, one.after, one.error)
