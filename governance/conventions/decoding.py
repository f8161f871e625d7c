"""From what TOML gives to typed values: strict, and telling every mistake at once."""

import re
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints
from unicodedata import category

from governance.conventions.values.parties import Email
from governance.core import spans
from governance.core.refusals import Refusal

MAILBOX = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")
READABLE = re.compile(r"[\w. -]{1,40}")
INFINITY = 10**9


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong, and under which key."""

    path: str
    message: str


class Wrong(Exception):
    """A value cannot be read; inside this module and the reader only."""

    def __init__(self, *mistakes: Mistake) -> None:
        super().__init__("; ".join(one.message for one in mistakes))
        self.mistakes = mistakes


def decode(kind: Any, raw: Any, path: str) -> Any:
    """Return a raw value as its kind asks; raises Wrong with every mistake found under `path`."""
    if kind is Any:
        return raw
    if kind in SCALARS:
        return SCALARS[kind](raw, path)
    origin = get_origin(kind)
    if origin is tuple:
        return _decode_list(get_args(kind)[0], raw, path)
    if origin is dict:
        return _decode_map(get_args(kind)[1], raw, path)
    if origin in (Union, types.UnionType):
        return _decode_union(get_args(kind), raw, path)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return _decode_choice(kind, raw, path)
    return decode_table(kind, raw, path)


def decode_table(kind: Any, raw: Any, path: str) -> Any:
    """Return a table as a dataclass: no key may be missing or unknown; raises Wrong."""
    if not isinstance(raw, Mapping):
        raise Wrong(Mistake(path, "une table est attendue"))
    known = {one.name: one for one in fields(kind)}
    mistakes = [Mistake(_under(path, shown_key(key)), "clé inconnue") for key in raw if key not in known]
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    for name, one in known.items():
        if name in raw:
            _collect(values, name, hints[name], raw[name], _under(path, name), mistakes)
        elif one.default is MISSING:
            mistakes.append(Mistake(_under(path, name), "clé absente"))
    if mistakes:
        raise Wrong(*mistakes)
    try:
        return kind(**values)
    except ValueError as error:
        raise Wrong(Mistake(path, str(error))) from error


def _collect(values: dict[str, Any], name: str, kind: Any, raw: Any, path: str, mistakes: list[Mistake]) -> None:
    try:
        values[name] = decode(kind, raw, path)
    except Wrong as wrong:
        mistakes.extend(wrong.mistakes)


def _decode_list(kind: Any, raw: Any, path: str) -> tuple[Any, ...]:
    if not isinstance(raw, list) or not raw:
        raise Wrong(Mistake(path, "une liste d'au moins un élément est attendue"))
    found: dict[str, Any] = {}
    mistakes: list[Mistake] = []
    for index, one in enumerate(raw):
        _collect(found, str(index), kind, one, f"{path}[{index + 1}]", mistakes)
    if mistakes:
        raise Wrong(*mistakes)
    return tuple(found.values())


def _decode_map(kind: Any, raw: Any, path: str) -> dict[str, Any]:
    if not isinstance(raw, Mapping) or not raw:
        raise Wrong(Mistake(path, "une table d'au moins une clé est attendue"))
    found: dict[str, Any] = {}
    mistakes: list[Mistake] = []
    for key, one in raw.items():
        _collect(found, key, kind, one, _under(path, shown_key(key)), mistakes)
    if mistakes:
        raise Wrong(*mistakes)
    return found


def _decode_union(kinds: tuple[Any, ...], raw: Any, path: str) -> Any:
    refused: list[Wrong] = []
    for kind in kinds:
        if kind is types.NoneType:
            continue
        try:
            return decode(kind, raw, path)
        except Wrong as wrong:
            refused.append(wrong)
    if len(refused) == 1:
        raise refused[0]
    raise Wrong(Mistake(path, " ou ".join(one.mistakes[0].message for one in refused)))


def _decode_choice(kind: type[StrEnum], raw: Any, path: str) -> StrEnum:
    try:
        return kind(raw)
    except ValueError as error:
        choices = ", ".join(f"« {one} »" for one in kind)
        raise Wrong(Mistake(path, f"valeur attendue parmi : {choices}")) from error


def _text(raw: Any, path: str) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise Wrong(Mistake(path, "un texte non vide est attendu"))
    if any(category(character) == "Cc" for character in raw):
        raise Wrong(Mistake(path, "un texte d'une seule ligne, sans caractère de commande, est attendu"))
    return raw.strip()


def _flag(raw: Any, path: str) -> bool:
    if not isinstance(raw, bool):
        raise Wrong(Mistake(path, "true ou false est attendu"))
    return raw


def _number(raw: Any, path: str) -> int:
    if not isinstance(raw, int) or isinstance(raw, bool) or not 0 < raw < INFINITY:
        raise Wrong(Mistake(path, "un nombre entier d'au moins 1 est attendu"))
    return raw


def _day(raw: Any, path: str) -> date:
    if type(raw) is not date:
        raise Wrong(Mistake(path, "un jour est attendu (AAAA-MM-JJ, sans guillemets)"))
    return raw


def _mailbox(raw: Any, path: str) -> Email:
    if not isinstance(raw, str) or not MAILBOX.fullmatch(raw):
        raise Wrong(Mistake(path, "une adresse de courriel est attendue"))
    return Email(raw)


def _span(raw: Any, path: str) -> spans.Span:
    try:
        return spans.parse(_text(raw, path))
    except Refusal as refusal:
        raise Wrong(Mistake(path, refusal.message)) from refusal


SCALARS: dict[Any, Callable[[Any, str], Any]] = {
    str: _text,
    bool: _flag,
    int: _number,
    date: _day,
    Email: _mailbox,
    spans.Span: _span,
}


def _under(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def shown_key(key: str) -> str:
    """Return a key as a message may repeat it: short and plain, or not at all."""
    return key if READABLE.fullmatch(key) else "(clé illisible)"
