"""What was forgotten stays so: a restored database forgets it again, a hold alone keeps it known for a while."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from breach.forgetting import FILES as BREACHES
from breach.handling import close
from breach.tables import Breach
from governance.core.keys import Keys
from governance.core.keystore import KeyStore
from governance.core.sealed_rows import sessions_on
from governance.core.storage import connect, reading
from governance.destruction import files, forgotten, replaying
from governance.destruction.acting.means import Means, Setup
from governance.destruction.backups import making
from governance.destruction.jobs import forget
from governance.destruction.replaying import NotReplayed
from governance.destruction.tables import LegalHold
from governance.habilitations import actions, forgetting
from governance.habilitations.agents.actions import say_left
from governance.habilitations.tables import Agent
from governance.jobs.job import Turn
from governance.people.rules import Role
from reviews.forgetting import FILES as REVIEWS
from tests.actions.portal import FRAUD, Portal
from tests.breaches import declare
from tests.conftest import Demonstration, on_sqlite

pytestmark = on_sqlite
MONTHS = timedelta(days=190)


@pytest.fixture
def means(sessions: sessionmaker[Session], tmp_path: Path) -> Means:
    """Give an installation at work."""
    setup = Setup(Keys(b"x" * 32), tmp_path / "ledger", tmp_path / "backups", tmp_path / "backup-keys")
    return Means(sessions, setup)


def gone(session: Session, who: Demonstration, at: datetime) -> str:
    """Return an agent who left, and whose account the portal shows no more since months."""
    portal = Portal(session, who.structure, at).open()
    portal.gestionnaire(portal.agent(2))
    agent = portal.agent(1)
    actions.cut_at_once(session, portal.gestionnaire(agent), FRAUD, by=portal.by, at=at)
    say_left(session, agent, portal.day, by=portal.by, at=at)
    actions.hide_old(session, at + MONTHS)
    return agent


def restored(means: Means, store: KeyStore, identifier: str) -> Means:
    """Lose the database, put a backup back, and give what would serve it."""
    engine = means.engine
    engine.dispose()
    for path in Path(engine.url.database or "").parent.glob("vigie.sqlite*"):
        path.unlink()
    fresh = connect(engine.url.render_as_string(hide_password=False))
    again = replace(means, sessions=sessions_on(fresh, store))
    making.restore(fresh, store, means.setup, identifier)
    return again


def test_A15_a_database_restored_from_before_serves_nobody_until_it_has_forgotten_again(
    means: Means, store: KeyStore, demonstration: Demonstration, at: datetime
) -> None:
    later = at + MONTHS
    with means.sessions.begin() as session:
        agent = gone(session, demonstration, at)
    backup = making.create(means, later)
    with means.sessions.begin() as session:
        name = session.get_one(Agent, agent).last_name
        forgetting.forget_leavers(session, later)
    noted = [forgotten.note(means, later + timedelta(minutes=one)) for one in range(2)]
    with reading(means.sessions) as session:
        replaying.check(session, means.ledger)
    again = restored(means, store, backup.id)
    with reading(again.sessions) as session:
        risen = session.get_one(Agent, agent).last_name
        with pytest.raises(NotReplayed):
            replaying.check(session, again.ledger)

    done = replaying.replay(again, later)

    assert (noted, risen, done.entries, done.removed, done.risen) == ([1, 0], name, 1, 1, 0)
    with reading(again.sessions) as session:
        replaying.check(session, again.ledger)
        assert session.get_one(Agent, agent).last_name == forgetting.NOBODY
    assert name.encode() not in b"".join(path.read_bytes() for path in means.setup.ledger.iterdir())
    again.engine.dispose()


def test_a_night_cut_before_the_ledger_is_finished_by_the_next(
    means: Means, demonstration: Demonstration, at: datetime
) -> None:
    means = replace(means, setup=replace(means.setup, files=(BREACHES,)))
    by, later = demonstration.actor(Role.DPO), at + timedelta(days=5 * 366)
    with means.sessions.begin() as session:
        breach = declare(session, by, at, "S0")
        close(session, breach, "Clés chiffrées", by=by, at=at, near_miss=True)
    files.forget(means.sessions, (BREACHES,), later.date(), later)
    before = means.ledger.entries()

    forget(means, Turn(later, later + timedelta(days=1)))

    assert before == ()
    assert [row for entry in means.ledger.entries() for row in means.ledger.rows(entry)] == [("breach", breach)]


def test_a_hold_on_everything_keeps_holders_known_until_it_is_released(
    sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime
) -> None:
    with sessions.begin() as session:
        gone(session, demonstration, at)
        portal = Portal(session, demonstration.structure, at)
        hold = LegalHold(
            structure_id=portal.structure, convention=portal.relation.convention, tables=[], kind="dispute",
            reason="Contentieux en cours", set_at=at, set_by="essai",
        )  # fmt: skip
        session.add(hold)
        session.flush()
        during = forgetting.forget_leavers(session, at + MONTHS)
        hold.released_at, hold.released_by = at + MONTHS, "essai"
        session.flush()

        after = forgetting.forget_leavers(session, at + MONTHS)

    assert (during, after) == (0, 1)


def test_what_a_night_forgets_is_in_the_ledger_at_once_and_does_not_rise_from_a_backup(
    means: Means, store: KeyStore, demonstration: Demonstration, at: datetime
) -> None:
    means = replace(means, setup=replace(means.setup, files=(BREACHES, REVIEWS)))
    by = demonstration.actor(Role.DPO)
    with means.sessions.begin() as session:
        agent, breach = gone(session, demonstration, at), declare(session, by, at, "S0")
        close(session, breach, "Clés chiffrées", by=by, at=at, near_miss=True)
    later = at + timedelta(days=5 * 366)
    backup = making.create(means, later)

    nights = [forget(means, Turn(later, later + timedelta(minutes=one))) for one in range(2)]

    named = [row for entry in means.ledger.entries() for row in means.ledger.rows(entry)]
    assert nights == [
        "1 personnes effacées, 0 comptes retirés, 0 agents retirés, 1 dossiers retirés, 2 inscriptions",
        "",
    ]
    assert named == [("agent", agent), ("breach", breach)]
    again = restored(means, store, backup.id)
    with reading(again.sessions) as session:
        assert session.get(Breach, breach) is not None
        with pytest.raises(NotReplayed):
            replaying.check(session, again.ledger)
    done = replaying.replay(again, later)
    assert (done.entries, done.removed, done.risen) == (1, 2, 0)
    with reading(again.sessions) as session:
        replaying.check(session, again.ledger)
        assert session.get(Breach, breach) is None
    assert forget(again, Turn(later, later)) == ""
    again.engine.dispose()
