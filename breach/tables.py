"""What is kept of a breach: its facts, the awareness ledger, whom it concerns, what is owed and what proves it."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from governance.core.fates import Fate, Kept
from governance.core.sealing import SealedIn, sealed, sealed_bytes
from governance.core.sight import Owned, SharedWithCaisse
from governance.core.storage import Base, new_id

_REGISTER = Kept("cinq ans après la clôture (durée de la maison)", "RGPD, art. 33, § 5 ; art. 5, § 2")
_HERE = SealedIn(structure="structure_id")


class Breach(Owned, Base):
    """An incident; `suspected_at` and `aware_at` repeat the lines of the ledger that count."""

    __tablename__ = "breach"
    __table_args__ = (
        UniqueConstraint("structure_id", "number"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by"),
        CheckConstraint("(state = 'merged') = (merged_into IS NOT NULL)", name="merged"),
    )
    fate: ClassVar[Fate] = _REGISTER
    sealed_in: ClassVar[SealedIn] = _HERE

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"), index=True)
    number: Mapped[str] = mapped_column(String(16))
    declared_at: Mapped[datetime]
    declared_by: Mapped[str] = mapped_column(String(32))
    suspected_at: Mapped[datetime]
    aware_at: Mapped[datetime | None]
    triggers: Mapped[list[str]] = mapped_column(JSON)
    in_transfer: Mapped[bool | None]
    own_data: Mapped[bool | None]
    zone: Mapped[str] = mapped_column(String(40))
    exercise: Mapped[bool]
    state: Mapped[str] = mapped_column(String(16))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(32))
    merged_into: Mapped[str | None] = mapped_column(ForeignKey("breach.id"))
    told: Mapped[str] = sealed()
    lessons: Mapped[str | None] = sealed()


class LedgerLine(Owned, Base):
    """Who knew what, when; a line is never changed: another corrects it."""

    __tablename__ = "breach_ledger"
    __table_args__ = (UniqueConstraint("breach_id", "number"),)
    fate: ClassVar[Fate] = _REGISTER
    sealed_in: ClassVar[SealedIn] = _HERE

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"), index=True)
    breach_id: Mapped[str] = mapped_column(ForeignKey("breach.id"), index=True)
    number: Mapped[int]
    what: Mapped[str] = mapped_column(String(24))
    instant: Mapped[datetime]
    is_estimated: Mapped[bool]
    corrects: Mapped[str | None] = mapped_column(ForeignKey("breach_ledger.id"))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(32))
    who: Mapped[str | None] = sealed()
    why: Mapped[str | None] = sealed()
    proof: Mapped[str | None] = sealed()


class Concern(SharedWithCaisse, Base):
    """A convention and one of its caisses that a breach concerns, with the terms as they were on the day of the fact.

    The caisse sees it once `shared_at` is set, and reads `summary`.
    """

    __tablename__ = "breach_concern"
    __table_args__ = (UniqueConstraint("breach_id", "convention", "caisse"),)
    fate: ClassVar[Fate] = _REGISTER
    sealed_in: ClassVar[SealedIn] = _HERE

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"), index=True)
    breach_id: Mapped[str] = mapped_column(ForeignKey("breach.id"), index=True)
    convention: Mapped[str] = mapped_column(String(32))
    caisse: Mapped[str] = mapped_column(String(32))
    terms: Mapped[dict[str, Any]] = mapped_column(JSON)
    held_at: Mapped[datetime]
    shared_at: Mapped[datetime | None]
    number: Mapped[str] = mapped_column(String(16))
    summary: Mapped[str | None] = sealed()


class DutyRow(SharedWithCaisse, Base):
    """A duty and its clock; general law's have neither convention nor caisse (empty), and are seen from here only."""

    __tablename__ = "breach_duty"
    __table_args__ = (
        UniqueConstraint("breach_id", "key"),
        CheckConstraint("(discharged_at IS NULL) = (proof IS NULL)", name="proof"),
    )
    fate: ClassVar[Fate] = _REGISTER
    sealed_in: ClassVar[SealedIn] = _HERE

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"), index=True)
    breach_id: Mapped[str] = mapped_column(ForeignKey("breach.id"), index=True)
    key: Mapped[str] = mapped_column(String(96))
    convention: Mapped[str] = mapped_column(String(32))
    caisse: Mapped[str] = mapped_column(String(32))
    what: Mapped[str] = mapped_column(String(24))
    owed_by: Mapped[str] = mapped_column(String(16))
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    exercise: Mapped[bool]
    started_at: Mapped[datetime | None]
    alarm_at: Mapped[datetime | None] = mapped_column(index=True)
    limit_at: Mapped[datetime | None]
    next_alarm_at: Mapped[datetime | None] = mapped_column(index=True)
    discharged_at: Mapped[datetime | None]
    discharged_by: Mapped[str | None] = mapped_column(String(32))
    recorded_at: Mapped[datetime | None]
    proof: Mapped[str | None] = mapped_column(String(16))
    withdrawn_at: Mapped[datetime | None]
    reference: Mapped[str | None] = sealed()
    late_reason: Mapped[str | None] = sealed()


class DutyChange(Owned, Base):
    """A clock that was computed again: what it was, what it became, who, why; never changed."""

    __tablename__ = "breach_duty_change"
    fate: ClassVar[Fate] = _REGISTER
    sealed_in: ClassVar[SealedIn] = _HERE

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"), index=True)
    breach_id: Mapped[str] = mapped_column(ForeignKey("breach.id"), index=True)
    duty_id: Mapped[str] = mapped_column(ForeignKey("breach_duty.id"), index=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(32))
    old_started_at: Mapped[datetime | None]
    new_started_at: Mapped[datetime | None]
    old_alarm_at: Mapped[datetime | None]
    new_alarm_at: Mapped[datetime | None]
    why: Mapped[str] = sealed()


class AlarmRow(Owned, Base):
    """A level (50, 75, 90, 100 % of the prudent time) that a clock crossed: raised once for each due instant."""

    __tablename__ = "breach_alarm"
    __table_args__ = (UniqueConstraint("duty_id", "level", "due_at"),)
    fate: ClassVar[Fate] = _REGISTER

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"), index=True)
    breach_id: Mapped[str] = mapped_column(ForeignKey("breach.id"), index=True)
    duty_id: Mapped[str] = mapped_column(ForeignKey("breach_duty.id"), index=True)
    level: Mapped[int]
    due_at: Mapped[datetime]
    crossed_at: Mapped[datetime]
    raised_at: Mapped[datetime]
    exercise: Mapped[bool]
    handled_at: Mapped[datetime | None] = mapped_column(index=True)


class BreachTask(Owned, Base):
    """Something to do about a breach: contain, collect, inform, correct."""

    __tablename__ = "breach_task"
    __table_args__ = (CheckConstraint("(done_at IS NULL) = (done_by IS NULL)", name="done"),)
    fate: ClassVar[Fate] = _REGISTER
    sealed_in: ClassVar[SealedIn] = _HERE

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"), index=True)
    breach_id: Mapped[str] = mapped_column(ForeignKey("breach.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    owner: Mapped[str] = mapped_column(String(32), index=True)
    due_at: Mapped[datetime]
    added_at: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(String(32))
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None] = mapped_column(String(32))
    title: Mapped[str] = sealed()


class BreachDocument(Owned, Base):
    """A document of a breach, sealed."""

    __tablename__ = "breach_document"
    fate: ClassVar[Fate] = _REGISTER
    sealed_in: ClassVar[SealedIn] = _HERE

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"), index=True)
    breach_id: Mapped[str] = mapped_column(ForeignKey("breach.id"), index=True)
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    added_at: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = sealed()
    content: Mapped[bytes] = sealed_bytes()


class Exchange(SharedWithCaisse, Base):
    """A question or an answer between the partner and one caisse about a breach."""

    __tablename__ = "breach_exchange"
    fate: ClassVar[Fate] = _REGISTER
    sealed_in: ClassVar[SealedIn] = _HERE

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"), index=True)
    breach_id: Mapped[str] = mapped_column(ForeignKey("breach.id"), index=True)
    concern_id: Mapped[str] = mapped_column(ForeignKey("breach_concern.id"), index=True)
    convention: Mapped[str] = mapped_column(String(32))
    caisse: Mapped[str] = mapped_column(String(32))
    side: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(32))
    body: Mapped[str] = sealed()


class Rehearsal(Base):
    """A daily exercise of the alarms, end to end: the proof that they work, or that they did not.

    `accepted_at`: the mail server took its mail; `found_at`: the mail was found in the mailbox, where `is_read`.
    """

    __tablename__ = "breach_rehearsal"
    fate: ClassVar[Fate] = Kept("un an", "RGPD, art. 32, § 1, d")

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    started_at: Mapped[datetime] = mapped_column(index=True)
    breach_id: Mapped[str] = mapped_column(String(32))
    message: Mapped[str | None] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16))
    is_read: Mapped[bool]
    accepted_at: Mapped[datetime | None]
    found_at: Mapped[datetime | None]
    proven_at: Mapped[datetime | None] = mapped_column(index=True)
    checked_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(80))
