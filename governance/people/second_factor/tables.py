"""What is kept of second factors: a sealed secret, public keys, hashes."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from governance.core.fates import Fate, Kept
from governance.core.sealing import SealedIn, sealed
from governance.core.storage import Base, new_id

_WHILE_USED = Kept("tant que la personne s'en sert", "RGPD, art. 5, § 1, e")
_SHORT = Kept("cinq minutes", "RGPD, art. 5, § 1, e")


class CodeFactor(Base):
    """An application that shows codes: its secret, and the last step that served, so that no code serves twice."""

    __tablename__ = "code_factor"
    fate: ClassVar[Fate] = _WHILE_USED
    sealed_in: ClassVar[SealedIn] = SealedIn(structure="structure_id")

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), unique=True)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"))
    secret: Mapped[str] = sealed()
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(default=0)


class Passkey(Base):
    """A passkey: what recognises it, not what it signs with."""

    __tablename__ = "passkey"
    fate: ClassVar[Fate] = _WHILE_USED
    sealed_in: ClassVar[SealedIn] = SealedIn(structure="structure_id")

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"))
    name: Mapped[str] = sealed()
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)  # unsigned, on 32 bits
    host: Mapped[str] = mapped_column(String(255))
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """A code that replaces the other factors once."""

    __tablename__ = "recovery_code"
    fate: ClassVar[Fate] = _WHILE_USED

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    used_at: Mapped[datetime | None]


class Challenge(Base):
    """What a passkey is asked to sign, once."""

    __tablename__ = "passkey_challenge"
    fate: ClassVar[Fate] = _SHORT

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
