"""What may be read of destructions: the plan before anything happens, the gates, the progress, the certificates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance.core.domains import Domain
from governance.core.fates import Kept
from governance.core.sealing import keys_of
from governance.destruction import selection
from governance.destruction.acting.means import Setup
from governance.destruction.backups import shelf
from governance.destruction.backups.shelf import Backup
from governance.destruction.ended import ended_on
from governance.destruction.gates import Facts, Statement
from governance.destruction.rules import Answer, Slip, State, UnknownDestruction
from governance.destruction.stores.rules import CONNECTED, Kind
from governance.destruction.tables import (
    ArchivesSlip,
    Destruction,
    DestructionCertificate,
    DestructionConsent,
    DestructionStep,
    ExternalStore,
    LegalHold,
    RightsStatement,
)
from governance.people.rules import Actor, Permission, may, require_somewhere


@dataclass(frozen=True, slots=True)
class PlannedTable:
    """A table: how many of its rows belong to the convention, and what becomes of them."""

    name: str
    goes: bool
    count: int | None
    during: str = ""
    article: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a destruction would do, told before it is opened."""

    domain: Domain
    tables: tuple[PlannedTable, ...]
    key_versions: int
    is_key_destroyed: bool
    master: str
    backups: tuple[Backup, ...]

    @property
    def going(self) -> tuple[PlannedTable, ...]:
        """Return the tables whose rows go."""
        return tuple(one for one in self.tables if one.goes)

    @property
    def staying(self) -> tuple[PlannedTable, ...]:
        """Return the tables that are kept."""
        return tuple(one for one in self.tables if not one.goes)

    @property
    def rows(self) -> int:
        """Return how many rows go."""
        return sum(one.count or 0 for one in self.going)


def plan(session: Session, setup: Setup, domain: Domain, at: datetime) -> Plan:
    """Return what the destruction of a domain would do."""
    selection.check_complete(session)
    contents = keys_of(session).contents()
    held = contents.domains.get(str(domain))
    return Plan(
        domain,
        tuple(_planned(session, rows, domain) for rows in sorted(selection.tables(), key=lambda one: one.table.name)),
        0 if held is None else len(held.versions),
        str(domain) in contents.destroyed,
        contents.master,
        shelf.holding(setup.backups, setup.backup_keys, at),
    )


def _planned(session: Session, rows: selection.Rows, domain: Domain) -> PlannedTable:
    count = None
    if rows.way is not None:
        count = session.scalar(select(func.count()).select_from(rows.table).where(rows.mine(domain)))
    if isinstance(rows.fate, Kept):
        return PlannedTable(rows.table.name, False, count, rows.fate.during, rows.fate.article)
    return PlannedTable(rows.table.name, True, count)


def find_row(session: Session, identifier: str, by: Actor, *, lock: bool = False) -> Destruction:
    """Return a destruction that the actor may follow; raises UnknownDestruction, Forbidden."""
    require_somewhere(Permission.READ_DESTRUCTION, by)
    row = session.get(Destruction, identifier, with_for_update=lock or None)
    if row is None or not may(Permission.READ_DESTRUCTION, by, row.structure_id, convention=row.convention):
        raise UnknownDestruction("Cette destruction n'existe pas.", field="destruction")
    return row


def destructions(session: Session, by: Actor) -> tuple[Destruction, ...]:
    """Return the destructions that the actor may follow, the last opened first; raises Forbidden."""
    require_somewhere(Permission.READ_DESTRUCTION, by)
    rows = session.scalars(select(Destruction).order_by(Destruction.opened_at.desc(), Destruction.id))
    return tuple(
        row for row in rows if may(Permission.READ_DESTRUCTION, by, row.structure_id, convention=row.convention)
    )


def of_convention(session: Session, structure_id: str, convention: str) -> Destruction | None:
    """Return the destruction that stands for a convention of a structure, or None."""
    return session.scalars(
        select(Destruction).where(
            Destruction.structure_id == structure_id, Destruction.convention == convention, Destruction.undone == ""
        )
    ).one_or_none()


def facts(session: Session, row: Destruction, matters: Sequence[str], on: date) -> Facts:
    """Return what the gates are decided on."""
    slip = slip_of(session, row.id)
    known = Slip(
        slip.reference, slip.transmitted_on, Answer(slip.answer) if slip.answer else None, slip.visa_sha256 is not None
    )
    holds = [one for one in holds_of(session, row) if one.released_at is None and not one.tables]
    ended = ended_on(session, row.structure_id, row.convention, on)  # as of now: a renewal may have been typed late
    said = rights_of(session, row.id)
    rights = None if said is None else Statement(said.at, said.waiting)
    return Facts(ended, row.opened_at, row.grace_ends_at, known, len(holds), tuple(matters), rights)


def rights_of(session: Session, identifier: str) -> RightsStatement | None:
    """Return the last that was said of the requests of persons, or None."""
    asked = select(RightsStatement).where(RightsStatement.destruction_id == identifier)
    return session.scalars(asked.order_by(RightsStatement.at.desc(), RightsStatement.id).limit(1)).one_or_none()


def slip_of(session: Session, identifier: str) -> ArchivesSlip:
    """Return the bordereau of a destruction."""
    return session.scalars(select(ArchivesSlip).where(ArchivesSlip.destruction_id == identifier)).one()


def holds_of(session: Session, row: Destruction) -> Sequence[LegalHold]:
    """Return the holds on what a structure keeps under a convention, the first set first."""
    asked = select(LegalHold).where(LegalHold.structure_id == row.structure_id, LegalHold.convention == row.convention)
    return session.scalars(asked.order_by(LegalHold.set_at, LegalHold.id)).all()


def stores_of(session: Session, row: Destruction) -> Sequence[ExternalStore]:
    """Return the stores outside, the first declared first."""
    asked = select(ExternalStore).where(
        ExternalStore.structure_id == row.structure_id, ExternalStore.convention == row.convention
    )
    return session.scalars(asked.order_by(ExternalStore.declared_at, ExternalStore.id)).all()


def consents(session: Session, identifier: str) -> Sequence[DestructionConsent]:
    """Return who agreed, the first first."""
    asked = select(DestructionConsent).where(DestructionConsent.destruction_id == identifier)
    return session.scalars(asked.order_by(DestructionConsent.at, DestructionConsent.person)).all()


def steps(session: Session, row: Destruction) -> Sequence[DestructionStep]:
    """Return the steps of the present act, in order."""
    asked = select(DestructionStep).where(DestructionStep.destruction_id == row.id, DestructionStep.act == row.act)
    return session.scalars(asked.order_by(DestructionStep.rank)).all()


def certificates(session: Session, identifier: str) -> Sequence[DestructionCertificate]:
    """Return the certificates of a destruction, the last first."""
    asked = select(DestructionCertificate).where(DestructionCertificate.destruction_id == identifier)
    return session.scalars(asked.order_by(DestructionCertificate.number.desc())).all()


def waiting_for_end(session: Session) -> Sequence[Destruction]:
    """Return the destructions done whose certificate is not final yet, the first done first."""
    final = select(DestructionCertificate.destruction_id).where(DestructionCertificate.state == "final")
    asked = select(Destruction).where(Destruction.state == State.DONE.value, Destruction.id.not_in(final))
    return session.scalars(asked.order_by(Destruction.destroyed_at, Destruction.id)).all()


def to_attest(stores: Sequence[ExternalStore]) -> tuple[ExternalStore, ...]:
    """Return the stores that no connector empties and that nobody spoke for yet."""
    return tuple(one for one in stores if one.attested_at is None and Kind(one.kind) not in CONNECTED)


def unattested(stores: Sequence[ExternalStore]) -> tuple[ExternalStore, ...]:
    """Return the stores that somebody still has to speak for."""
    return tuple(one for one in stores if one.attested_at is None and one.kind == Kind.ESCROW.value)
