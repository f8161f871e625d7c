"""What the service does by itself for duties: follow each alarm, take another channel at a refusal, see deliveries."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, sessionmaker

from breach.notices.actions import alarm, climb, climb_by_hand
from breach.notices.posting import Means
from breach.notices.proving import discharge_delivered
from breach.notices.rules import NotClean, Step
from breach.notices.tables import Notice
from breach.tables import AlarmRow, DutyRow
from governance.core import storage
from governance.core.outbox.outcomes import What
from governance.core.outbox.rules import State
from governance.core.outbox.tables import OutboxEvent, OutboxMessage
from governance.jobs.job import Job, Sweep, Turn
from governance.jobs.rules import every

REFUSED_MARK = 1_000  # beside the shares of time: an alarm of its own, once for each address that refused
WHY_REFUSED = "Le serveur de la caisse a refusé l'adresse de son DPO : une autre voie est prise tout de suite."
BATCH = 200

# The rungs whose mail goes to the caisse: what became of it matters for the duty.
_TO_CAISSE = tuple(one.value for one in (Step.FIRST, Step.AGAIN, Step.OTHERS))


@dataclass(frozen=True, slots=True)
class Following:
    """How this installation follows duties: where links lead, and the files of a dossier, made when they are needed."""

    means: Callable[[Session, DutyRow, datetime], Means]

    def follow_alarms(self, sessions: sessionmaker[Session], turn: Turn) -> str:
        """Follow each alarm that nobody followed, in a transaction of its own; return counts, "" when there is none."""
        with storage.reading(sessions) as session:
            waiting = session.scalars(_waiting()).all()
            ids = [row.id for row in waiting]
        done = sum(self._follow(sessions, one, turn.at) for one in ids)
        return f"{len(ids)} alarme(s), {done} avis" if ids else ""

    def follow_mails(self, sessions: sessionmaker[Session], turn: Turn) -> str:
        """Discharge what a server attests to have delivered, and take another channel where one refused."""
        with storage.reading(sessions) as session:
            ended = [(notice.id, message.state) for notice, message in session.execute(_ended())]
        delivered = sum(self._delivered(sessions, one, turn.at) for one, state in ended if state == State.DELIVERED)
        refused = sum(self._refused(sessions, one, turn.at) for one, state in ended if state == State.FAILED)
        return f"{delivered} remise(s) attestée(s), {refused} avis par une autre voie" if delivered or refused else ""

    def _follow(self, sessions: sessionmaker[Session], alarm_id: str, at: datetime) -> int:
        with sessions.begin() as session:
            row = session.get(AlarmRow, alarm_id, with_for_update=True)
            if row is None or row.handled_at is not None:
                return 0
            duty = session.get_one(DutyRow, row.duty_id, with_for_update=True)
            means = self.means(session, duty, at)
            count, why = _climbed(session, duty, row.level, means, at)
            row.handled_at = at
            return count + alarm(session, duty, row.level, means, at=at, why=why)

    def _refused(self, sessions: sessionmaker[Session], notice_id: str, at: datetime) -> int:
        with sessions.begin() as session:
            notice = session.get_one(Notice, notice_id)
            duty = session.get_one(DutyRow, notice.duty_id, with_for_update=True)
            means = self.means(session, duty, at)
            count, why = _climbed(session, duty, 0, means, at, is_refused=True)
            notice.seen_at = at
            return count + alarm(session, duty, REFUSED_MARK, means, at=at, why=why or WHY_REFUSED)

    def _delivered(self, sessions: sessionmaker[Session], notice_id: str, at: datetime) -> int:
        with sessions.begin() as session:
            notice = session.get_one(Notice, notice_id)
            notice.seen_at = at
            wanted = select(OutboxEvent.at).where(
                OutboxEvent.message == notice.message, OutboxEvent.what == What.DELIVERED.value
            )
            when = session.scalars(wanted.order_by(OutboxEvent.number).limit(1)).one_or_none()
            return int(discharge_delivered(session, notice, when or at, at=at))


def jobs(following: Following) -> tuple[Job, ...]:
    """Return the jobs, bound to the means of an installation."""
    return (
        Job(
            name="follow-alarms",
            title="Suivre les alarmes des violations",
            about="Relance, prévient d'autres personnes, prépare l'appel et la lettre quand une preuve tarde.",
            timetable=every(seconds=30),
            work=Sweep(following.follow_alarms),
        ),
        Job(
            name="follow-notices",
            title="Suivre les avis de violation",
            about="Acquitte un devoir dont la remise est attestée ; prend une autre voie quand une adresse refuse.",
            timetable=every(seconds=30),
            work=Sweep(following.follow_mails),
        ),
    )


def _climbed(
    session: Session, duty: DutyRow, share: int, means: Means, at: datetime, *, is_refused: bool = False
) -> tuple[int, str]:
    """Climb; where a mail may not leave, say why and leave the telephone and the letter to people."""
    try:
        with session.begin_nested():
            return climb(session, duty, share, means, at=at, is_refused=is_refused), ""
    except NotClean as refusal:
        return climb_by_hand(session, duty, share, at=at), refusal.message


def _waiting() -> Select[AlarmRow]:
    wanted = select(AlarmRow).where(AlarmRow.handled_at.is_(None), AlarmRow.exercise.is_(False))
    return wanted.order_by(AlarmRow.crossed_at, AlarmRow.id).limit(BATCH)


def _ended() -> Select[Notice, OutboxMessage]:
    return (
        select(Notice, OutboxMessage)
        .join(OutboxMessage, OutboxMessage.id == Notice.message)
        .where(
            Notice.seen_at.is_(None),
            Notice.step.in_(_TO_CAISSE),
            OutboxMessage.state.in_((State.DELIVERED.value, State.FAILED.value)),
        )
        .order_by(Notice.at, Notice.id)
        .limit(BATCH)
    )
