"""A review that ends in processes that are killed: each life is a fork that signs, applies and closes until it dies."""

import os
import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from governance.core.clock import day
from governance.core.keys import Keys
from governance.core.keystore import KeyStore
from governance.core.masters import GivenMaster
from governance.core.outbox.tables import OutboxMessage
from governance.core.sealed_rows import sessions_on
from governance.core.storage import connect
from governance.core.trail.tables import TrailEntry
from governance.habilitations.tables import AccountEvent
from governance.jobs.job import Sweep, Turn
from governance.people.rules import Actor, command
from reviews import ending
from reviews.closing import Effect, Policy, Silence
from reviews.jobs import jobs
from reviews.joining import entries_of
from reviews.opening import Opening, open_review
from reviews.rules import Answer, Cause, Choice, Motive
from reviews.tables import ReviewCampaign, ReviewEntry
from tests.actions.killing import is_killed_after, is_killed_at
from tests.actions.portal import Portal
from tests.conftest import MASTER_KEY
from tests.reviewing import reply

KEYS = Keys(b"un secret de 32 octets, d'essai..")
GESTIONNAIRES, TECHNICIENS, BATCH = 3, 13, 3
LATE = timedelta(days=30)
WITHIN = ("/reviews/", "/governance/")
EARLY, LINES, SECONDS = 300, 5_000, 0.3  # what a life runs here and takes, about
ANSWERS = (Answer(Choice.KEEP), Answer(Choice.MODIFY, words="fonction"), Answer(Choice.REVOKE, Motive.UNUSED), None)


class Review(NamedTuple):
    """A review whose silence has lasted too long: its answers, by account, None where nobody gave one."""

    campaign: str
    given: dict[str, Answer | None]
    at: datetime


class Done(NamedTuple):
    """What an ended review did: effects by account; steps, lines of the trail, notices to the caisse, counted."""

    state: str
    certificate: str
    effects: dict[str, str]
    steps: Counter[str]
    trail: Counter[tuple[str, str]]
    notices: Counter[str]


def unanswered(sessions: sessionmaker[Session], structure: str, by: Actor, at: datetime) -> Review:
    """Open a review of real accounts, answer for three in four, and let its deadline pass."""
    with sessions.begin() as session:
        made = Portal(session, structure, at, "S1", "doubs").open(members=30)
        first, *_ = [made.gestionnaire(made.agent(number)) for number in range(GESTIONNAIRES)]
        for number in range(GESTIONNAIRES, GESTIONNAIRES + TECHNICIENS):
            made.technicien(made.agent(number), first)
        found = entries_of(session, structure, "S1", day(at))
        population = sorted(found, key=lambda one: one.held.profile)  # gestionnaires first: one of three is to stay
        silent = Policy(Silence.SUSPEND, 5)
        opening = Opening(structure, "S1", Cause.CHOICE, "essai", day(at) + timedelta(days=21), silent)
        campaign = open_review(session, opening, population, by=command(structure), at=at)
    given = {one.held.account: ANSWERS[number % len(ANSWERS)] for number, one in enumerate(population)}
    reply(sessions, campaign, {name: one for name, one in given.items() if one is not None}, by, at)
    return Review(campaign, given, at + LATE)


def worker(url: str, at: datetime) -> Callable[[], object]:
    """Return what the job that ends reviews does in a process of its own, a few accounts in a transaction."""

    def work() -> None:
        ending.BATCH = BATCH
        job = next(one for one in jobs(KEYS, "https://vigie.example") if one.name == "end-reviews")
        assert isinstance(job.work, Sweep)
        store = KeyStore(Path(os.environ["VIGIE_KEY_STORE"]), GivenMaster(MASTER_KEY))
        job.work.do(sessions_on(connect(url), store), Turn(at, at))

    return work


def kill_at_random(work: Callable[[], object], chance: random.Random, kills: int) -> int:
    """Kill as many lives: at a line of our code, an early one first, or at an instant; return how many died of it."""
    died = int(is_killed_at(chance.randint(1, EARLY), work, *WITHIN))
    for life in range(1, kills):
        if life % 2:
            died += is_killed_at(chance.randint(1, LINES), work, *WITHIN)
        else:
            died += is_killed_after(chance.uniform(0.0, SECONDS), work)
    return died


def done(sessions: sessionmaker[Session], review: Review) -> Done:
    """Read all that the end of a review left behind it."""
    mine = ReviewEntry.campaign_id == review.campaign
    steps = sa.select(AccountEvent.account_id).where(AccountEvent.at == review.at)
    told = sa.select(TrailEntry.action, TrailEntry.subject).where(TrailEntry.at == review.at)
    notices = sa.select(OutboxMessage.about).where(OutboxMessage.kind == "portal_account.inactivation")
    with sessions() as session:
        row = session.get_one(ReviewCampaign, review.campaign)
        effects = session.execute(sa.select(ReviewEntry.account, ReviewEntry.effect).where(mine))
        return Done(
            row.state, row.certificate or "", {account: effect or "" for account, effect in effects},
            Counter(session.scalars(steps)), Counter((act, about) for act, about in session.execute(told)),
            Counter(about or "" for about in session.scalars(notices)),
        )  # fmt: skip


def expected(review: Review) -> dict[str, str]:
    """Return what becomes of each account."""
    said = {Choice.KEEP: Effect.KEPT, Choice.MODIFY: Effect.TO_MODIFY, Choice.REVOKE: Effect.REVOKED}
    return {name: said[one.choice] if one else Effect.SUSPENDED for name, one in review.given.items()}
