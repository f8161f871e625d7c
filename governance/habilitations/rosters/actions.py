"""What can be done about tables: ask for one, send one, fetch one, take a request back."""

import json
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from governance.core import clock, outbox, trail
from governance.core.outbox import Message
from governance.core.outbox.letters import letter
from governance.core.refusals import Conflict, NotFound
from governance.core.storage import new_id
from governance.habilitations.notices import mailbox
from governance.habilitations.rosters.queries import Place, Roster, find_place, pending, roster, sent_roster
from governance.habilitations.rosters.rules import check_wish, next_wish, plain
from governance.habilitations.rosters.tables import RosterRequest, SentRoster
from governance.habilitations.steps import lock
from governance.people.contacts.rules import Relation, Side
from governance.people.rules import Actor, Permission, require

WORTH = timedelta(days=10)


def ask_roster(session: Session, relation: Relation, wished: date, every: int, *, by: Actor, at: datetime) -> str:
    """Ask the partner for the table by a day, once or every so many months, and return the request (A24).

    Raises Forbidden, NotFound, Invalid, and Conflict while another is pending.
    """
    structure, convention, caisse = relation
    require(Permission.ASK_ROSTER, by, structure, convention=convention, caisse=caisse)
    place = find_place(session, relation, by, at)
    check_wish(wished, every, clock.day(at))
    lock(session, structure)
    if pending(session, relation) is not None:
        raise Conflict("Un tableau est déjà demandé à ce partenaire : il n'a pas encore répondu.", field="wished")
    row = _request(relation, wished, every, by.id, at)
    session.add(row)
    session.flush()
    _tell(session, "roster.asked", row.id, place, by, at)
    lines = [
        f"{place.caisse} demande le tableau d'habilitations à jour (convention {convention}, {place.article}).",
        "Ouvrez « Tableaux d'habilitations » sur Vigie : un bouton le fait et l'envoie.",
    ]
    _post(session, place, Side.PARTNER, (place.partner, "envoyer le tableau d'habilitations", wished), lines, at)
    return row.id


def withdraw_request(session: Session, relation: Relation, *, by: Actor, at: datetime) -> None:
    """Take back what was asked of a partner, regular tables included; raises Forbidden, NotFound."""
    structure, convention, caisse = relation
    require(Permission.ASK_ROSTER, by, structure, convention=convention, caisse=caisse)
    place = find_place(session, relation, by, at)
    row = pending(session, relation)
    if row is None:
        raise NotFound("Aucun tableau n'est demandé à ce partenaire.")
    row.ended_at, row.ended_by = at, by.id
    session.flush()
    _tell(session, "roster.request_withdrawn", row.id, place, by, at)


def send_roster(session: Session, relation: Relation, *, by: Actor, at: datetime) -> str:
    """Freeze the table of the day for the caisse, tell it, and answer what it asked; returns the table.

    A regular request begins again with its next day. Raises Forbidden, NotFound.
    """
    require(Permission.MANAGE_ACCOUNTS, by, relation.structure)
    lock(session, relation.structure)
    made = roster(session, relation, clock.day(at), by=by, at=at)
    row = SentRoster(id=new_id(), structure_id=relation.structure, convention=relation.convention)
    row.caisse, row.as_of, row.size, row.sent_at, row.sent_by = relation.caisse, made.on, len(made.rows), at, by.id
    row.content = json.dumps([plain(one) for one in made.rows], ensure_ascii=False).encode()
    session.add(row)
    session.flush()
    _answer(session, relation, row.id, by, at)
    _tell(session, "roster.sent", row.id, made.place, by, at, lines=row.size)
    lines = [
        f"{made.place.partner} met à votre disposition son tableau d'habilitations du {made.on:%d/%m/%Y} "
        f"(convention {relation.convention}, {made.place.article}).",
        "Il se prend sur Vigie, « Tableaux d'habilitations », en PDF signé, Excel ou CSV.",
        f"Référence sur Vigie : {row.id}.",
    ]
    told = (made.place.caisse, "prendre le tableau d'habilitations", None)
    _post(session, made.place, Side.CAISSE, told, lines, at)
    return row.id


def fetch_roster(session: Session, roster_id: str, *, by: Actor, at: datetime) -> Roster:
    """Return a table that was sent; the first time that the caisse takes it is noted. Raises Forbidden, NotFound."""
    made = sent_roster(session, roster_id, by=by, at=at)
    row = session.get_one(SentRoster, roster_id)
    if by.structure != row.structure_id and row.fetched_at is None:
        row.fetched_at, row.fetched_by = at, by.id
    session.flush()
    _tell(session, "roster.fetched", row.id, made.place, by, at)
    return made


def note_export(session: Session, made: Roster, *, by: Actor, at: datetime) -> None:
    """Tell the trail that somebody took the table of a day."""
    _tell(session, "roster.exported", made.place.relation.structure, made.place, by, at, day=made.on.isoformat())


def _answer(session: Session, relation: Relation, roster_id: str, by: Actor, at: datetime) -> None:
    asked = pending(session, relation)
    if asked is None:
        return
    asked.ended_at, asked.ended_by, asked.roster_id = at, by.id, roster_id
    session.flush()  # the next one may only be added once this one is no longer open
    following = next_wish(asked.wished_on, asked.every_months, clock.day(at))
    if following is not None:
        session.add(_request(relation, following, asked.every_months, asked.asked_by, at))


def _request(relation: Relation, wished: date, every: int, asked_by: str, at: datetime) -> RosterRequest:
    row = RosterRequest(id=new_id(), structure_id=relation.structure, convention=relation.convention)
    row.caisse, row.wished_on, row.every_months = relation.caisse, wished, every
    row.asked_at, row.asked_by = at, asked_by
    return row


def _tell(session: Session, act: str, subject: str, place: Place, by: Actor, at: datetime, **more: str | int) -> None:
    told = {"convention": place.relation.convention, "caisse": place.relation.caisse, **more}
    trail.record(session, act, subject, by=by, structure=place.relation.structure, at=at, **told)


def _post(
    session: Session, place: Place, side: Side, must: tuple[str, str, date | None], lines: list[str], at: datetime
) -> None:
    to = mailbox(session, place.relation, side, clock.day(at))
    if to is None:  # nobody to write to: the task on the home page tells, and « Contacts » says who is missing
        return
    who, what, due = must
    until = None if due is None else datetime.combine(due, time(23, 59), clock.PARIS)
    written = letter(who, what, until, lines)
    structure, convention, _ = place.relation
    outbox.post(
        session,
        Message(
            kind="roster", to=to, subject=written.subject, body=written.body, deadline=at + WORTH,
            structure=structure, convention=convention,
        ),
        at=at,
    )  # fmt: skip
