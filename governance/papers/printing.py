"""From a template and values to a PDF."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from importlib import import_module
from threading import Lock
from typing import Any

from governance.papers.environment import environment
from governance.papers.rules import File, NoPrinter

LACKS = "Les documents PDF ne peuvent pas être faits : il manque la bibliothèque libpango (paquet libpango-1.0-0)."
BUSY = "Un autre document est en cours d'impression : recommencez dans quelques instants."

# One at a time in a process: layout holds the interpreter, and two would only make each other late.
_TURN = Lock()
_PATIENCE_SECONDS = 20


def pdf(template: str, values: Mapping[str, Any], title: str, files: Sequence[File] = (), *, at: datetime) -> bytes:
    """Return a PDF/A-3a: the template extends « papers/paper.html », which says which values it shows.

    `at` is the date of the document. Raises NoPrinter when libpango lacks or the printer stays busy.
    """
    html = environment().get_template(template).render({"parties": (), "issuer": "", **values}, title=title, at=at)
    lay_out = _layout()
    if not _TURN.acquire(timeout=_PATIENCE_SECONDS):
        raise NoPrinter(BUSY)
    try:
        return lay_out(html, files, at)
    finally:
        _TURN.release()


def can_print() -> bool:
    """Say whether PDF can be made here."""
    try:
        _layout()
    except NoPrinter:
        return False
    return True


@lru_cache(maxsize=1)
def _layout() -> Callable[[str, Sequence[File], datetime], bytes]:
    try:
        found: Callable[[str, Sequence[File], datetime], bytes] = import_module("governance.papers.weasy").laid_out
    except OSError as error:  # the shared library is not there
        raise NoPrinter(LACKS) from error
    return found
