"""Who to write to: what people recorded, else what the convention's text gives."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from governance.conventions.queries import find_convention
from governance.conventions.terms import Convention, Terms
from governance.core import clock
from governance.core.refusals import NotFound
from governance.people.contacts.rules import Contact, ContactKind, Contacts, Relation, Side, contacts_in
from governance.people.contacts.tables import RecordedContact
from governance.people.queries import adoptions, find_structure
from governance.people.rules import Actor, Permission, may, require_somewhere


@dataclass(frozen=True, slots=True)
class Former:
    """A contact that was replaced or withdrawn, and between which instants it was in force."""

    contact: Contact
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class RelationView:
    """A partner and a caisse under a convention, with whom one writes to, as a page shows them."""

    relation: Relation
    partner: str
    caisse: str
    contacts: Contacts
    former: tuple[Former, ...]
    sides: frozenset[Side]  # those that the reader may change
    is_ended: bool


def contacts_of(session: Session, structure: str, convention: str, caisse: str, *, on: date) -> Contacts:
    """Return who is written to, on either side, for a partner, a convention and a caisse, on a day.

    For other packages, which have asked for their own permission. Raises UnknownConvention and NotFound.
    """
    relation = Relation(structure, convention, caisse)
    known = find_convention(session, convention, structure)
    if known.caisse(caisse) is None:
        raise NotFound("Cette convention ne nomme pas cette caisse.", field="caisse")
    rows = session.scalars(_rows(relation).where(RecordedContact.withdrawn_at.is_(None)))
    return contacts_in(relation, terms_near(known, on), map(_contact, rows))


def relations(session: Session, by: Actor, at: datetime) -> tuple[RelationView, ...]:
    """Return every relation the actor may read, by partner, convention and caisse; raises Forbidden."""
    require_somewhere(Permission.READ_CONTACTS, by)
    return tuple(_view(session, one, by, at) for one in reachable(session, by))


def find_relation(session: Session, relation: Relation, by: Actor, at: datetime) -> RelationView:
    """Return one of them; raises Forbidden, NotFound."""
    require_somewhere(Permission.READ_CONTACTS, by)
    if relation not in set(reachable(session, by)):
        raise NotFound("Cette convention n'est pas appliquée ici avec cette caisse.")
    return _view(session, relation, by, at)


def find_contact(session: Session, contact_id: str, by: Actor) -> tuple[Relation, Contact]:
    """Return a contact in force and its relation; raises Forbidden, NotFound."""
    require_somewhere(Permission.READ_CONTACTS, by)
    row = session.get(RecordedContact, contact_id)
    if row is None or row.withdrawn_at is not None:
        raise NotFound("Ce contact n'existe pas, ou n'est plus en vigueur.")
    if not may(Permission.READ_CONTACTS, by, row.structure_id, convention=row.convention, caisse=row.caisse):
        raise NotFound("Ce contact n'existe pas, ou n'est plus en vigueur.")
    return Relation(row.structure_id, row.convention, row.caisse), _contact(row)


def sides_kept(by: Actor, relation: Relation) -> frozenset[Side]:
    """Return the sides whose contacts an actor may change: a partner both, a caisse its own."""
    structure, convention, caisse = relation
    if not may(Permission.KEEP_CONTACTS, by, structure, convention=convention, caisse=caisse):
        return frozenset()
    is_caisse = by.caisse is not None and by.structure != structure
    return frozenset({Side.CAISSE}) if is_caisse else frozenset(Side)


def reachable(session: Session, by: Actor) -> Iterator[Relation]:
    """Give the relations of the actor's structure, then those that their caisse signed."""
    own = [(by.structure, one.code) for one in adoptions(session, by.structure)]
    for structure, code in (*own, *sorted(by.signed)):
        for caisse in find_convention(session, code, structure).caisses:
            if may(Permission.READ_CONTACTS, by, structure, convention=code, caisse=caisse.code):
                yield Relation(structure, code, caisse.code)


def terms_near(convention: Convention, on: date) -> Terms:
    """Return the terms of a day, or of the nearest on which the convention is in force: one still writes after it."""
    last = on if convention.end is None else min(on, convention.end)
    return convention.on(max(last, convention.adopted))


def _view(session: Session, relation: Relation, by: Actor, at: datetime) -> RelationView:
    on, known = clock.day(at), find_convention(session, relation.convention, relation.structure)
    found = contacts_of(session, *relation, on=on)
    caisse = known.caisse(relation.caisse)
    ended = {one.code: one.effective_to for one in adoptions(session, relation.structure)}.get(relation.convention)
    return RelationView(
        relation,
        find_structure(session, relation.structure).name,
        caisse.name if caisse else relation.caisse,
        found,
        tuple(_former(session, relation)),
        sides_kept(by, relation),
        ended is not None and ended < on,
    )


def _former(session: Session, relation: Relation) -> Iterator[Former]:
    rows = session.scalars(_rows(relation).where(RecordedContact.withdrawn_at.is_not(None)))
    for row in sorted(rows, key=lambda one: one.withdrawn_at or one.recorded_at, reverse=True):
        yield Former(_contact(row), row.recorded_at, row.withdrawn_at or row.recorded_at)


def _rows(relation: Relation) -> Select[RecordedContact]:
    return (
        select(RecordedContact)
        .where(
            RecordedContact.structure_id == relation.structure,
            RecordedContact.convention == relation.convention,
            RecordedContact.caisse == relation.caisse,
        )
        .order_by(RecordedContact.rank, RecordedContact.recorded_at, RecordedContact.id)
    )


def _contact(row: RecordedContact) -> Contact:
    said = {"name": row.name, "email": row.email, "phone": row.phone, "address": row.address}
    side, kind = Side(row.side), ContactKind(row.kind)
    return Contact(side, kind, rank=row.rank, verified_on=row.verified_on, id=row.id, **said)
