"""A destruction that is opened, with what surrounds it: rows that routes name."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from governance.destruction.tables import (
    ArchivesSlip,
    Destruction,
    DestructionCertificate,
    ExternalStore,
    LegalHold,
)

CODE = "S9"  # no text bears it, so that no caisse signed it


def whole(session: Session, structure: str, at: datetime) -> dict[str, str]:
    """Add a destruction with its slip, a hold, a place and a certificate; return what routes name."""
    mine = {"structure_id": structure, "convention": CODE}
    row = Destruction(
        **mine, state="opened", act=0, ended_on=date(2026, 10, 31), opened_at=at, opened_by="essai",
        grace_ends_at=at + timedelta(days=7), undone="", gates=[],
    )  # fmt: skip
    session.add(row)
    session.flush()
    slip = ArchivesSlip(destruction_id=row.id, structure_id=structure, reference="BE-ESSAI")
    slip.refused = []
    hold = LegalHold(**mine, tables=["scan_receipt"], kind="dispute", reason="Essai", set_at=at, set_by="essai")
    store = ExternalStore(**mine, kind="paper", label="Armoire", declared_at=at, declared_by="essai")
    proof = DestructionCertificate(
        destruction_id=row.id, number=1, **mine, state="provisional", at=at, body={"backups": []}, signature=""
    )
    session.add_all((slip, hold, store, proof))
    session.flush()
    return {"destruction": row.id, "hold": hold.id, "store": store.id}
