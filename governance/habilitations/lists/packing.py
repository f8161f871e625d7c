"""Lines as they are kept: plain values in JSON, without what says nothing, and back."""

import json
from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from typing import Any

from governance.conventions.values.accounts import Profile
from governance.habilitations.agents.rules import Civility, Tie
from governance.habilitations.lists.lines import Line, ListKind, PortalLine, PortalState, StaffLine

_TYPES: dict[ListKind, type[PortalLine] | type[StaffLine]] = {
    ListKind.PORTAL: PortalLine,
    ListKind.STAFF: StaffLine,
}
_CHOICES = {"profile": Profile, "state": PortalState, "civility": Civility, "tie": Tie}


def packed(lines: Iterable[Line]) -> bytes:
    """Return lines as they are kept."""
    return json.dumps([_plain(line) for line in lines], ensure_ascii=False).encode()


def unpacked(kind: ListKind, content: bytes) -> tuple[Line, ...]:
    """Return the lines that were kept."""
    told = json.loads(content)
    return tuple(_TYPES[kind](**{name: _value(name, value) for name, value in one.items()}) for one in told)


def _plain(line: Line) -> dict[str, Any]:
    told = ((one.name, getattr(line, one.name)) for one in fields(line))
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in told if value}


def _value(name: str, value: Any) -> Any:
    if name in _CHOICES:
        return _CHOICES[name](value)
    return date.fromisoformat(value) if name.endswith(("_on", "_until")) else value
