"""Who is written to: at the caisse from the contacts and the convention, and among our own people."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from breach.tables import DutyRow
from governance.core import clock
from governance.people.contacts.queries import contacts_of
from governance.people.contacts.rules import Contact, ContactKind, Contacts, Side
from governance.people.rules import Role
from governance.people.tables import Person, PersonRole


@dataclass(frozen=True, slots=True)
class Reached:
    """Somebody to write to or to call; what is unknown is empty."""

    name: str
    email: str = ""
    phone: str = ""
    address: str = ""


# Who among us is alarmed, from which share (in %) of the time on.
OURS: tuple[tuple[int, Role], ...] = ((0, Role.DPO), (75, Role.REFERENT), (90, Role.GESTIONNAIRE))


def dpo_of_caisse(session: Session, duty: DutyRow, at: datetime) -> Reached | None:
    """Return the DPO to write to: the contact recorded, else the mailbox of the convention; None when neither is."""
    found = _contacts(session, duty, at).writing(Side.CAISSE, ContactKind.DPO)
    if found is not None:
        return _reached(found, "DPO de la caisse")
    mailbox = duty.body.get("dpo")
    return Reached("DPO de la caisse", mailbox) if mailbox else None


def others_of_caisse(session: Session, duty: DutyRow, at: datetime) -> tuple[Reached, ...]:
    """Return the others to write to, in the order of the escalation, the first addressee left out.

    A référent in copy where the convention says so (B3) is one of them: the mail holds nothing about insured persons.
    """
    contacts = _contacts(session, duty, at)
    first = dpo_of_caisse(session, duty, at)
    every = (
        *contacts.escalation(Side.CAISSE, ContactKind.DPO),
        *contacts.of(Side.CAISSE, ContactKind.REFERENT),
    )
    known = {first.email.lower()} if first else set()
    return tuple(_once((_reached(one, "Caisse") for one in every), known))


def to_call(session: Session, duty: DutyRow, at: datetime) -> Reached:
    """Return whom to call and to post a letter to: the DPO of the caisse, completed by those that stand in for them."""
    contacts = _contacts(session, duty, at)
    every = [_reached(one, "") for one in contacts.escalation(Side.CAISSE, ContactKind.DPO)]
    return Reached(
        next((one.name for one in every if one.name), "DPO de la caisse"),
        next((one.email for one in every if one.email), duty.body.get("dpo") or ""),
        next((one.phone for one in every if one.phone), ""),
        next((one.address for one in every if one.address), ""),
    )


def ours(session: Session, structure: str, share: int) -> tuple[Reached, ...]:
    """Return who is alarmed in the structure once a share (in %) of the time has passed, each once."""
    roles = [role for mark, role in OURS if mark <= share]
    wanted = (
        select(Person)
        .join(PersonRole, PersonRole.person_id == Person.id)
        .where(PersonRole.structure_id == structure, PersonRole.role.in_(roles), Person.closed_at.is_(None))
        .order_by(Person.id)
    )
    found = (Reached(person.name, person.email) for person in session.scalars(wanted).unique())
    return tuple(_once(found, set()))


def _contacts(session: Session, duty: DutyRow, at: datetime) -> Contacts:
    return contacts_of(session, duty.structure_id, duty.convention, duty.caisse, on=clock.day(at))


def _reached(contact: Contact, name: str) -> Reached:
    return Reached(contact.name or name, contact.email or "", contact.phone or "", contact.address or "")


def _once(found: Iterator[Reached], known: set[str]) -> Iterator[Reached]:
    for one in found:
        if one.email and one.email.lower() not in known:
            known.add(one.email.lower())
            yield one
