"""Legal holds: some rows stay, for a reason, until the hold is released; then they are destroyed, never forgotten."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from governance.core import trail
from governance.core.refusals import Conflict, Invalid, NotFound
from governance.destruction import queries, rules, selection
from governance.destruction.acting import runner
from governance.destruction.rules import State
from governance.destruction.tables import Destruction, LegalHold
from governance.people.rules import Actor, Permission, may, require

ARCHIVES, DISPUTE = "archives", "dispute"


class UnknownHold(NotFound):
    """There is no such hold, or the person may not know of it."""


def set_hold(
    session: Session, identifier: str, tables: Collection[str], reason: str, *, by: Actor, at: datetime
) -> str:
    """Hold some tables of a destruction that has not begun, or all of them when none is named.

    Raises Forbidden, UnknownDestruction, Conflict, Invalid.
    """
    row = queries.find_row(session, identifier, by, lock=True)
    require(Permission.PREPARE_DESTRUCTION, by, row.structure_id)
    if row.state != State.OPENED.value:
        raise Conflict("La destruction est commencée : il est trop tard pour retenir des données.")
    check_tables(tables)
    return keep(session, row, tables, DISPUTE, rules.check_reason(reason), by=by, at=at)


def keep(
    session: Session, row: Destruction, tables: Collection[str], kind: str, reason: str, *, by: Actor, at: datetime
) -> str:
    """Add a hold and return its identifier."""
    hold = LegalHold(
        structure_id=row.structure_id, convention=row.convention, tables=sorted(tables), kind=kind, reason=reason,
        set_at=at, set_by=by.id,
    )  # fmt: skip
    session.add(hold)
    session.flush()
    trail.record(session, "destruction.hold_set", hold.id, by=by, structure=row.structure_id, at=at, kind=kind)
    return hold.id


def release(session: Session, hold_id: str, *, by: Actor, at: datetime) -> None:
    """Release a hold: what it kept is destroyed in an act of its own once no other hold keeps it.

    Raises Forbidden, UnknownHold, Conflict.
    """
    hold = session.get(LegalHold, hold_id, with_for_update=True)
    if hold is None or not may(Permission.PREPARE_DESTRUCTION, by, hold.structure_id):
        raise UnknownHold("Cette mesure de conservation n'existe pas.", field="hold")
    if hold.released_at is not None:
        raise Conflict("Cette mesure est déjà levée.", field="hold")
    rules.check_clock(at, hold.set_at)
    hold.released_at, hold.released_by = at, by.id
    session.flush()
    trail.record(session, "destruction.hold_released", hold.id, by=by, structure=hold.structure_id, at=at)
    row = queries.of_convention(session, hold.structure_id, hold.convention)
    if row is not None and row.state == State.HELD.value:
        runner.begin(session, row, at)


def check_tables(tables: Collection[str]) -> None:
    """Refuse (Invalid) what is no table that a destruction takes."""
    known = {rows.table.name for rows in selection.destroyed()}
    if not set(tables) <= known:
        raise Invalid("Une de ces séries n'est pas de celles que la destruction emporte.", field="tables")
