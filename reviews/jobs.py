"""What the service does by itself about reviews: opening them, writing to people, ending them."""

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from governance.core import clock
from governance.core.keys import Keys
from governance.core.refusals import Refusal
from governance.jobs.job import Job, Sweep, Turn
from governance.jobs.rules import every
from reviews import joining
from reviews.certificate import certify
from reviews.closing import covers
from reviews.ending import Ways, apply, policy_of, sign_off
from reviews.events import open_due, partners_of_service
from reviews.opening import JOB
from reviews.rules import State
from reviews.settings import EVENTS, settings_of
from reviews.tables import ReviewCampaign
from reviews.telling import tell
from reviews.timetable import next_review


def ways(keys: Keys) -> Ways:
    """Return what ending a review asks of the rest of the service."""
    return Ways(
        end=joining.end,
        others=joining.others,
        next_on=next_of,
        certify=lambda session, campaign, at: certify(session, campaign, keys, at),
    )


def next_of(session: Session, campaign_id: str, at: datetime) -> date | None:
    """Return when the next review opens once one is closed, None after a micro-review: it moves nothing."""
    row = session.get_one(ReviewCampaign, campaign_id)
    if row.cause in EVENTS or row.caisse is not None:
        return None
    return next_review(clock.day(at), None, settings_of(session, row.structure_id, row.convention).months)


def jobs(keys: Keys, base: str) -> tuple[Job, ...]:
    """Return the jobs of reviews; `base` is where the service is reached, for the links of mails."""
    return (
        Job(
            name="open-reviews",
            title="Ouvrir les revues d'habilitations",
            about="Ouvre celles du calendrier, des caisses qui en demandent, des départs et des changements de taille.",
            timetable=every(minutes=5),
            work=Sweep(_open),
        ),
        Job(
            name="tell-reviewers",
            title="Écrire à ceux qui revoient",
            about="Demande, puis rappelle à 15, 7 et 1 jours à qui n'a pas fini ; prévient le délégué d'un retard.",
            timetable=every(minutes=1),
            work=Sweep(_telling(base)),
        ),
        Job(
            name="end-reviews",
            title="Appliquer et clore les revues",
            about="Applique les revues signées ; signe celles dont le délai est passé, comme choisi à l'ouverture.",
            timetable=every(minutes=1),
            work=Sweep(_ending(ways(keys))),
        ),
    )


def _open(sessions: sessionmaker[Session], turn: Turn) -> str:
    with sessions() as session:
        structures = partners_of_service(session)
    opened = 0
    for structure in structures:
        with sessions.begin() as session:
            opened += open_due(session, structure, turn.at)
    return f"{opened} revue(s) ouverte(s)" if opened else ""


def _telling(base: str) -> Callable[[sessionmaker[Session], Turn], str]:
    def work(sessions: sessionmaker[Session], turn: Turn) -> str:
        told = 0
        for campaign in _in_state(sessions, State.OPEN):
            with sessions.begin() as session:
                told += tell(session, session.get_one(ReviewCampaign, campaign), base, turn.at)
        return f"{told} message(s)" if told else ""

    return work


def _ending(found: Ways) -> Callable[[sessionmaker[Session], Turn], str]:
    def work(sessions: sessionmaker[Session], turn: Turn) -> str:
        signed = sum(_sign_silent(sessions, campaign, found, turn.at) for campaign in _in_state(sessions, State.OPEN))
        closed = 0
        for campaign in _in_state(sessions, State.SIGNED):
            apply(sessions, campaign, found, turn.at)
            closed += 1
        return f"{signed} signée(s), {closed} close(s)" if signed or closed else ""

    return work


def _sign_silent(sessions: sessionmaker[Session], campaign_id: str, found: Ways, at: datetime) -> bool:
    with sessions() as session:
        row = session.get_one(ReviewCampaign, campaign_id)
        if not covers(policy_of(row), row.due, at):
            return False
    try:
        with sessions.begin() as session:
            sign_off(session, campaign_id, found, by=JOB, at=at)
    except Refusal:  # somebody signed it an instant before, or put its deadline later
        return False
    return True


def _in_state(sessions: sessionmaker[Session], state: State) -> list[str]:
    with sessions() as session:
        wanted = select(ReviewCampaign.id).where(ReviewCampaign.state == state.value)
        return list(session.scalars(wanted.order_by(ReviewCampaign.opened_at, ReviewCampaign.id)))
