"""What can be done about contacts: record one, in place of another or not, say that one is right, withdraw one."""

from datetime import datetime

from sqlalchemy.orm import Session

from governance.core import clock, trail
from governance.core.refusals import Forbidden, NotFound
from governance.core.storage import new_id
from governance.people.contacts.queries import reachable, sides_kept
from governance.people.contacts.rules import ContactDraft, Relation, Side, clean_draft
from governance.people.contacts.tables import RecordedContact
from governance.people.rules import Actor, Permission, require


def record_contact(
    session: Session, relation: Relation, draft: ContactDraft, *, by: Actor, at: datetime, replaces: str | None = None
) -> str:
    """Keep a contact, verified that day, and return its id; the one it replaces is withdrawn and stays in the history.

    Raises Forbidden, NotFound, Invalid.
    """
    _check_may(by, relation, draft.side)
    if relation not in set(reachable(session, by)):
        raise NotFound("Cette convention n'est pas appliquée ici avec cette caisse.", field="caisse")
    clean = clean_draft(draft)
    if replaces is not None:
        former = _in_force(session, replaces, by)
        former.withdrawn_at, former.withdrawn_by = at, by.id
    row = RecordedContact(id=new_id(), structure_id=relation.structure, convention=relation.convention)
    row.caisse, row.side, row.kind, row.rank = relation.caisse, clean.side, clean.kind, clean.rank
    row.name, row.email, row.phone, row.address = (
        text or None for text in (clean.name, clean.email, clean.phone, clean.address)
    )
    row.verified_on, row.recorded_at, row.recorded_by = clock.day(at), at, by.id
    session.add(row)
    session.flush()
    _tell(session, "contact.replaced" if replaces else "contact.recorded", row, by, at)
    return row.id


def verify_contact(session: Session, contact_id: str, *, by: Actor, at: datetime) -> None:
    """Record that a contact is right on that day; raises Forbidden, NotFound."""
    row = _in_force(session, contact_id, by)
    row.verified_on = clock.day(at)
    _tell(session, "contact.verified", row, by, at)


def withdraw_contact(session: Session, contact_id: str, *, by: Actor, at: datetime) -> None:
    """Write to a contact no more; raises Forbidden, NotFound."""
    row = _in_force(session, contact_id, by)
    row.withdrawn_at, row.withdrawn_by = at, by.id
    _tell(session, "contact.withdrawn", row, by, at)


def _in_force(session: Session, contact_id: str, by: Actor) -> RecordedContact:
    row = session.get(RecordedContact, contact_id, with_for_update=True)
    if row is None or row.withdrawn_at is not None:
        raise NotFound("Ce contact n'existe pas, ou n'est plus en vigueur.")
    _check_may(by, Relation(row.structure_id, row.convention, row.caisse), Side(row.side))
    return row


def _check_may(by: Actor, relation: Relation, side: Side) -> None:
    structure, convention, caisse = relation
    require(Permission.KEEP_CONTACTS, by, structure, convention=convention, caisse=caisse)
    if side not in sides_kept(by, relation):
        raise Forbidden("Une caisse tient ses propres contacts ; ceux du partenaire sont les siens.")


def _tell(session: Session, act: str, row: RecordedContact, by: Actor, at: datetime) -> None:
    told = {"convention": row.convention, "caisse": row.caisse, "side": row.side, "kind": row.kind}
    trail.record(session, act, row.id, by=by, structure=row.structure_id, at=at, **told)
