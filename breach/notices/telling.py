"""What each addressee was last told, and which of them the facts now contradict."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from breach.dossier.facts import FACTS
from breach.dossier.queries import Base
from breach.dossier.rules import Difference, Output, differences, told_to
from breach.notices.tables import Told


@dataclass(frozen=True, slots=True)
class Addressee:
    """One of the four outputs; a caisse is told apart by its convention and its code, the others have neither."""

    output: Output
    convention: str = ""
    caisse: str = ""


@dataclass(frozen=True, slots=True)
class LastTold:
    """What an addressee was last told, when, and where the facts now say otherwise."""

    to: Addressee
    number: int
    at: datetime
    version: str | None
    reference: str | None
    facts: dict[str, str]
    differences: tuple[Difference, ...]

    @property
    def is_stale(self) -> bool:
        """Say whether the facts now contradict it, or know more: a complement is owed (RGPD, art. 33(4))."""
        return bool(self.differences)


def tell(
    session: Session,
    base: Base,
    to: Addressee,
    *,
    by: str,
    at: datetime,
    version: str | None = None,
    reference: str | None = None,
) -> Told:
    """Keep what an addressee is told now, from the facts as they stand."""
    last = select(func.max(Told.number)).where(Told.breach_id == base.breach_id, *_of(to))
    row = Told(
        structure_id=base.structure, breach_id=base.breach_id, output=to.output.value, convention=to.convention,
        caisse=to.caisse, number=(session.scalar(last) or 0) + 1, at=at, by=by, version=version, reference=reference,
    )  # fmt: skip
    row.facts = json.dumps(told_to(to.output, base.facts, FACTS), ensure_ascii=False, sort_keys=True)
    session.add(row)
    session.flush()
    return row


def last_told(session: Session, base: Base) -> tuple[LastTold, ...]:
    """Return the last word to each addressee that was told anything, in the order of the outputs."""
    rows = session.scalars(select(Told).where(Told.breach_id == base.breach_id).order_by(Told.number, Told.id))
    last = {(row.output, row.convention, row.caisse): row for row in rows}
    order = list(Output)
    found = (_last(base, row) for row in last.values())
    return tuple(sorted(found, key=lambda one: (order.index(one.to.output), one.to.convention, one.to.caisse)))


def last_to(session: Session, base: Base, to: Addressee) -> LastTold | None:
    """Return the last word to one addressee, or None."""
    wanted = select(Told).where(Told.breach_id == base.breach_id, *_of(to)).order_by(Told.number.desc()).limit(1)
    row = session.scalars(wanted).one_or_none()
    return None if row is None else _last(base, row)


def _last(base: Base, row: Told) -> LastTold:
    to = Addressee(Output(row.output), row.convention, row.caisse)
    facts = json.loads(row.facts)
    changed = differences(to.output, facts, base.facts, FACTS)
    return LastTold(to, row.number, row.at, row.version, row.reference, facts, changed)


def _of(to: Addressee) -> tuple[ColumnElement[bool], ...]:
    return (Told.output == to.output.value, Told.convention == to.convention, Told.caisse == to.caisse)
