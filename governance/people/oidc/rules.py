"""What must hold of a provider, and of what it says about a person, before anybody is let in."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from governance.core.refusals import Forbidden, Unavailable

# What ProConnect and others sign with; neither « none » nor a key that both sides hold.
ALGORITHMS = ("RS256", "PS256", "ES256", "RS384", "RS512", "ES384", "ES512")
SCOPES = "openid email given_name usual_name"
TIME_TO_SIGN_IN = timedelta(minutes=15)
LONGEST_SUBJECT = 255  # OpenID Connect Core 1.0, § 2

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class NotProved(Forbidden):
    """What the provider sent does not prove who this is; `reason` is a code for the trail."""

    def __init__(self, reason: str) -> None:
        super().__init__("Cette connexion n'a pas pu être vérifiée : recommencez depuis la page de connexion.")
        self.reason = reason


class ProviderAway(Unavailable):
    """The provider does not answer, or not as a provider does."""


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider, as the installation sets it.

    `acr`: the levels asked for, one of which must be reached (none: any). `second_factor_acr`: those that count as a
    second factor; none does unless it is written there, since a level says who was checked, not how they signed in.
    `trusts_email`: the provider's agreement says that addresses are verified, though it sends no `email_verified`.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    acr: tuple[str, ...] = ()
    second_factor_acr: frozenset[str] = frozenset()
    trusts_email: bool = False


@dataclass(frozen=True, slots=True)
class Expected:
    """What an identity token must answer to."""

    issuer: str
    client_id: str
    nonce: str
    acr: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """Who signed in at the provider: `subject` is what is kept of their identifier there."""

    subject: str
    email: str | None
    has_second_factor: bool


def is_safe_address(url: object) -> bool:
    """Say whether secrets may be sent to an address: HTTPS, or this machine.

    >>> [is_safe_address(url) for url in ("https://auth.example/x", "http://127.0.0.1:1", "http://auth.example", None)]
    [True, True, False, False]
    """
    if not isinstance(url, str):
        return False
    parts = urlsplit(url)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    )


def check_metadata(metadata: Mapping[str, Any], issuer: str) -> None:
    """Refuse (ProviderAway) a document of another issuer, or with addresses in clear (Discovery 1.0, § 4.3)."""
    needed = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")
    if metadata.get("issuer") != issuer or not all(is_safe_address(metadata.get(name)) for name in needed):
        raise ProviderAway("Le service d'identité ne se présente pas comme prévu : prévenez l'administrateur.")


def check_identity(claims: Mapping[str, Any], expected: Expected, at: datetime) -> None:
    """Refuse (NotProved) an identity token that is not for us, for this sign-in, now (Core 1.0, § 3.1.3.7).

    Nothing is added to the token's life: ProConnect's last 60 seconds, and both clocks are kept.
    """
    _check_for_us(claims, expected.issuer, expected.client_id)
    audience = claims["aud"]
    if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != expected.client_id:
        raise NotProved("azp")
    if not is_number(claims.get("exp")) or claims["exp"] <= at.timestamp():
        raise NotProved("exp")
    if not is_number(claims.get("iat")):
        raise NotProved("iat")
    if not same(claims.get("nonce"), expected.nonce):
        raise NotProved("nonce")
    if expected.acr and claims.get("acr") not in expected.acr:
        raise NotProved("acr")
    subject_of(claims)


def check_person(claims: Mapping[str, Any], identity: Mapping[str, Any], expected: Expected, at: datetime) -> None:
    """Refuse (NotProved) signed user information that is not for us or not about the same person (Core 1.0, § 5.3)."""
    _check_for_us(claims, expected.issuer, expected.client_id)
    check_same_person(claims, identity)
    if "exp" in claims and (not is_number(claims["exp"]) or claims["exp"] <= at.timestamp()):
        raise NotProved("userinfo.exp")


def check_same_person(claims: Mapping[str, Any], identity: Mapping[str, Any]) -> None:
    """Refuse (NotProved) user information about another subject than the identity token's."""
    if not same(claims.get("sub"), subject_of(identity)):
        raise NotProved("userinfo.sub")


def check_access_token(token: str, identity: Mapping[str, Any], algorithm: str) -> None:
    """Refuse (NotProved) an access token that the identity token was not given with (Core 1.0, § 3.1.3.8)."""
    if "at_hash" not in identity:
        return
    digest = hashlib.new(f"sha{algorithm[2:]}", token.encode()).digest()
    left = base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
    if not same(identity["at_hash"], left):
        raise NotProved("at_hash")


def proof_of(identity: Mapping[str, Any], claims: Mapping[str, Any], provider: Provider) -> Proof:
    """Return who signed in; an address that nobody verified finds no account."""
    email = claims.get("email")
    is_verified = claims.get("email_verified") is True or (provider.trusts_email and "email_verified" not in claims)
    kept = hashlib.sha256(f"{provider.issuer}\n{subject_of(identity)}".encode()).hexdigest()
    has_second = identity.get("acr") in provider.second_factor_acr
    return Proof(kept, email if isinstance(email, str) and is_verified else None, has_second)


def subject_of(claims: Mapping[str, Any]) -> str:
    """Return the person's identifier at the provider; raises NotProved."""
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise NotProved("sub")
    return subject


def same(one: object, other: str) -> bool:
    """Say whether two secrets are the same, in constant time."""
    return isinstance(one, str) and hmac.compare_digest(one.encode(), other.encode())


def is_number(value: object) -> bool:
    """Say whether a claim is a number of seconds; in JSON « true » is none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _check_for_us(claims: Mapping[str, Any], issuer: str, client_id: str) -> None:
    if claims.get("iss") != issuer:
        raise NotProved("iss")
    audience = claims.get("aud")
    if client_id not in (audience if isinstance(audience, list) else [audience]):
        raise NotProved("aud")
