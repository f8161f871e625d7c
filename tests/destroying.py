"""A row of every table of destruction, for what must be true of all of them."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from governance.core.storage import new_id
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


def whole(session: Session, structure: str, at: datetime) -> None:
    """Write a destruction that was opened, agreed to, begun and certified, with a hold and a place outside."""
    of, identifier = {"structure_id": structure, "convention": "S3"}, new_id()
    session.add(
        Destruction(
            id=identifier, **of, state="opened", ended_on=at.date(), opened_at=at, opened_by="essai",
            grace_ends_at=at + timedelta(days=7),
        )
    )  # fmt: skip
    session.flush()
    named = {"destruction_id": identifier}
    session.add_all(
        (
            DestructionConsent(**named, **of, person="essai", roles=["dpo"], at=at),
            DestructionStep(**named, **of, act=0, name="lignes", rank=1, group="a", state="waiting"),
            DestructionCertificate(**named, **of, number=1, state="provisional", at=at, body={}, signature=""),
            ArchivesSlip(**named, structure_id=structure, reference="2026-1"),
            RightsStatement(**named, structure_id=structure, waiting=0, how="Courrier", at=at, by="essai"),
            LegalHold(**of, tables=[], kind="contentieux", reason="Essai", set_at=at, set_by="essai"),
            ExternalStore(**of, kind="papier", label="Armoire", declared_at=at, declared_by="essai"),
        )
    )
    session.flush()
