"""Whether files speak of several persons: by their numbers, and by the names that forms announce.

Persons are told apart by marks that mean nothing outside of this process: no number, no name goes further.
"""

import re
import secrets
import unicodedata
from collections.abc import Iterable
from hashlib import blake2b

from scanners.findings import Category, Finding

_SALT = secrets.token_bytes(16)
_WHOLE = ("nir.cle_juste", "nir.sans_cle", "nir.contexte")
_LENGTH = 13  # characters of a NIR without its key
_NAMED = re.compile(
    r"\b[Nn](?:om|OM)(?:[ \t]+(?:de[ \t]+(?:naissance|famille)|d['’]usage|patronymique))?"
    r"(?:[ \t]+(?:et|/)[ \t]+pr[ée]noms?)?[ \t]*:[ \t]*([A-ZÀ-Þ][A-Za-zÀ-ÿ'’-]+)"
)


def persons_in(text: str, findings: Iterable[Finding]) -> frozenset[str]:
    """Return a mark for each number and each name that a text bears.

    >>> len(persons_in("Nom : MARTIN, né en 1985", ())), persons_in("le nom de la rue", ())
    (1, frozenset())
    """
    numbers = (
        "".join(character for character in text[one.start : one.end] if character.isalnum())[:_LENGTH]
        for one in findings
        if one.category is Category.NIR and one.rule in _WHOLE
    )
    names = (found[1] for found in _NAMED.finditer(text))
    marks = (*(_mark("n", one) for one in numbers if len(one) == _LENGTH), *(_mark("p", one) for one in names))
    return frozenset(marks)


def are_several(persons: Iterable[str]) -> bool:
    """Say whether marks stand for two different numbers, or two different names."""
    kinds = [mark[0] for mark in set(persons)]
    return kinds.count("n") > 1 or kinds.count("p") > 1


def _mark(kind: str, said: str) -> str:
    plain = unicodedata.normalize("NFKD", said.casefold()).encode("ascii", "ignore")
    return kind + blake2b(plain, key=_SALT, digest_size=12).hexdigest()
