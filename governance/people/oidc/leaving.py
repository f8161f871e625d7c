"""Leaving the provider too: what is remembered for it, and the page that leads out."""

import base64
import secrets
from urllib.parse import urlencode

from cryptography.fernet import Fernet, InvalidToken
from flask import current_app, render_template, session, url_for

from governance.people.oidc.client import Client
from governance.people.oidc.rules import ProviderAway
from governance.web.identity import HINT, instant

CLIENT = "vigie.oidc"
KEYS = "vigie.keys"  # where the application keeps its keys
OUT = "oidc_out"
LONGEST_HINT = 2_600  # the cookie holds 4,096 bytes in all


def keep_hint(token: str) -> None:
    """Remember the identity token until the person leaves: encrypted, since it names them."""
    hint = _vault().encrypt(token.encode()).decode()
    if len(hint) <= LONGEST_HINT:
        session[HINT] = hint


def take_hint() -> str | None:
    """Return what was remembered, before the session is closed."""
    hint: str | None = session.get(HINT)
    return hint


def leave(hint: str) -> str | None:
    """Return the page that leads out of the provider, or None when it has no way out or does not answer."""
    client: Client | None = current_app.extensions.get(CLIENT)
    if client is None:
        return None
    try:
        token, url = _vault().decrypt(hint.encode()).decode(), client.way_out(instant())
    except (InvalidToken, ProviderAway):
        return None
    if url is None:
        return None
    state = session[OUT] = secrets.token_urlsafe(32)  # ProConnect asks for 32 characters at least
    query = {"id_token_hint": token, "state": state, "post_logout_redirect_uri": url_for("oidc.out", _external=True)}
    address = f"{url}{'&' if '?' in url else '?'}{urlencode(query)}"
    # Not a redirection: browsers hold one that answers a form to this site (CSP, form-action).
    return render_template("oidc/leaving.html", address=address, name=client.provider.name)


def _vault() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(current_app.extensions[KEYS].derive("oidc/hint")))
