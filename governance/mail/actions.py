"""What people do with the outbox: send again, read files, register and withdraw certificates."""

from base64 import b64encode
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.core import trail
from governance.core.domains import Domain
from governance.core.outbox.actions import resend as send_again
from governance.core.outbox.addresses import clean_address
from governance.core.outbox.rules import Attachment
from governance.core.outbox.smime import read_certificate
from governance.core.refusals import NotFound
from governance.core.sealed_rows import is_equal
from governance.core.storage import new_id
from governance.mail.queries import files, find_sending
from governance.mail.tables import MailCertificate
from governance.people.rules import Actor, Permission, require


class UnknownCertificate(NotFound):
    """There is no such certificate here."""


class UnknownFile(NotFound):
    """The message has no such file."""


def resend(session: Session, identifier: str, *, by: Actor, at: datetime) -> None:
    """Send once more a message that ended; raises Forbidden, UnknownMessage, NotResendable."""
    require(Permission.RESEND_MAIL, by, by.structure)
    find_sending(session, identifier, by, at)
    send_again(session, identifier, by=by, at=at)


def read_file(session: Session, identifier: str, number: int, *, by: Actor, at: datetime) -> Attachment:
    """Return a file of a message, and tell the trail who read it; raises UnknownMessage, UnknownFile, KeyGone."""
    held = files(session, identifier, by)
    if not 1 <= number <= len(held):
        raise UnknownFile("Ce message n'a pas cette pièce.")
    trail.record(session, "outbox.file_read", identifier, by=by, structure=by.structure, at=at, number=number)
    return held[number - 1]


def register_certificate(session: Session, address: str, raw: bytes, *, by: Actor, at: datetime) -> str:
    """Keep the certificate that files sent to an address are encrypted to, in place of the former; return its id.

    Raises Forbidden, BadAddress, BadCertificate.
    """
    require(Permission.MANAGE_CERTIFICATES, by, by.structure)
    address = clean_address(address).lower()
    read = read_certificate(raw, address, at)
    for former in session.scalars(
        select(MailCertificate).where(
            MailCertificate.structure_id == by.structure,
            MailCertificate.withdrawn_at.is_(None),
            is_equal(session, MailCertificate.address, address, Domain(by.structure)),
        )
    ):
        former.withdrawn_at, former.withdrawn_by = at, by.id
    row = MailCertificate(id=new_id(), structure_id=by.structure, address=address, subject=read.subject)
    row.certificate, row.issuer = b64encode(read.der).decode("ascii"), read.issuer
    row.fingerprint, row.begins_at, row.ends_at = read.fingerprint, read.begins_at, read.ends_at
    row.registered_at, row.registered_by = at, by.id
    session.add(row)
    session.flush()
    ends = read.ends_at.date().isoformat()
    trail.record(session, "certificate.registered", row.id, by=by, structure=by.structure, at=at, ends=ends)
    return row.id


def withdraw_certificate(session: Session, identifier: str, *, by: Actor, at: datetime) -> None:
    """Stop encrypting to a certificate: files to its address stay behind a link; raises UnknownCertificate."""
    require(Permission.MANAGE_CERTIFICATES, by, by.structure)
    row = session.get(MailCertificate, identifier)
    if row is None or row.structure_id != by.structure or row.withdrawn_at is not None:
        raise UnknownCertificate("Ce certificat n'est pas enregistré ici.")
    row.withdrawn_at, row.withdrawn_by = at, by.id
    trail.record(session, "certificate.withdrawn", row.id, by=by, structure=by.structure, at=at)
