"""False alarms: told by who writes, accepted or refused by the DPO, effective at the next check, and traced."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from governance.core import trail
from governance.core.domains import Domain
from governance.core.refusals import Conflict, Invalid, NotFound, TooMany
from governance.core.sealing import keys_of
from governance.core.storage import new_id
from governance.people.rules import Actor, Permission, require
from scanners.doubts import Decision, company, digest, is_refusal, may_be_forgiven
from scanners.findings import Category, Finding, Level
from scanners.rules import Reason, Verdict
from scanners.tables import Doubt, DoubtReport
from scanners.text import Text

# A DPO reads each one, without the words: what a day's writing may bring up, not what a script or a grudge would.
MOST_REPORTS = 20
COUNTED = timedelta(hours=24)
LONGEST_WHY = 200  # that of a detector added by configuration is not ours to measure

NEVER_A_NIR = "Un numéro de sécurité sociale est toujours relevé : il ne se signale pas. Retirez-le."
NOT_A_REFUSAL = "Cette remarque ne bloque pas : le motif « Ce n'est pas une donnée de santé » la signale."
KEPT = "Votre délégué a déjà répondu : cette remarque reste. Récrivez le passage."


class UnknownDoubt(NotFound):
    """The structure has no such doubt."""


class AlreadyDecided(Conflict):
    """The DPO has answered that doubt."""


class NotReportable(Invalid):
    """The remark is no refusal of a health datum."""


class TooManyReports(TooMany):
    """The person called as many refusals mistakes, lately, as a DPO can be asked to read."""


def report(session: Session, comment: str | None, verdict: Verdict | None, *, by: Actor, at: datetime) -> None:
    """Keep, for the DPO, what was let pass because it is no health datum; what was reported before counts once more.

    Raises Forbidden.
    """
    require(Permission.SCAN, by, by.structure)
    if comment is None or verdict is None or verdict.reason is not Reason.FALSE_POSITIVE:
        return
    key, text = keys_of(session).lookup_key(Domain(by.structure)), Text.of(comment)
    told: dict[bytes, Finding] = {}
    for remark in verdict.remarks:
        if may_be_forgiven(remark.finding):
            told.setdefault(digest(key, text, remark.finding), remark.finding)
    for hashed, finding in told.items():
        _count(session, _kept(session, _doubt(hashed, text, finding, by, at)), by=by, at=at)


def dispute(session: Session, comment: str, finding: Finding, *, by: Actor, at: datetime) -> None:
    """Keep, for the DPO, that a person calls a refusal a mistake; said again by the same one, nothing changes.

    The comment stays refused. Raises Forbidden, NotReportable, TooManyReports, AlreadyDecided.
    """
    require(Permission.SCAN, by, by.structure)
    _check_reportable(finding)
    text = Text.of(comment)
    hashed = digest(keys_of(session).lookup_key(Domain(by.structure)), text, finding)
    row = _kept(session, _doubt(hashed, text, finding, by, at))
    if row.decision == Decision.REFUSED:
        raise AlreadyDecided(KEPT)
    if session.get(DoubtReport, (row.id, by.id)) is None:
        _check_few(session, by, at)
        session.add(DoubtReport(doubt_id=row.id, by=by.id, structure_id=by.structure, at=at))
        _count(session, row, by=by, at=at)


def _check_reportable(finding: Finding) -> None:
    if finding.category is Category.NIR:
        raise NotReportable(NEVER_A_NIR)
    if not is_refusal(finding):
        raise NotReportable(NOT_A_REFUSAL)


def _check_few(session: Session, by: Actor, at: datetime) -> None:
    made = select(func.count()).select_from(DoubtReport)
    mine = DoubtReport.by == by.id, DoubtReport.structure_id == by.structure, DoubtReport.at > at - COUNTED
    if (session.scalar(made.where(*mine)) or 0) >= MOST_REPORTS:
        said = f"Vous avez signalé {MOST_REPORTS} erreurs en vingt-quatre heures : récrivez, et reprenez demain."
        raise TooManyReports(f"{said} Si le contrôle se trompe autant, parlez-en à votre délégué.")


def _doubt(hashed: bytes, text: Text, finding: Finding, by: Actor, at: datetime) -> Doubt:
    return Doubt(
        id=new_id(), structure_id=by.structure, digest=hashed, rule=finding.rule, why=finding.why[:LONGEST_WHY],
        company=company(text, finding), is_blocking=finding.level is Level.BLOQUANT, times=0, first_at=at, last_at=at,
    )  # fmt: skip


def _kept(session: Session, new: Doubt) -> Doubt:
    """Return the doubt of that hash: the one that is known, or the new one, even if another adds it at this instant."""
    known = select(Doubt).where(Doubt.structure_id == new.structure_id, Doubt.digest == new.digest).with_for_update()
    row = session.scalars(known).one_or_none()
    if row is not None:
        return row
    try:
        with session.begin_nested():
            session.add(new)
    except IntegrityError:
        return session.scalars(known).one()
    return new


def _count(session: Session, row: Doubt, *, by: Actor, at: datetime) -> None:
    row.times += 1
    row.last_at = at
    told = {"rule": row.rule, "level": _level(row)}
    trail.record(session, "doubt.reported", row.id, by=by, structure=by.structure, at=at, **told)


def _level(row: Doubt) -> str:
    return (Level.BLOQUANT if row.is_blocking else Level.A_VERIFIER).value


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
    told = {"rule": row.rule, "level": _level(row)}
    trail.record(session, f"doubt.{decision.name.lower()}", row.id, by=by, structure=by.structure, at=at, **told)
