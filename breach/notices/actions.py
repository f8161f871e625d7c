"""What can be done for a duty: the first notice, the rungs that follow, the complement, and the alarm among ourselves.

Nothing here discharges a duty. Each rung is climbed once: asked twice, or killed in between, it stands as it was.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from breach.notices import letters
from breach.notices.posting import (
    SERVICE,
    Context,
    Means,
    add_notice,
    climbed,
    context,
    keep_told,
    make_link,
    next_number,
    post,
)
from breach.notices.reaching import Reached, dpo_of_caisse, others_of_caisse, ours, to_call
from breach.notices.rules import UNREACHABLE, WAYS, AlreadySent, NoAddress, NothingNew, Step, Way, rungs
from breach.notices.tables import Notice
from breach.notices.telling import last_to
from breach.queries import find_open
from breach.rules import What
from breach.tables import DutyRow
from governance.core import trail
from governance.core.refusals import Conflict, NotFound
from governance.people.rules import Actor, Permission

TO_CAISSE = frozenset({What.NOTICE.name, What.ACCOUNT_NOTICE.name})
NOBODY = "Aucune adresse de DPO n'est connue pour cette caisse : complétez les contacts."
_MARKS = 100  # a mark of alarm leaves room for so many persons


def send_first(session: Session, duty_id: str, means: Means, *, by: Actor, at: datetime) -> None:
    """Send the notice to the DPO of the caisse.

    Raises NotFound, Conflict (ended, not owed), AlreadySent, NoAddress, NotClean.
    """
    duty = find_owed(session, duty_id, by)
    if Step.FIRST in climbed(session, duty.id):
        raise AlreadySent("L'avis est déjà parti : relancez, complétez ou prouvez.")
    to = dpo_of_caisse(session, duty, at)
    if to is None:
        raise NoAddress(NOBODY)
    _mail(session, context(session, duty, at), Step.FIRST, to, means, by.id, at)
    _record(session, "breach.notified", duty, by, at, kind=duty.what)


def send_complement(session: Session, duty_id: str, means: Means, *, by: Actor, at: datetime) -> None:
    """Tell the DPO of the caisse what changed since it was last told; a duty that is discharged stays so.

    Raises NotFound, Conflict (the breach has ended), NothingNew, NoAddress, NotClean.
    """
    duty = _found(session, duty_id, by)
    held = context(session, duty, at)
    last = last_to(session, held.base, held.addressee)
    if last is None or not last.is_stale:
        raise NothingNew("La caisse sait déjà tout ce que dit le dossier.")
    to = dpo_of_caisse(session, duty, at)
    if to is None:
        raise NoAddress(NOBODY)
    _mail(session, held, Step.COMPLEMENT, to, means, by.id, at)
    _record(session, "breach.complemented", duty, by, at, count=len(last.differences))


def climb(session: Session, duty: DutyRow, share: int, means: Means, *, at: datetime, is_refused: bool = False) -> int:
    """Climb the rungs that a share (in %) of the time brings, and return how many notices; for the service itself.

    `is_refused`: the DPO's server refused the mail for good, so another channel is taken at once.
    """
    if _is_over(duty) or duty.what not in TO_CAISSE:
        return 0
    known = climbed(session, duty.id)
    if Step.FIRST not in known and dpo_of_caisse(session, duty, at) is None:
        return climb_by_hand(session, duty, share, at=at)
    owed = rungs(share, known, is_refused=is_refused)
    return _escalated(session, duty, share, sum(_climb_one(session, duty, step, means, at) for step in owed), at)


def climb_by_hand(session: Session, duty: DutyRow, share: int, *, at: datetime) -> int:
    """Prepare the call and the letter that no mail can stand for, once; return how many."""
    if _is_over(duty) or duty.what not in TO_CAISSE:
        return 0
    owed = [one for one in UNREACHABLE if one not in climbed(session, duty.id)]
    for step in owed:
        add_notice(session, duty, step, 1, to_call(session, duty, at), by=SERVICE, at=at)
    return _escalated(session, duty, share, len(owed), at)


def alarm(session: Session, duty: DutyRow, mark: int, means: Means, *, at: datetime, why: str = "") -> int:
    """Tell our own people that a duty has no proof yet, once for each mark; return how many were told."""
    first = mark * _MARKS
    told = select(Notice.id).where(
        Notice.duty_id == duty.id, Notice.step == Step.ALERT.value, Notice.number >= first,
        Notice.number < first + _MARKS,
    )  # fmt: skip
    if _is_over(duty) or session.scalar(told.limit(1)) is not None:
        return 0
    held, is_sent = context(session, duty, at), Step.FIRST in climbed(session, duty.id)
    people = ours(session, duty.structure_id, mark)[:_MARKS]
    for number, one in enumerate(people, first):
        letter = letters.alert(
            one.name, held.subject, letters.Owed(duty.what, mark, is_sent, why), means.page(duty.breach_id)
        )
        notice = add_notice(session, duty, Step.ALERT, number, one, by=SERVICE, at=at)
        post(session, notice, letter, (), at)
    return len(people)


def note_done(session: Session, notice_id: str, note: str, *, by: Actor, at: datetime) -> None:
    """Keep that a call was made or a letter posted, and what came of it: no proof by itself.

    Raises NotFound, Conflict (already noted, or the breach has ended).
    """
    row = session.get(Notice, notice_id, with_for_update=True)
    if row is None or row.channel == Way.MAIL.value:
        raise NotFound("Cet appel ou cette lettre n'existe pas.")
    find_open(session, row.breach_id, Permission.HANDLE_BREACH, by)
    if row.done_at is not None:
        raise Conflict("C'est déjà noté.")
    row.done_at, row.done_by, row.note = at, by.id, note.strip()[:2000] or None
    trail.record(session, "breach.contacted", row.breach_id, by=by, structure=row.structure_id, at=at, kind=row.step)


def find_owed(session: Session, duty_id: str, by: Actor) -> DutyRow:
    """Return a duty towards a caisse that is still owed, for who may act upon it; raises NotFound, Conflict."""
    duty = _found(session, duty_id, by)
    if _is_over(duty):
        raise Conflict("Ce devoir n'est plus à faire : une preuve est déjà au dossier, ou il n'est plus dû.")
    return duty


def _found(session: Session, duty_id: str, by: Actor) -> DutyRow:
    duty = session.get(DutyRow, duty_id, with_for_update=True)
    if duty is None or duty.what not in TO_CAISSE:
        raise NotFound("Ce devoir n'existe pas.")
    find_open(session, duty.breach_id, Permission.HANDLE_BREACH, by)
    return duty


def _is_over(duty: DutyRow) -> bool:
    return duty.discharged_at is not None or duty.withdrawn_at is not None


def _escalated(session: Session, duty: DutyRow, share: int, count: int, at: datetime) -> int:
    if count:
        _record(session, "breach.escalated", duty, SERVICE, at, level=share, count=count)
    return count


def _climb_one(session: Session, duty: DutyRow, step: Step, means: Means, at: datetime) -> int:
    if WAYS[step] is not Way.MAIL:
        add_notice(session, duty, step, 1, to_call(session, duty, at), by=SERVICE, at=at)
        return 1
    first = dpo_of_caisse(session, duty, at)
    to = others_of_caisse(session, duty, at) if step is Step.OTHERS else (first,)
    held = context(session, duty, at)
    return sum(_mail(session, held, step, one, means, SERVICE, at) for one in to if one is not None)


def _mail(session: Session, held: Context, step: Step, to: Reached, means: Means, by: str, at: datetime) -> int:
    notice = add_notice(session, held.duty, step, next_number(session, held.duty.id, step), to, by=by, at=at)
    link = means.link(make_link(session, notice, at))
    if step is Step.COMPLEMENT:
        last = last_to(session, held.base, held.addressee)
        letter = letters.complement(held.subject, last.differences if last else (), link)
    else:
        letter = letters.mail(held.subject, held.base.facts, step, link)
    post(session, notice, letter, means.files, at)
    keep_told(session, held, by=by, at=at)
    return 1


def _record(session: Session, action: str, duty: DutyRow, by: Actor | str, at: datetime, **details: object) -> None:
    trail.record(session, action, duty.breach_id, by=by, structure=duty.structure_id, at=at, **details)
