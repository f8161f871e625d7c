"""What may be read of tables: the accounts of a relation on a day, what is asked for, what was sent."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.conventions.queries import find_convention
from governance.conventions.values.accounts import Profile
from governance.core import clock
from governance.core.refusals import NotFound
from governance.habilitations.queries import names_of, require_reader
from governance.habilitations.rosters.rules import Former, Life, Moment, Row, check_on, from_plain, rows_on
from governance.habilitations.rosters.tables import RosterRequest, SentRoster
from governance.habilitations.rules import State
from governance.habilitations.steps import terms_of
from governance.habilitations.tables import Account, AccountChange, AccountEvent
from governance.people.contacts.queries import reachable
from governance.people.contacts.rules import Relation
from governance.people.rules import Actor, Permission, may, require_somewhere

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Place:
    """A partner and a caisse, named, under a convention whose article on tables is told (A24)."""

    relation: Relation
    partner: str
    caisse: str
    title: str
    article: str


@dataclass(frozen=True, slots=True)
class Roster:
    """The accounts of a relation on a day."""

    place: Place
    on: date
    rows: tuple[Row, ...]
    made_at: datetime
    sent_id: str | None = None


@dataclass(frozen=True, slots=True)
class RequestView:
    """A table that a caisse waits for, and by which day it wishes it."""

    id: str
    wished_on: date
    every_months: int
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class SentView:
    """A table that was sent."""

    id: str
    as_of: date
    size: int
    sent_at: datetime
    fetched_at: datetime | None


@dataclass(frozen=True, slots=True)
class Desk:
    """A relation, what is asked for there and what was sent, the latest first; what the reader may do."""

    place: Place
    request: RequestView | None
    sent: tuple[SentView, ...]
    may_send: bool
    may_ask: bool


def desks(session: Session, by: Actor, at: datetime) -> tuple[Desk, ...]:
    """Return every relation with accounts that the actor may read, by partner and convention; raises Forbidden."""
    require_somewhere(Permission.READ_ACCOUNTS, by)
    return tuple(_desk(session, place, by) for place in places(session, by, clock.day(at)))


def places(session: Session, by: Actor, on: date) -> Iterator[Place]:
    """Give the relations whose convention opens accounts, and that the actor may read."""
    for relation in reachable(session, by):
        where = {"convention": relation.convention, "caisse": relation.caisse}
        opens = terms_of(session, relation.convention, on, relation.structure).A1.operative is not None
        if opens and may(Permission.READ_ACCOUNTS, by, relation.structure, **where):
            yield place_of(session, relation, on)


def find_place(session: Session, relation: Relation, by: Actor, at: datetime) -> Place:
    """Return one of them; raises Forbidden, NotFound."""
    require_somewhere(Permission.READ_ACCOUNTS, by)
    found = next((one for one in places(session, by, clock.day(at)) if one.relation == relation), None)
    if found is None:
        raise NotFound("Cette convention n'ouvre pas de comptes ici avec cette caisse.")
    return found


def place_of(session: Session, relation: Relation, on: date) -> Place:
    """Return a relation with its names."""
    known = find_convention(session, relation.convention, relation.structure)
    terms = terms_of(session, relation.convention, on, relation.structure)
    caisse = known.caisse(relation.caisse)
    partner = names_of(session, [relation.structure]).get(relation.structure, "")
    article = terms.A24.article or "règle A24"
    return Place(relation, partner, caisse.name if caisse else relation.caisse, known.title, article)


def roster(session: Session, relation: Relation, on: date, *, by: Actor, at: datetime) -> Roster:
    """Return the accounts of a relation as they stood on a day; raises Forbidden, NotFound, Invalid (a day to come)."""
    require_reader(by, relation)
    check_on(on, clock.day(at))
    place = find_place(session, relation, by, at)
    return Roster(place, on, rows_on(_lives(session, relation), on), at)


def sent_roster(session: Session, roster_id: str, *, by: Actor, at: datetime) -> Roster:
    """Return a table as it was sent; raises Forbidden, NotFound."""
    require_somewhere(Permission.READ_ACCOUNTS, by)
    row = session.get(SentRoster, roster_id)
    if row is None:
        raise NotFound("Ce tableau n'existe pas, ou n'est pas pour vous.")
    relation = Relation(row.structure_id, row.convention, row.caisse)
    require_reader(by, relation)
    rows = tuple(from_plain(one) for one in json.loads(row.content))
    return Roster(place_of(session, relation, clock.day(at)), row.as_of, rows, row.sent_at, row.id)


def pending(session: Session, relation: Relation) -> RosterRequest | None:
    """Return the request that waits at a relation, for actions, which have asked for their own permission."""
    return session.scalars(
        select(RosterRequest).where(
            RosterRequest.structure_id == relation.structure,
            RosterRequest.convention == relation.convention,
            RosterRequest.caisse == relation.caisse,
            RosterRequest.ended_at.is_(None),
        )
    ).one_or_none()


def _desk(session: Session, place: Place, by: Actor) -> Desk:
    structure, convention, caisse = place.relation
    asked = pending(session, place.relation)
    rows = session.scalars(
        select(SentRoster)
        .where(
            SentRoster.structure_id == structure, SentRoster.convention == convention, SentRoster.caisse == caisse
        )
        .order_by(SentRoster.sent_at.desc(), SentRoster.id)
        .limit(SHOWN)
    )  # fmt: skip
    sent = tuple(SentView(row.id, row.as_of, row.size, row.sent_at, row.fetched_at) for row in rows)
    request = None
    if asked is not None:
        request = RequestView(asked.id, asked.wished_on, asked.every_months, asked.asked_at)
    may_send = may(Permission.MANAGE_ACCOUNTS, by, structure)
    may_ask = may(Permission.ASK_ROSTER, by, structure, convention=convention, caisse=caisse)
    return Desk(place, request, sent, may_send, may_ask)


def _lives(session: Session, relation: Relation) -> Iterator[Life]:
    here = (
        Account.structure_id == relation.structure,
        Account.convention == relation.convention,
        Account.caisse == relation.caisse,
    )
    steps, formers = _steps(session, relation), _formers(session, relation)
    for row in session.scalars(select(Account).where(*here).order_by(Account.id)):
        yield Life(
            Profile(row.profile), row.civility, row.last_name, row.first_name, row.fonction, row.email, row.phone,
            row.asked_on, row.granted_on, tuple(steps[row.id]), tuple(formers[row.id]),
        )  # fmt: skip


def _steps(session: Session, relation: Relation) -> dict[str, list[Moment]]:
    found: dict[str, list[Moment]] = defaultdict(list)
    wanted = select(AccountEvent.account_id, AccountEvent.day, AccountEvent.number, AccountEvent.after).where(
        AccountEvent.structure_id == relation.structure,
        AccountEvent.convention == relation.convention,
        AccountEvent.caisse == relation.caisse,
    )
    for account, day, number, after in session.execute(wanted.order_by(AccountEvent.account_id, AccountEvent.number)):
        found[account].append(Moment(day, number, State(after)))
    return found


def _formers(session: Session, relation: Relation) -> dict[str, list[Former]]:
    found: dict[str, list[Former]] = defaultdict(list)
    wanted = select(AccountChange).where(
        AccountChange.structure_id == relation.structure,
        AccountChange.convention == relation.convention,
        AccountChange.caisse == relation.caisse,
        AccountChange.former.is_not(None),
    )
    for row in session.scalars(wanted.order_by(AccountChange.ended_at, AccountChange.id)):
        if row.ended_at is not None and row.former is not None:
            found[row.account_id].append(Former(clock.day(row.ended_at), row.field, row.former))
    return found
