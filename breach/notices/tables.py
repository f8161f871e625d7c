"""What is kept of what was told: to whom, by which rung, with which words; and the links that acknowledge it."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from breach.dossier.tables import HERE, REGISTER
from governance.core.fates import Fate
from governance.core.sealing import SealedIn, sealed
from governance.core.sight import Owned, SharedWithCaisse
from governance.core.storage import Base, new_id


class Told(SharedWithCaisse, Base):
    """What an addressee was told of the base: fact by fact, as JSON; never changed.

    The CNIL, the persons and the register have neither convention nor caisse (empty): seen from here only.
    `version` is that of the CNIL's form; `reference` the number that the téléservice gave.
    """

    __tablename__ = "breach_told"
    __table_args__ = (UniqueConstraint("breach_id", "output", "convention", "caisse", "number"),)
    fate: ClassVar[Fate] = REGISTER
    sealed_in: ClassVar[SealedIn] = HERE

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"), index=True)
    breach_id: Mapped[str] = mapped_column(ForeignKey("breach.id"), index=True)
    output: Mapped[str] = mapped_column(String(16))
    convention: Mapped[str] = mapped_column(String(32))
    caisse: Mapped[str] = mapped_column(String(32))
    number: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(32))
    version: Mapped[str | None] = mapped_column(String(16))
    reference: Mapped[str | None] = sealed()
    facts: Mapped[str] = sealed()


class Notice(Owned, Base):
    """A rung that was climbed for a duty: a mail, a call to make, a letter to post; once each, whoever asks.

    `done_at`: when the call was made or the letter posted, which a person says. `message` is the outbox's; `seen_at`,
    when what became of it was followed.
    """

    __tablename__ = "breach_notice"
    __table_args__ = (
        UniqueConstraint("duty_id", "step", "number"),
        CheckConstraint("(done_at IS NULL) = (done_by IS NULL)", name="done"),
    )
    fate: ClassVar[Fate] = REGISTER
    sealed_in: ClassVar[SealedIn] = HERE

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"), index=True)
    breach_id: Mapped[str] = mapped_column(ForeignKey("breach.id"), index=True)
    duty_id: Mapped[str] = mapped_column(ForeignKey("breach_duty.id"), index=True)
    step: Mapped[str] = mapped_column(String(16))
    number: Mapped[int]
    channel: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(32))
    message: Mapped[str | None] = mapped_column(String(32), index=True)
    seen_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None] = mapped_column(String(32))
    name: Mapped[str] = sealed()
    recipient: Mapped[str] = sealed()
    note: Mapped[str | None] = sealed()


class AckLink(Owned, Base):
    """A link that acknowledges a notice, once, until it expires: enough to recognise it, not to use it.

    `signature` (Ed25519) covers the duty, the link and the instant at which it was used.
    """

    __tablename__ = "breach_ack_link"
    __table_args__ = (CheckConstraint("(used_at IS NULL) = (signature IS NULL)", name="used"),)
    fate: ClassVar[Fate] = REGISTER

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"), index=True)
    breach_id: Mapped[str] = mapped_column(ForeignKey("breach.id"), index=True)
    duty_id: Mapped[str] = mapped_column(ForeignKey("breach_duty.id"), index=True)
    notice_id: Mapped[str] = mapped_column(ForeignKey("breach_notice.id"))
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    signature: Mapped[bytes | None]
