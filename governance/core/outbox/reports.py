"""What comes back about a message: a report of delivery (RFC 3464), or the message itself where the service reads."""

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import Message as Mail

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.core.outbox.claims import LOST, content_of, move, tell
from governance.core.outbox.outcomes import Answer, Next, What, after_report, legible
from governance.core.outbox.rules import ORIGIN, State
from governance.core.outbox.tables import OutboxEvent, OutboxMessage

REPORTER = "retours"
FINDER = "boite"
REPORT_BYTES = 5_000_000
FOUND = "Trouvé dans la boîte que le service relève."

_ACTIONS = {"delivered": What.DELIVERED, "failed": What.BOUNCED, "delayed": What.DELAYED}
_IDENTIFIER = re.compile(r"[0-9a-f]{32}")
_MESSAGE_ID = re.compile(rf"<([0-9a-f]{{32}})@{re.escape(ORIGIN)}>")


@dataclass(frozen=True, slots=True)
class Report:
    """What a server says became of one of our messages."""

    message: str
    answer: Answer


def read_report(raw: bytes) -> Report | None:
    """Return what a report says of a message of ours, or None when it is no report (an answer out of office, spam).

    « relayed » and « expanded » (RFC 3464, § 2.3.3) say neither that it arrived nor that it failed: None.
    """
    mail = email.message_from_bytes(raw[:REPORT_BYTES])
    status = next((part for part in mail.walk() if part.get_content_type() == "message/delivery-status"), None)
    if status is None:
        return None
    blocks = [block for block in _payload(status) if isinstance(block, Mail)]
    identifier = _identifier(blocks, mail)
    answer = next((answer for block in blocks if (answer := _answer(block)) is not None), None)
    return Report(identifier, answer) if identifier is not None and answer is not None else None


def apply_report(session: Session, report: Report, at: datetime) -> bool:
    """Write a report in the history of its message, and what it changes; False when it is unknown or already there."""
    return _applied(session, report, REPORTER, at)


def find_own(raw: bytes) -> str | None:
    """Return which of our messages a mail is, or None."""
    found = _MESSAGE_ID.search(str(email.message_from_bytes(raw[:REPORT_BYTES]).get("Message-ID", "")))
    return found[1] if found else None


def apply_found(session: Session, message: str, address: str, at: datetime) -> bool:
    """Write that a message was found in the mailbox it was sent to; False when it is unknown, known, or not to there.

    Only what was sent to `address` counts: a notice that comes back by another way has not reached its addressee.
    """
    try:
        is_there = content_of(session, message).recipient == address
    except LOST:
        return False
    return is_there and _applied(session, Report(message, Answer(What.DELIVERED, FOUND)), FINDER, at)


def when_found(session: Session, message: str) -> datetime | None:
    """Return when a message was found in the mailbox it was sent to."""
    wanted = select(OutboxEvent.at).where(OutboxEvent.message == message, OutboxEvent.by == FINDER)
    return session.scalars(wanted.order_by(OutboxEvent.number).limit(1)).first()


def take_in(session: Session, raw: bytes, address: str | None, at: datetime) -> bool:
    """Apply what a mail says of a message of ours; `address`: that of the exercises, found where they arrive."""
    report = read_report(raw)
    if report is not None:
        return apply_report(session, report, at)
    own = find_own(raw) if address is not None else None
    return own is not None and address is not None and apply_found(session, own, address, at)


def _applied(session: Session, report: Report, by: str, at: datetime) -> bool:
    wanted = select(OutboxMessage).where(OutboxMessage.id == report.message).with_for_update()
    row = session.scalars(wanted).one_or_none()
    if row is None or _is_known(session, report, by):
        return False
    tell(session, row.id, report.answer, by=by, at=at)
    state = after_report(report.answer.what, State(row.state))
    if state is not State(row.state):
        move(session, row, Next(state), by=by, at=at)
    return True


def _identifier(blocks: list[Mail], mail: Mail) -> str | None:
    for block in blocks:
        known = str(block.get("Original-Envelope-Id", "")).strip()
        if _IDENTIFIER.fullmatch(known):
            return known
    for header in _returned(mail):
        found = _MESSAGE_ID.search(header)
        if found:
            return found[1]
    return None


def _returned(mail: Mail) -> Iterator[str]:
    """Yield the Message-ID of what a report returns: the message itself, or its headers alone."""
    for part in mail.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822":
            yield from (str(one.get("Message-ID", "")) for one in _payload(part) if isinstance(one, Mail))
        elif kind == "text/rfc822-headers":
            content = part.get_payload(decode=True)
            yield str(email.message_from_bytes(content if isinstance(content, bytes) else b"").get("Message-ID", ""))


def _answer(block: Mail) -> Answer | None:
    what = _ACTIONS.get(str(block.get("Action", "")).strip().lower())
    if what is None:
        return None
    status = str(block.get("Status", "")).strip()
    diagnostic = str(block.get("Diagnostic-Code", "")).partition(";")[2].strip()
    return Answer(what, legible(" ".join(" ".join((status, diagnostic)).split())))


def _is_known(session: Session, report: Report, by: str) -> bool:
    same = select(OutboxEvent.number).where(
        OutboxEvent.message == report.message,
        OutboxEvent.what == report.answer.what,
        OutboxEvent.answer == report.answer.text,
        OutboxEvent.by == by,
    )
    return session.scalars(same.limit(1)).first() is not None


def _payload(part: Mail) -> list[object]:
    content: object = part.get_payload()
    return content if isinstance(content, list) else []
