"""Who must have a second factor, and which codes are right."""

import hmac
import secrets
from datetime import datetime

import pyotp

from governance.core.refusals import Conflict, Invalid
from governance.people.rules import Role

# CNIL, délibération 2025-019 du 20 mars 2025, on remote access to large sets of data; here, whoever holds other
# people's rights. A code by e-mail makes two steps, not two factors: it is never offered as one.
REQUIRED_FOR = frozenset({Role.DPO, Role.DPO_CAISSE, Role.ADMINISTRATEUR})

PERIOD = 30  # seconds, RFC 6238, § 4.1
DRIFT = (-1, 0, 1)  # one step each way (RFC 6238, § 5.2): telephones are late, people slow
CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that reads like something else
_GROUPS, _LETTERS = 6, 4  # 24 letters out of 31: 118 bits; from 112 a plain hash is enough (OWASP ASVS 5.0, 6.5.2)


class WrongCode(Invalid):
    """The code is not the one expected, or it has already served."""


class NoSecondFactor(Conflict):
    """The role requires a second factor: the last one stays."""


class BadPasskey(Invalid):
    """The passkey's answer is not for this service, this act or this person."""


def must_have(roles: frozenset[Role]) -> bool:
    """Say whether one of the roles requires a second factor."""
    return not roles.isdisjoint(REQUIRED_FOR)


def matching_step(secret: str, code: str, at: datetime, last: int) -> int | None:
    """Return the step whose code it is, later than the last one that served (RFC 6238, § 5.2), or None."""
    totp, now = pyotp.TOTP(secret, interval=PERIOD), int(at.timestamp()) // PERIOD
    typed = code.encode(errors="replace")
    right = [now + drift for drift in DRIFT if hmac.compare_digest(totp.generate_otp(now + drift).encode(), typed)]
    return next((step for step in right if step > last), None)


def new_secret() -> str:
    """Return 160 random bits in base 32 (RFC 4226, § 4)."""
    return pyotp.random_base32()


def uri(secret: str, email: str) -> str:
    """Return what an application reads in the square code."""
    return pyotp.TOTP(secret, interval=PERIOD).provisioning_uri(name=email, issuer_name="Vigie")


def new_code() -> str:
    """Return a recovery code, in groups that one can copy by hand."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_LETTERS)) for _ in range(_GROUPS))
    return "-".join(groups)


def one_form(typed: str) -> str:
    """Return a typed code without what people put around it.

    >>> one_form(" 123 456 "), one_form("ABCD-efgh jkmn pqrs")
    ('123456', 'abcdefghjkmnpqrs')
    """
    return "".join(character for character in typed.casefold() if character.isalnum())
