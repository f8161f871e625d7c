"""How a mail is worded: who must do what by when in the subject, ten lines, one link, plain text."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from governance.core.clock import PARIS
from governance.core.french import said

LINES = 10
When = datetime | date
LINE = 200


class Letter(NamedTuple):
    """A subject and a body, ready for a `Message`."""

    subject: str
    body: str


def letter(
    who: str, must: str, before: When | None, lines: Sequence[str], link: str | None = None, zone: ZoneInfo = PARIS
) -> Letter:
    """Return a mail that asks someone to do something by an instant or a day, told in the reader's zone.

    Raises ValueError when it is too long, or holds a second link: a mistake of the code.

    >>> from datetime import UTC
    >>> letter("Odile", "confirmer la revue", datetime(2026, 5, 1, 15, 30, tzinfo=UTC), ["Il reste 3 comptes."]).subject
    'Odile\\xa0: confirmer la revue avant le ven. 1er mai, 17\\xa0h\\xa030'
    """
    written = [line for line in lines if line]
    if len(written) + (link is not None) > LINES or any(len(line) > LINE or "\n" in line for line in written):
        raise ValueError("a mail has ten lines at most, its link included")
    if any("://" in line for line in written):
        raise ValueError("a mail has one link, on its own line")
    until = "" if before is None else f" avant le {said(before, zone)}"
    body = "\n".join(lines) if link is None else "\n".join([*lines, "", link])
    return Letter(f"{who}\N{NO-BREAK SPACE}: {must}{until}", body)
