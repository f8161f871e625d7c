"""What a message is, which states it goes through, and what keeps it from being written at all."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import idna

from governance.core.refusals import Invalid, TooLarge

SUBJECT_LIMIT = 200  # twice what a mail client shows on a line
BODY_LIMIT = 10_000
ATTACHMENTS_LIMIT = 8
ATTACHMENT_BYTES = 10_000_000  # in all: 14 MB once encoded; most servers take 20 to 25
LOCAL_LIMIT = 64  # octets, RFC 5321, § 4.5.3.1.1
ADDRESS_LIMIT = 254  # RFC 5321, § 4.5.3.1.3, without the angle brackets

# The right-hand side of every Message-ID: fixed with the row, whatever the settings of the day it is sent (ADR 10).
ORIGIN = "vigie.internal"

_KIND = re.compile(r"[a-z][a-z0-9_.]{0,39}")
_LOCAL = re.compile(r"[^\s\x00-\x20\x7f\"(),:;<>@\[\]\\]+")
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


class BadAddress(Invalid):
    """This is no address that a mail could go to."""


class BadMessage(Invalid):
    """A header would be broken, or split in two."""


class MessageTooLarge(TooLarge):
    """The message exceeds what is sent by mail."""


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


def clean_address(typed: str) -> str:
    """Return an address as it is written on the envelope: trimmed, its domain in ASCII (RFC 5891).

    Raises BadAddress.

    >>> clean_address(" Odile@Préfecture.example ")
    'Odile@xn--prfecture-c4a.example'
    """
    local, _, domain = unicodedata.normalize("NFC", typed.strip()).rpartition("@")
    if not _LOCAL.fullmatch(local) or len(local.encode()) > LOCAL_LIMIT or ".." in f".{local}.":
        raise BadAddress("L'adresse du destinataire n'a pas la forme nom@domaine.fr.", field="to")
    try:
        host = idna.encode(domain.lower(), uts46=True).decode("ascii")
    except idna.IDNAError:
        raise BadAddress("Le domaine de l'adresse du destinataire n'existe pas.", field="to") from None
    address = f"{local}@{host}"
    if "." not in host or len(address.encode()) > ADDRESS_LIMIT:
        raise BadAddress("L'adresse du destinataire n'a pas la forme nom@domaine.fr.", field="to")
    return address


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
    if not text.strip() or not text.isprintable():
        raise BadMessage("Cette ligne du message est vide, ou contient un caractère illisible.", field=field_name)


def check_attachments(attachments: tuple[Attachment, ...]) -> None:
    """Refuse attachments whose name or type would break a header (BadMessage), or too many bytes (MessageTooLarge)."""
    for one in attachments:
        check_line(one.name, "attachments")
        if "/" in one.name or "\\" in one.name or not _MEDIA_TYPE.fullmatch(one.media_type):
            raise BadMessage("Une pièce jointe a un nom ou un type impossible.", field="attachments")
    if len(attachments) > ATTACHMENTS_LIMIT or sum(len(one.content) for one in attachments) > ATTACHMENT_BYTES:
        raise MessageTooLarge("Les pièces jointes sont trop lourdes pour un courriel.", field="attachments")
