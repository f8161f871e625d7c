"""Whether a password was leaked: the operator's list of SHA-1 hashes, in order, is read by halves; nobody is called.

The list is Have I Been Pwned's, whole, as its own downloader writes it: a line « HASH:COUNT » for each password.
"""

import hashlib
import re
from itertools import islice, pairwise
from pathlib import Path

from governance.core.refusals import Invalid, Unavailable

_HASH = 40  # hexadecimal digits of a SHA-1
_LINE = re.compile(rb"[0-9A-F]{40}(:\d{1,12})?\r?\n?")
_LONGEST = 64  # bytes of a line
_READ = 1_000  # lines that are looked at when the service starts: a list by count is out of order at once

LEAKED = "Ce mot de passe figure dans une fuite connue : il est de ceux qu'on essaie d'abord. Choisissez-en un autre."
MISSING = "La liste des mots de passe divulgués ne peut pas être lue : prévenez l'administrateur du service."


def check_unknown(password: str, listed: Path | None) -> None:
    """Refuse (Invalid) a password of the list, if there is one; raises Unavailable when it cannot be read."""
    try:
        if listed is not None and is_listed(password, listed):
            raise Invalid(LEAKED, field="password")
    except OSError as error:
        raise Unavailable(MISSING) from error


def is_listed(password: str, listed: Path) -> bool:
    """Say whether a list holds a password; raises OSError."""
    # SHA-1 protects nothing here: it is how the list is published.
    digest = hashlib.sha1(password.encode("utf-8", "surrogatepass"), usedforsecurity=False)
    wanted = digest.hexdigest().upper().encode()
    low, high = 0, listed.stat().st_size
    while low < high:  # the first place from which the next line is not before what is wanted
        middle = (low + high) // 2
        line = _line_after(listed, middle)
        low, high = (middle + 1, high) if line and line < wanted else (low, middle)
    return _line_after(listed, low) == wanted


def check_list(listed: Path | None) -> Path | None:
    """Return a list that can be read by halves; raises ValueError when it is none, or is in another order."""
    if listed is None:
        return None
    try:
        with listed.open("rb") as file:
            lines = list(islice(iter(lambda: file.readline(_LONGEST), b""), _READ))
    except OSError:
        raise ValueError("ce fichier ne peut pas être lu") from None
    if not lines or not all(map(_LINE.fullmatch, lines)):
        raise ValueError("une ligne « EMPREINTE:NOMBRE » par mot de passe est attendue, empreinte SHA-1 en capitales")
    if any(before >= after for before, after in pairwise(line[:_HASH] for line in lines)):
        raise ValueError("les empreintes sont attendues dans l'ordre, non par nombre")
    return listed


def _line_after(listed: Path, place: int) -> bytes:
    """Return the hash of the first line, or of the first that begins after a place; nothing at the end."""
    with listed.open("rb") as file:
        file.seek(place)
        if place:
            file.readline(_LONGEST)
        return file.readline(_LONGEST)[:_HASH]
