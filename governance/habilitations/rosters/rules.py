"""The accounts as they stood on a past day, replayed from their steps; and when a table is asked for."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from governance.conventions.values.accounts import AccountField, Profile
from governance.core.refusals import Invalid
from governance.core.spans import add_months
from governance.habilitations.rules import State

# What such a table does not show: what never was, or is no more.
UNSEEN = frozenset({State.WITHDRAWN, State.REFUSED, State.HIDDEN})
EVERY = (0, 1, 2, 3, 4, 6, 12)  # months between two tables of a regular request, 0 for once
LATEST_WISH_MONTHS = 12

_FIELDS: Mapping[str, str] = {
    AccountField.EMAIL.value: "email",
    AccountField.TELEPHONE.value: "phone",
    AccountField.FONCTION.value: "fonction",
    AccountField.NEW_NAME.value: "last_name",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """A step of an account's life."""

    day: date
    number: int
    after: State


@dataclass(frozen=True, slots=True)
class Former:
    """What a datum was before it changed, and the day on which it did."""

    day: date
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Row:
    """An account on a day, as the caisse knows it: whose, which profile, in which state since when."""

    profile: Profile
    civility: str
    last_name: str
    first_name: str
    fonction: str
    email: str
    phone: str | None
    state: State
    since: date
    asked_on: date
    granted_on: date | None


@dataclass(frozen=True, slots=True)
class Life:
    """An account: what is known of it now, its steps, and what its data were before."""

    profile: Profile
    civility: str
    last_name: str
    first_name: str
    fonction: str
    email: str
    phone: str | None
    asked_on: date
    granted_on: date | None
    steps: tuple[Moment, ...]
    formers: tuple[Former, ...] = ()


def rows_on(lives: Iterable[Life], on: date) -> tuple[Row, ...]:
    """Return the accounts as they stood at the end of a day: gestionnaires first, then by name."""
    found = (_row(life, on) for life in lives)
    kept = (row for row in found if row is not None and row.state not in UNSEEN)
    return tuple(sorted(kept, key=_order))


def counted(rows: Iterable[Row]) -> Counter[tuple[Profile, State]]:
    """Return how many accounts there are of each profile in each state."""
    return Counter((row.profile, row.state) for row in rows)


def check_on(on: date, today: date) -> None:
    """Refuse (Invalid) a day to come: nobody knows its accounts."""
    if on > today:
        raise Invalid("Ce jour n'est pas encore venu.", field="le")


def check_wish(wished: date, every: int, today: date) -> None:
    """Refuse (Invalid) a wished day that is past or too far, and a period that is not offered."""
    if wished < today:
        raise Invalid("Cette date est déjà passée.", field="wished")
    if wished > add_months(today, LATEST_WISH_MONTHS):
        raise Invalid("Cette date est dans plus d'un an.", field="wished")
    if every not in EVERY:
        raise Invalid("Choisissez une période de la liste.", field="every")


def next_wish(wished: date, every: int, on: date) -> date | None:
    """Return the day of the next table of a regular request, never one already past; None when it was asked once.

    >>> next_wish(date(2026, 1, 31), 1, date(2026, 3, 15))
    datetime.date(2026, 3, 31)
    """
    if not every:
        return None
    months = every
    while add_months(wished, months) <= on:
        months += every
    return add_months(wished, months)


def plain(row: Row) -> dict[str, Any]:
    """Return a row as JSON holds it."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(row).items()}


def from_plain(told: Mapping[str, Any]) -> Row:
    """Return a row that JSON held."""
    days = {"since", "asked_on", "granted_on"}
    read: dict[str, Any] = {one.name: told.get(one.name) for one in fields(Row)}
    dated = {name: date.fromisoformat(value) for name, value in read.items() if name in days and value}
    return Row(**{**read, **dated, "profile": Profile(read["profile"]), "state": State(read["state"])})


def _row(life: Life, on: date) -> Row | None:
    passed = [one for one in life.steps if one.day <= on]
    if not passed:
        return None
    last = max(passed, key=lambda one: one.number)
    since = next(one.day for one in _same_state_back(life.steps, last))
    said = {name: getattr(life, name) for name in ("last_name", "fonction", "email", "phone")} | _were(life, on)
    granted = life.granted_on if life.granted_on is not None and life.granted_on <= on else None
    return Row(
        life.profile, life.civility, said["last_name"], life.first_name, said["fonction"], said["email"],
        said["phone"], last.after, since, life.asked_on, granted,
    )  # fmt: skip


def _same_state_back(steps: Iterable[Moment], last: Moment) -> list[Moment]:
    """Return the steps that led to a state and kept it, oldest first: a step may tell the same state again."""
    before = sorted((one for one in steps if one.number <= last.number), key=lambda one: one.number)
    changed = max((place for place, one in enumerate(before) if one.after is not last.after), default=-1)
    return before[changed + 1 :]


def _were(life: Life, on: date) -> dict[str, str]:
    """Return the data that changed after a day, as they were: the first change after it tells."""
    later = sorted((one for one in life.formers if one.day > on), key=lambda one: one.day, reverse=True)
    return {_FIELDS[one.field]: one.value for one in later if one.field in _FIELDS}


def _order(row: Row) -> tuple[bool, str, str, str]:
    return row.profile is not Profile.GESTIONNAIRE, row.last_name.casefold(), row.first_name.casefold(), row.email
