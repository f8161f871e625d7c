"""The life of a convention as pages show it: its state in words, its days on a line, what is owed next."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from governance.agenda.items import Dated, Task
from governance.conventions.life.events import Kind
from governance.conventions.life.marks import Asked, Mark, Sort, asked, marks
from governance.conventions.life.rules import stands_alone
from governance.conventions.life.standing import Life, State
from governance.conventions.life.words import ACTS, STATES
from governance.conventions.values.life import Cause, RenewalMode, Termination

LEFT, WIDTH = 4.0, 92.0  # percent of the drawing: a dot stays whole at both ends
TOO_NEAR = 5.0
LEVELS = 4
SOON = 90

Item = TypeVar("Item", Task, Dated)


@dataclass(frozen=True, slots=True)
class Dot:
    """A numbered day on the line: where, at which height, and how it looks."""

    number: int
    x: float
    level: int
    kind: str


@dataclass(frozen=True, slots=True)
class Line:
    """The days of a life, drawn from the first to the last; `today` is where this day falls."""

    dots: tuple[Dot, ...]
    today: float
    first: date
    last: date

    @property
    def height(self) -> int:
        """Return the height of the drawing, in pixels."""
        return 48 + 26 * max((dot.level for dot in self.dots), default=0)


@dataclass(frozen=True, slots=True)
class LifeView:
    """Where a convention stands with a caisse, ready to be shown."""

    life: Life
    caisse: str
    state: State
    colour: str
    marks: tuple[Mark, ...]
    asked: tuple[Asked, ...]
    coming: Mark | None
    line: Line | None


def view(life: Life) -> LifeView:
    """Return a life as pages show it."""
    days = marks(life)
    coming = next((one for one in days if one.day >= life.on and one.sort is not Sort.HIDDEN), None)
    passed = next((one for one in reversed(days) if one.day == life.unconfirmed), None)
    name = life.convention.caisse(life.caisse)
    return LifeView(
        life, name.name if name else life.caisse, life.state, STATES[life.state], days, asked(life), coming or passed,
        drawn(days, life.on) if days else None,
    )  # fmt: skip


def drawn(days: tuple[Mark, ...], on: date) -> Line:
    """Return where each day falls on a line, those that are too near one above the other."""
    first, last = min(days[0].day, on), max(days[-1].day, on)
    length = max((last - first).days, 1)
    dots: list[Dot] = []
    for number, mark in enumerate(days, 1):
        x = LEFT + WIDTH * (mark.day - first).days / length
        near = {dot.level for dot in dots if x - dot.x < TOO_NEAR}
        level = next((one for one in range(LEVELS) if one not in near), LEVELS)
        dots.append(Dot(number, round(x, 2), level, _kind(mark, on)))
    return Line(tuple(dots), round(LEFT + WIDTH * (on - first).days / length, 2), first, last)


def left(day: date, on: date) -> str:
    """Return how far a day is, in words.

    >>> left(date(2026, 5, 3), date(2026, 5, 1)), left(date(2026, 4, 30), date(2026, 5, 1))
    ('dans 2 jours', 'hier')
    """
    days = (day - on).days
    near = {0: "aujourd'hui", 1: "demain", -1: "hier"}
    return near.get(days, f"dans {days} jours" if days > 0 else f"il y a {-days} jours")


def tasks(life: Life, structure_path: str) -> Iterator[Task]:
    """Give what awaits whoever keeps the convention: what has to be entered, and the last day to denounce."""
    code = life.convention.code
    for one in asked(life):
        key = f"life.asked:{code}:{one.kind.value}:{one.of or one.rule}"
        href = f"{structure_path}/{one.kind.value}"
        yield Task(key, f"Convention {code} : {one.question}", ACTS[one.kind].verb, href, None, _article(code, one))
    for mark in marks(life):
        if mark.sort in (Sort.NOTICE, Sort.CURE) and 0 <= (mark.day - life.on).days <= SOON:
            key = f"life.due:{code}:{mark.rule}:{mark.sort.name}:{mark.day:%Y%m%d}"
            title = f"Convention {code} : {mark.sort.value.lower()}"
            yield Task(key, title, "Voir les dates", structure_path, mark.day, _article(code, mark))


def dates(life: Life, path: str) -> Iterator[Dated]:
    """Give the days of a convention still to come, or less than a month past."""
    code = life.convention.code
    for mark in marks(life):
        if (life.on - mark.day).days <= 30:
            key = f"life:{code}:{mark.rule}:{mark.sort.name}:{mark.day:%Y%m%d}"
            title = f"{mark.sort} – convention {code}" + (f" ({mark.doubt})" if mark.doubt else "")
            yield Dated(key, title, mark.day, path, _article(code, mark))


def with_caisses(found: Iterable[tuple[Life, Item]]) -> tuple[Item, ...]:
    """Return what several caisses of a convention share once, and what concerns some of them with their names."""
    grouped: dict[Item, list[Life]] = {}
    for life, item in found:
        grouped.setdefault(item, []).append(life)
    return tuple(_named(item, lives) for item, lives in grouped.items())


def _named(item: Item, lives: list[Life]) -> Item:
    convention = lives[0].convention
    if len(lives) == len(convention.caisses):
        return item
    names = [caisse.name for caisse in convention.caisses if caisse.code in {life.caisse for life in lives}]
    codes = ",".join(life.caisse for life in lives)
    return replace(item, key=f"{item.key}:{codes}", title=f"{item.title} – {', '.join(names)}")


def entries(lives: tuple[Life, ...], letters: Collection[Kind]) -> tuple[tuple[str, str, str], ...]:
    """Return the acts that may be entered now: their address, what the button says, when each is for.

    `letters` are the acts that some letter waits for.
    """
    open_to = [kind for kind in ACTS if any(_is_open(kind, life, letters) for life in lives)]
    return tuple((kind.value, ACTS[kind].verb, ACTS[kind].help) for kind in open_to)


def _is_open(kind: Kind, life: Life, letters: Collection[Kind]) -> bool:
    """Say whether an act makes sense; whatever is typed is checked all the same."""
    renewal = life.terms.D2.operative
    match kind:
        case Kind.SIGNED:
            return life.facts.signature is None
        case Kind.NOTICE:
            return life.terms.D3.value is None and not life.clause.is_free and not life.is_over
        case Kind.DENOUNCED:
            return renewal is None or renewal.mode is not RenewalMode.AMENDMENT
        case Kind.RECEIVED | Kind.REMEDIED:
            return kind in letters
        case Kind.TERMINATED:
            return kind in letters or stands_alone(life)
        case Kind.WARNED:
            return any(rule is not None and rule.starts is not None for rule in _delays(life))
    return True


def _delays(life: Life) -> tuple[Termination | None, ...]:
    rule = life.terms.D4.operative
    by_breach = None if rule is None or rule.cause is Cause.NONE else rule
    return by_breach, life.terms.D6.operative


def _kind(mark: Mark, on: date) -> str:
    if mark.sort in (Sort.END, Sort.PORTAL_END):
        return "end"
    if not mark.is_sure:
        return "unsure"
    return "past" if mark.day < on else "coming"


def _article(code: str, cited: Mark | Asked) -> str:
    return f"{code}, {cited.cited.article}" if cited.cited.article else code
