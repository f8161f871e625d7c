"""A review whose job is killed while it signs, applies or closes ends complete, nothing lost and nothing done twice."""

import random
from collections import Counter
from datetime import datetime

import pytest
from sqlalchemy.orm import Session, sessionmaker

from governance.papers.signing import public_key, verify
from governance.people.rules import Role
from reviews.closing import LEAVING
from reviews.rules import State
from tests.actions.killing import is_killed_at
from tests.conftest import Demonstration
from tests.faults.review_lives import KEYS, done, expected, kill_at_random, unanswered, worker


@pytest.mark.parametrize("seed", range(2))
def test_killed_at_any_step_a_review_ends_complete_and_each_account_is_ended_once(
    sessions: sessionmaker[Session], demonstration: Demonstration, database_url: str, at: datetime, seed: int
) -> None:
    review = unanswered(sessions, demonstration.structure, demonstration.actor(Role.GESTIONNAIRE), at)
    sessions.kw["bind"].dispose()
    work, chance = worker(database_url, review.at), random.Random(seed)

    killed = kill_at_random(work, chance, 7)
    again = [is_killed_at(0, work) for _ in range(2)]  # never

    found, planned = done(sessions, review), expected(review)
    leaving = {name for name, effect in planned.items() if effect in LEAVING}
    assert (killed > 0, again, found.state) == (True, [False, False], State.CLOSED)
    assert found.effects == planned
    assert found.steps == Counter(leaving)
    assert Counter(about for _, about in found.trail.elements()) == Counter({review.campaign: 2, **found.steps})
    assert set(found.notices.values()) == {1}
    assert sum(verify(found.certificate, public_key(KEYS)).value["counts"].values()) == len(planned)
