"""Access tokens: signed under a key of the service, short, and read with the key they were made for."""

from datetime import datetime

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from governance.core.keys import Keys
from governance.people.machines.rules import TOKEN_LIFE, Token
from governance.people.rules import MACHINE_SCOPES, Permission

PREFIX = "vat_"
_HEADER = {"alg": "HS256", "typ": "at+jwt"}  # RFC 9068, § 2.1


def make(keys: Keys, token: Token, at: datetime) -> str:
    """Return an access token for a key's scopes."""
    now = int(at.timestamp())
    claims = {"sub": token.key_id, "iat": now, "exp": now + int(TOKEN_LIFE.total_seconds())}
    claims |= {"scope": " ".join(sorted(token.scopes))}
    return PREFIX + jwt.encode(_HEADER, claims, _key(keys))


def read(keys: Keys, text: str, at: datetime) -> Token | None:
    """Return what a token says, or None when it is not ours, altered or expired."""
    if not text.startswith(PREFIX):
        return None
    try:
        read = jwt.decode(text.removeprefix(PREFIX), _key(keys), algorithms=["HS256"])
    except (JoseError, ValueError):
        return None
    claims = read.claims
    if read.header.get("typ") != _HEADER["typ"] or claims["exp"] <= at.timestamp():
        return None
    known = {scope.value for scope in MACHINE_SCOPES}
    return Token(claims["sub"], frozenset(Permission(one) for one in claims["scope"].split() if one in known))


def _key(keys: Keys) -> OctKey:
    return OctKey.import_key(keys.derive("oauth/access"))
