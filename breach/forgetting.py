"""Forgetting: five years after it was closed, the whole file of a breach goes, with those that were joined to it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from breach.queries import Stage
from breach.tables import Breach, Concern
from governance.core.clock import day
from governance.core.domains import Domain
from governance.destruction.covering import held_or_awaited
from governance.destruction.files import Files, Whole
from governance.habilitations.rules import is_past

_ENDED = (Stage.CLOSED.name.lower(), Stage.NEAR_MISS.name.lower())


def over(session: Session, on: date) -> Sequence[Whole]:
    """Return the breaches closed for more than five years, the first closed first, unless something keeps them."""
    kept, joined = held_or_awaited(session), _joined(session)
    closed = select(Breach.id, Breach.structure_id, Breach.ended_at)
    rows = session.execute(
        closed.where(Breach.state.in_(_ENDED), Breach.exercise.is_(False)).order_by(Breach.ended_at, Breach.id)
    )
    past = [
        Whole(structure, _with_joined(head, joined))
        for head, structure, ended_at in rows
        if ended_at is not None and is_past(day(ended_at), on)
    ]
    return [one for one in past if not _is_kept(session, one, kept)]


def _joined(session: Session) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for into, one in session.execute(select(Breach.merged_into, Breach.id).order_by(Breach.id)):
        if into is not None:
            found[into].append(one)
    return found


def _with_joined(head: str, joined: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    found = [head]
    for one in found:  # grows: what was joined may have been joined to before
        found.extend(joined.get(one, ()))
    return tuple(found)


def _is_kept(session: Session, file: Whole, kept: Collection[Domain]) -> bool:
    here = {one for one in kept if one.structure == file.structure}
    asked = select(Concern.convention).where(Concern.breach_id.in_(file.heads)).distinct().order_by(Concern.convention)
    mine = {Domain(file.structure, convention) for convention in session.scalars(asked)}
    # One that concerns no convention may serve any dispute: whatever keeps another keeps it.
    return not here.isdisjoint(mine) if mine else bool(here)


FILES = Files("breach", "breach_id", "breach.removed", over)
