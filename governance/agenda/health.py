"""The health of the service, as a DPO reads it at the foot of their page."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from governance.core.french import instant
from governance.jobs import queries
from governance.jobs.job import Job
from governance.jobs.queries import State
from governance.web.feature import Part

# The jobs whose last run is a proof that a DPO is asked for, and what that proof is called.
PROOFS = {
    "verify-trail": "Journal vérifié en entier",
    "heartbeat": "Dernier signe de vie donné à la surveillance",
    "watch-mail": "Envois surveillés",
}


NAMED = 3


class Sign(NamedTuple):
    """One thing looked at: what, whether it is well, and what is known of it."""

    name: str
    is_well: bool
    detail: str


def signs(session: Session, jobs: Iterable[Job], parts: Iterable[Part], at: datetime) -> tuple[Sign, ...]:
    """Return what a DPO looks at first: the jobs that are late, the last proofs, the mail."""
    states = queries.states(session, tuple(jobs), at)
    proofs = (_proof(state) for state in states if state.job.name in PROOFS)
    needed = (Sign(one.name, one.available, one.detail) for one in parts if one.name in ("Envoi de courriels",))
    return (_punctual(states), *needed, *proofs)


def _punctual(states: tuple[State, ...]) -> Sign:
    wrong = [state.job.title for state in states if state.is_late or state.failed_at is not None]
    more = f" et {len(wrong) - NAMED} de plus" if len(wrong) > NAMED else ""
    said = f"en retard ou en échec : {', '.join(wrong[:NAMED])}{more}" if wrong else "toutes à l'heure"
    return Sign("Tâches du service", not wrong, said)


def _proof(state: State) -> Sign:
    seen = state.ran_at or state.looked_at
    said = f"le {instant(seen)}" if seen else "jamais encore"
    return Sign(PROOFS[state.job.name], seen is not None and state.failed_at is None, said)
