"""An entry of the journal, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from governance.people.presenting import ROLE_NAMES
from governance.people.rules import Role

TERMINAL = "commande"


@dataclass(frozen=True, slots=True)
class Line:
    """What a line of the page shows; `rank` is None while the entry awaits its seal."""

    at: datetime
    what: str
    code: str
    who: str
    actor: str
    roles: str
    subject: str
    details: tuple[tuple[str, str], ...]
    rank: int | None


class Words(NamedTuple):
    """What acts and details are called in French."""

    acts: Mapping[str, str]
    details: Mapping[str, str]


def line(row: Any, words: Words, names: Mapping[str, str]) -> Line:
    """Return the words of an entry: what is unknown keeps its code."""
    return Line(
        at=row.at, what=words.acts.get(row.action, row.action), code=row.action, who=names.get(row.actor, row.actor),
        actor=row.actor, roles=roles(row.role), subject=row.subject,
        details=tuple(_details(row.details, words)), rank=row.position,
    )  # fmt: skip


def roles(held: str | None) -> str:
    """Return the roles of an entry as pages call them.

    >>> roles("dpo,technicien")
    'Délégué à la protection des données du partenaire, Technicien'
    """
    if held is None or held == TERMINAL:
        return ""
    known = {role.value: ROLE_NAMES[role].name for role in Role}
    return ", ".join(known.get(one, one) for one in held.split(",") if one)


def _details(details: Mapping[str, Any], words: Words) -> Iterator[tuple[str, str]]:
    for key, value in sorted(details.items()):
        if value not in (None, [], {}):
            yield words.details.get(key, key), _said(value)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} : {_said(one)}" for key, one in sorted(value.items()))
    if isinstance(value, list):
        return ", ".join(_said(one) for one in value)
    return str(value)
