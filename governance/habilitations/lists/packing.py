"""Lines as they are kept: plain values in JSON, without what says nothing, and back."""

import json
from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import date
from enum import StrEnum
from typing import Any

from governance.conventions.values.accounts import Profile
from governance.habilitations.agents.rules import Civility, Tie
from governance.habilitations.lists.lines import Line, ListKind, PortalLine, PortalState, StaffLine

_TYPES: dict[ListKind, type[PortalLine] | type[StaffLine]] = {
    ListKind.PORTAL: PortalLine,
    ListKind.STAFF: StaffLine,
}
_CHOICES: dict[str, type[StrEnum]] = {"profile": Profile, "state": PortalState, "civility": Civility, "tie": Tie}


def packed(lines: Iterable[Line]) -> bytes:
    """Return lines as they are kept."""
    return json.dumps([_plain(line) for line in lines], ensure_ascii=False).encode()


def unpacked(kind: ListKind, content: bytes) -> tuple[Line, ...]:
    """Return the lines that were kept."""
    make, told = _TYPES[kind], json.loads(content)
    read = {one.name: _reading(one.name) for one in fields(make)}
    return tuple(make(**{name: read[name](value) for name, value in one.items()}) for one in told)


def addresses(content: bytes) -> frozenset[str]:
    """Return the addresses of lines that were kept."""
    return frozenset(one["email"] for one in json.loads(content) if "email" in one)


def _plain(line: Line) -> dict[str, Any]:
    told = ((one.name, getattr(line, one.name)) for one in fields(line))
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in told if value}


def _reading(name: str) -> Callable[[Any], Any]:
    """Return what makes a field of what was kept of it: said once a list, which has thousands of lines."""
    if name in _CHOICES:
        return {one.value: one for one in _CHOICES[name]}.__getitem__
    return date.fromisoformat if name.endswith(("_on", "_until")) else _same


def _same(value: Any) -> Any:
    return value
