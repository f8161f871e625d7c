"""A job's state in words, for a page and for a terminal."""

from datetime import datetime

from governance.core.clock import PARIS
from governance.jobs.queries import State


def standing(state: State) -> str:
    """Return how a job fares, in words: nothing is told by colour alone."""
    if state.failed_at is not None:
        return "en échec"
    if state.looked_at is None:
        return "jamais vue"
    return "en retard" if state.is_late else "à l'heure"


def line(state: State) -> str:
    """Return a job's state on one line, times in Paris."""
    ran = f"faite {_moment(state.ran_at)} ({state.result})" if state.ran_at else "rien de fait encore"
    failed = f" ; échec {_moment(state.failed_at)} : {state.error}" if state.failed_at else ""
    return f"{state.job.name:<20} {standing(state):<12} {ran} ; prochaine {_moment(state.next_slot)}{failed}"


def _moment(at: datetime) -> str:
    return f"le {at.astimezone(PARIS):%d/%m/%Y à %H:%M:%S}"
