"""What a message is, which states it goes through, and what keeps it from being written at all."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from governance.core.refusals import Conflict, Invalid, NotFound, TooLarge

SUBJECT_LIMIT = 200  # twice what a mail client shows on a line
BODY_LIMIT = 10_000
ATTACHMENTS_LIMIT = 8
ATTACHMENT_BYTES = 10_000_000  # in all: 14 MB once encoded; most servers take 20 to 25

# The right-hand side of every Message-ID: fixed with the row, whatever the settings of the day it is sent (ADR 10).
ORIGIN = "vigie.internal"

# What is not seen, or breaks a line; the no-break spaces of French are spaces like others.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_KIND = re.compile(r"[a-z][a-z0-9_.]{0,39}")
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,100}")


class State(StrEnum):
    """Where a message stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    EXPIRED = "expired"


UNFINISHED = frozenset({State.QUEUED, State.SENDING})


class BadMessage(Invalid):
    """A header would be broken, or split in two."""


class MessageTooLarge(TooLarge):
    """The message exceeds what is sent by mail."""


class UnknownMessage(NotFound):
    """There is no such message, or the person may not know of it."""


class NotResendable(Conflict):
    """The message cannot leave once more."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message: encrypted to its recipient's certificate, or left behind a link."""

    name: str
    content: bytes = field(repr=False)
    media_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Message:
    """What to write to whom, and until when it is worth sending.

    `kind` is a code of the caller (« breach.notice »); `about` the opaque identifier of what it speaks of; `key`, when
    given, makes a second message of the same key impossible. The content of a `confidential` message (a sign-in link)
    is shown to nobody and erased as soon as its fate is known.
    """

    kind: str
    to: str
    subject: str
    body: str = field(repr=False)
    deadline: datetime
    structure: str | None = None
    convention: str | None = None
    about: str | None = None
    attachments: tuple[Attachment, ...] = ()
    key: str | None = None
    confidential: bool = False


def message_id(identifier: str) -> str:
    """Return the Message-ID of a message: the same for every attempt (RFC 5322, § 3.6.4).

    >>> message_id("0f3a")
    '<0f3a@vigie.internal>'
    """
    return f"<{identifier}@{ORIGIN}>"


def check(message: Message, at: datetime) -> None:
    """Refuse (BadMessage, MessageTooLarge) what could not be sent as it is; raises ValueError for a mistake of code."""
    if not _KIND.fullmatch(message.kind) or message.deadline <= at:
        raise ValueError("a message has a kind, and a deadline to come")
    check_line(message.subject, "subject")
    if len(message.subject) > SUBJECT_LIMIT or len(message.body) > BODY_LIMIT:
        raise MessageTooLarge("Le message est trop long pour un courriel.", field="body")
    if any(unicodedata.category(one) in {"Cc", "Cs"} and one not in "\n\t" for one in message.body):
        raise BadMessage("Le corps du message contient un caractère illisible.", field="body")
    check_attachments(message.attachments)


def check_line(text: str, field_name: str) -> None:
    """Refuse (BadMessage) what is empty or would not stay on one line of a header."""
    if not text.strip() or not _HIDDEN.isdisjoint(map(unicodedata.category, text)):
        raise BadMessage("Cette ligne du message est vide, ou contient un caractère illisible.", field=field_name)


def check_attachments(attachments: tuple[Attachment, ...]) -> None:
    """Refuse attachments whose name or type would break a header (BadMessage), or too many bytes (MessageTooLarge)."""
    for one in attachments:
        check_line(one.name, "attachments")
        if "/" in one.name or "\\" in one.name or not _MEDIA_TYPE.fullmatch(one.media_type):
            raise BadMessage("Une pièce jointe a un nom ou un type impossible.", field="attachments")
    if len(attachments) > ATTACHMENTS_LIMIT or sum(len(one.content) for one in attachments) > ATTACHMENT_BYTES:
        raise MessageTooLarge("Les pièces jointes sont trop lourdes pour un courriel.", field="attachments")


def check_resendable(state: State, confidential: bool) -> None:
    """Refuse (NotResendable) to send again what is still on its way, has arrived, or held what is only good once."""
    if state in UNFINISHED:
        raise NotResendable("Ce message est encore en cours d'envoi.")
    if state is State.DELIVERED:
        raise NotResendable("Ce message est déjà remis à son destinataire.")
    if confidential:
        raise NotResendable("Ce message portait un lien à usage unique : refaites la demande pour en envoyer un neuf.")
