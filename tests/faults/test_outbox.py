"""A worker that dies at any point loses no message, and every second copy can be told from a second message."""

import pytest
from sqlalchemy.orm import Session, sessionmaker

from tests.faults.outbox_lives import run

KILLS = 8  # benchmarks/outbox.py does 200


@pytest.mark.slow
@pytest.mark.parametrize("bad", [False, True], ids=["good server", "bad server"])
def test_no_message_is_lost_and_copies_keep_their_identifier(
    sessions: sessionmaker[Session], database_url: str, bad: bool
) -> None:
    seen = run(sessions, database_url, KILLS, bad=bad)

    assert seen.recorded > 0
    assert (seen.lost, seen.unfinished) == (0, 0)
    assert (seen.renamed, seen.untold) == (0, 0)


@pytest.mark.slow
def test_the_trial_would_see_a_message_lost(sessions: sessionmaker[Session], database_url: str) -> None:
    seen = run(sessions, database_url, KILLS, bad=True, design="direct")

    assert seen.lost > 0
