"""A data key is changed while the service runs: every living row reads, before, during and after."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from governance.core import resealing
from governance.core.domains import Domain
from governance.core.keystore import RETIRED_FOR, KeyStore
from governance.core.sealed_rows import sessions_on
from governance.core.storage import connect, new_id
from tests.actions.killing import is_killed_at
from tests.actions.sealed_probe import Account, account, probe

__all__ = ["probe"]

LATER = RETIRED_FOR + timedelta(days=1)


@pytest.fixture
def here() -> Domain:
    """Give a domain that no other test uses."""
    return Domain(new_id(), "S1")


def fill(probe: sessionmaker[Session], here: Domain, count: int) -> None:
    with probe.begin() as session:
        for one in range(count):
            session.add(
                account(id=f"{one:05}", structure_id=here.structure, name=f"N {one}", email=f"{one}@ici.example")
            )


def names(probe: sessionmaker[Session]) -> list[str]:
    with probe() as session:
        return [row.name for row in session.scalars(select(Account).order_by(Account.id))]


def test_rows_are_sealed_again_under_a_fresh_key_and_the_old_one_goes_once_nobody_can_use_it(
    probe: sessionmaker[Session], store: KeyStore, at: datetime, here: Domain
) -> None:
    fill(probe, here, 2_500)
    before = store.current(here).id

    first = resealing.rotate(probe, store, here, at)
    waiting = resealing.unfinished(store)
    second = resealing.finish_all(probe, at + LATER)

    assert first == (5_000, 0, 0)
    assert (second.values, second.broken, second.dropped >= 1) == (0, 0, True)
    assert here in waiting and here not in resealing.unfinished(store)
    assert resealing.used_keys(probe, here) == {store.current(here).id} != {before}
    assert names(probe) == [f"N {one}" for one in range(2_500)]


def test_a_change_of_key_that_was_cut_goes_on_where_it_stopped(
    probe: sessionmaker[Session], store: KeyStore, at: datetime, here: Domain, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(probe, here, 30)
    monkeypatch.setattr(resealing, "BATCH", 10)
    write, batches = resealing._again, []

    def dies(*arguments):
        batches.append(1)
        if len(batches) > 15:
            raise KeyboardInterrupt
        return write(*arguments)

    monkeypatch.setattr(resealing, "_again", dies)
    with pytest.raises(KeyboardInterrupt):
        resealing.rotate(probe, store, here, at)
    half = names(probe)
    keys = resealing.used_keys(probe, here)
    monkeypatch.setattr(resealing, "_again", write)

    done = resealing.rotate(probe, store, here, at)

    assert len(keys) == 2
    assert half == names(probe) == [f"N {one}" for one in range(30)]
    assert done.values == 40


def test_killed_again_and_again_while_the_service_writes_every_row_reads(
    probe: sessionmaker[Session], database_url: str, store: KeyStore, at: datetime, here: Domain
) -> None:
    fill(probe, here, 40)

    def rotate() -> None:
        mine = KeyStore(store.folder, store.master)
        resealing.rotate(sessions_on(connect(database_url), mine), mine, here, at)

    for kill in range(5):
        assert is_killed_at(40 + 97 * kill, rotate, "governance/core/resealing")
        fill_one(probe, here, f"w{kill}")
        assert len(names(probe)) == 41 + kill
    resealing.rotate(probe, store, here, at)

    assert set(names(probe)) == {f"N {one}" for one in range(40)} | {f"N w{kill}" for kill in range(5)}
    assert resealing.used_keys(probe, here) == {store.current(here).id}


def fill_one(probe: sessionmaker[Session], here: Domain, name: str) -> None:
    with probe.begin() as session:
        session.add(account(id=name, structure_id=here.structure, name=f"N {name}"))


def test_a_row_changed_meanwhile_keeps_what_was_typed(
    probe: sessionmaker[Session], store: KeyStore, at: datetime, here: Domain, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(probe, here, 1)
    write = resealing._again

    def slow(*arguments):
        values = write(*arguments)
        with probe.begin() as session:
            session.get_one(Account, "00000").name = "Nom d'usage"
        monkeypatch.setattr(resealing, "_again", write)
        return values

    monkeypatch.setattr(resealing, "_again", slow)
    resealing.rotate(probe, store, here, at)

    assert names(probe) == ["Nom d'usage"]
    assert resealing.used_keys(probe, here) == {store.current(here).id}


def test_a_broken_row_is_told_and_left_and_stops_nothing(
    probe: sessionmaker[Session], store: KeyStore, at: datetime, here: Domain
) -> None:
    fill(probe, here, 3)
    with probe.begin() as session:
        session.execute(text("UPDATE probe_account SET name = email WHERE id = '00001'"))
    before = store.current(here).id

    done = resealing.rotate(probe, store, here, at)
    later = resealing.finish(probe, store, here, at + LATER)

    assert (done.values, done.broken, later.dropped) == (4, 1, 0)
    assert before in resealing.used_keys(probe, here)


def test_another_domain_is_left_alone(
    probe: sessionmaker[Session], store: KeyStore, at: datetime, here: Domain
) -> None:
    fill(probe, here, 2)
    there = Domain(here.structure, "S2")
    with probe.begin() as session:
        session.add(account(id="x", structure_id=there.structure, convention="S2"))
    kept = store.current(there).id

    resealing.rotate(probe, store, here, at)

    assert resealing.used_keys(probe, there) == {kept}
