"""The awareness ledger: who knew what, when, with which proof; lines are added or corrected, never changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from governance.core.refusals import Invalid

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


class Known(StrEnum):
    """What a line says."""

    START = "début de l'événement"
    END = "fin de l'événement"
    SUSPECTED = "premier soupçon"
    AWARE = "prise de connaissance"
    INFORMED = "personne informée"


# One instant counts for each of these: the earliest line that was not corrected, or the latest for an end.
SINGLE = (Known.START, Known.END, Known.SUSPECTED, Known.AWARE)
FIELDS = {
    Known.START: "started_at",
    Known.END: "ended_at",
    Known.SUSPECTED: "suspected_at",
    Known.AWARE: "aware_at",
    Known.INFORMED: "instant",
}


class BadInstant(Invalid):
    """An instant contradicts the clock or another line."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the ledger: its instant, whether it is an estimate, and the line that it corrects."""

    id: str
    number: int
    what: Known
    at: datetime
    is_estimated: bool = False
    corrects: str | None = None


def standing(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return the lines that no other corrects, in their order."""
    every = sorted(lines, key=lambda one: one.number)
    corrected = {one.corrects for one in every if one.corrects}
    return tuple(one for one in every if one.id not in corrected)


def counting(lines: Iterable[Line]) -> Mapping[Known, Line]:
    """Return the line that counts for each instant: a second declaration of an incident never makes a clock later."""
    found: dict[Known, Line] = {}
    for line in standing(lines):
        held = found.get(line.what)
        earlier = held is None or (line.at > held.at if line.what is Known.END else line.at < held.at)
        if line.what in SINGLE and earlier:
            found[line.what] = line
    return found


def check_instant(what: Known, instant: datetime, at: datetime) -> None:
    """Refuse (BadInstant) what is still to come, or too old to be anything but a slip."""
    if instant > at:
        raise BadInstant("Cette date est dans le futur : vérifiez le jour et l'heure.", field=FIELDS[what])
    if instant < EARLIEST:
        raise BadInstant("Cette date est trop ancienne : vérifiez l'année.", field=FIELDS[what])


def check_order(lines: Iterable[Line]) -> None:
    """Refuse (BadInstant) an end before the start, or an awareness before the suspicion or the start."""
    found = {what: line.at for what, line in counting(lines).items()}
    for early, late, said in (
        (Known.START, Known.END, "La fin de l'événement précède son début."),
        (Known.SUSPECTED, Known.AWARE, "La prise de connaissance précède le premier soupçon."),
        (Known.START, Known.SUSPECTED, "Le premier soupçon précède le début de l'événement."),
        (Known.START, Known.AWARE, "La prise de connaissance précède le début de l'événement."),
    ):
        if early in found and late in found and found[late] < found[early]:
            raise BadInstant(said, field=FIELDS[late])
