"""Reports of delivery (RFC 3464): what other servers write back about a message, and what it changes."""

import email
import mailbox
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import Message as Mail
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from governance.core import clock
from governance.core.outbox.claims import move, tell
from governance.core.outbox.outcomes import Answer, Next, What, after_report, legible
from governance.core.outbox.rules import ORIGIN, State
from governance.core.outbox.tables import OutboxEvent, OutboxMessage

REPORTER = "retours"
REPORT_BYTES = 5_000_000

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
    wanted = select(OutboxMessage).where(OutboxMessage.id == report.message).with_for_update()
    row = session.scalars(wanted).one_or_none()
    if row is None or _is_known(session, report):
        return False
    tell(session, row.id, report.answer, by=REPORTER, at=at)
    state = after_report(report.answer.what, State(row.state))
    if state is not State(row.state):
        move(session, row, Next(state), by=REPORTER, at=at)
    return True


def read_folder(sessions: sessionmaker[Session], path: Path, at: datetime) -> tuple[int, int]:
    """Apply the reports of a Maildir and return how many counted, out of how many mails.

    What was read is moved to « cur », marked seen, once its effect is committed. Raises OSError, mailbox.Error.
    """
    folder, now = mailbox.Maildir(path, create=False), clock.running(at)
    counted = total = 0
    for key in sorted(key for key in folder.keys() if folder.get_message(key).get_subdir() == "new"):  # noqa: SIM118
        total += 1
        report = read_report(folder.get_bytes(key))
        if report is not None:
            with sessions.begin() as session:
                counted += apply_report(session, report, now())
        with suppress(KeyError):  # another reader moved it an instant before: its effect is counted once
            seen = folder.get_message(key)
            seen.set_subdir("cur")
            seen.add_flag("S")
            folder[key] = seen
    return counted, total


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


def _is_known(session: Session, report: Report) -> bool:
    same = select(OutboxEvent.number).where(
        OutboxEvent.message == report.message,
        OutboxEvent.what == report.answer.what,
        OutboxEvent.answer == report.answer.text,
        OutboxEvent.by == REPORTER,
    )
    return session.scalars(same.limit(1)).first() is not None


def _payload(part: Mail) -> list[object]:
    content: object = part.get_payload()
    return content if isinstance(content, list) else []
