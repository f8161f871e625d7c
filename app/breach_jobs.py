"""The jobs of breaches, bound to this installation: where links lead, and the files of a dossier."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.mail import LOCAL
from app.settings import Settings
from breach.notices.actions import TO_CAISSE
from breach.notices.documents import attachments
from breach.notices.jobs import Following
from breach.notices.jobs import jobs as following
from breach.notices.posting import Means, context
from breach.register.jobs import KEEP_REGISTER
from breach.tables import DutyRow
from governance.core.outbox import Attachment
from governance.jobs.job import Job
from governance.papers.rules import NoPrinter


def jobs(settings: Settings) -> tuple[Job, ...]:
    """Return the jobs that follow notices and keep the register."""
    address = settings.address or LOCAL

    def means(session: Session, duty: DutyRow, at: datetime) -> Means:
        return Means(
            lambda token: f"{address}/avis/{token}",
            lambda breach: f"{address}/violations/{breach}/avis",
            _files(session, duty, at) if duty.what in TO_CAISSE else (),
        )

    return (*following(Following(means)), KEEP_REGISTER)


def _files(session: Session, duty: DutyRow, at: datetime) -> tuple[Attachment, ...]:
    held = context(session, duty, at)
    try:
        return attachments(session, held.base, held.subject, at)
    except NoPrinter:  # an escalation must not wait for a library: the mail says that the dossier opens once signed in
        return ()
