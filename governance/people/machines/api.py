"""`POST /api/oauth/token`: a machine exchanges its key for a short access token (OAuth 2, RFC 6749, § 4.4)."""

from dataclasses import dataclass
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, InvalidScopeError
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from flask import Blueprint, Flask, current_app
from flask.typing import ResponseReturnValue

from governance.core import storage
from governance.people.machines import actions, tokens
from governance.people.machines.queries import Machine, find_machine
from governance.people.machines.rules import TOKEN_LIFE, Token, scopes_in
from governance.people.rules import Permission
from governance.web.act import instant, transaction
from governance.web.identity import keys, sessions

SERVER = "vigie.oauth"

pages = Blueprint("oauth", __name__)


@dataclass(slots=True)
class Client(ClientMixin):  # type: ignore[misc]  # Authlib ships no types
    """A machine, as Authlib asks about it: its identifier is its key's, its secret is the key."""

    client_id: str
    machine: Machine | None = None

    def get_client_id(self) -> str:
        """Return the identifier."""
        return self.client_id

    def check_client_secret(self, client_secret: str) -> bool:
        """Say whether it is a secret of this very key, the former one included while it serves."""
        with storage.reading(sessions()) as reader:
            found = find_machine(reader, client_secret, instant())
        self.machine = found if found is not None and found.actor.id == self.client_id else None
        return self.machine is not None

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """Say whether a machine may prove itself that way."""
        return method in {"client_secret_basic", "client_secret_post"}

    def check_grant_type(self, grant_type: str) -> bool:
        """Say whether a machine may ask for that."""
        return grant_type == "client_credentials"

    def get_allowed_scope(self, scope: str) -> str:
        """Return the scopes that are given: those asked for which the key holds."""
        return " ".join(sorted(scopes_in(scope or "", self._held())))

    def token(self, scope: str) -> Token:
        """Return what the access token says."""
        return Token(self.client_id, scopes_in(scope, self._held()) if scope else frozenset())

    def _held(self) -> frozenset[Permission]:
        return (self.machine.actor.scopes if self.machine else None) or frozenset()


class Grant(ClientCredentialsGrant):  # type: ignore[misc]  # Authlib ships no types
    """Client credentials, in the header or in the form."""

    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic", "client_secret_post")

    def validate_token_request(self) -> None:
        """Refuse, beside what the standard refuses, a request for scopes of which the key holds none."""
        super().validate_token_request()
        if not self.request.client.get_allowed_scope(self.request.payload.scope):
            raise InvalidScopeError


@pages.post("/api/oauth/token")
def token() -> ResponseReturnValue:
    """Give an access token; Authlib answers as RFC 6749 says, refusals included."""
    server: AuthorizationServer = _server()
    answer: ResponseReturnValue = server.create_token_response()
    return answer


def prepare(app: Flask, _: Any) -> None:
    """Set up the token endpoint."""
    server = AuthorizationServer(app, query_client=Client, save_token=_given)
    server.register_grant(Grant)
    server.register_token_generator(ClientCredentialsGrant.GRANT_TYPE, _made)
    app.extensions[SERVER] = server


def _made(grant_type: str, client: Client, scope: str | None = None, **_: Any) -> dict[str, Any]:
    allowed = client.get_allowed_scope(scope or "")
    given = tokens.make(keys(), client.token(allowed), instant())
    return {
        "token_type": "Bearer",
        "access_token": given,
        "expires_in": int(TOKEN_LIFE.total_seconds()),
        "scope": allowed,
    }


def _given(_: dict[str, Any], asked: Any) -> None:
    actor = asked.client.machine.actor
    with transaction() as session:
        actions.note_use(session, actor.id, at=instant())
        actions.note_token(session, actor.id, actor.structure, by=actor, at=instant())


def _server() -> AuthorizationServer:
    return current_app.extensions[SERVER]
