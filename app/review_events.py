"""Where breaches and renewals meet reviews: neither package knows the other, so they are joined here."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, sessionmaker

from breach.tables import Breach
from governance.conventions.life.events import Kind
from governance.conventions.life.tables import ConventionEvent
from governance.habilitations.rules import State
from governance.habilitations.tables import Account, AccountEvent
from governance.jobs.job import Job, Sweep, Turn
from governance.jobs.rules import every
from reviews.events import Event, open_event
from reviews.joining import held_in
from reviews.rules import Cause

# Each event has its review once, whatever the number of looks back; an older one has had its time.
LOOKED_BACK = timedelta(days=30)


def work(sessions: sessionmaker[Session], turn: Turn) -> str:
    """Open the micro-reviews that breaches and renewals ask for, each in its own transaction."""
    with sessions() as session:
        events = [*of_breaches(session, turn.at), *of_renewals(session, turn.at)]
    opened = 0
    for event in events:
        with sessions.begin() as session:
            opened += open_event(session, event, turn.at) is not None
    return f"{opened} revue(s) ouverte(s)" if opened else ""


def of_breaches(session: Session, at: datetime) -> Iterator[Event]:
    """Give, for each incident under way, the other accounts of the persons one of whose accounts was cut since."""
    recent = select(Breach).where(
        Breach.exercise.is_(False), Breach.state == "open", Breach.declared_at > at - LOOKED_BACK
    )
    for breach in session.scalars(recent.order_by(Breach.declared_at, Breach.id)):
        other = aliased(Account)
        since = min(breach.suspected_at, breach.declared_at)
        cut = select(AccountEvent.account_id).where(AccountEvent.after == State.CUT.value, AccountEvent.at >= since)
        holders = select(other.agent_id).where(other.structure_id == breach.structure_id, other.id.in_(cut))
        rows = session.execute(
            select(Account.convention, Account.id)
            .where(Account.structure_id == breach.structure_id, Account.agent_id.in_(holders))
            .order_by(Account.convention, Account.id)
        ).all()
        for convention in sorted({one.convention for one in rows}):
            accounts = [one.id for one in rows if one.convention == convention]
            yield Event(breach.structure_id, convention, Cause.BREACH, f"violation/{breach.id}", accounts)


def of_renewals(session: Session, at: datetime) -> Iterator[Event]:
    """Give each renewal that was entered and not cancelled: the accounts it keeps open, at its caisse."""
    cancelled = select(ConventionEvent.of).where(
        ConventionEvent.kind == Kind.CANCELLED.value, ConventionEvent.of.is_not(None)
    )
    renewed = select(ConventionEvent).where(
        ConventionEvent.kind == Kind.RENEWED.value, ConventionEvent.recorded_at > at - LOOKED_BACK,
        ConventionEvent.id.not_in(cancelled),
    )  # fmt: skip
    for row in session.scalars(renewed.order_by(ConventionEvent.recorded_at, ConventionEvent.id)).all():
        held = held_in(session, row.structure_id, row.convention)
        accounts = [one.account for one in held if row.caisse is None or one.caisse == row.caisse]
        if accounts:
            yield Event(row.structure_id, row.convention, Cause.RENEWAL, f"renouvellement/{row.id}", accounts)


REVIEW_EVENTS = Job(
    name="review-events",
    title="Ouvrir les revues d'un fait",
    about="Après une coupure liée à une violation ou un renouvellement, ouvre la revue des seuls comptes concernés.",
    timetable=every(minutes=5),
    work=Sweep(work),
)
