"""How a rung is written down and its mail queued, in the caller's transaction; its words are checked first."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from breach.dossier.facts import BY_ID, FACTS
from breach.dossier.queries import Base, base_of
from breach.dossier.rules import Output, told_to
from breach.notices.letters import Subject
from breach.notices.reaching import Reached
from breach.notices.rules import LINK_LASTS, WAYS, WORTH_SENDING, NotClean, Step, Way
from breach.notices.tables import AckLink, Notice
from breach.notices.telling import Addressee, last_to, tell
from breach.queries import find_row
from breach.rules import What
from breach.tables import Concern, DutyRow
from breach.zones import find_zone
from governance.core import outbox
from governance.core.outbox import Attachment, Message
from governance.core.outbox.letters import Letter
from governance.core.storage import new_id
from governance.people.queries import find_structure
from scanners.engine import default
from scanners.findings import Level
from scanners.queries import own_words

SERVICE = "vigie"
_TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Means:
    """What sending needs and a duty does not know.

    The address of an acknowledgement link, that of a breach's page, and the files of the dossier, already made.
    """

    link: Callable[[str], str]
    page: Callable[[str], str]
    files: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """A duty with the facts and the words that its notices are written from."""

    duty: DutyRow
    base: Base
    subject: Subject

    @property
    def addressee(self) -> Addressee:
        """Return to whom the duty is told."""
        return Addressee(Output.CAISSE, self.duty.convention, self.duty.caisse)


def context(session: Session, duty: DutyRow, at: datetime) -> Context:
    """Return what the notices of a duty are written from, as it stands at an instant."""
    base = base_of(session, find_row(session, duty.breach_id))
    concern = session.scalars(_concern(duty)).one_or_none()
    caisse = "" if concern is None else str(concern.terms["caisse_name"])
    before = duty.alarm_at if duty.alarm_at is not None and duty.alarm_at > at else None
    subject = Subject(
        base.number, find_structure(session, duty.structure_id).name, caisse, _article(duty), before,
        duty.what == What.ACCOUNT_NOTICE.name, find_zone(base.zone),
    )  # fmt: skip
    return Context(duty, base, subject)


def add_notice(
    session: Session, duty: DutyRow, step: Step, number: int, to: Reached, *, by: str, at: datetime
) -> Notice:
    """Write a rung down; the database refuses the same one twice."""
    way = WAYS[step]
    where = {Way.MAIL: to.email, Way.PHONE: to.phone, Way.PAPER: to.address}[way]
    row = Notice(
        id=new_id(), structure_id=duty.structure_id, breach_id=duty.breach_id, duty_id=duty.id, step=step.value,
        number=number, channel=way.value, at=at, by=by, name=to.name, recipient=where,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def post(session: Session, notice: Notice, letter: Letter, files: tuple[Attachment, ...], at: datetime) -> None:
    """Queue the mail of a rung, once its words are seen to be clean; raises NotClean."""
    check_clean(session, notice.structure_id, f"{letter.subject}\n\n{letter.body}")
    notice.message = outbox.post(
        session,
        Message(
            kind=f"breach.{notice.step}", to=notice.recipient, subject=letter.subject, body=letter.body,
            deadline=at + WORTH_SENDING, structure=notice.structure_id, about=notice.breach_id, attachments=files,
            key=f"breach/{notice.duty_id}/{notice.step}/{notice.number}",
        ),
        at=at,
    )  # fmt: skip
    session.flush()


def make_link(session: Session, notice: Notice, at: datetime) -> str:
    """Return the token of a fresh acknowledgement link, which is not kept."""
    token = secrets.token_hex(_TOKEN_BYTES)  # in base 64, one in a thousand spells a word that the scanner stops
    session.add(
        AckLink(
            structure_id=notice.structure_id, breach_id=notice.breach_id, duty_id=notice.duty_id, notice_id=notice.id,
            hash=hash_token(token), made_at=at, expires_at=at + LINK_LASTS,
        )
    )  # fmt: skip
    return token


def hash_token(token: str) -> str:
    """Return what is kept of a link's token."""
    return sha256(token.encode()).hexdigest()


def keep_told(session: Session, held: Context, *, by: str, at: datetime) -> None:
    """Keep what the caisse is told, when it is told anything new, and let it read that once signed in."""
    last = last_to(session, held.base, held.addressee)
    if last is None or last.is_stale:
        tell(session, held.base, held.addressee, by=by, at=at)
    concern = session.scalars(_concern(held.duty)).one_or_none()
    if concern is not None:
        known = told_to(Output.CAISSE, held.base.facts, FACTS)
        concern.shared_at = concern.shared_at or at
        concern.summary = "\n".join(f"{BY_ID[fact].label} : {text}" for fact, text in known.items())


def check_clean(session: Session, structure: str, text: str) -> None:
    """Refuse (NotClean) a mail in which the scanner sees what no mail may hold; the outbox checks once more."""
    own = own_words(session, structure).with_every_tier()
    found = [one for one in default().scan(text, own) if one.level is Level.BLOQUANT]
    if found:
        kinds = ", ".join(sorted({one.category.value for one in found}))
        raise NotClean(f"Le contrôle voit dans ce courriel ce qui ne doit pas y être ({kinds}) : corrigez le dossier.")


def climbed(session: Session, duty_id: str) -> frozenset[Step]:
    """Return the rungs that a duty has climbed."""
    found = session.scalars(select(Notice.step).where(Notice.duty_id == duty_id).distinct().order_by(Notice.step))
    return frozenset(Step(one) for one in found)


def next_number(session: Session, duty_id: str, step: Step) -> int:
    """Return the number of the next notice of a rung."""
    last = select(func.max(Notice.number)).where(Notice.duty_id == duty_id, Notice.step == step.value)
    return (session.scalar(last) or 0) + 1


def _article(duty: DutyRow) -> str:
    # Our own target is no text: what is told outside says that none writes a delay.
    return f"{duty.convention}, aucun délai écrit" if duty.body["is_house"] else str(duty.body["article"])


def _concern(duty: DutyRow) -> Select[Concern]:
    return select(Concern).where(
        Concern.breach_id == duty.breach_id, Concern.convention == duty.convention, Concern.caisse == duty.caisse
    )
