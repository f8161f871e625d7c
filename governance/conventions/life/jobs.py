"""What the service does by itself about the life of conventions: set off what ends, warn of what comes."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from governance.conventions.life.alerts import due_alerts
from governance.conventions.life.effects import Doing, Settled, TooLateToUndo, settle
from governance.conventions.life.mails import Post, post_alert
from governance.conventions.life.queries import courses_of
from governance.core import clock
from governance.jobs.job import InSlot, Job, Turn
from governance.jobs.rules import every
from governance.people.queries import structures

BY = "tache-fin-des-conventions"


def jobs(address: str | None) -> tuple[Job, ...]:
    """Return the jobs of the life of conventions; `address` is the public address of the service."""
    return (
        Job(
            name="end-conventions",
            title="Mettre fin aux conventions échues",
            about="Ferme les accès, ouvre la destruction, prévient ; défait ce qu'un renouvellement contredit.",
            timetable=every(minutes=15),
            work=InSlot(_ending(address)),
        ),
        Job(
            name="warn-of-terms",
            title="Prévenir des échéances des conventions",
            about="Écrit aux délégués 90, 30 et 7 jours avant une échéance, le jour même, et quand le texte le dit.",
            timetable=every(hours=1),
            work=InSlot(_warning(address)),
        ),
    )


def _ending(address: str | None) -> Callable[[Session, Turn], str]:
    def end(session: Session, turn: Turn) -> str:
        done = [_settled(session, Doing(one.id, BY, turn.at, address)) for one in structures(session)]
        return f"{sum(one.set_off for one in done)} fin(s), {sum(one.undone for one in done)} défaite(s)"

    return end


def _settled(session: Session, doing: Doing) -> Settled:
    """Settle one structure; what can no longer be undone there keeps nobody else waiting."""
    try:
        with session.begin_nested():
            return settle(session, doing)
    except TooLateToUndo:
        return Settled()


def _warning(address: str | None) -> Callable[[Session, Turn], str]:
    def warn(session: Session, turn: Turn) -> str:
        count = 0
        for structure in structures(session):
            post = Post(structure.id, address)
            for course in courses_of(session, structure.id, clock.day(turn.at)):
                alerts = (alert for life in course.lives for alert in due_alerts(life))
                count += sum(post_alert(session, alert, post, turn.at) for alert in alerts)
        return f"{count} alerte(s) due(s)"

    return warn
