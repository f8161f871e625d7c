"""What is kept of a destruction: who wanted it, what came first, each step, its certificates; never what went."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from governance.core.fates import Fate, Kept
from governance.core.sealing import SealedIn, sealed, sealed_bytes
from governance.core.sight import Owned, Shared
from governance.core.storage import Base, new_id
from governance.destruction.rules import Answer, State, StepState

EVIDENCE = Kept("tant que la structure utilise le service", "RGPD, art. 5, § 2")
# « The visa slip is kept for ever »: the proof that an elimination was allowed (code du patrimoine, L212-2, L214-3).
SLIP = Kept("sans limite : preuve du visa d'élimination", "code du patrimoine, art. L212-2")


def _among(column: str, words: type[State] | type[Answer] | type[StepState]) -> str:
    return f"{column} IN ({', '.join(repr(str(one)) for one in words)})"


class Destruction(Shared, Base):
    """The destruction of what a structure holds under a convention; `undone` tells those that were called off apart."""

    __tablename__ = "destruction"
    __table_args__ = (
        UniqueConstraint("structure_id", "convention", "undone"),
        CheckConstraint(_among("state", State), name="state"),
        CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled"),
        CheckConstraint("(cancelled_at IS NULL) = (cancelled_by IS NULL)", name="cancelled_by"),
        CheckConstraint("started_at IS NOT NULL OR state IN ('opened', 'cancelled')", name="started"),
    )
    fate: ClassVar[Fate] = EVIDENCE

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"), index=True)
    convention: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16))
    act: Mapped[int] = mapped_column(default=0)
    ended_on: Mapped[date]
    opened_at: Mapped[datetime]
    opened_by: Mapped[str] = mapped_column(String(64))
    grace_ends_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    destroyed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[str | None] = mapped_column(String(64))
    undone: Mapped[str] = mapped_column(String(32), default="")
    gates: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)


class DestructionConsent(Shared, Base):
    """That a person, in their roles, said that the data may go, once they had proved who they are."""

    __tablename__ = "destruction_consent"
    fate: ClassVar[Fate] = EVIDENCE

    destruction_id: Mapped[str] = mapped_column(ForeignKey("destruction.id"), primary_key=True)
    person: Mapped[str] = mapped_column(String(64), primary_key=True)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"))
    convention: Mapped[str] = mapped_column(String(32))
    roles: Mapped[list[str]] = mapped_column(JSON)
    at: Mapped[datetime]


class DestructionStep(Shared, Base):
    """One step of an act: how often it was tried, what there was before and after, why it failed last."""

    __tablename__ = "destruction_step"
    __table_args__ = (
        CheckConstraint(_among("state", StepState), name="state"),
        CheckConstraint("(state = 'done') = (ended_at IS NOT NULL)", name="ended"),
    )
    fate: ClassVar[Fate] = EVIDENCE

    destruction_id: Mapped[str] = mapped_column(ForeignKey("destruction.id"), primary_key=True)
    act: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"))
    convention: Mapped[str] = mapped_column(String(32))
    rank: Mapped[int]
    group: Mapped[str] = mapped_column(String(1))
    state: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    before: Mapped[int | None]
    after: Mapped[int | None]
    told: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    error: Mapped[str | None] = mapped_column(String(300))


class DestructionCertificate(Shared, Base):
    """What is signed at the end of an act (provisional), then once the last backup has expired (final)."""

    __tablename__ = "destruction_certificate"
    fate: ClassVar[Fate] = EVIDENCE

    destruction_id: Mapped[str] = mapped_column(ForeignKey("destruction.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"))
    convention: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    signature: Mapped[str] = mapped_column(String(88))
    stamp: Mapped[bytes | None] = mapped_column(LargeBinary)


class ArchivesSlip(Owned, Base):
    """The bordereau d'élimination: sent, visa dated and attached; or why the archives have not to be asked."""

    __tablename__ = "archives_slip"
    __table_args__ = (
        CheckConstraint(f"answer IS NULL OR {_among('answer', Answer)}", name="answer"),
        CheckConstraint("(answer IN ('granted', 'partial')) = (visa IS NOT NULL)", name="visa"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
    )
    fate: ClassVar[Fate] = SLIP
    sealed_in: ClassVar[SealedIn] = SealedIn(structure="structure_id")

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    destruction_id: Mapped[str] = mapped_column(ForeignKey("destruction.id"), unique=True)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"))
    reference: Mapped[str] = mapped_column(String(16))
    transmitted_on: Mapped[date | None]
    answer: Mapped[str | None] = mapped_column(String(16))
    visa_on: Mapped[date | None]
    visa: Mapped[bytes | None] = sealed_bytes()
    visa_sha256: Mapped[str | None] = mapped_column(String(64))
    refused: Mapped[list[str]] = mapped_column(JSON, default=list)
    reason: Mapped[str | None] = sealed()
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None] = mapped_column(String(64))


class RightsStatement(Owned, Base):
    """What the DPO said of the requests of persons before a destruction; the last word counts."""

    __tablename__ = "rights_statement"
    __table_args__ = (CheckConstraint("waiting >= 0", name="waiting"),)
    fate: ClassVar[Fate] = EVIDENCE
    sealed_in: ClassVar[SealedIn] = SealedIn(structure="structure_id")

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    destruction_id: Mapped[str] = mapped_column(ForeignKey("destruction.id"), index=True)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"))
    waiting: Mapped[int]
    how: Mapped[str] = sealed()
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(64))


class LegalHold(Owned, Base):
    """Why some rows stay longer (`tables` empty: all of them), until it is released and they go too."""

    __tablename__ = "legal_hold"
    __table_args__ = (CheckConstraint("(released_at IS NULL) = (released_by IS NULL)", name="released"),)
    fate: ClassVar[Fate] = EVIDENCE
    sealed_in: ClassVar[SealedIn] = SealedIn(structure="structure_id")

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"), index=True)
    convention: Mapped[str] = mapped_column(String(32))
    tables: Mapped[list[str]] = mapped_column(JSON)
    kind: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = sealed()
    set_at: Mapped[datetime]
    set_by: Mapped[str] = mapped_column(String(64))
    released_at: Mapped[datetime | None]
    released_by: Mapped[str | None] = mapped_column(String(64))


class ExternalStore(Owned, Base):
    """Where else the data lie; its connection is sealed, and forgotten once it is empty."""

    __tablename__ = "external_store"
    __table_args__ = (
        CheckConstraint("(attested_at IS NULL) = (attested_by IS NULL)", name="attested"),
        CheckConstraint("emptied_at IS NULL OR after = 0", name="emptied"),
    )
    fate: ClassVar[Fate] = EVIDENCE
    sealed_in: ClassVar[SealedIn] = SealedIn(structure="structure_id")

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"), index=True)
    convention: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(16))
    label: Mapped[str] = sealed()
    connection: Mapped[str | None] = sealed()
    declared_at: Mapped[datetime]
    declared_by: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime | None]
    before: Mapped[int | None]
    after: Mapped[int | None]
    emptied_at: Mapped[datetime | None]
    attested_at: Mapped[datetime | None]
    attested_by: Mapped[str | None] = mapped_column(String(64))
    attestation: Mapped[bytes | None] = sealed_bytes()
    attestation_sha256: Mapped[str | None] = mapped_column(String(64))
    statement: Mapped[str | None] = sealed()


class ErasureApplied(Base):
    """That an entry of the ledger, which is kept outside, is true of this very database."""

    __tablename__ = "erasure_applied"
    fate: ClassVar[Fate] = Kept("tant que le service fonctionne", "RGPD, art. 5, § 2")

    entry: Mapped[str] = mapped_column(String(48), primary_key=True)
    at: Mapped[datetime]
    removed: Mapped[int]
