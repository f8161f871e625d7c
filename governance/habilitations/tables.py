"""What is kept of staff, accounts of the portal and their history: evidence that survives the convention.

Names and addresses are those of staff, never of insured persons; they are sealed under the structure's own key, which
the end of a convention does not destroy.
"""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from governance.core.fates import Fate, Kept
from governance.core.sealing import SealedIn, keyed_hash, sealed
from governance.core.sight import Owned, SharedWithCaisse
from governance.core.storage import Base, new_id

_STAFF = Kept("tant que la structure utilise le service", "RGPD, art. 5, § 1, e")
_AGENT = Kept(
    "l'emploi dans la structure ; identité effacée après le départ, les comptes n'étant plus visibles (A15)",
    "RGPD, art. 5, § 1, e",
)
_ATTESTED = Kept("le temps où l'agent est gardé", "RGPD, art. 5, § 2")
_PROOF = Kept(
    "la durée de la convention, puis cinq ans ; qui est parti n'y est plus nommé (A15)",
    "RGPD, art. 5, § 2 ; code civil, art. 2224",
)
_IN_STRUCTURE = SealedIn(structure="structure_id")
_LIVE = "state IN ('demande', 'cree', 'actif', 'inactivation_demandee')"


class Agent(Owned, Base):
    """A member of staff that the structure declares; found by their address."""

    __tablename__ = "agent"
    __table_args__ = (
        UniqueConstraint("structure_id", "email_hash"),
        CheckConstraint("left_on >= joined_on", name="period"),
    )
    fate: ClassVar[Fate] = _AGENT
    sealed_in: ClassVar[SealedIn] = _IN_STRUCTURE

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"), index=True)
    civility: Mapped[str] = sealed()
    last_name: Mapped[str] = sealed()
    first_name: Mapped[str] = sealed()
    fonction: Mapped[str] = sealed()
    email: Mapped[str] = sealed()
    email_hash: Mapped[bytes] = keyed_hash("email")
    phone: Mapped[str | None] = sealed()
    tie: Mapped[str] = mapped_column(String(16))
    joined_on: Mapped[date | None]
    left_on: Mapped[date | None]
    forgotten_on: Mapped[date | None]  # since then, nothing here says who it was
    declared_at: Mapped[datetime]
    declared_by: Mapped[str] = mapped_column(String(64))


class Attestation(Owned, Base):
    """That something was checked of an agent, by whom and when; a later one replaces it, nothing is rewritten."""

    __tablename__ = "attestation"
    __table_args__ = (CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn"),)
    fate: ClassVar[Fate] = _ATTESTED

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"), index=True)
    agent_id: Mapped[str] = mapped_column(ForeignKey("agent.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    day: Mapped[date]
    until: Mapped[date | None]
    attested_at: Mapped[datetime]
    attested_by: Mapped[str] = mapped_column(String(64))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None] = mapped_column(String(64))


class Account(SharedWithCaisse, Base):
    """An account of the portal: one per agent, convention, caisse and profile, with what the caisse was told of it."""

    __tablename__ = "portal_account"
    __table_args__ = (
        Index(
            "uq_portal_account_live", "agent_id", "convention", "caisse", "profile", unique=True,
            sqlite_where=text(_LIVE), postgresql_where=text(_LIVE),
        ),
        Index("ix_portal_account_place", "structure_id", "convention", "caisse", "state"),
    )  # fmt: skip
    fate: ClassVar[Fate] = _PROOF
    sealed_in: ClassVar[SealedIn] = _IN_STRUCTURE

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"))
    convention: Mapped[str] = mapped_column(String(32))
    caisse: Mapped[str] = mapped_column(String(32), index=True)
    agent_id: Mapped[str] = mapped_column(ForeignKey("agent.id"), index=True)
    profile: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(24))
    civility: Mapped[str] = sealed()
    last_name: Mapped[str] = sealed()
    first_name: Mapped[str] = sealed()
    fonction: Mapped[str] = sealed()
    email: Mapped[str] = sealed()
    email_hash: Mapped[bytes] = keyed_hash("email")
    phone: Mapped[str | None] = sealed()
    members: Mapped[int | None]  # the size told when it was asked for: the caisse holds the count (A4)
    manager_id: Mapped[str | None] = mapped_column(ForeignKey("portal_account.id"), index=True)
    asked_on: Mapped[date]
    due_on: Mapped[date | None]
    signature_due_on: Mapped[date | None]
    granted_on: Mapped[date | None]
    cgu_on: Mapped[date | None]
    notice_on: Mapped[date | None]
    wished_on: Mapped[date | None]
    earliest_on: Mapped[date | None]
    inactive_on: Mapped[date | None]
    hidden_on: Mapped[date | None]
    last_sign_in: Mapped[date | None]  # as the portal's list tells it, on the day of that list
    listed_on: Mapped[date | None]
    changed_on: Mapped[date]  # the day of the last step: the next one is not before it


class AccountEvent(SharedWithCaisse, Base):
    """A step of an account's life: dated, attributed, justified. The database refuses to rewrite one."""

    __tablename__ = "portal_account_event"
    __table_args__ = (Index("ix_portal_account_event_account", "account_id", "at"),)
    fate: ClassVar[Fate] = _PROOF
    sealed_in: ClassVar[SealedIn] = _IN_STRUCTURE

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"), index=True)
    convention: Mapped[str] = mapped_column(String(32))
    caisse: Mapped[str] = mapped_column(String(32))
    account_id: Mapped[str] = mapped_column(ForeignKey("portal_account.id"))
    number: Mapped[int]  # 1, 2, 3… within the account
    at: Mapped[datetime]
    day: Mapped[date]
    done_by: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(64))
    before: Mapped[str | None] = mapped_column(String(24))
    after: Mapped[str] = mapped_column(String(24))
    reason: Mapped[str | None] = mapped_column(String(16))
    words: Mapped[str | None] = sealed()


class AccountChange(SharedWithCaisse, Base):
    """A change of a gestionnaire's data asked of the caisse (A9), until it says that it is done."""

    __tablename__ = "portal_account_change"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (outcome IS NULL)", name="ended"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by"),
    )
    fate: ClassVar[Fate] = _PROOF
    sealed_in: ClassVar[SealedIn] = _IN_STRUCTURE

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"), index=True)
    convention: Mapped[str] = mapped_column(String(32))
    caisse: Mapped[str] = mapped_column(String(32))
    account_id: Mapped[str] = mapped_column(ForeignKey("portal_account.id"), index=True)
    field: Mapped[str] = mapped_column(String(16))
    value: Mapped[str] = sealed()
    former: Mapped[str | None] = sealed()  # what it was when the change was done: tables of past days show it
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(64))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(64))
    outcome: Mapped[str | None] = mapped_column(String(16))


class Vacancy(SharedWithCaisse, Base):
    """That a structure has no gestionnaire left at a caisse, and the clock to name one."""

    __tablename__ = "vacancy"
    __table_args__ = (
        Index(
            "uq_vacancy_open", "structure_id", "convention", "caisse", unique=True,
            sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL"),
        ),
    )  # fmt: skip
    fate: ClassVar[Fate] = _PROOF

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"), index=True)
    convention: Mapped[str] = mapped_column(String(32))
    caisse: Mapped[str] = mapped_column(String(32))
    account_id: Mapped[str] = mapped_column(ForeignKey("portal_account.id"))
    opened_at: Mapped[datetime]
    due_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]


class StructureSize(Owned, Base):
    """How many members a structure counts since a day, who said so and on what ground; a later line replaces it."""

    __tablename__ = "structure_size"
    __table_args__ = (CheckConstraint("members > 0", name="members"),)
    fate: ClassVar[Fate] = _STAFF
    sealed_in: ClassVar[SealedIn] = _IN_STRUCTURE

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"), index=True)
    members: Mapped[int]
    since: Mapped[date]
    source: Mapped[str] = sealed()
    told_at: Mapped[datetime]
    told_by: Mapped[str] = mapped_column(String(64))


class EmailDomain(Owned, Base):
    """What a structure says of a domain of addresses: its own, hosted in Europe; or about the list of webmails."""

    __tablename__ = "email_domain"
    fate: ClassVar[Fate] = _STAFF

    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"), primary_key=True)
    domain: Mapped[str] = mapped_column(String(253), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    said_at: Mapped[datetime]
    said_by: Mapped[str] = mapped_column(String(64))
