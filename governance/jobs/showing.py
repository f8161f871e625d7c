"""A job's state in words, for a page and for a terminal."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from governance.core.clock import PARIS
from governance.jobs.queries import State
from governance.jobs.rules import CatchUp

LEADER_GRACE = timedelta(minutes=1)
AFTER: dict[CatchUp, str] = {
    CatchUp.EACH_SLOT: "chaque fois manquée est rattrapée",
    CatchUp.LATEST_ONLY: "la dernière fois est rattrapée",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A job on the page; `kind` is the colour of `standing`, which says it in words."""

    title: str
    about: str
    standing: str
    kind: str
    often: str
    after: str
    ran_at: datetime | None
    result: str
    next_slot: datetime
    failed_at: datetime | None
    error: str


def shown(state: State) -> Line:
    """Return what the page shows of a job."""
    said = standing(state)
    kind = "ok" if said == "à l'heure" else "refus"
    job = state.job
    return Line(
        job.title, job.about, said, kind, often(job.timetable.period), AFTER[job.catch_up], state.ran_at, state.result,
        state.next_slot, state.failed_at, state.error,
    )  # fmt: skip


def standing(state: State) -> str:
    """Return how a job fares, in words: nothing is told by colour alone."""
    if state.failed_at is not None:
        return "en échec"
    if state.looked_at is None:
        return "jamais faite"
    return "en retard" if state.is_late else "à l'heure"


def often(period: timedelta) -> str:
    """Return how often a job comes.

    >>> [often(timedelta(**one)) for one in ({"days": 1}, {"hours": 6}, {"minutes": 1}, {"seconds": 0.25})]
    ['chaque jour', 'toutes les 6 h', 'chaque minute', 'sans cesse']
    """
    for unit, one, several in (
        (timedelta(days=1), "chaque jour", "tous les {} jours"),
        (timedelta(hours=1), "chaque heure", "toutes les {} h"),
        (timedelta(minutes=1), "chaque minute", "toutes les {} min"),
    ):
        if period >= unit:
            return one if period == unit else several.format(f"{period / unit:g}")
    return "sans cesse"


def line(state: State) -> str:
    """Return a job's state on one line, times in Paris."""
    ran = f"faite {_moment(state.ran_at)} ({state.result})" if state.ran_at else "rien de fait encore"
    failed = f" ; échec {_moment(state.failed_at)} : {state.error}" if state.failed_at else ""
    return f"{state.job.name:<20} {standing(state):<12} {ran} ; prochaine {_moment(state.next_slot)}{failed}"


def _moment(at: datetime) -> str:
    return f"le {at.astimezone(PARIS):%d/%m/%Y à %H:%M:%S}"
