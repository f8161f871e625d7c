"""Speaking to the provider: its discovery, the way there with PKCE, the exchange of the code, its signed answers."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from governance.people.oidc import rules
from governance.people.oidc.rules import ALGORITHMS, Expected, NotProved, Proof, Provider, ProviderAway

TIMEOUTS = (3, 10)  # seconds: to connect, to answer
FRESH = timedelta(hours=1)

_AWAY = "Le service d'identité ne répond pas : recommencez dans quelques instants, ou utilisez votre mot de passe."


@dataclass(frozen=True, slots=True)
class Way:
    """What is kept in the browser while a person is at the provider's."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Entered:
    """Who came back, and the token that will let them leave the provider too."""

    proof: Proof
    id_token: str


@dataclass(frozen=True, slots=True)
class _Known:
    """The provider's documents, and when they were read."""

    metadata: Mapping[str, Any]
    keys: KeySet
    at: datetime


@dataclass(slots=True)
class Client:
    """A provider and what is remembered of its documents, an hour at most."""

    provider: Provider
    _known: _Known | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def address(self, way: Way, back: str, at: datetime) -> str:
        """Return where to send the browser; raises ProviderAway."""
        more = {"acr_values": " ".join(self.provider.acr)} if self.provider.acr else {}
        with self._session(back) as session:
            url, _ = session.create_authorization_url(
                self._documents(at).metadata["authorization_endpoint"],
                state=way.state,
                nonce=way.nonce,
                code_verifier=way.verifier,
                **more,
            )
        return str(url)

    def enter(self, code: str, way: Way, back: str, at: datetime) -> Entered:
        """Exchange a code for who this is; raises NotProved, ProviderAway."""
        metadata = self._documents(at).metadata
        expected = Expected(self.provider.issuer, self.provider.client_id, way.nonce, self.provider.acr)
        with self._session(back) as session:
            tokens = _fetched(session, metadata["token_endpoint"], code, way.verifier)
            identity = self._decoded(tokens.get("id_token"), at)
            rules.check_identity(identity.claims, expected, at)
            rules.check_access_token(tokens["access_token"], identity.claims, identity.header["alg"])
            claims = self._person(metadata["userinfo_endpoint"], tokens["access_token"], identity.claims, expected, at)
        return Entered(rules.proof_of(identity.claims, claims, self.provider), tokens["id_token"])

    def way_out(self, at: datetime) -> str | None:
        """Return the provider's address for signing out, or None; raises ProviderAway."""
        url = self._documents(at).metadata.get("end_session_endpoint")
        return url if rules.is_safe_address(url) else None

    def _session(self, back: str) -> OAuth2Session:
        # Authlib takes 60 seconds off a token's life by default, which is all that ProConnect's have.
        return OAuth2Session(
            self.provider.client_id,
            self.provider.client_secret,
            token_endpoint_auth_method="client_secret_post",  # noqa: S106  # a method's name
            scope=rules.SCOPES,
            redirect_uri=back,
            code_challenge_method="S256",
            leeway=0,
            default_timeout=TIMEOUTS,
        )

    def _person(
        self, url: str, token: str, identity: Mapping[str, Any], expected: Expected, at: datetime
    ) -> Mapping[str, Any]:
        answer = _got(url, {"Authorization": f"Bearer {token}"})
        if answer.headers.get("Content-Type", "").partition(";")[0].strip() == "application/jwt":
            claims: Mapping[str, Any] = self._decoded(answer.text, at).claims
            rules.check_person(claims, identity, expected, at)
        else:
            claims = _read(answer)
            rules.check_same_person(claims, identity)
        return claims

    def _decoded(self, token: object, at: datetime) -> jwt.Token:
        if not isinstance(token, str):
            raise NotProved("token")
        try:
            try:
                return jwt.decode(token, self._documents(at).keys, algorithms=ALGORITHMS)
            except InvalidKeyIdError:  # the provider has changed keys since
                return jwt.decode(token, self._documents(at, again=True).keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError) as error:
            raise NotProved("signature") from error

    def _documents(self, at: datetime, again: bool = False) -> _Known:
        with self._lock:
            known = self._known
            if known is None or again or not timedelta() <= at - known.at < FRESH:
                self._known = known = self._learned(at)
        return known

    def _learned(self, at: datetime) -> _Known:
        metadata = _read(_got(self.provider.issuer.rstrip("/") + "/.well-known/openid-configuration"))
        rules.check_metadata(metadata, self.provider.issuer)
        try:
            keys = KeySet.import_key_set(_read(_got(metadata["jwks_uri"])))  # type: ignore[arg-type]  # checked there
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise ProviderAway(_AWAY) from error
        return _Known(metadata, keys, at)


def _fetched(session: OAuth2Session, url: str, code: str, verifier: str) -> Mapping[str, Any]:
    try:
        tokens = session.fetch_token(url, code=code, code_verifier=verifier, allow_redirects=False)
    except AuthlibBaseError as error:
        raise NotProved("code") from error
    except (requests.RequestException, ValueError) as error:
        raise ProviderAway(_AWAY) from error
    if not isinstance(tokens, Mapping) or not isinstance(tokens.get("access_token"), str):
        raise NotProved("token")
    return tokens


def _got(url: str, headers: Mapping[str, str] | None = None) -> requests.Response:
    try:
        answer = requests.get(url, headers=headers, timeout=TIMEOUTS, allow_redirects=False)
    except requests.RequestException as error:
        raise ProviderAway(_AWAY) from error
    if answer.status_code != 200:
        raise ProviderAway(_AWAY)
    return answer


def _read(answer: requests.Response) -> Mapping[str, Any]:
    try:
        document = answer.json()
    except ValueError as error:
        raise ProviderAway(_AWAY) from error
    if not isinstance(document, dict):
        raise ProviderAway(_AWAY)
    return document
