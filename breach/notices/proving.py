"""What discharges a duty: a link used once by the DPO, a server that attests the delivery, a number, signed minutes."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from breach.notices.posting import context, hash_token
from breach.notices.rules import BadLink, Given, check_given, is_usable, signed_words
from breach.notices.tables import AckLink, Notice
from breach.owing import Discharge, stop
from breach.queries import find_open, find_row
from breach.rules import Proof
from breach.tables import BreachDocument, DutyRow
from governance.core import trail
from governance.core.keys import Keys
from governance.core.refusals import Forbidden, NotFound
from governance.people.rules import Actor, Permission

PURPOSE = "acknowledgement"
RECIPIENT = "destinataire"  # who clicked: the mailbox of the notice, which has no account here
NO_LINK = (
    "Ce lien a déjà servi, a expiré, ou n'existe pas. Écrivez à qui vous a prévenu : l'adresse est dans le courriel."
)


@dataclass(frozen=True, slots=True)
class AckView:
    """What an acknowledgement page shows to whoever holds the link: no personal data of insured persons."""

    number: str
    partner: str
    caisse: str
    article: str
    sent_at: datetime
    to: str
    is_account: bool


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """An acknowledgement that was given: when, on which notice, and the signature that proves it."""

    duty_id: str
    to: str
    at: datetime
    signature: bytes
    is_genuine: bool


def give(session: Session, duty_id: str, given: Given, *, by: Actor, at: datetime) -> None:
    """Discharge a duty by a proof that a person holds; its file is kept sealed among the documents of the breach.

    Raises NotFound, Conflict, BadProof, NoSuchProof, ReasonRequired, Invalid.
    """
    row = session.get(DutyRow, duty_id, with_for_update=True)
    if row is None:
        raise NotFound("Ce devoir n'existe pas.")
    find_open(session, row.breach_id, Permission.HANDLE_BREACH, by)
    check_given(given)
    reference, reason = given.reference.strip() or None, given.late_reason.strip() or None
    stop(session, row, Discharge(given.proof, given.at, reference, reason), by=by, at=at)
    if given.file:
        _keep(session, row, given, by, at)


def find_link(session: Session, token: str, at: datetime) -> AckView:
    """Return what a link acknowledges, while it may serve; raises BadLink. Nobody needs to be signed in."""
    return _view(session, _usable(session, token, at), at)


def use_link(session: Session, token: str, keys: Keys, *, at: datetime, place: str | None = None) -> AckView:
    """Acknowledge a notice by its link, once: sign it, tell the trail, and discharge the duty if it still is owed.

    `place` is the structure of whoever is signed in on that browser, if anybody: nobody acknowledges their own notice.
    Raises BadLink (used, replaced, expired, forged), Forbidden.
    """
    link = _usable(session, token, at)
    if place == link.structure_id:
        raise Forbidden("Ce lien est pour la caisse : on n'accuse pas réception de son propre avis.")
    duty = session.get_one(DutyRow, link.duty_id, with_for_update=True)
    seen = _view(session, link, at)
    link.used_at = at
    link.signature = keys.signing(PURPOSE).sign(signed_words(duty.id, link.hash, at))
    trail.record(
        session, "breach.acknowledged", duty.breach_id, by=RECIPIENT, structure=duty.structure_id, at=at, kind=duty.what
    )
    if duty.discharged_at is None and duty.withdrawn_at is None:
        stop(session, duty, Discharge(Proof.ACKNOWLEDGED, at, link.id), by=RECIPIENT, at=at, reason=False)
    return seen


def discharge_delivered(session: Session, notice: Notice, delivered_at: datetime, *, at: datetime) -> bool:
    """Discharge a duty whose notice a server attests to have delivered (RFC 3464); False when it is not owed any more.

    For the service itself. The reason of a delay is asked of our own people afterwards.
    """
    duty = session.get_one(DutyRow, notice.duty_id, with_for_update=True)
    is_owed = duty.discharged_at is None and duty.withdrawn_at is None
    if not is_owed or Proof.DELIVERED.name not in duty.body["discharged_by"]:
        return False
    done = Discharge(Proof.DELIVERED, max(delivered_at, duty.started_at or delivered_at), notice.message)
    stop(session, duty, done, by="vigie", at=at, reason=False)
    return True


def acknowledgements(session: Session, breach_id: str, keys: Keys) -> tuple[Acknowledged, ...]:
    """Return the acknowledgements of a breach, each checked against its signature, in order."""
    wanted = (
        select(AckLink, Notice)
        .join(Notice, Notice.id == AckLink.notice_id)
        .where(AckLink.breach_id == breach_id, AckLink.used_at.is_not(None))
        .order_by(AckLink.used_at, AckLink.id)
    )
    public = keys.signing(PURPOSE).public_key()
    return tuple(
        Acknowledged(link.duty_id, notice.recipient, link.used_at, link.signature, is_genuine(link, public))
        for link, notice in session.execute(wanted)
        if link.used_at is not None and link.signature is not None
    )


def is_genuine(link: AckLink, public: Ed25519PublicKey) -> bool:
    """Say whether an acknowledgement bears this service's signature, over this duty, this link and this instant."""
    if link.used_at is None or link.signature is None:
        return False
    try:
        public.verify(link.signature, signed_words(link.duty_id, link.hash, link.used_at))
    except InvalidSignature:
        return False
    return True


def _usable(session: Session, token: str, at: datetime) -> AckLink:
    wanted = select(AckLink).where(AckLink.hash == hash_token(token)).with_for_update()
    link = session.scalars(wanted).one_or_none()
    if link is None or not is_usable(link.expires_at, link.used_at, at):
        raise BadLink(NO_LINK)
    return link


def _view(session: Session, link: AckLink, at: datetime) -> AckView:
    notice, duty = session.get_one(Notice, link.notice_id), session.get_one(DutyRow, link.duty_id)
    subject = context(session, duty, at).subject
    return AckView(
        find_row(session, link.breach_id).number, subject.partner, subject.named, subject.article, notice.at,
        notice.recipient, subject.is_account,
    )  # fmt: skip


def _keep(session: Session, row: DutyRow, given: Given, by: Actor, at: datetime) -> None:
    session.add(
        BreachDocument(
            structure_id=row.structure_id, breach_id=row.breach_id, media_type="application/octet-stream",
            size=len(given.file), sha256=sha256(given.file).hexdigest(), added_at=at, added_by=by.id,
            name=f"Preuve : {given.proof}", content=given.file,
        )
    )  # fmt: skip
