"""What keeping a list would change: who is new, what is different, what stays; nothing is written here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from governance.habilitations.agents.rules import Tie
from governance.habilitations.lists.columns import named
from governance.habilitations.lists.lines import ListKind, Mistake, PortalLine, PortalState, StaffLine

# What a staff list may change of somebody known; an empty cell says nothing, and erases nothing.
STAFF_FIELDS = (
    "last_name", "first_name", "civility", "fonction", "phone", "tie", "joined_on", "left_on", "committed_on",
    "trained_on", "trained_until",
)  # fmt: skip
_SIGNED = frozenset({"committed_on", "trained_on", "trained_until"})
PORTAL_FIELDS = ("last_name", "first_name", "state", "civility", "fonction", "phone", "inactive_on")


@dataclass(frozen=True, slots=True)
class Known:
    """A declared agent, as a list is compared with them; the three last: the latest that was attested."""

    id: str
    email: str
    last_name: str
    first_name: str
    civility: str = ""
    fonction: str = ""
    phone: str | None = None
    tie: Tie = Tie.AGENT
    joined_on: date | None = None
    left_on: date | None = None
    committed_on: date | None = None
    trained_on: date | None = None
    trained_until: date | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that a list tells otherwise: its name on pages, before, after."""

    field: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A line about somebody known, and what it changes."""

    id: str
    line: StaffLine
    differences: tuple[Difference, ...]

    @property
    def fields(self) -> frozenset[str]:
        """Return which fields change."""
        return frozenset(one.field for one in self.differences)


@dataclass(frozen=True, slots=True)
class StaffPlan:
    """What keeping a staff list would do; `absent`: those declared and still there whom it does not name."""

    created: tuple[StaffLine, ...]
    changed: tuple[Changed, ...]
    unchanged: tuple[StaffLine, ...]
    absent: tuple[Known, ...]


@dataclass(frozen=True, slots=True)
class PortalPlan:
    """What keeping a list of the portal would do.

    `taken`: accounts of declared agents that the register lacks, and takes up; `known`: those it has; `undeclared`:
    open accounts of nobody declared, which stay to be explained; `closed`: those the portal says inactive, left out.
    `new`, `changed` and `gone` compare with the list that was kept before.
    """

    taken: tuple[PortalLine, ...]
    known: tuple[PortalLine, ...]
    undeclared: tuple[PortalLine, ...]
    closed: tuple[PortalLine, ...]
    new: int
    changed: int
    gone: int


def staff_plan(lines: Iterable[StaffLine], known: Iterable[Known], on: date) -> StaffPlan:
    """Return what a staff list changes of the agents that are declared."""
    by_email = {one.email: one for one in known}
    created: list[StaffLine] = []
    changed: list[Changed] = []
    unchanged: list[StaffLine] = []
    named_here = set()
    for line in lines:
        named_here.add(line.email)
        agent = by_email.get(line.email)
        if agent is None:
            created.append(line)
        elif found := differences(line, agent):
            changed.append(Changed(agent.id, line, found))
        else:
            unchanged.append(line)
    absent = (one for one in by_email.values() if one.email not in named_here and not is_gone(one, on))
    return StaffPlan(tuple(created), tuple(changed), tuple(unchanged), tuple(sorted(absent, key=lambda one: one.email)))


def portal_plan(
    lines: Iterable[PortalLine],
    declared: frozenset[str],
    held: frozenset[tuple[str, ...]],
    before: Iterable[PortalLine],
) -> PortalPlan:
    """Return what a list of the portal changes, given the addresses declared and the (address, profile) of accounts."""
    former, now = {one.key: one for one in before}, {one.key: one for one in lines}
    parts: dict[str, list[PortalLine]] = {"taken": [], "known": [], "undeclared": [], "closed": []}
    for line in now.values():
        parts[_part(line, declared, held)].append(line)
    both = now.keys() & former.keys()
    changed = sum(any(getattr(now[key], one) != getattr(former[key], one) for one in PORTAL_FIELDS) for key in both)
    return PortalPlan(
        **{name: tuple(found) for name, found in parts.items()},
        new=len(now.keys() - former.keys()), changed=changed, gone=len(former.keys() - now.keys()),
    )  # fmt: skip


def _part(line: PortalLine, declared: frozenset[str], held: frozenset[tuple[str, ...]]) -> str:
    if line.key in held:
        return "known"
    if line.state is PortalState.INACTIVE:
        return "closed"
    return "taken" if line.email in declared else "undeclared"


def differences(line: StaffLine, agent: Known) -> tuple[Difference, ...]:
    """Return what a line tells otherwise than what is declared; an older signature than the known one tells nothing."""
    found = []
    for field in STAFF_FIELDS:
        told, kept = getattr(line, field), getattr(agent, field)
        is_older = field in _SIGNED and kept is not None and told and told <= kept
        if told and told != kept and not is_older:
            found.append(Difference(field, named(field, ListKind.STAFF), shown(kept), shown(told)))
    return tuple(found)


def is_gone(agent: Known, on: date) -> bool:
    """Say whether somebody has left on a day."""
    return agent.left_on is not None and agent.left_on <= on


def check_days(lines: Iterable[StaffLine | PortalLine], on: date) -> Iterable[Mistake]:
    """Give a mistake for each day that has not come yet, and each training without an end."""
    for line in lines:
        kind = ListKind.STAFF if isinstance(line, StaffLine) else ListKind.PORTAL
        past = ("committed_on", "trained_on") if isinstance(line, StaffLine) else ("created_on", "last_seen_on")
        for field in past:
            told = getattr(line, field)
            if told is not None and told > on:
                yield Mistake(line.line, named(field, kind), "Ce jour n'est pas encore venu.")
        if isinstance(line, StaffLine) and line.trained_on and line.trained_until is None:
            yield Mistake(line.line, named("trained_until", kind), "Dites jusqu'à quand cette formation vaut.")


def digest(plan: StaffPlan | PortalPlan) -> str:
    """Return the print of a plan: what is kept must be what was shown."""
    return sha256(repr(plan).encode()).hexdigest()


def shown(value: Any) -> str:
    """Return a value as a person reads it.

    >>> shown(date(2026, 3, 1)), shown(None)
    ('01/03/2026', '–')
    """
    if value in (None, ""):
        return "–"
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)
