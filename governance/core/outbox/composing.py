"""A message as it travels: plain text, its files encrypted to the recipient or left behind a link."""

from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.mime.application import MIMEApplication
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from governance.core.outbox.claims import Claimed
from governance.core.outbox.rules import Attachment
from governance.core.outbox.smime import encrypt

BEHIND_LINK = "Pièces jointes à lire après connexion :"


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is handed to a server; `id` returns in reports of delivery; `utf8` when the address is not ASCII."""

    id: str
    recipient: str
    content: bytes = field(repr=False)
    utf8: bool = False


def compose(message: Claimed, sender: str, certificate: bytes | None, link: str) -> Envelope:
    """Return the envelope of a message, the same at each attempt but for the encryption's random key.

    With files and a certificate (DER), text and files are encrypted together; without one, `link` replaces the files.
    """
    utf8 = not message.recipient.isascii()
    policy = SMTPUTF8 if utf8 else SMTP
    body = message.body.rstrip("\n")
    if message.attachments and certificate is None:
        body = f"{body}\n\n{BEHIND_LINK}\n{link}"
    mail = EmailMessage(policy=policy)
    _address(mail, message, sender)
    if message.attachments and certificate is not None:
        _seal(mail, _content(body, message.attachments), certificate)
    else:
        _write(mail, body)
    return Envelope(message.id, message.recipient, mail.as_bytes(), utf8)


def _address(mail: EmailMessage, message: Claimed, sender: str) -> None:
    mail["From"] = sender
    local, _, domain = message.recipient.rpartition("@")
    mail["To"] = Address(username=local, domain=domain)
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(message.created_at)
    mail["Message-ID"] = message.message_id
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no automatic answer is wanted
    mail["Content-Language"] = "fr"


def _content(body: str, attachments: tuple[Attachment, ...]) -> bytes:
    inner = EmailMessage(policy=SMTP)
    _write(inner, body)
    for one in attachments:
        maintype, _, subtype = one.media_type.partition("/")
        inner.add_attachment(one.content, maintype=maintype, subtype=subtype, filename=one.name)
    return inner.as_bytes()


def _write(mail: EmailMessage, body: str) -> None:
    mail.set_content(body + "\n", charset="utf-8", cte="quoted-printable")


def _seal(mail: EmailMessage, inner: bytes, certificate: bytes) -> None:
    part = MIMEApplication(encrypt(inner, certificate), "pkcs7-mime")  # RFC 8551, § 3.3
    mail["MIME-Version"] = "1.0"
    mail["Content-Type"] = 'application/pkcs7-mime; smime-type="enveloped-data"; name="smime.p7m"'
    mail["Content-Transfer-Encoding"] = "base64"
    mail["Content-Disposition"] = 'attachment; filename="smime.p7m"'
    mail.set_payload(part.get_payload())
