"""What is kept of a check: a receipt without the text, and the words of a structure."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from governance.core.fates import Destroyed, Fate, Kept
from governance.core.sealing import SealedIn, keyed_hash, sealed
from governance.core.sight import Owned
from governance.core.storage import Base, new_id


class Receipt(Owned, Base):
    """That a text was checked, when, under which terms, with which result; never the text nor the words found."""

    __tablename__ = "scan_receipt"
    __table_args__ = (UniqueConstraint("structure", "idempotency"),)
    fate: ClassVar[Fate] = Destroyed()

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    at: Mapped[datetime]
    structure_id: Mapped[str] = mapped_column("structure", ForeignKey("structure.id"), index=True)
    by: Mapped[str] = mapped_column(String(64))
    convention: Mapped[str] = mapped_column(String(32), index=True)
    edition: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(16))
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    signature: Mapped[str] = mapped_column(String(128))
    idempotency: Mapped[str | None] = mapped_column(String(64))


class OwnWord(Owned, Base):
    """A word that a structure's DPO added, with its level, or silenced, with a reason: often somebody's name."""

    __tablename__ = "own_word"
    __table_args__ = (
        UniqueConstraint("structure", "key_hash"),
        CheckConstraint("(level IS NULL) = (reason IS NOT NULL)", name="silenced_with_reason"),
    )
    fate: ClassVar[Fate] = Kept("tant que la structure utilise le service", "RGPD, art. 5, § 2")
    sealed_in: ClassVar[SealedIn] = SealedIn(structure="structure_id")

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column("structure", ForeignKey("structure.id"), index=True)
    word: Mapped[str] = sealed()
    key: Mapped[str] = sealed()
    key_hash: Mapped[bytes] = keyed_hash("key")
    level: Mapped[str | None] = mapped_column(String(16))
    reason: Mapped[str | None] = sealed()
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class Doubt(Owned, Base):
    """What somebody called a false alarm, by a keyed hash, and what the DPO decided of it; never the words.

    `why` is the sentence of the rule, which repeats nothing of the text. `is_blocking` when it refused the comment;
    `times` then counts persons, and sendings otherwise.
    """

    __tablename__ = "scan_doubt"
    __table_args__ = (
        UniqueConstraint("structure", "digest"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided"),
    )
    fate: ClassVar[Fate] = Kept("tant que la structure utilise le service", "RGPD, art. 5, § 2")

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column("structure", ForeignKey("structure.id"), index=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    rule: Mapped[str] = mapped_column(String(64))
    why: Mapped[str | None] = mapped_column(String(200))
    company: Mapped[str] = mapped_column(String(16))
    is_blocking: Mapped[bool] = mapped_column(default=False)
    times: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    decision: Mapped[str | None] = mapped_column(String(16))
    decided_by: Mapped[str | None] = mapped_column(String(64))
    decided_at: Mapped[datetime | None]


class DoubtReport(Owned, Base):
    """That a person called a refusal a mistake, and when: they count once, and are told what the DPO decides."""

    __tablename__ = "scan_doubt_report"
    fate: ClassVar[Fate] = Kept("tant que la structure utilise le service", "RGPD, art. 5, § 2")

    doubt_id: Mapped[str] = mapped_column("doubt", ForeignKey("scan_doubt.id"), primary_key=True)
    by: Mapped[str] = mapped_column(String(64), primary_key=True)
    structure_id: Mapped[str] = mapped_column("structure", ForeignKey("structure.id"), index=True)
    at: Mapped[datetime]
