"""The act: what comes meanwhile, what holds it back, the master key wherever it is."""

import sqlite3
from base64 import b64encode
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from sqlalchemy import select, text

from governance.core.keystore import KeyStore
from governance.core.masters import FileMaster, GivenMaster, WrongMasterKey
from governance.core.outbox.tables import OutboxContent
from governance.core.sealed_rows import sessions_on
from governance.core.storage import reading
from governance.core.transit import TransitMaster
from governance.destruction import archives, jobs
from governance.destruction.acting import canaries, compacting, verifying
from governance.destruction.acting.means import Means
from governance.destruction.backups import databases, making, shelf
from governance.destruction.rules import State
from governance.destruction.stores import actions as stores
from governance.destruction.stores.actions import Attestation
from governance.destruction.stores.rules import Kind
from governance.destruction.tables import DestructionStep, ExternalStore
from governance.jobs.job import Turn
from governance.people.rules import Role
from scanners.tables import Receipt
from tests.actions.destroyed import count, errors, opened, state, states, verified, written
from tests.actions.destroying import (
    AFTER,
    OPENED,
    OTHER,
    Installation,
    agree,
    destroy,
    fill,
    here,
    install,
    open_and_agree,
)
from tests.actions.openbao import openbao, token_file
from tests.conftest import on_sqlite

__all__ = ["here"]

pytestmark = on_sqlite


def test_rows_that_come_during_the_act_are_named_and_destroyed_too(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    identifier, real = open_and_agree(here), verifying.look
    late = iter((True,))

    def look(means: Means, work: Any) -> Any:
        if next(late, False):
            with here.sessions.begin() as session:
                session.execute(text("UPDATE scan_receipt SET convention = 'S1' WHERE convention = 'S3'"))
        return real(means, work)

    monkeypatch.setattr(verifying, "look", look)
    first = destroy(here, identifier)
    second = destroy(here, identifier)

    assert (first, second) == (False, True)
    assert (count(here, Receipt), len(here.means.ledger.entries())) == (0, 2)


def test_a_trace_found_when_all_is_read_again_has_the_database_rewritten_before_it_is_read_once_more(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    identifier, real = open_and_agree(here), verifying.look
    late = iter((True,))

    def look(means: Means, work: Any) -> Any:
        if next(late, False):
            leave_a_trace(here, canaries.read(means, work)[0].needle)
        return real(means, work)

    monkeypatch.setattr(verifying, "look", look)
    first, told, waiting = destroy(here, identifier), errors(here), states(here)
    second = destroy(here, identifier)

    assert (first, second, len(here.means.ledger.entries())) == (False, True, 1)
    assert told == {"verify": "Il reste 0 ligne(s), 1 trace(s), 0 valeur(s) qui s'ouvrent encore."}
    assert (waiting["compact"], waiting["verify"], set(states(here).values())) == ("waiting", "failed", {"done"})


def leave_a_trace(here: Installation, needle: bytes) -> None:
    """Leave bytes in a page that the database no longer uses, as a program that does not blank does."""
    with closing(sqlite3.connect(here.means.engine.url.database or "", isolation_level=None)) as raw:
        raw.execute("PRAGMA secure_delete=OFF")
        raw.execute("CREATE TABLE passage (octets BLOB)")
        raw.execute("INSERT INTO passage VALUES (?)", [needle])
        raw.execute("DROP TABLE passage")


def test_a_reader_that_stays_stops_the_certificate_and_is_told(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    identifier = open_and_agree(here)
    with here.means.engine.connect().execution_options(read_only=True) as reader:
        reader.execute(text("SELECT count(*) FROM scan_receipt")).scalar()
        monkeypatch.setattr(compacting, "BUSY_MS", 50)
        stopped = destroy(here, identifier)

    assert not stopped
    assert "lecture en cours" in errors(here)["compact"]
    assert state(here, identifier) == State.UNDERWAY
    assert destroy(here, identifier)
    assert state(here, identifier) == State.DONE


def test_a_certificate_is_final_only_when_no_backup_and_no_old_master_key_can_open_the_data(
    here: Installation, tmp_path: Path
) -> None:
    made = making.create(here.means, OPENED)
    identifier = open_and_agree(here)
    assert destroy(here, identifier)
    provisional, ids = written(here, identifier)
    setup, later = here.means.setup, made.expires_at + timedelta(days=60)

    early = jobs.finalise(here.means, Turn(AFTER, AFTER))
    shelf.expire(setup.backups, setup.backup_keys, later)
    unspoken = jobs.finalise(here.means, Turn(later, later))
    with here.sessions.begin() as session:
        escrow = session.scalars(select(ExternalStore.id).where(ExternalStore.kind == Kind.ESCROW)).one()
        said = Attestation("Copie remplacée, ancienne détruite.", b"pv")
        stores.attest(session, escrow, said, by=here.person(Role.DPO), at=later)
    last = jobs.finalise(here.means, Turn(later, later))

    assert (early, unspoken, last) == ("", "", "1 attestation(s) définitive(s)")
    final, _ = written(here, identifier)
    status, said_of_it = verified(final, *ids, f"--previous={provisional}")
    assert (status, "définitive" in said_of_it) == (0, True)
    assert verified(provisional, *ids)[0] == 0


def test_a_master_key_of_the_environment_is_replaced_by_whoever_gives_it_and_the_act_waits_for_them(
    tmp_path: Path, database_url: str
) -> None:
    first, second = (b64encode(letter.encode() * 32).decode() for letter in "ab")
    here = install(tmp_path, database_url, master=GivenMaster(first))
    fill(here)
    identifier = open_and_agree(here)

    def given(*keys: str) -> Installation:
        store = KeyStore(tmp_path / "keys", GivenMaster(*keys))
        return replace(here, means=replace(here.means, sessions=sessions_on(here.means.engine, store)))

    alone = destroy(here, identifier), errors(here)
    both = destroy(given(first, second), identifier), errors(here)
    after = destroy(given(second), identifier)

    assert (alone[0], both[0], after) == (False, False, True)
    assert "VIGIE_MASTER_KEY_NEXT" in alone[1]["keys"]
    assert "encore dans l'environnement" in both[1]["old-master"]
    assert state(here, identifier) == State.DONE


def test_a_wrong_master_key_stops_the_act_and_the_right_one_ends_it(here: Installation, tmp_path: Path) -> None:
    dpo, identifier = here.person(Role.DPO), opened(here)
    with here.sessions.begin() as session:
        archives.answer_without_visa(session, identifier, "Copies.", by=dpo, at=OPENED)
    agree(here, identifier)
    wrong = FileMaster(tmp_path / "another")
    wrong.create()
    store = KeyStore(tmp_path / "keys", wrong)
    other = replace(here, means=replace(here.means, sessions=sessions_on(here.means.engine, store)))

    over = destroy(other, identifier)

    assert not over
    assert "clé maître" in errors(here)["keys"]
    assert destroy(here, identifier)


def test_the_master_key_of_an_openbao_is_replaced_and_its_former_versions_are_forgotten_there(
    tmp_path: Path, database_url: str
) -> None:
    with openbao() as address:
        master = TransitMaster(address, "vigie", token_file(tmp_path))
        here = install(tmp_path, database_url, master=master)
        fill(here)
        former = KeyStore(Path(copytree(tmp_path / "keys", tmp_path / "copie")), master)
        (before,) = master.generations()
        identifier = open_and_agree(here)

        over = destroy(here, identifier)
        certificate, ids = written(here, identifier)
        told = verified(certificate, *ids)

        assert (over, told[0], state(here, identifier)) == (True, 0, State.DONE)
        assert master.generations() == (here.means.store.contents().master,)
        assert before not in master.generations()
        assert count(here, Receipt, OTHER) == 3
        with pytest.raises(WrongMasterKey):
            former.current(here.domain)
        with reading(here.sessions) as session:
            assert {row.body for row in session.scalars(select(OutboxContent))} == {"CANARI" * 5}


def test_what_dead_processes_left_of_the_data_is_removed_and_told(here: Installation) -> None:
    backups, base = here.means.setup.backups, Path(here.means.engine.url.database or "")
    backups.mkdir()
    left = (
        backups / f"20261101T000000Z-ab12{databases.DRAFT}",
        backups / f"20261101T000000Z-ab12{shelf.SUFFIX}{making.PARTIAL}",
        base.with_name(base.name + databases.DRAFT),
    )
    for path in left:
        path.write_bytes(b"CANARI")
    read = iter((2, 0))
    setup = replace(here.means.setup, sweeps=(lambda: next(read),))
    here = replace(here, means=replace(here.means, setup=setup))
    made = making.create(here.means, OPENED)  # one that is whole stays until its day
    left[1].write_bytes(b"CANARI")
    identifier = open_and_agree(here)

    over = destroy(here, identifier)

    assert (over, [path for path in left if path.exists()]) == (True, [])
    assert shelf.file_of(backups, made.id).exists()
    with reading(here.sessions) as session:
        [step] = session.scalars(select(DestructionStep).where(DestructionStep.name == "temporary"))
        assert (step.after, step.told) == (0, {"copies": 2, "folders": 2})
