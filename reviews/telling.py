"""Who is written to about a review, once for each reason: asked, reminded, told that it is late or that it moved."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance.conventions.queries import find_convention
from governance.core import clock, outbox
from governance.core.french import day as said_day
from governance.core.french import end_of
from governance.core.outbox import Message
from governance.core.outbox.letters import letter
from governance.habilitations.notices import mailbox
from governance.people.contacts.rules import Relation, Side
from governance.people.rules import Role
from governance.people.tables import Person
from reviews.assigning import CAISSE
from reviews.people import persons_in
from reviews.queries import is_waiting, waiting_for
from reviews.rules import Cause, State
from reviews.tables import ReviewCampaign, ReviewEntry, ReviewNotice
from reviews.timetable import REMINDERS, reminder
from reviews.words import CAUSES

ASKED, LATE, MOVED = "ouverture", "retard", "repousse"
WORTH = timedelta(days=30)  # a mail about a review that is late is still worth sending


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is written to without being a person of the service."""

    id: str
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Owed:
    """A mail that is due: to whom, why, and how many accounts wait."""

    person: "Recipient | Person"
    kind: str
    count: int


def tell(session: Session, campaign: ReviewCampaign, base: str, at: datetime) -> int:
    """Write the mails that are due about a review and were not written yet; return how many."""
    owed = tuple(_owed(session, campaign, clock.day(at)))
    for one in owed:
        message = outbox.post(session, _message(campaign, one, base, at), at=at)
        where = {"campaign_id": campaign.id, "structure_id": campaign.structure_id}
        session.add(ReviewNotice(**where, person=one.person.id, kind=one.kind, message=message, at=at))
    session.flush()
    return len(owed)


def _owed(session: Session, campaign: ReviewCampaign, on: date) -> Iterator[Owed]:
    if campaign.state != State.OPEN:
        return
    waiting, told = waiting_for(session, campaign.id), _told(session, campaign.id)
    for person in _persons(session, waiting):
        for kind in _kinds(campaign, on, told.get(person.id, set())):
            yield Owed(person, kind, waiting[person.id])
    for caisse, count in _of_caisses(session, campaign) if CAISSE in waiting else ():
        if (one := _caisse(session, campaign, caisse, on)) is not None:
            yield from (Owed(one, kind, count) for kind in _kinds(campaign, on, told.get(one.id, set())))
    left = sum(waiting.values())
    if left and on > campaign.due:
        for dpo in persons_in(session, campaign.structure_id, [Role.DPO]):
            if LATE not in told.get(dpo.id, set()):
                yield Owed(dpo, LATE, left)


def _of_caisses(session: Session, campaign: ReviewCampaign) -> tuple[tuple[str, int], ...]:
    """Return how many accounts still await the answer of each caisse: those of a structure's only gestionnaire."""
    mine = select(ReviewEntry.caisse, func.count()).where(
        ReviewEntry.campaign_id == campaign.id, ReviewEntry.reviewer == CAISSE, is_waiting()
    )
    rows = session.execute(mine.group_by(ReviewEntry.caisse).order_by(ReviewEntry.caisse))
    return tuple((caisse, count) for caisse, count in rows)


def _caisse(session: Session, campaign: ReviewCampaign, caisse: str, on: date) -> Recipient | None:
    """Return where one writes to a caisse about accounts, None where nobody has told."""
    relation = Relation(campaign.structure_id, campaign.convention, caisse)
    address = mailbox(session, relation, Side.CAISSE, on)
    known = find_convention(session, campaign.convention, campaign.structure_id).caisse(caisse)
    return Recipient(f"{CAISSE}:{caisse}"[:32], known.name if known else caisse, address) if address else None


def _kinds(campaign: ReviewCampaign, on: date, sent: Collection[str]) -> Iterator[str]:
    if ASKED not in sent:
        yield ASKED
        return
    moved = f"{MOVED}-{campaign.due:%y%m%d}"
    if campaign.due != campaign.first_due and moved not in sent:
        yield moved
        return
    days = reminder(campaign.due, on, campaign.opened_on, [one for one in REMINDERS if _before(campaign, one) in sent])
    if days is not None:
        yield _before(campaign, days)


def _before(campaign: ReviewCampaign, days: int) -> str:
    return f"j-{days}-{campaign.due:%y%m%d}"


def _message(campaign: ReviewCampaign, one: Owed, base: str, at: datetime) -> Message:
    due = end_of(campaign.due) - timedelta(minutes=1)
    counted = f"{one.count} comptes attendent" if one.count > 1 else "Un compte attend"
    late = one.kind == LATE
    lines = [
        f"La revue d'habilitations sous la convention {campaign.convention}, {CAUSES[Cause(campaign.cause)]}, "
        f"est {'en retard' if late else 'en cours'}.",
        f"{counted} {'une réponse' if late else 'votre réponse'}, jusqu'au {said_day(campaign.due)} inclus.",
        "L'échéance a été repoussée, avec un motif que la page montre." if one.kind.startswith(MOVED) else "",
        "Aucun rappel ne partira plus à ceux qui n'ont pas fini : joignez-les, déléguez ou repoussez." if late else "",
    ]
    must = "relancer la revue des accès" if late else "revoir les accès de votre structure"
    if isinstance(one.person, Recipient):
        must = "revoir le compte du seul gestionnaire d'un partenaire"
    written = letter(one.person.name, must, None if late else due, lines, f"{base}/revues/{campaign.id}")
    message = Message(
        kind=f"review.{one.kind.partition('-')[0]}", to=one.person.email, subject=written.subject, body=written.body,
        deadline=max(due, at + WORTH), structure=campaign.structure_id, about=campaign.id,
    )  # fmt: skip
    return replace(message, key=f"review/{campaign.id}/{one.person.id}/{one.kind}")


def _told(session: Session, campaign_id: str) -> dict[str, set[str]]:
    rows = session.execute(
        select(ReviewNotice.person, ReviewNotice.kind)
        .where(ReviewNotice.campaign_id == campaign_id)
        .order_by(ReviewNotice.person, ReviewNotice.kind)
    )
    found: dict[str, set[str]] = {}
    for person, kind in rows:
        found.setdefault(person, set()).add(kind)
    return found


def _persons(session: Session, identifiers: Collection[str]) -> tuple[Person, ...]:
    open_ones = select(Person).where(Person.id.in_(sorted(identifiers)), Person.closed_at.is_(None))
    return tuple(session.scalars(open_ones.order_by(Person.id)))
