"""What may be read of lists: those that were sent and kept, their lines, and what keeping one would change."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from governance.core import clock
from governance.core.refusals import NotFound
from governance.core.sealed_columns import opened_columns
from governance.habilitations.agents.queries import AgentView, agents
from governance.habilitations.agents.rules import Check
from governance.habilitations.lists.lines import Line, ListKind, PortalLine, StaffLine
from governance.habilitations.lists.packing import addresses, unpacked
from governance.habilitations.lists.plans import Known, PortalPlan, StaffPlan, portal_plan, staff_plan
from governance.habilitations.lists.tables import ImportedList
from governance.habilitations.rules import LIVE
from governance.habilitations.tables import Account
from governance.people.contacts.rules import Relation
from governance.people.rules import Actor, Permission, require

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Place:
    """Which list: of the staff, or of the portal for a caisse under a convention."""

    structure: str
    kind: ListKind
    convention: str | None = None
    caisse: str | None = None

    @property
    def relation(self) -> Relation:
        """Return the relation that a list of the portal belongs to."""
        return Relation(self.structure, self.convention or "", self.caisse or "")


@dataclass(frozen=True, slots=True)
class ListView:
    """A list that was sent: when, by whom, how many lines; when it was kept and with what effect."""

    id: str
    place: Place
    sent_at: datetime
    size: int
    kept_at: datetime | None
    counts: dict[str, int]
    has_lines: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """A list that was sent, its lines, and what keeping it would change now."""

    view: ListView
    lines: tuple[Line, ...]
    plan: StaffPlan | PortalPlan


def lists(session: Session, by: Actor) -> tuple[ListView, ...]:
    """Return the last lists that the actor's structure sent, the latest first; raises Forbidden."""
    require(Permission.MANAGE_ACCOUNTS, by, by.structure)
    rows = session.scalars(
        select(ImportedList)
        .where(ImportedList.structure_id == by.structure)
        .order_by(ImportedList.sent_at.desc(), ImportedList.id)
        .limit(SHOWN)
    )
    return tuple(view_of(row) for row in rows)


def find_list(session: Session, list_id: str, by: Actor, at: datetime) -> Preview:
    """Return a list with its lines, and what keeping it would change; raises Forbidden, NotFound."""
    require(Permission.MANAGE_ACCOUNTS, by, by.structure)
    row = session.get(ImportedList, list_id)
    if row is None or row.structure_id != by.structure:
        raise NotFound("Cette liste n'existe pas ici.")
    lines = lines_of(row)
    return Preview(view_of(row), lines, plan_of(session, view_of(row).place, lines, by, clock.day(at)))


def latest(session: Session, place: Place) -> tuple[datetime, tuple[Line, ...]] | None:
    """Return when the list that counts now was kept, and its lines; None before any was.

    For other packages, which have asked for their own permission.
    """
    row = session.scalars(kept(place).limit(1)).first()
    return None if row is None or row.kept_at is None else (row.kept_at, lines_of(row))


def latest_addresses(session: Session, place: Place) -> tuple[datetime, frozenset[str]] | None:
    """Return the same, of its lines the addresses alone."""
    row = session.scalars(kept(place).limit(1)).first()
    return None if row is None or row.kept_at is None else (row.kept_at, addresses(row.content or b"[]"))


def last_seen(session: Session, relation: Relation) -> dict[tuple[str, ...], date]:
    """Return the last sign-in to the portal by (address, profile), as the last list kept tells it."""
    found = latest(session, Place(relation.structure, ListKind.PORTAL, relation.convention, relation.caisse))
    lines = (one for one in (found[1] if found else ()) if isinstance(one, PortalLine))
    return {one.key: one.last_seen_on for one in lines if one.last_seen_on is not None}


def plan_of(session: Session, place: Place, lines: Iterable[Line], by: Actor, on: date) -> StaffPlan | PortalPlan:
    """Return what keeping lines would change on a day."""
    staff = known(session, by, on)
    if place.kind is ListKind.STAFF:
        return staff_plan(cast(Iterable[StaffLine], lines), staff, on)
    before = latest(session, place)
    former = cast(Iterable[PortalLine], before[1] if before else ())
    declared = frozenset(one.email for one in staff)
    return portal_plan(cast(Iterable[PortalLine], lines), declared, held(session, place.relation), former)


def known(session: Session, by: Actor, on: date) -> tuple[Known, ...]:
    """Return the staff that the actor's structure declares, as lists are compared with them."""
    return tuple(known_as(one) for one in agents(session, by.structure, on, by=by))


def known_as(one: AgentView) -> Known:
    """Return an agent as lists are compared with them."""
    committed, trained = one.latest(Check.COMMITMENT), one.latest(Check.TRAINING)
    return Known(
        one.id, one.email, one.last_name, one.first_name, one.civility, one.fonction, one.phone, one.tie,
        one.joined_on, one.left_on, committed.day if committed else None, trained.day if trained else None,
        trained.until if trained else None,
    )  # fmt: skip


def held(session: Session, relation: Relation) -> frozenset[tuple[str, ...]]:
    """Return the (address, profile) of the accounts that the register has for a relation, requests included."""
    return frozenset(opened_columns(session, Account, ("email", "profile"), *live_in(relation)))


def live(relation: Relation) -> Select[Account]:
    """Return the query of the accounts of a relation that are asked for or open."""
    return select(Account).where(*live_in(relation)).order_by(Account.id)


def live_in(relation: Relation) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of the same."""
    return (
        Account.structure_id == relation.structure,
        Account.convention == relation.convention,
        Account.caisse == relation.caisse,
        Account.state.in_(sorted(LIVE)),
    )


def kept(place: Place) -> Select[ImportedList]:
    """Return the query of the lists that were kept at a place, the latest first."""
    return (
        select(ImportedList)
        .where(
            ImportedList.structure_id == place.structure,
            ImportedList.kind == place.kind,
            ImportedList.convention.is_(place.convention) if place.convention is None
            else ImportedList.convention == place.convention,
            ImportedList.caisse.is_(place.caisse) if place.caisse is None else ImportedList.caisse == place.caisse,
            ImportedList.kept_at.is_not(None),
        )
        .order_by(ImportedList.kept_at.desc(), ImportedList.id)
    )  # fmt: skip


def lines_of(row: ImportedList) -> tuple[Line, ...]:
    """Return the lines of a list, none once a later one took its place."""
    return unpacked(ListKind(row.kind), row.content) if row.content is not None else ()


def view_of(row: ImportedList) -> ListView:
    """Return a list, read."""
    place = Place(row.structure_id, ListKind(row.kind), row.convention, row.caisse)
    return ListView(row.id, place, row.sent_at, row.size, row.kept_at, row.counts or {}, row.content is not None)
