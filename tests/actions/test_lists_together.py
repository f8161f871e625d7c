"""Two people who keep lists at the same time: what was shown to each is what is written, once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from governance.core.clock import day
from governance.habilitations.lists.actions import Moved, keep_list, send_list
from governance.habilitations.lists.lines import ListKind
from governance.habilitations.lists.plans import digest
from governance.habilitations.lists.queries import Place, find_list
from governance.habilitations.lists.rules import read_list
from governance.habilitations.tables import Agent
from governance.people.rules import Role
from tests.conftest import Demonstration
from tests.rules.lists_files import STAFF, csv_of

PEOPLE = [(f"Nom{i}", "Zoé", f"p{i}@ccas.example", "Agente", "", "", "", "", "") for i in range(20)]
HANDS = 4


def test_lists_kept_by_several_hands_at_once_are_written_once_and_the_others_are_shown_again(
    sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime
) -> None:
    by = demonstration.actor(Role.GESTIONNAIRE)
    place, found = Place(by.structure, ListKind.STAFF), read_list(ListKind.STAFF, csv_of(STAFF, PEOPLE))
    with sessions.begin() as session:
        sent = [send_list(session, place, found, by=by, at=at) for _ in range(HANDS)]
        seen = [digest(find_list(session, one, by, at).plan) for one in sent]
    start = Barrier(HANDS)

    def keep(number: int) -> str:
        start.wait(timeout=10)
        try:
            with sessions.begin() as session:
                keep_list(session, sent[number], seen[number], by=by, at=at)
        except Moved:
            return "shown again"
        return "kept"

    with ThreadPoolExecutor(HANDS) as hands:
        done = sorted(hands.map(keep, range(HANDS)))

    with sessions() as session:
        emails = sorted(row.email for row in session.scalars(sa.select(Agent).order_by(Agent.id)))
        later = find_list(session, sent[0], by, at)
    assert done == ["kept", *["shown again"] * (HANDS - 1)]
    assert emails == sorted(row[2] for row in PEOPLE)
    assert day(later.view.sent_at) == day(at)


def test_the_same_list_kept_by_several_hands_at_once_is_written_once_and_all_are_told_the_same(
    sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime
) -> None:
    by = demonstration.actor(Role.DPO)
    place, found = Place(by.structure, ListKind.STAFF), read_list(ListKind.STAFF, csv_of(STAFF, PEOPLE))
    with sessions.begin() as session:
        sent = send_list(session, place, found, by=by, at=at)
        seen = digest(find_list(session, sent, by, at).plan)
    start = Barrier(HANDS)

    def keep(_: int) -> dict[str, int]:
        start.wait(timeout=10)
        with sessions.begin() as session:
            return keep_list(session, sent, seen, by=by, at=at)

    with ThreadPoolExecutor(HANDS) as hands:
        told = list(hands.map(keep, range(HANDS)))

    with sessions() as session:
        count = session.scalar(sa.select(sa.func.count()).select_from(Agent))
    assert (count, [one["created"] for one in told]) == (len(PEOPLE), [len(PEOPLE)] * HANDS)
