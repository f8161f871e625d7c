"""Invented people and an invented structure, to try the service on one machine."""

import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from app import demo_breaches, demo_habilitations, demo_life, demo_reviews
from governance.core.sealed_rows import is_equal
from governance.people import actions, queries
from governance.people.actions import NewPerson
from governance.people.passwords import hash_password
from governance.people.queries import Adoption
from governance.people.rules import Actor, Kind, Role, StructureKind, command
from governance.people.tables import Person, PersonRole

STRUCTURE = "CCAS de Demonville"
SECOND = "CIAS du Demonvillois"
CAISSE = "CPAM de l'Artois (démonstration)"
CAISSE_CODE = "artois"
CONVENTIONS = {STRUCTURE: ("S0", "S1", "S2", "S3", "S4"), SECOND: ("S2", "S3"), CAISSE: ("S0", "S2", "S4")}
SINCE = date(2026, 1, 1)
PASSWORDS = Path("var/demo-passwords.json")

_LETTERS = "abcdefghjkmnpqrstuvwxyz"  # nothing that reads like a digit
_DIGITS = "23456789"


@dataclass(frozen=True, slots=True)
class Account:
    """How to sign in as a demonstration person."""

    name: str
    role: Role
    email: str
    password: str


PEOPLE = (
    ("Odile Lamarche", Role.DPO, "odile.lamarche@ccas-demonville.example", STRUCTURE),
    ("Bruno Taillefer", Role.GESTIONNAIRE, "bruno.taillefer@ccas-demonville.example", STRUCTURE),
    ("Nadia Belcourt", Role.TECHNICIEN, "nadia.belcourt@ccas-demonville.example", STRUCTURE),
    ("Yves Marescot", Role.REFERENT, "yves.marescot@ccas-demonville.example", STRUCTURE),
    ("Hugo Vasselin", Role.ADMINISTRATEUR, "hugo.vasselin@ccas-demonville.example", STRUCTURE),
    ("Inès Carpentreau", Role.AGENT_CAISSE, "ines.carpentreau@cpam-demonstration.example", CAISSE),
    ("Paul Rivesault", Role.DPO_CAISSE, "paul.rivesault@cpam-demonstration.example", CAISSE),
)
ALSO = {"odile.lamarche@ccas-demonville.example": SECOND}  # a DPO shared by two structures


def load(sessions: sessionmaker[Session], at: datetime, passwords: Path = PASSWORDS) -> tuple[Account, ...]:
    """Add what is missing of the demonstration, and return its accounts."""
    fresh = not passwords.exists()
    known = _passwords(passwords)
    accounts = tuple(Account(name, role, email, known[email]) for name, role, email, _ in PEOPLE)
    with sessions.begin() as session:
        places = {name: _structure(session, name, at) for name in CONVENTIONS}
        for account, (*_, place) in zip(accounts, PEOPLE, strict=True):
            _person(session, places[place], account, fresh, at)
            if account.email in ALSO:
                _also(session, places[ALSO[account.email]], account, at)
        demo_habilitations.load(session, places[STRUCTURE], places[SECOND], at)
        demo_life.live(session, places, at)
        people = {account.role: _actor(session, account, places[STRUCTURE]) for account in accounts}
        demo_breaches.load(session, people[Role.DPO], people[Role.TECHNICIEN], at)
        demo_reviews.load(session, places[STRUCTURE], people[Role.DPO].id, at)
    return accounts


def announce(accounts: Iterable[Account]) -> str:
    """Return what the terminal shows: who may sign in, and how."""
    lines = [f"  {account.role:<15} {account.email:<47} {account.password}" for account in accounts]
    return "\n".join(["Comptes de démonstration (personnes inventées) :", *lines])


def _structure(session: Session, name: str, at: datetime) -> str:
    known = next((one for one in queries.structures(session) if one.name == name), None)
    by = command("")
    kind, code = (StructureKind.CAISSE, CAISSE_CODE) if name == CAISSE else (StructureKind.PARTENAIRE, None)
    structure_id = known.id if known else actions.create_structure(session, name, kind, code, by=by, at=at)
    adopted = {adoption.code for adoption in queries.adoptions(session, structure_id)}
    for code in CONVENTIONS[name]:
        if code not in adopted:
            actions.adopt_convention(session, structure_id, Adoption(code, SINCE, None), by=by, at=at)
    return structure_id


def _person(session: Session, structure_id: str, account: Account, fresh: bool, at: datetime) -> None:
    person = session.scalar(select(Person).where(is_equal(session, Person.email, account.email)))
    if person is None:
        draft = NewPerson(account.name, account.email, account.password, frozenset({account.role}))
        actions.create_person(session, structure_id, draft, by=command(structure_id), at=at)
    elif fresh:  # the file of passwords was lost: those shown must be those that work
        person.password_hash = hash_password(account.password)


def _actor(session: Session, account: Account, structure_id: str) -> Actor:
    person = session.scalars(select(Person).where(is_equal(session, Person.email, account.email))).one()
    return Actor(person.id, Kind.PERSON, structure_id, frozenset({account.role}), account.name)


def _also(session: Session, structure_id: str, account: Account, at: datetime) -> None:
    person = session.scalars(select(Person).where(is_equal(session, Person.email, account.email))).one()
    if session.get(PersonRole, (person.id, structure_id, account.role)) is None:
        roles = frozenset({account.role})
        actions.set_roles(session, person.id, structure_id, roles, by=command(structure_id), at=at)


def _passwords(path: Path) -> dict[str, str]:
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(path, {})
    known: dict[str, str] = json.loads(path.read_text("utf-8"))
    missing = {email: _new_password() for _, _, email, _ in PEOPLE if email not in known}
    if missing:  # the demonstration of an older version had fewer people
        _write(path, known | missing)
    return known | missing


def _write(path: Path, known: dict[str, str]) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(known, file, indent=2)


def _new_password() -> str:
    """Return four groups of four, of four classes, easy to copy by hand."""
    groups = ["".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3)]
    groups.append("".join(secrets.choice(_DIGITS) for _ in range(4)))
    return "-".join([groups[0].capitalize(), *groups[1:]])
