"""False alarms: told by who writes, accepted or refused by the DPO, effective at the next check, and traced."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.core import trail
from governance.core.domains import Domain
from governance.core.refusals import Conflict, NotFound
from governance.core.sealing import keys_of
from governance.core.storage import new_id
from governance.people.rules import Actor, Permission, require
from scanners.doubts import Decision, company, digest, may_be_forgiven
from scanners.findings import Finding
from scanners.rules import Reason, Verdict
from scanners.tables import Doubt


class UnknownDoubt(NotFound):
    """The structure has no such doubt."""


class AlreadyDecided(Conflict):
    """The DPO has answered that doubt."""


def report(session: Session, comment: str | None, verdict: Verdict | None, *, by: Actor, at: datetime) -> None:
    """Keep, for the DPO, what was let pass because it is no health datum; what was reported before counts once more.

    Raises Forbidden.
    """
    require(Permission.SCAN, by, by.structure)
    if comment is None or verdict is None or verdict.reason is not Reason.FALSE_POSITIVE:
        return
    key = keys_of(session).lookup_key(Domain(by.structure))
    told: dict[bytes, Finding] = {}
    for remark in verdict.remarks:
        if may_be_forgiven(remark.finding):
            told.setdefault(digest(key, comment, remark.finding), remark.finding)
    for hashed, finding in told.items():
        _counted(session, hashed, finding.rule, company(comment, finding), by=by, at=at)


def _counted(session: Session, hashed: bytes, rule: str, around: str, *, by: Actor, at: datetime) -> None:
    known = select(Doubt).where(Doubt.structure_id == by.structure, Doubt.digest == hashed).with_for_update()
    row = session.scalars(known).one_or_none()
    if row is None:
        row = Doubt(
            id=new_id(), structure_id=by.structure, digest=hashed, rule=rule, company=around, times=0, first_at=at,
            last_at=at,
        )  # fmt: skip
        session.add(row)
    row.times += 1
    row.last_at = at
    trail.record(session, "doubt.reported", row.id, by=by, structure=by.structure, at=at, rule=rule)


def decide(session: Session, identifier: str, decision: Decision, *, by: Actor, at: datetime) -> None:
    """Answer a doubt: accepted, the same words in the same company are no longer asked about, from the next check on.

    Raises Forbidden, UnknownDoubt, AlreadyDecided when it has that very answer.
    """
    require(Permission.EDIT_LEXICON, by, by.structure)
    row = session.get(Doubt, identifier, with_for_update=True)
    if row is None or row.structure_id != by.structure:
        raise UnknownDoubt("Cette fausse alerte n'est pas dans votre liste.")
    if row.decision == decision:
        raise AlreadyDecided("Vous avez déjà répondu ainsi à cette fausse alerte.")
    row.decision, row.decided_by, row.decided_at = decision.value, by.id, at
    trail.record(session, f"doubt.{decision.name.lower()}", row.id, by=by, structure=by.structure, at=at, rule=row.rule)
