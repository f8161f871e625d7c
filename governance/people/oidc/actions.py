"""Letting in who proved who they are at the provider, when they are invited here."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.core import trail
from governance.core.sealed_rows import is_equal
from governance.people.actions import NOBODY, UNKNOWN
from governance.people.oidc.rules import Proof
from governance.people.oidc.tables import LinkedAccount
from governance.people.queries import Attempt, actor_somewhere, as_stored
from governance.people.tables import Person


def enter(session: Session, proof: Proof, *, at: datetime) -> Attempt:
    """Return whose account it is: known by its identifier at the provider, else by its verified address, then linked.

    The attempt has no actor when nobody is invited under that address, when the person is already linked to another
    account of the provider, or when they no longer hold a role.
    """
    link = session.get(LinkedAccount, proof.subject)
    person = session.get(Person, link.person_id) if link is not None else _invited(session, proof)
    if person is None:
        return Attempt()
    actor = actor_somewhere(session, person)
    if actor is not None and link is None:
        session.add(LinkedAccount(subject=proof.subject, person_id=person.id, linked_at=at))
        trail.record(session, "person.linked", person.id, by=actor, structure=actor.structure, at=at)
    return Attempt(person.id, actor.structure if actor else person.structure_id, actor)


def refuse(session: Session, reason: str, *, at: datetime) -> None:
    """Record that what came back from the provider proved nothing, and why."""
    trail.record(session, "person.sign_in_refused", UNKNOWN, by=NOBODY, structure=None, at=at, reason=reason)


def _invited(session: Session, proof: Proof) -> Person | None:
    email = as_stored(proof.email) if proof.email is not None else None
    if email is None:
        return None
    person = session.scalar(select(Person).where(is_equal(session, Person.email, email)))
    if person is None:
        return None
    taken = session.scalar(select(LinkedAccount.subject).where(LinkedAccount.person_id == person.id))
    return None if taken is not None else person
