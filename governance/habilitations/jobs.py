"""What time alone does to accounts: notices that end, six months that pass, reminders to the caisse."""

from datetime import datetime, time

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from governance.core.spans import add_working_days
from governance.habilitations import actions, notices
from governance.habilitations.rules import State
from governance.habilitations.steps import holidays_at, today
from governance.habilitations.tables import Account
from governance.jobs.job import InSlot, Job, Turn
from governance.jobs.rules import daily


def advance(session: Session, turn: Turn) -> str:
    """Inactivate at the wished day, hide at six months; done late, it does what was due while nothing ran."""
    done, held = actions.end_notices(session, turn.at)
    hidden = actions.hide_old(session, turn.at)
    return f"{done} inactivés, {held} retenus (dernier gestionnaire), {hidden} masqués sur le portail"


def remind(session: Session, turn: Turn) -> str:
    """Write to the caisse the working day before an account is due, then once it is overdue: each time once."""
    soon = late = 0
    for account in session.scalars(_waiting()).all():
        if account.due_on is None:
            continue
        if account.due_on < today(turn.at):
            late += notices.reminder(session, account, turn.at, late=True) is not None
        elif is_soon(session, account, turn.at):
            soon += notices.reminder(session, account, turn.at, late=False) is not None
    return f"{soon} rappels, {late} retards suivis"


def is_soon(session: Session, account: Account, at: datetime) -> bool:
    """Say whether the last working day to create an account is today or the next."""
    holidays = holidays_at(session, account.convention, account.caisse, account.structure_id)
    return account.due_on is not None and account.due_on <= add_working_days(today(at), 1, holidays)


def _waiting() -> Select[Account]:
    return select(Account).where(Account.state == State.REQUESTED).order_by(Account.due_on, Account.id)


ADVANCE = Job(
    name="advance-accounts",
    title="Faire avancer les comptes du portail",
    about="Inactive les comptes dont la date souhaitée est venue ; à six mois, dit qu'ils ne sont plus visibles.",
    timetable=daily(time(4, 20)),
    work=InSlot(advance),
)
REMIND = Job(
    name="remind-accounts",
    title="Rappeler les comptes attendus",
    about="Écrit à la caisse la veille d'une échéance d'habilitation, puis quand elle est dépassée.",
    timetable=daily(time(6, 20)),
    work=InSlot(remind),
)
JOBS = (ADVANCE, REMIND)
