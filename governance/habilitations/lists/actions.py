"""What can be done about lists: send one to look at, keep what was looked at, put one aside."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from governance.core import clock, trail
from governance.core.refusals import Conflict, Invalid, NotFound
from governance.core.storage import new_id
from governance.habilitations.lists.lines import Mistake, Reading
from governance.habilitations.lists.packing import packed
from governance.habilitations.lists.plans import PortalPlan, StaffPlan, check_days, digest
from governance.habilitations.lists.queries import Place, kept, lines_of, plan_of, view_of
from governance.habilitations.lists.tables import ImportedList
from governance.habilitations.lists.writing import Writer, write_portal, write_staff
from governance.habilitations.steps import lock
from governance.people.contacts.queries import reachable
from governance.people.rules import Actor, Permission, require

# What was sent to be looked at, and never kept, holds names for no reason.
LOOKED_AT = timedelta(days=2)


class HasMistakes(Invalid):
    """The file has to be corrected first: nothing of it is written."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        count = len(mistakes)
        super().__init__(f"{count} erreur{'s' if count > 1 else ''} dans le fichier : rien n'est écrit.", field="file")
        self.mistakes = mistakes


class Moved(Conflict):
    """What keeping the list would change is no longer what was shown."""


def send_list(session: Session, place: Place, reading: Reading, *, by: Actor, at: datetime) -> str:
    """Put a list aside to be looked at, and return its id; nothing else is written.

    Raises Forbidden, NotFound (a convention that the structure does not apply), HasMistakes.
    """
    require(Permission.MANAGE_ACCOUNTS, by, place.structure)
    check_place(session, place, by)
    wrong = (*reading.mistakes, *check_days(reading.lines, clock.day(at)))
    if wrong:
        raise HasMistakes(tuple(sorted(wrong, key=lambda one: (one.line, one.column))))
    row = ImportedList(id=new_id(), structure_id=place.structure, kind=place.kind, convention=place.convention)
    row.caisse, row.sent_at, row.sent_by = place.caisse, at, by.id
    row.size, row.content = len(reading.lines), packed(reading.lines)
    session.add(row)
    session.flush()
    told = {"kind": place.kind.value, "lines": row.size, "convention": place.convention, "caisse": place.caisse}
    trail.record(session, "list.sent", row.id, by=by, structure=place.structure, at=at, **told)
    return row.id


def keep_list(session: Session, list_id: str, seen: str, *, by: Actor, at: datetime) -> dict[str, int]:
    """Write what a list says, if it is still what was shown (`seen`, the print of its plan), and return counts.

    Kept already, it changes nothing and returns the same. Raises Forbidden, NotFound, Moved, Conflict.
    """
    require(Permission.MANAGE_ACCOUNTS, by, by.structure)
    lock(session, by.structure)
    row = _found(session, list_id, by)
    if row.kept_at is not None:
        return row.counts or {}
    place, on = view_of(row).place, clock.day(at)
    plan = plan_of(session, place, lines_of(row), by, on)
    if digest(plan) != seen:
        raise Moved("Les agents ou les comptes ont changé depuis cet aperçu : voici ce qui changerait maintenant.")
    counts = _written(plan, place, Writer(session, place.structure, by, at, on))
    for former in session.scalars(kept(place)):
        former.content = None
    row.kept_at, row.kept_by, row.counts = at, by.id, counts
    session.flush()
    told = {"kind": place.kind.value, "convention": place.convention, "caisse": place.caisse, **counts}
    trail.record(session, "list.kept", row.id, by=by, structure=place.structure, at=at, **told)
    return counts


def discard_list(session: Session, list_id: str, *, by: Actor, at: datetime) -> None:
    """Forget a list that was not kept; raises Forbidden, NotFound, and Conflict once it was kept."""
    require(Permission.MANAGE_ACCOUNTS, by, by.structure)
    row = _found(session, list_id, by)
    if row.kept_at is not None:
        raise Conflict("Cette liste est enregistrée : elle ne peut plus être écartée.")
    session.delete(row)
    session.flush()
    trail.record(session, "list.discarded", list_id, by=by, structure=by.structure, at=at)


def forget_lists(session: Session, at: datetime) -> str:
    """Erase the lists that were sent and never kept, after two days; returns what was done, for the job's record."""
    old = (ImportedList.kept_at.is_(None), ImportedList.sent_at < at - LOOKED_AT)
    gone = session.scalars(select(ImportedList.id).where(*old).order_by(ImportedList.id)).all()
    session.execute(delete(ImportedList).where(ImportedList.id.in_(gone)))
    return f"{len(gone)} listes" if gone else ""


def check_place(session: Session, place: Place, by: Actor) -> None:
    """Refuse (NotFound) a list of the portal for a convention or a caisse that the structure does not work with."""
    if place.convention is not None and place.relation not in set(reachable(session, by)):
        raise NotFound("Cette convention n'est pas appliquée ici avec cette caisse.", field="place")


def _written(plan: StaffPlan | PortalPlan, place: Place, writer: Writer) -> dict[str, int]:
    return write_staff(plan, writer) if isinstance(plan, StaffPlan) else write_portal(plan, place.relation, writer)


def _found(session: Session, list_id: str, by: Actor) -> ImportedList:
    wanted = select(ImportedList).where(ImportedList.id == list_id).with_for_update()
    row = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if row is None or row.structure_id != by.structure:
        raise NotFound("Cette liste n'existe pas ici.")
    return row
