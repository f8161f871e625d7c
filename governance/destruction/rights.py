"""Requests of persons (access, erasure…): the DPO says that none waits, for they come by post, mail or voice, anywhere.

A register here would only know those that somebody typed, and say « none » of the others. Who answers for them says it.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from governance.core import trail
from governance.core.refusals import Invalid
from governance.destruction import queries, rules
from governance.destruction.actions import check_opened
from governance.destruction.tables import RightsStatement
from governance.people.rules import Actor, Permission, require

MOST = 10_000


def state_requests(session: Session, identifier: str, waiting: int, how: str, *, by: Actor, at: datetime) -> None:
    """Record how many requests of persons about a convention wait for an answer, and where that was looked for.

    The last word counts. Raises Forbidden, UnknownDestruction, TooLate, Invalid, ClockBack.
    """
    row = queries.find_row(session, identifier, by, lock=True)
    require(Permission.PREPARE_DESTRUCTION, by, row.structure_id)
    check_opened(row)
    if not 0 <= waiting <= MOST:
        raise Invalid("Donnez un nombre de demandes, 0 s'il n'y en a pas.", field="waiting")
    last = queries.rights_of(session, row.id)
    rules.check_clock(at, row.opened_at, None if last is None else last.at)
    said = RightsStatement(
        destruction_id=row.id, structure_id=row.structure_id, waiting=waiting, how=rules.check_reason(how, "how"),
        at=at, by=by.id,
    )  # fmt: skip
    session.add(said)
    session.flush()
    trail.record(
        session, "destruction.requests_stated", row.id, by=by, structure=row.structure_id, at=at, count=waiting
    )
