"""A session that only reads asks once; one that writes asks each time."""

import pytest
from sqlalchemy.orm import Session, sessionmaker

from governance.conventions.queries import UnknownConvention, find_convention
from governance.core.storage import reading, remembered
from tests.conftest import on_sqlite

pytestmark = on_sqlite


def test_what_a_reading_session_read_it_reads_once(sessions: sessionmaker[Session]) -> None:
    asked: list[int] = []

    with reading(sessions) as session:
        found = [remembered(session, "un", lambda: asked.append(1) or len(asked)) for _ in range(3)]

    assert (found, asked) == ([1, 1, 1], [1])


def test_another_session_remembers_nothing_of_it(sessions: sessionmaker[Session]) -> None:
    asked: list[int] = []

    for _ in range(2):
        with reading(sessions) as session:
            remembered(session, "un", lambda: asked.append(1))

    assert len(asked) == 2


def test_a_session_that_writes_asks_each_time(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        with pytest.raises(UnknownConvention):
            find_convention(session, "S9")
        asked = [remembered(session, "un", lambda: object()) for _ in range(2)]

    assert asked[0] is not asked[1]
