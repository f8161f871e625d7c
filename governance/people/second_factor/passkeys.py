"""Passkeys (WebAuthn level 2): what a browser is asked, and whether what it answers proves who one is."""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import webauthn
from sqlalchemy import delete, select
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session
from webauthn.helpers import parse_authentication_credential_json, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from governance.core import trail
from governance.core.storage import new_id
from governance.people.rules import Actor, clean_name
from governance.people.second_factor.rules import BadPasskey
from governance.people.second_factor.tables import Challenge, Passkey
from governance.people.tables import Person

LASTS = timedelta(minutes=5)
REFUSED = "La clé d'accès n'a pas été reconnue : recommencez, ou choisissez un autre moyen."
MALFORMED = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError)  # whatever was sent in its place
_CHALLENGE_BYTES = 32
_REQUIRED = UserVerificationRequirement.REQUIRED  # a finger, a face or a code: with the key itself, two factors


@dataclass(frozen=True, slots=True)
class Site:
    """The site a passkey is for: its host, and its address as the browser says it."""

    host: str
    origin: str


def ask_new(session: Session, site: Site, *, by: Actor, at: datetime) -> str:
    """Return, in JSON, what the browser needs to make a passkey for a person."""
    person, challenge = session.get_one(Person, by.id), _challenge(session, by.id, at)
    known = session.scalars(select(Passkey.credential_id).where(Passkey.person_id == by.id).order_by(Passkey.id))
    options = webauthn.generate_registration_options(
        rp_id=site.host, rp_name="Vigie", user_id=by.id.encode(), user_name=person.email,
        user_display_name=person.name, challenge=challenge,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_REQUIRED
        ),
    )  # fmt: skip
    return webauthn.options_to_json(options)


def add(session: Session, site: Site, answer: str, name: str, *, by: Actor, at: datetime) -> None:
    """Keep the passkey that the browser made; refuse BadPasskey, Invalid (its name)."""
    label = clean_name(name)
    try:
        challenge = _signed(answer)
        _use_up(session, challenge, by.id, at)
        made = webauthn.verify_registration_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=site.host, expected_origin=site.origin,
            require_user_verification=True,
        )  # fmt: skip
    except MALFORMED as error:
        raise BadPasskey(REFUSED) from error
    if session.scalar(select(Passkey.id).where(Passkey.credential_id == made.credential_id)) is not None:
        raise BadPasskey("Cette clé d'accès est déjà enregistrée.")
    home = session.get_one(Person, by.id).structure_id
    row = Passkey(id=new_id(), person_id=by.id, structure_id=home, name=label, host=site.host, made_at=at)
    row.credential_id, row.public_key, row.sign_count = made.credential_id, made.credential_public_key, made.sign_count
    session.add(row)
    session.flush()
    trail.record(session, "factor.added", row.id, by=by, structure=by.structure, at=at, kind="passkey")


def ask(session: Session, site: Site, *, at: datetime) -> str:
    """Return, in JSON, what the browser needs to let one choose a passkey, before anybody is known."""
    options = webauthn.generate_authentication_options(
        rp_id=site.host, challenge=_challenge(session, None, at), user_verification=_REQUIRED
    )
    return webauthn.options_to_json(options)


def check(session: Session, site: Site, answer: str, *, at: datetime) -> str:
    """Return whose passkey answered, or refuse (BadPasskey) in the same words whatever the reason.

    A counter that goes backwards tells of a copied key (WebAuthn, § 6.1.1), and is refused.
    """
    try:
        credential, challenge = parse_authentication_credential_json(answer), _signed(answer)
        _use_up(session, challenge, None, at)
        row = session.scalar(select(Passkey).where(Passkey.credential_id == credential.raw_id).with_for_update())
        if row is None or credential.response.user_handle not in (None, row.person_id.encode()):
            raise BadPasskey(REFUSED)
        proved = webauthn.verify_authentication_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=row.host, expected_origin=site.origin,
            credential_public_key=row.public_key, credential_current_sign_count=row.sign_count,
            require_user_verification=True,
        )  # fmt: skip
    except MALFORMED as error:
        raise BadPasskey(REFUSED) from error
    row.sign_count, row.used_at = proved.new_sign_count, at
    return row.person_id


def _challenge(session: Session, person_id: str | None, at: datetime) -> bytes:
    session.execute(delete(Challenge).where(Challenge.expires_at < at))
    challenge = secrets.token_bytes(_CHALLENGE_BYTES)
    session.add(Challenge(hash=_hash(challenge), person_id=person_id, expires_at=at + LASTS))
    return challenge


def _signed(answer: str) -> bytes:
    """Return the challenge that an answer says it signs; whether it does is checked afterwards."""
    client_data = webauthn.base64url_to_bytes(json.loads(answer)["response"]["clientDataJSON"])
    return parse_client_data_json(client_data).challenge


def _use_up(session: Session, challenge: bytes, person_id: str | None, at: datetime) -> None:
    whose = Challenge.person_id.is_(None) if person_id is None else Challenge.person_id == person_id
    chosen = delete(Challenge).where(Challenge.hash == _hash(challenge), whose, Challenge.expires_at >= at)
    used = session.execute(chosen)
    if not isinstance(used, CursorResult) or used.rowcount != 1:
        raise BadPasskey(REFUSED)


def _hash(challenge: bytes) -> str:
    return hashlib.sha256(challenge).hexdigest()
