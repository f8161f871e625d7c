"""A small OpenID Connect provider, as strict as ProConnect, really served over HTTP on loopback; it can also lie."""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from werkzeug.serving import make_server

CLIENT_ID, CLIENT_SECRET = "vigie-essai", "secret-partage-de-l-essai"
ACR = "https://proconnect.gouv.fr/assurance/self-asserted"
ACR_2FA = "https://proconnect.gouv.fr/assurance/self-asserted-2fa"
LIFE = 60  # seconds: what ProConnect gives its tokens

Change = Callable[[dict[str, Any]], None]


def new_key(kid: str) -> RSAKey:
    """Return a signing key."""
    return RSAKey.generate_key(2048, parameters={"kid": kid, "use": "sig", "alg": "RS256"})


@dataclass
class OidcProvider:
    """Who is signed in there, how it answers, and the lies it tells."""

    issuer: str = ""
    subject: str = "sub-1"
    email: str = ""
    acr: str = ACR
    email_verified: bool | None = True
    signs_userinfo: bool = True
    key: RSAKey = field(default_factory=lambda: new_key("k1"))
    published: list[RSAKey] = field(default_factory=list)
    lie_identity: Change = lambda claims: None
    lie_userinfo: Change = lambda claims: None
    header: dict[str, Any] = field(default_factory=lambda: {"alg": "RS256", "kid": "k1"})
    signer: Any = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    access: str = ""

    def sign(self, claims: dict[str, Any]) -> str:
        """Return signed claims, or whatever the present lie makes of them."""
        if self.header["alg"] == "none":
            head, body = (_b64(json.dumps(one).encode()) for one in (self.header, claims))
            return f"{head}.{body}."
        algorithms = [self.header["alg"]]
        return jwt.encode(self.header, claims, self.signer or self.key, algorithms=algorithms)

    def identity(self, nonce: str) -> str:
        """Return an identity token."""
        now = int(time.time())
        digest = hashlib.sha256(self.access.encode()).digest()[:16]
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "sub": self.subject, "nonce": nonce, "iat": now}
        claims |= {"exp": now + LIFE, "acr": self.acr, "at_hash": _b64(digest)}
        self.lie_identity(claims)
        return self.sign(claims)

    def person(self) -> dict[str, Any]:
        """Return what is said of the person."""
        claims: dict[str, Any] = {"sub": self.subject, "email": self.email, "usual_name": "Essai"}
        if self.email_verified is not None:
            claims["email_verified"] = self.email_verified
        if self.signs_userinfo:
            claims |= {"iss": self.issuer, "aud": CLIENT_ID, "exp": int(time.time()) + LIFE}
        self.lie_userinfo(claims)
        return claims


def application(provider: OidcProvider) -> Flask:
    """Return the provider's site."""
    site = Flask("provider")

    @site.get("/api/v2/.well-known/openid-configuration")
    def discovery() -> Response:
        names = {"authorization": "authorize", "token": "token", "userinfo": "userinfo", "end_session": "session/end"}
        addresses = {f"{name}_endpoint": f"{provider.issuer}/{path}" for name, path in names.items()}
        return jsonify(issuer=provider.issuer, jwks_uri=f"{provider.issuer}/jwks", **addresses)

    @site.get("/api/v2/jwks")
    def jwks() -> Response:
        return jsonify(KeySet(provider.published or [provider.key]).as_dict(private=False))

    @site.get("/api/v2/authorize")
    def authorize() -> Any:
        asked = provider.asked = dict(request.args)
        wanted = {"response_type": "code", "client_id": CLIENT_ID, "code_challenge_method": "S256"}
        if any(asked.get(name) != value for name, value in wanted.items()) or "openid" not in asked["scope"].split():
            return "refused", 400
        if min(len(asked.get("state", "")), len(asked.get("nonce", ""))) < 32 or not asked.get("code_challenge"):
            return "refused", 400
        code = secrets.token_urlsafe(16)
        provider.codes[code] = asked
        return redirect(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

    @site.post("/api/v2/token")
    def token() -> Any:
        form = request.form
        asked = provider.codes.pop(form.get("code", ""), None)  # a code serves once
        known = (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
        if asked is None or not known or form.get("redirect_uri") != asked["redirect_uri"]:
            return jsonify(error="invalid_grant"), 400
        if _b64(hashlib.sha256(form.get("code_verifier", "").encode()).digest()) != asked["code_challenge"]:
            return jsonify(error="invalid_grant"), 400
        provider.access = secrets.token_urlsafe(16)
        tokens = {"access_token": provider.access, "id_token": provider.identity(asked["nonce"])}
        return jsonify(token_type="Bearer", expires_in=LIFE, **tokens)

    @site.get("/api/v2/userinfo")
    def userinfo() -> Any:
        if request.headers.get("Authorization") != f"Bearer {provider.access}":
            return jsonify(error="invalid_token"), 401
        claims = provider.person()
        if not provider.signs_userinfo:
            return jsonify(claims)
        return Response(provider.sign(claims), content_type="application/jwt")

    @site.get("/api/v2/session/end")
    def end() -> Any:
        provider.left = dict(request.args)
        jwt.decode(provider.left["id_token_hint"], provider.key, algorithms=["RS256"])
        if len(provider.left.get("state", "")) < 32:
            return "refused", 400
        return redirect(f"{provider.left['post_logout_redirect_uri']}?{urlencode({'state': provider.left['state']})}")

    return site


@contextmanager
def serving(provider: OidcProvider) -> Iterator[OidcProvider]:
    """Serve a provider on a free port of this machine."""
    server = make_server("127.0.0.1", 0, application(provider), threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.server_port}/api/v2"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield provider
    server.shutdown()
    thread.join()


def shared_key() -> OctKey:
    """Return the client's secret as a key, with which anybody who reads it could sign."""
    return OctKey.import_key(CLIENT_SECRET)


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
