"""False alarms: told by who writes, answered by the DPO, known again by a keyed hash and never by their words."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from governance.core.refusals import Forbidden
from governance.core.trail import TrailEntry
from governance.people.rules import Role
from scanners.doubt_actions import AlreadyDecided, UnknownDoubt, decide
from scanners.doubts import Decision
from scanners.engine import default
from scanners.queries import listed_doubts, own_words
from scanners.rules import Reason
from scanners.tables import Doubt
from tests.conftest import Demonstration
from tests.doubting import HINT, told


def asked(session: Session, text: str, structure: str) -> bool:
    return bool(default().scan(text, own_words(session, structure)))


def test_what_is_told_twice_counts_twice_and_no_word_of_it_is_kept(
    sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime
) -> None:
    writer, dpo = demonstration.actor(Role.TECHNICIEN), demonstration.actor(Role.DPO)

    with sessions.begin() as session:
        told(session, HINT, writer, at)
        told(session, HINT, writer, at)
        told(session, HINT, writer, at, Reason.NO_BOX)

    with sessions() as session:
        (row,) = listed_doubts(session, dpo)
        assert (row.times, row.decision, len(row.digest)) == (2, None, 32)
        assert "rqth" not in repr(vars(row)).lower()
        acts = session.scalars(select(TrailEntry.action).where(TrailEntry.action.like("doubt.%")))
        assert list(acts) == ["doubt.reported"] * 2


def test_accepted_the_same_words_in_the_same_company_are_asked_about_no_more_then_again_once_refused(
    sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime
) -> None:
    writer, dpo = demonstration.actor(Role.TECHNICIEN), demonstration.actor(Role.DPO)
    with sessions.begin() as session:
        told(session, HINT, writer, at)
        (row,) = listed_doubts(session, dpo)

        decide(session, row.id, Decision.ACCEPTED, by=dpo, at=at)
        accepted = asked(session, HINT, dpo.structure), asked(session, "Soins et RQTH.", dpo.structure)
        decide(session, row.id, Decision.REFUSED, by=dpo, at=at)

        assert accepted == (False, True)
        assert asked(session, HINT, dpo.structure)


def test_a_reason_given_for_a_refused_comment_reports_nothing(
    sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime
) -> None:
    writer = demonstration.actor(Role.TECHNICIEN)

    with sessions.begin() as session:
        told(session, "Elle a un cancer.", writer, at)

        assert session.scalars(select(Doubt)).all() == []


def test_only_the_dpo_of_the_structure_answers_and_not_twice_the_same(
    sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime
) -> None:
    writer, dpo = demonstration.actor(Role.TECHNICIEN), demonstration.actor(Role.DPO)
    with sessions.begin() as session:
        told(session, HINT, writer, at)
        (row,) = listed_doubts(session, dpo)
        decide(session, row.id, Decision.REFUSED, by=dpo, at=at)

        with pytest.raises(AlreadyDecided):
            decide(session, row.id, Decision.REFUSED, by=dpo, at=at)
        with pytest.raises(Forbidden):
            decide(session, row.id, Decision.ACCEPTED, by=writer, at=at)
        with pytest.raises(UnknownDoubt):
            decide(session, row.id, Decision.ACCEPTED, by=demonstration.actor(Role.DPO, other=True), at=at)
