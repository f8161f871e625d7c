"""Where links to accounts lead, and whether a mail may carry them."""

from flask import current_app, url_for

ADDRESS = "VIGIE_ADDRESS"
MAIL = "VIGIE_MAIL"
PATH = "/compte/lien/"


def can_mail() -> bool:
    """Say whether links leave by mail: a mail can be sent, and the service knows its own address without being told."""
    return bool(current_app.config[MAIL]) and current_app.config[ADDRESS] is not None


def mailed(token: str) -> str:
    """Return a link for a mail, on the address of the settings."""
    return str(current_app.config[ADDRESS]) + url_for("accounts.link", token=token)


def shown(token: str) -> str:
    """Return a link to show to who is reading this very site."""
    return mailed(token) if current_app.config[ADDRESS] else url_for("accounts.link", token=token, _external=True)
