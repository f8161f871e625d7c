"""An installation whose data can be destroyed: its keys, its ledger and its shelf of backups, in one folder."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session, sessionmaker

from governance.core import outbox
from governance.core.domains import Domain
from governance.core.keys import Keys
from governance.core.keystore import KeyStore
from governance.core.masters import FileMaster, Master
from governance.core.outbox import Attachment, Message
from governance.core.sealed_rows import sessions_on
from governance.core.storage import connect
from governance.destruction import actions, archives, rights
from governance.destruction.acting import runner
from governance.destruction.acting.means import Means, Setup
from governance.destruction.rules import GRACE
from governance.destruction.stores.actions import Draft, declare
from governance.people.actions import adopt_convention, create_structure
from governance.people.queries import Adoption
from governance.people.rules import Actor, Kind, Role, StructureKind, command
from scanners.tables import Receipt

SECRET = Keys(b"un secret de 32 octets, d'essai..")
CODE, OTHER = "S1", "S3"
ENDED = date(2026, 10, 31)
OPENED = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
AFTER = OPENED + GRACE + timedelta(hours=1)


@dataclass(frozen=True)
class Installation:
    """What the tests of destruction work with."""

    means: Means
    structure: str
    folder: Path

    @property
    def sessions(self) -> sessionmaker[Session]:
        """Give sessions."""
        return self.means.sessions

    @property
    def domain(self) -> Domain:
        """Give the domain that is destroyed."""
        return Domain(self.structure, CODE)

    def person(self, role: Role, name: str = "") -> Actor:
        """Give somebody in a role."""
        return Actor(name or f"personne-{role}", Kind.PERSON, self.structure, frozenset({role}), "Ada")


def install(folder: Path, url: str, secret: Keys = SECRET, master: Master | None = None) -> Installation:
    """Return an installation on a migrated database, whose master key is a file."""
    store = KeyStore(folder / "keys", master or FileMaster(folder / "master"))
    if not store.exists():
        store.master.create()
        store.create()
    sessions = sessions_on(connect(url), store)
    setup = Setup(secret, folder / "ledger", folder / "backups", folder / "backup-keys")
    with sessions.begin() as session:
        structure = create_structure(
            session, "CCAS d'ici", StructureKind.PARTENAIRE, by=command(""), at=OPENED - timedelta(days=300)
        )
        for code, end in ((CODE, ENDED), (OTHER, None)):
            adoption = Adoption(code, date(2025, 11, 1), end)
            adopt_convention(session, structure, adoption, by=command(structure), at=OPENED)
    return Installation(Means(sessions, setup), structure, folder)


@pytest.fixture
def here(tmp_path: Path, database_url: str) -> Installation:
    """Give an installation that holds rows under two conventions."""
    found = install(tmp_path, database_url)
    fill(found)
    return found


def fill(here: Installation, codes: tuple[str, ...] = (CODE, OTHER), many: int = 3, mark: str = "CANARI") -> None:
    """Write receipts, and messages with a file, under conventions."""
    with here.sessions.begin() as session:
        for code in codes:
            receipts(session, here.structure, code, many, mark)
            for number in range(many):
                outbox.post(session, _message(here.structure, code, number, mark), at=OPENED)


def receipts(session: Session, structure: str, code: str, many: int, mark: str = "CANARI") -> None:
    """Write receipts under a convention."""
    session.execute(insert(Receipt), [_receipt(structure, code, number, mark) for number in range(many)])


def _receipt(structure: str, code: str, number: int, mark: str) -> dict[str, object]:
    return {
        "at": OPENED, "structure_id": structure, "by": "essai", "convention": code, "edition": 1, "outcome": "accepte",
        "body": {"n": number}, "signature": f"{mark}-recu-{code}-{number:06d}-signature",
    }  # fmt: skip


def _message(structure: str, code: str, number: int, mark: str) -> Message:
    file = Attachment("piece.txt", f"{mark} fichier {code} {number}".encode())
    message = Message("essai", f"{mark.lower()}{number}@ici.example", f"{mark} {number}", mark * 5, OPENED + GRACE)
    return replace(message, structure=structure, convention=code, attachments=(file,))


def open_and_agree(here: Installation, *, at: datetime = AFTER, stores: Iterable[Draft] = ()) -> str:
    """Open a destruction, declare places outside, have the archives answered, and both persons agree."""
    dpo = here.person(Role.DPO)
    with here.sessions.begin() as session:
        identifier = actions.open_destruction(session, here.structure, CODE, by=dpo, at=OPENED)
        archives.answer_without_visa(session, identifier, "Copies sans valeur propre.", by=dpo, at=OPENED)
        for draft in stores:
            declare(session, identifier, draft, here.means.setup.allowed, by=dpo, at=OPENED)
    agree(here, identifier, at=at)
    return identifier


def agree(here: Installation, identifier: str, *, at: datetime = AFTER) -> None:
    """Have a DPO say that no person waits for an answer, then agree, and a référent after them."""
    with here.sessions.begin() as session:
        rights.state_requests(session, identifier, 0, "Courrier, boîte du DPO", by=here.person(Role.DPO), at=at)
    for role in (Role.DPO, Role.REFERENT):
        with here.sessions.begin() as session:
            actions.consent(session, identifier, (), by=here.person(role), at=at)


def destroy(here: Installation, identifier: str, *, at: datetime = AFTER) -> bool:
    """Carry the act on."""
    return runner.carry_on(here.means, identifier, at)
