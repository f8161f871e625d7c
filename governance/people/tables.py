"""What is kept of structures, persons, their roles and machine keys."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import JSON, CheckConstraint, ColumnElement, ForeignKey, String, UniqueConstraint, false, or_, select
from sqlalchemy.orm import Mapped, mapped_column, synonym

from governance.core.fates import Fate, Kept
from governance.core.sealing import SealedIn, keyed_hash, sealed
from governance.core.sight import Owned, Shared, Sight
from governance.core.storage import Base, new_id

_WHILE_USED = Kept("tant que la structure utilise le service", "RGPD, art. 5, § 1, e")
_EVIDENCE = Kept("tant que la structure utilise le service", "RGPD, art. 5, § 2")


class Structure(Base):
    """A partner or a caisse; a caisse bears the code by which conventions name it."""

    __tablename__ = "structure"
    __table_args__ = (UniqueConstraint("caisse"), CheckConstraint("caisse IS NULL OR kind = 'caisse'", name="caisse"))
    fate: ClassVar[Fate] = _WHILE_USED

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    caisse: Mapped[str | None] = mapped_column(String(32))
    factor_of_all: Mapped[bool] = mapped_column(default=False, server_default=false())  # else of some roles only


class AdoptedConvention(Shared, Base):
    """A convention a structure works under; the dates are typed by a person, and unknown until then."""

    __tablename__ = "adopted_convention"
    __table_args__ = (CheckConstraint("effective_to >= effective_from", name="period"),)
    fate: ClassVar[Fate] = _EVIDENCE

    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    convention: Mapped[str] = synonym("code")
    effective_from: Mapped[date | None]
    effective_to: Mapped[date | None]


class Person(Owned, Base):
    """Someone who signs in; found by their address whatever their structure."""

    __tablename__ = "person"
    fate: ClassVar[Fate] = _WHILE_USED
    sealed_in: ClassVar[SealedIn] = SealedIn(structure="structure_id")

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"), index=True)
    name: Mapped[str] = sealed()
    email: Mapped[str] = sealed()
    email_hash: Mapped[bytes] = keyed_hash("email", anywhere=True, unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(255))  # none until the invitation is accepted
    password_changed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    @classmethod
    def seen_by(cls, sight: Sight) -> ColumnElement[bool]:
        """Return the condition under which a person is seen: added by the structure, or holding a role there."""
        there = select(PersonRole.person_id).where(PersonRole.seen_by(sight))
        return or_(super().seen_by(sight), cls.id.in_(there))


class PersonRole(Owned, Base):
    """A role of a person, in a structure."""

    __tablename__ = "person_role"
    fate: ClassVar[Fate] = _WHILE_USED

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(16), primary_key=True)


class ApiKey(Owned, Base):
    """What is kept of a machine's key: enough to recognise it, not to use it."""

    __tablename__ = "api_key"
    __table_args__ = (
        UniqueConstraint("prefix"),
        UniqueConstraint("former_prefix"),
        CheckConstraint(
            "(former_prefix IS NULL) = (former_hash IS NULL) AND (former_prefix IS NULL) = (former_until IS NULL)",
            name="former",
        ),
    )
    fate: ClassVar[Fate] = _EVIDENCE

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    prefix: Mapped[str] = mapped_column(String(8))
    hash: Mapped[str] = mapped_column(String(64))
    scopes: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    former_prefix: Mapped[str | None] = mapped_column(String(8))
    former_hash: Mapped[str | None] = mapped_column(String(64))
    former_until: Mapped[datetime | None]
