"""What the API says of reviews."""

from datetime import date, datetime
from typing import Any

from pydantic import Field

from governance.web.models import Model
from reviews.queries import Campaign, Line
from reviews.words import CAUSES


class ReviewOut(Model):
    """A review of accounts, and how far it is."""

    id: str
    convention: str
    cause: str = Field(description="Code : calendrier, caisse, choix, depart, violation, renouvellement, tranche.")
    cause_words: str
    state: str = Field(description="ouverte, signee ou close.")
    opened_at: datetime
    due: date
    answer_by: date | None
    silence: str = Field(description="Ce que devient un compte sans réponse : garder ou suspendre.")
    accounts: int
    answered: int
    doubtful: int
    closed_at: datetime | None
    next_on: date | None


class EntryOut(Model):
    """An account under review: identifiers and codes, no name."""

    account: str
    profile: str
    caisse: str
    change: str
    flags: list[str]
    advice: str
    choice: str | None
    effect: str | None


class ReviewsOut(Model):
    """The reviews of the structure, those under way first."""

    reviews: list[ReviewOut]


class OneReviewOut(ReviewOut):
    """A review with a hundred of its accounts; `page` asks for the others."""

    entries: list[EntryOut]
    pages: int


def review_out(one: Campaign) -> ReviewOut:
    """Return a review as the API says it."""
    return ReviewOut(**_review(one))


def one_review_out(one: Campaign, lines: tuple[Line, ...], pages: int) -> OneReviewOut:
    """Return a review and its accounts as the API says them."""
    return OneReviewOut(**_review(one), entries=[_entry(line) for line in lines], pages=pages)


def _review(one: Campaign) -> dict[str, Any]:
    return {
        "id": one.id, "convention": one.convention, "cause": one.cause.value, "cause_words": CAUSES[one.cause],
        "state": one.state.value, "opened_at": one.opened_at, "due": one.due, "answer_by": one.answer_by,
        "silence": one.policy.silence.value, "accounts": one.progress.total, "answered": one.progress.answered,
        "doubtful": one.progress.doubtful, "closed_at": one.closed_at, "next_on": one.next_on,
    }  # fmt: skip


def _entry(line: Line) -> EntryOut:
    held = line.entry.held
    return EntryOut(
        account=held.account, profile=held.profile.value, caisse=held.caisse, change=line.entry.change.value,
        flags=[flag.value for flag in line.entry.flags], advice=line.advice.choice.value,
        choice=line.choice and line.choice.value, effect=line.effect,
    )  # fmt: skip
