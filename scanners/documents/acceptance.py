"""Which files may be deposited at all: how many, how big, named how; the numbers are the convention's."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from scanners.documents.kinds import Kind, extension

LONGEST_NAME = 255  # characters, as file systems have it
_SHOWN = 60
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")  # controls, bidi marks, lone surrogates, line separators…


@dataclass(frozen=True, slots=True)
class Limits:
    """What a caisse accepts, from its convention's terms; `kinds` are the kinds themselves, not their extensions."""

    files: int
    bytes_each: int
    kinds: tuple[Kind, ...]

    @property
    def extensions(self) -> tuple[str, ...]:
        """Return every extension accepted, in the convention's order."""
        return tuple(each for kind in self.kinds for each in kind.extensions)


def why_refused(name: str, size: int, limits: Limits) -> str | None:
    """Return the French reason why a file of that name and size in bytes is not accepted, or None."""
    if not name.strip():
        return "Ce fichier n'a pas de nom."
    if len(name) > LONGEST_NAME:
        return f"Le nom de ce fichier dépasse {LONGEST_NAME} caractères : renommez-le."
    if any(unicodedata.category(character) in _UNSEEN for character in name):
        return "Le nom de ce fichier contient des caractères invisibles : renommez-le."
    if extension(name) not in limits.extensions:
        return f"Ce type de fichier n'est pas accepté. Types acceptés : {', '.join(limits.extensions)}."
    if size > limits.bytes_each:
        return f"Ce fichier dépasse {megabytes(limits.bytes_each)}."
    return None if size else "Ce fichier est vide."


def why_too_many(names: Sequence[str], limits: Limits) -> str | None:
    """Return the French reason why that many files are not accepted together, or None."""
    if len(names) <= limits.files:
        return None
    return f"{len(names)} fichiers : {limits.files} au plus sont acceptés."


def shown(name: str) -> str:
    """Return a name that can be shown: its last part, nothing invisible, no longer than a line.

    >>> shown("C:\\\\dossier\\\\bilan\\u202efdp.exe"), len(shown("x" * 300))
    ('bilanfdp.exe', 60)
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(character for character in last if character.isprintable())
    if len(seen) <= _SHOWN:
        return seen or "sans nom"
    return f"{seen[: _SHOWN - 13]}…{seen[-12:]}"


def megabytes(size: int) -> str:
    """Return a size in bytes as French people write it (1 Mo = 1,000,000 bytes).

    >>> megabytes(5_000_000), megabytes(2_500_000)
    ('5 Mo', '2,5 Mo')
    """
    return f"{size / 1_000_000:g} Mo".replace(".", ",")
