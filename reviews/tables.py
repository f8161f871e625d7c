"""What is kept of reviews: the campaign, its frozen accounts, who answers, every answer, who was told what."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from governance.core.fates import Fate, Kept
from governance.core.sealing import SealedIn, sealed
from governance.core.sight import Owned, Shared, SharedWithCaisse
from governance.core.storage import Base, new_id

# Evidence of a promise is kept as long as it may be asked for: « prescription » of personal actions, five years.
_EVIDENCE = Kept("durée de la convention, puis 5 ans", "RGPD, art. 5, § 2 ; code civil, art. 2224")
_IN_STRUCTURE = SealedIn(structure="structure_id")


class ReviewSetting(Owned, Base):
    """How a structure reviews the accounts of a convention: period, length, what silence comes to, who steps in."""

    __tablename__ = "review_setting"
    fate: ClassVar[Fate] = Kept("tant que la structure utilise le service", "RGPD, art. 5, § 1, e")

    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"), primary_key=True)
    convention: Mapped[str] = mapped_column(String(32), primary_key=True)
    months: Mapped[int]
    days: Mapped[int]
    silence: Mapped[str] = mapped_column(String(16))
    grace: Mapped[int]
    fallback: Mapped[str | None] = mapped_column(String(32))


class ReviewCampaign(Shared, Base):
    """A review of the accounts of a structure under a convention.

    `key` names the event or the slot that opened it: the same never opens two. `busy` holds the structure, the
    convention and nothing else while a whole review is open: there is one at a time.
    """

    __tablename__ = "review_campaign"
    __table_args__ = (
        UniqueConstraint("key"),
        UniqueConstraint("busy"),
        Index("ix_review_campaign_place", "structure_id", "convention", "state"),
        CheckConstraint("(signed_at IS NULL) = (signer IS NULL)", name="signed"),
        CheckConstraint("(state = 'close') = (closed_at IS NOT NULL)", name="closed"),
        CheckConstraint("(state = 'ouverte') = (signed_at IS NULL)", name="state"),
    )
    fate: ClassVar[Fate] = _EVIDENCE
    sealed_in: ClassVar[SealedIn] = _IN_STRUCTURE

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"))
    convention: Mapped[str] = mapped_column(String(32))
    cause: Mapped[str] = mapped_column(String(16))
    key: Mapped[str] = mapped_column(String(100))
    busy: Mapped[str | None] = mapped_column(String(80))
    caisse: Mapped[str | None] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16))
    opened_at: Mapped[datetime]
    opened_by: Mapped[str] = mapped_column(String(64))
    opened_on: Mapped[date]
    first_due: Mapped[date]
    due: Mapped[date]
    answer_by: Mapped[date | None]
    silence: Mapped[str] = mapped_column(String(16))
    grace: Mapped[int]
    fallback: Mapped[str | None] = mapped_column(String(32))
    entries: Mapped[int]
    signed_at: Mapped[datetime | None]
    signer: Mapped[str | None] = mapped_column(String(64))
    closed_at: Mapped[datetime | None]
    next_on: Mapped[date | None]
    certificate: Mapped[str | None] = sealed()


class ReviewRequest(SharedWithCaisse, Base):
    """That a caisse asked a structure for its review, and by when it is answered; the service opens it."""

    __tablename__ = "review_request"
    __table_args__ = (Index("ix_review_request_place", "structure_id", "convention"),)
    fate: ClassVar[Fate] = _EVIDENCE

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"))
    convention: Mapped[str] = mapped_column(String(32))
    caisse: Mapped[str] = mapped_column(String(32))
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(64))
    answer_by: Mapped[date]
    campaign_id: Mapped[str | None] = mapped_column(ForeignKey("review_campaign.id"))


class ReviewEntry(SharedWithCaisse, Base):
    """An account under review: its facts frozen at opening, the last answer, what sign-off plans, what closing did."""

    __tablename__ = "review_entry"
    __table_args__ = (
        UniqueConstraint("campaign_id", "account"),
        UniqueConstraint("campaign_id", "rank"),
        Index("ix_review_entry_account", "account"),
        Index("ix_review_entry_reviewer", "campaign_id", "reviewer"),
        CheckConstraint("(choice IS NULL) = (version = 0)", name="answered"),
        CheckConstraint("(effect IS NULL) = (applied_at IS NULL)", name="applied"),
        CheckConstraint("effect IS NULL OR planned IS NOT NULL", name="planned"),
    )
    fate: ClassVar[Fate] = _EVIDENCE
    sealed_in: ClassVar[SealedIn] = _IN_STRUCTURE

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("review_campaign.id"))
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"))
    convention: Mapped[str] = mapped_column(String(32))
    caisse: Mapped[str] = mapped_column(String(32))
    account: Mapped[str] = mapped_column(String(32))
    holder: Mapped[str] = mapped_column(String(32))
    profile: Mapped[str] = mapped_column(String(16))
    rank: Mapped[int]
    facts: Mapped[str] = sealed()
    change: Mapped[str] = mapped_column(String(16))
    differences: Mapped[list[str]] = mapped_column(JSON)
    flags: Mapped[list[str]] = mapped_column(JSON)
    alone: Mapped[bool]
    reviewer: Mapped[str] = mapped_column(String(32))
    version: Mapped[int] = mapped_column(default=0)
    choice: Mapped[str | None] = mapped_column(String(16))
    planned: Mapped[str | None] = mapped_column(String(32))
    effect: Mapped[str | None] = mapped_column(String(32))
    applied_at: Mapped[datetime | None]


class ReviewDecision(SharedWithCaisse, Base):
    """An answer, never changed nor removed: the database refuses it. An account's last answer is the one that counts.

    `batch` names what was answered together; `shown_at` is when the page it was answered from was made.
    """

    __tablename__ = "review_decision"
    __table_args__ = (
        UniqueConstraint("entry_id", "number"),
        Index("ix_review_decision_campaign", "campaign_id", "at"),
    )
    fate: ClassVar[Fate] = _EVIDENCE
    sealed_in: ClassVar[SealedIn] = _IN_STRUCTURE

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("review_campaign.id"))
    entry_id: Mapped[str] = mapped_column(ForeignKey("review_entry.id"))
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"))
    convention: Mapped[str] = mapped_column(String(32))
    caisse: Mapped[str] = mapped_column(String(32))
    number: Mapped[int]
    choice: Mapped[str] = mapped_column(String(16))
    motive: Mapped[str | None] = mapped_column(String(16))
    words: Mapped[str | None] = sealed()
    batch: Mapped[str | None] = mapped_column(String(32))
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    shown_at: Mapped[datetime]


class ReviewMove(Owned, Base):
    """What was moved in a review, with its reason: its deadline, or accounts from a reviewer to another."""

    __tablename__ = "review_move"
    __table_args__ = (Index("ix_review_move_campaign", "campaign_id", "at"),)
    fate: ClassVar[Fate] = _EVIDENCE
    sealed_in: ClassVar[SealedIn] = _IN_STRUCTURE

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("review_campaign.id"))
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"))
    what: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(64))
    before: Mapped[str] = mapped_column(String(32))
    after: Mapped[str] = mapped_column(String(32))
    count: Mapped[int]
    words: Mapped[str] = sealed()


class ReviewNotice(Owned, Base):
    """That somebody was written to about a review: the message of the outbox proves the rest."""

    __tablename__ = "review_notice"
    __table_args__ = (UniqueConstraint("campaign_id", "person", "kind"),)
    fate: ClassVar[Fate] = _EVIDENCE

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("review_campaign.id"))
    structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"))
    person: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(16))
    message: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
