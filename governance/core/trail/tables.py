"""What is kept of each act: entries are added, never changed, and hold no insured person's data."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from governance.core.fates import Fate, Kept
from governance.core.storage import Base

# Hashes and signatures: nothing can be read back from them, and what remains of the trail is worth nothing without.
_PROOF = Kept("tant que le service fonctionne", "RGPD, art. 5, § 2")

_RANK = BigInteger().with_variant(Integer(), "sqlite")  # which then reads the table itself in this order


class TrailEntry(Base):
    """One act; `role` is what the actor was in the structure, `salt` what hides the entry behind its hash."""

    __tablename__ = "trail_entry"
    __table_args__ = (Index(None, "structure", "at"), Index(None, "action"))
    fate: ClassVar[Fate] = Kept("12 mois", "CNIL, délibération 2021-122")

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(64))
    role: Mapped[str | None] = mapped_column(String(128))
    structure: Mapped[str | None] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(64))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    salt: Mapped[str | None] = mapped_column(String(32))


class TrailSeal(Base):
    """The seal of an entry, which outlives what the entry said: its rank, its hash, and the link to the seal before."""

    __tablename__ = "trail_seal"
    fate: ClassVar[Fate] = _PROOF

    position: Mapped[int] = mapped_column(_RANK, primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    sealed_at: Mapped[datetime]
    leaf: Mapped[bytes] = mapped_column(LargeBinary(32))
    seal: Mapped[bytes] = mapped_column(LargeBinary(32))


class TrailCheckpoint(Base):
    """A signed statement of the whole trail up to a rank; `peaks` spare the next one reading the whole trail."""

    __tablename__ = "trail_checkpoint"
    fate: ClassVar[Fate] = _PROOF

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    position: Mapped[int] = mapped_column(BigInteger, index=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    signature: Mapped[str] = mapped_column(String(88))
    peaks: Mapped[bytes] = mapped_column(LargeBinary)


class TrailStamp(Base):
    """What a time-stamping authority answered for a checkpoint (RFC 3161)."""

    __tablename__ = "trail_stamp"
    fate: ClassVar[Fate] = _PROOF

    checkpoint_id: Mapped[int] = mapped_column(ForeignKey("trail_checkpoint.id"), primary_key=True)
    at: Mapped[datetime]
    token: Mapped[bytes] = mapped_column(LargeBinary)


class TrailVerification(Base):
    """What a verification of the whole trail found; `broken_at` is the rank of the first line that is not as sealed."""

    __tablename__ = "trail_verification"
    __table_args__ = (CheckConstraint("(broken = 0) = (broken_at IS NULL)", name="broken"),)
    fate: ClassVar[Fate] = Kept("12 mois", "CNIL, délibération 2021-122")

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    entries: Mapped[int] = mapped_column(BigInteger)
    pending: Mapped[int]
    broken: Mapped[int]
    broken_at: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str | None] = mapped_column(String(200))
