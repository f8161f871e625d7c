"""Where links to accounts lead, and whether a mail may carry them."""

from flask import current_app, url_for

ADDRESS = "VIGIE_ADDRESS"
PATH = "/compte/lien/"


def can_mail() -> bool:
    """Say whether links leave by mail: only once the service knows its own address, never the one a request claims."""
    return current_app.config[ADDRESS] is not None


def mailed(token: str) -> str:
    """Return a link for a mail, on the address of the settings."""
    return str(current_app.config[ADDRESS]) + url_for("accounts.link", token=token)


def shown(token: str) -> str:
    """Return a link to show to who is reading this very site."""
    return mailed(token) if can_mail() else url_for("accounts.link", token=token, _external=True)
