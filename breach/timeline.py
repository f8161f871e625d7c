"""A breach as a picture: its facts, its clocks and its notices on one line of time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby

WIDTH = 960
MARGIN = 24
ROW = 34
_LEAST = timedelta(hours=1)


class Lane(StrEnum):
    """What a point of the picture is; one line of the picture each."""

    FACT = "faits"
    NOTICE = "avis et preuves"
    ALARM = "alarmes"
    LIMIT = "échéances"


@dataclass(frozen=True, slots=True)
class Moment:
    """Something at an instant, in the words of the table under the picture."""

    at: datetime
    lane: Lane
    said: str


@dataclass(frozen=True, slots=True)
class Point:
    """A moment and where it is drawn; `number` joins it to the table."""

    number: int
    moment: Moment
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Picture:
    """The points, where now is, and the height of the drawing; the width is `WIDTH`."""

    points: tuple[Point, ...]
    now: int
    height: int
    lanes: tuple[tuple[Lane, int], ...]


def draw(moments: Iterable[Moment], at: datetime) -> Picture:
    """Return the picture of moments, in order, from the first to the last or to now; the width of time is linear."""
    ordered = _together(sorted(moments, key=lambda one: (one.at, one.lane, one.said)))
    instants = [one.at for one in ordered] + [at]
    first, last = min(instants), max(instants)
    length = max(last - first, _LEAST)

    def across(instant: datetime) -> int:
        return MARGIN + round((WIDTH - 2 * MARGIN) * ((instant - first) / length))

    lanes = tuple((lane, ROW * (rank + 1)) for rank, lane in enumerate(Lane))
    heights = dict(lanes)
    points = tuple(Point(number, one, across(one.at), heights[one.lane]) for number, one in enumerate(ordered, start=1))
    return Picture(_apart(points), across(at), ROW * (len(lanes) + 1), lanes)


def _together(ordered: list[Moment]) -> list[Moment]:
    """Make one moment of those of one kind at one instant: two caisses often share a deadline."""
    groups = groupby(ordered, key=lambda one: (one.at, one.lane))
    return [Moment(at, lane, " ; ".join(dict.fromkeys(one.said for one in group))) for (at, lane), group in groups]


def _apart(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """Move points of a lane that would hide each other a little to the right: the table says their instants."""
    least, furthest = 22, WIDTH - MARGIN // 2
    last: dict[Lane, int] = {}
    placed = []
    for one in points:
        x = min(max(one.x, last.get(one.moment.lane, -least) + least), furthest)
        last[one.moment.lane] = x
        placed.append(Point(one.number, one.moment, x, one.y))
    return tuple(placed)
