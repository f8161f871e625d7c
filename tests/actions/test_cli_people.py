"""`vigie people`: the first accounts of an installation, and the way back in; what is forgotten by itself."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from governance.jobs.job import Turn
from governance.people.accounts.actions import make_link
from governance.people.accounts.queries import find_link
from governance.people.accounts.tables import AccountLink
from governance.people.forgetting import forget_sign_ins
from governance.people.lockout.tables import FailedTries
from governance.people.rules import Role
from governance.people.second_factor.queries import has_factor
from governance.people.second_factor.tables import CodeFactor
from governance.people.sessions.actions import Opening, open_session
from governance.people.sessions.rules import Limits
from governance.people.sessions.tables import WebSession
from tests.actions.cli import Call, call
from tests.conftest import MASTER_KEY, Demonstration, on_sqlite

__all__ = ["call"]


@pytest.fixture
def installed(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make the migrated database that of the installation."""
    monkeypatch.setenv("VIGIE_DATABASE_URL", database_url)
    monkeypatch.setenv("VIGIE_MASTER_KEY", MASTER_KEY)
    yield


@on_sqlite
@pytest.mark.usefixtures("installed")
def test_a_structure_and_its_first_dpo_come_from_the_terminal(call: Call, sessions: sessionmaker[Session], at) -> None:
    made = call("people", "structure", "CCAS de Nulle-Part")
    done = call("people", "invite", "--name", "Ada Lenoir", "--email", "ada@ccas.example", "--role", "dpo")

    token = re.fullmatch(r"/compte/lien/([0-9a-f]{64})", done.out.strip())
    assert (made.status, done.status) == (0, 0)
    assert "VIGIE_ADDRESS" in done.err
    with sessions() as session:
        link = find_link(session, token[1], session.scalars(sa.select(AccountLink.made_at)).one())
    assert (link.name, link.structure, link.purpose) == ("Ada Lenoir", "CCAS de Nulle-Part", "invitation")


@on_sqlite
@pytest.mark.usefixtures("installed")
def test_whoever_is_left_outside_gets_a_link_and_loses_a_lost_factor(
    call: Call, sessions: sessionmaker[Session], demonstration: Demonstration, at, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_ADDRESS", "https://vigie.example")
    person, home = demonstration.people[Role.DPO], demonstration.structure
    with sessions.begin() as session:
        factor = CodeFactor(person_id=person, structure_id=home, secret="A" * 32, made_at=at)
        factor.confirmed_at = at
        session.add(factor)

    link = call("people", "link", "DPO@ici.example")
    removed = call("people", "remove-factors", "dpo@ici.example")
    unknown = call("people", "link", "personne@nulle-part.example")

    assert link.out.startswith("https://vigie.example/compte/lien/")
    assert (removed.status, unknown.status) == (0, 2)
    with sessions() as session:
        assert not has_factor(session, person)


def test_what_time_has_ended_is_forgotten_and_the_rest_is_not(
    sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime
) -> None:
    by, limits = demonstration.actor(Role.DPO), Limits(timedelta(minutes=30), timedelta(hours=12))
    old = at - timedelta(days=9)
    with sessions.begin() as session:
        for instant in (old, at):
            open_session(session, Opening(by.id, by.structure, "essai", "Essai"), at=instant)
            session.add(FailedTries(subject=instant.isoformat(), failures=1, last_at=instant))
        make_link(session, demonstration.people[Role.TECHNICIEN], by=by, at=old)
        make_link(session, demonstration.people[Role.GESTIONNAIRE], by=by, at=at)

    with sessions.begin() as session:
        told = forget_sign_ins(limits)(session, Turn(at, at))

    assert told == "1 session(s), 1 attente(s), 1 lien(s)"
    with sessions() as session:
        left = [
            session.scalar(sa.select(sa.func.count()).select_from(table))
            for table in (WebSession, FailedTries, AccountLink)
        ]
    assert left == [1, 1, 1]
