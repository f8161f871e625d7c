"""Where the list of leaked passwords is, and what « À propos » tells of it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask, current_app, has_app_context

from governance.core.french import day
from governance.web.feature import Part

_LISTED = "VIGIE_LEAKED_PASSWORDS"
_NAME = "Mots de passe divulgués"


def start(app: Flask, settings: Any) -> None:
    """Keep where the list is."""
    app.config[_LISTED] = settings.leaked_passwords


def listed() -> Path | None:
    """Return the list of the passwords that nobody may choose, None where the operator gave none."""
    path: Path | None = current_app.config[_LISTED]
    return path


def parts() -> tuple[Part, ...]:
    """Tell whether new passwords are looked for in a list, and of which day it is."""
    path = listed() if has_app_context() else None
    if path is None:
        return (Part(_NAME, False, "aucune liste : réglez VIGIE_LEAKED_PASSWORDS (docs/securite.md)"),)
    try:
        written = path.stat().st_mtime
    except OSError:
        return (Part(_NAME, False, "la liste ne peut plus être lue : personne ne peut changer de mot de passe"),)
    return (Part(_NAME, True, f"liste du {day(datetime.fromtimestamp(written, UTC))}"),)
