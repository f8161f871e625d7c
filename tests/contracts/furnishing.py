"""What owned routes name: one of each thing, in the first structure."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache

from cryptography.x509 import RFC822Name
from sqlalchemy.orm import Session, sessionmaker

from governance.conventions.life.actions import Draft, enter
from governance.conventions.life.events import Kind
from governance.conventions.values.accounts import AccountField
from governance.core import clock, outbox
from governance.core.keys import Keys
from governance.core.outbox import Attachment, Message
from governance.core.outbox.sending import sweep
from governance.core.trail import signing
from governance.habilitations.changes.actions import ask_change
from governance.mail.actions import register_certificate
from governance.people.accounts.actions import make_link
from governance.people.actions import NewPerson, adopt_convention, create_person
from governance.people.contacts.actions import record_contact
from governance.people.contacts.rules import ContactDraft, ContactKind, Relation, Side
from governance.people.machines.actions import create_key
from governance.people.queries import Adoption
from governance.people.rules import Permission, Role, command
from scanners.actions import add_word
from scanners.findings import Level
from scanners.tables import Receipt
from tests import breaches, destructions, doubting, reviewing
from tests.actions import noticing
from tests.actions.list_rows import a_list, a_roster
from tests.actions.portal import Portal
from tests.conftest import Demonstration
from tests.mail_server import identity

GUEST = NewPerson("Personne invitée", "invitee@ici.example", roles=frozenset({Role.TECHNICIEN}))


def furnish(sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime) -> dict[str, str]:
    """Make the things that owned routes name, and return their identifiers; each package adds what its routes need."""
    receipt = Receipt(at=at, structure_id=demonstration.structure, by="essai", convention="S0", edition=1)
    receipt.outcome, receipt.body, receipt.signature = "accepte", {}, ""
    with sessions.begin() as session:
        session.add(receipt)
        word = add_word(session, "zonzonite", Level.INFO, by=command(demonstration.structure), at=at)
        session.flush()
        guest = create_person(session, demonstration.structure, GUEST, by=command(demonstration.structure), at=at)
        link = make_link(session, guest, by=command(demonstration.structure), at=clock.now())
        point = signing.make(session, Keys(b"un secret de 32 octets, d'essai.."), at)
        made = {"receipt": receipt.id, "word": word.id, "person": guest, "link": link, "point": str(point.id)}
        by = command(demonstration.structure)
        made["key"] = create_key(session, by.structure, "Logiciel", frozenset({Permission.SCAN}), by=by, at=at).id
        made |= of_mail(session, demonstration.structure, at) | of_contacts(session, demonstration.structure, at)
        made |= of_life(session, demonstration.structure)
        made |= destructions.whole(session, demonstration.structure, at)
        made |= breaches.whole(session, by, at, demonstration.people[Role.DPO])
        made |= of_accounts(session, demonstration.structure, at)
        made |= {"list": a_list(session, demonstration.structure, command(demonstration.structure), at)}
        made |= {"roster": a_roster(session, Relation(demonstration.structure, "S3", "roubaix-tourcoing"), at)}
        made |= of_reviews(session, demonstration, at)
        made |= {"doubt": doubting.reported(session, command(demonstration.structure), at)}
        made |= noticing.whole(session, made["breach"], made["duty"], by, clock.now())
    sweep(sessions, at + timedelta(days=1))
    return made


def of_life(session: Session, structure: str) -> dict[str, str]:
    """Enter the signature of S3, which the structure applies."""
    draft = Draft(Kind.SIGNED, date(2025, 12, 1), "Exemplaire signé")
    event = enter(session, "S3", draft, by=command(structure), at=clock.now())
    return {"event": event, "structure": structure}


def of_accounts(session: Session, structure: str, at: datetime) -> dict[str, str]:
    """Give an agent an active account of gestionnaire, and ask for a change of it."""
    portal = Portal(session, structure, at, "S0", "artois").open()
    agent = portal.agent(1)
    account = portal.gestionnaire(agent)
    change = ask_change(session, account, AccountField.FONCTION, "Responsable", by=portal.by, at=at)
    return {"agent": agent, "account": account, "account_change": change}


def of_reviews(session: Session, demonstration: Demonstration, at: datetime) -> dict[str, str]:
    """Open a review, one account of which is answered for."""
    people = demonstration.people
    return reviewing.whole(session, demonstration.structure, people[Role.DPO], people[Role.GESTIONNAIRE], at)


def of_mail(session: Session, structure: str, at: datetime) -> dict[str, str]:
    """Write a message with a file, and register a certificate."""
    message = Message("essai", "nul@ailleurs.example", "Sujet", "Corps", at + timedelta(hours=1))
    message = replace(message, structure=structure, attachments=(Attachment("a.txt", b"x"),))
    sending = outbox.post(session, message, at=at)
    raw, by = certificate_of_a_dpo(at), command(structure)
    certificate = register_certificate(session, "dpo@caisse.example", raw, by=by, at=at)
    return {"sending": sending, "certificate": certificate}


def of_contacts(session: Session, structure: str, at: datetime) -> dict[str, str]:
    """Apply a convention, and record whom one writes to at its caisse."""
    by, relation = command(structure), Relation(structure, "S3", "roubaix-tourcoing")
    adopt_convention(session, structure, Adoption("S3", None, None), by=by, at=at)
    draft = ContactDraft(Side.CAISSE, ContactKind.REFERENT, email="referent@caisse.example")
    contact = record_contact(session, relation, draft, by=by, at=at)
    return {"of_s3": "/".join(relation), "contact": contact}


@cache
def certificate_of_a_dpo(at: datetime) -> bytes:
    """Return a certificate, made once: its key takes a while to find."""
    return identity(RFC822Name("dpo@caisse.example"), begins=at - timedelta(days=1)).pem
