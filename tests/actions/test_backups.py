"""Backups: sealed under keys that die, restored where nothing is, and nobody who was destroyed comes back."""

import json
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from app.schema import migrate
from governance.core.keystore import KeyStore
from governance.core.masters import FileMaster, WrongMasterKey
from governance.core.outbox.tables import OutboxContent
from governance.core.sealed_rows import sessions_on
from governance.core.storage import connect, reading
from governance.destruction import replaying
from governance.destruction.acting.means import Means
from governance.destruction.backups import making, shelf
from governance.destruction.backups.databases import NotEmpty
from governance.destruction.backups.making import OtherLedger
from governance.destruction.backups.shelf import BadBackup, UnknownBackup
from governance.destruction.ledger import DamagedLedger
from governance.destruction.replaying import NotReplayed
from scanners.tables import Receipt
from tests.actions.destroying import (
    AFTER,
    CODE,
    OPENED,
    Installation,
    destroy,
    fill,
    here,
    install,
    open_and_agree,
)
from tests.conftest import on_sqlite

__all__ = ["here"]


def emptied(here: Installation) -> Means:
    """Lose the database, and give what would serve a new one."""
    engine = here.means.engine
    engine.dispose()
    if engine.dialect.name == "sqlite":
        for path in Path(engine.url.database or "").parent.glob("vigie.sqlite*"):
            path.unlink()
    else:
        with psycopg.connect(engine.url.render_as_string(hide_password=False), autocommit=True) as server:
            server.execute("DROP SCHEMA public CASCADE")
            server.execute("CREATE SCHEMA public")
    fresh = connect(engine.url.render_as_string(hide_password=False))
    return replace(here.means, sessions=sessions_on(fresh, here.means.store))


def count(means: Means, table: type, code: str) -> int:
    with reading(means.sessions) as session:
        return session.scalar(select(func.count()).select_from(table).where(table.convention == code)) or 0


def test_yesterdays_backup_resurrects_nobody_and_serves_nobody_before_the_ledger_is_replayed(
    here: Installation,
) -> None:
    backup = making.create(here.means, OPENED)
    destruction = open_and_agree(here)
    assert any(destroy(here, destruction) for _ in range(3))  # a busy server may make a step wait for its next turn
    means = emptied(here)

    making.restore(means.engine, means.store, means.setup, backup.id)
    with reading(means.sessions) as session, pytest.raises(NotReplayed):
        replaying.check(session, means.ledger)
    before = count(means, Receipt, CODE)
    done = replaying.replay(means, AFTER)

    assert (before, done.entries, done.risen, done.held_back) == (3, 1, 0, 6)
    assert (count(means, Receipt, CODE), count(means, OutboxContent, CODE)) == (0, 0)
    with reading(means.sessions) as session:
        replaying.check(session, means.ledger)
        assert {row.body for row in session.scalars(select(OutboxContent))} == {"CANARI" * 5}
    assert replaying.replay(means, AFTER).entries == 0
    means.engine.dispose()


@on_sqlite
def test_a_backup_is_noise_without_its_key_which_is_elsewhere(here: Installation) -> None:
    made = making.create(here.means, OPENED)

    file = shelf.file_of(here.means.setup.backups, made.id).read_bytes()

    assert b"SQLite format" not in file
    assert b"CANARI" not in file
    assert not list(here.means.setup.backups.glob("*.json"))
    assert [path.suffix for path in here.means.setup.backups.iterdir()] == [".vigie"]


@on_sqlite
@pytest.mark.parametrize("where", [5, 300, -1])
def test_a_backup_that_was_altered_or_cut_is_refused_and_nothing_is_written(here: Installation, where: int) -> None:
    made = making.create(here.means, OPENED)
    path = shelf.file_of(here.means.setup.backups, made.id)
    content = bytearray(path.read_bytes())
    content[where] ^= 1
    path.write_bytes(content)
    means = emptied(here)

    with pytest.raises(BadBackup):
        making.restore(means.engine, means.store, means.setup, made.id)

    path.write_bytes(content[:-20])
    with pytest.raises(BadBackup):
        making.restore(means.engine, means.store, means.setup, made.id)
    assert not Path(means.engine.url.database or "").exists()


@on_sqlite
def test_nothing_is_overwritten(here: Installation) -> None:
    made = making.create(here.means, OPENED)

    with pytest.raises(NotEmpty):
        making.restore(here.means.engine, here.means.store, here.means.setup, made.id)


@on_sqlite
def test_a_backup_whose_time_has_come_is_destroyed_key_first(here: Installation) -> None:
    made = making.create(here.means, OPENED)
    setup = here.means.setup

    early = shelf.expire(setup.backups, setup.backup_keys, made.expires_at - timedelta(seconds=1))
    late = shelf.expire(setup.backups, setup.backup_keys, made.expires_at)

    assert (early, late) == (0, 1)
    assert not [*setup.backups.iterdir(), *setup.backup_keys.iterdir()]
    with pytest.raises(UnknownBackup):
        shelf.find(setup.backups, setup.backup_keys, made.id)


@on_sqlite
def test_a_wrong_master_key_restores_nothing(here: Installation, tmp_path: Path) -> None:
    made = making.create(here.means, OPENED)
    means = emptied(here)
    wrong = FileMaster(tmp_path / "another")
    wrong.create()

    with pytest.raises(WrongMasterKey):
        making.restore(means.engine, KeyStore(tmp_path / "elsewhere", wrong), means.setup, made.id)

    assert not Path(means.engine.url.database or "").exists()


@on_sqlite
def test_on_a_blank_machine_the_data_keys_come_back_with_the_database(here: Installation, tmp_path: Path) -> None:
    made = making.create(here.means, OPENED)
    means = emptied(here)
    store = KeyStore(tmp_path / "elsewhere", FileMaster(tmp_path / "master"))

    making.restore(means.engine, store, means.setup, made.id)

    with reading(sessions_on(means.engine, store)) as session:
        assert len(session.scalars(select(OutboxContent)).all()) == 6


@on_sqlite
def test_a_ledger_older_than_the_backup_is_refused(here: Installation) -> None:
    assert destroy(here, open_and_agree(here))
    made = making.create(here.means, AFTER)
    means = emptied(here)
    shutil.rmtree(means.setup.ledger)

    with pytest.raises(OtherLedger, match="registre"):
        making.restore(means.engine, means.store, means.setup, made.id)


@on_sqlite
def test_a_backup_from_before_the_ledger_is_replayed_like_any_other(here: Installation) -> None:
    made = making.create(here.means, OPENED)
    assert (made.entries, made.head) == (0, "")
    assert destroy(here, open_and_agree(here))
    means = emptied(here)

    making.restore(means.engine, means.store, means.setup, made.id)

    assert replaying.replay(means, AFTER).removed == 9


@on_sqlite
def test_a_ledger_that_was_changed_stops_everything_and_says_where(here: Installation) -> None:
    assert destroy(here, open_and_agree(here))
    ledger = here.means.ledger
    ids = next(ledger.folder.glob("*.ids"))
    kept = ids.read_text()

    ids.write_text(kept.replace("scan_receipt", "scan_receipts", 1))
    with pytest.raises(DamagedLedger, match="entrée 1"):
        list(ledger.rows(ledger.entries()[0]))
    ids.write_text(kept)
    entry = next(ledger.folder.glob("*.json"))
    entry.write_text(entry.read_text().replace(CODE, "S2"))
    with pytest.raises(DamagedLedger, match="signée"):
        ledger.entries()


@pytest.mark.postgresql
@pytest.mark.slow
def test_a_role_that_is_no_superuser_copies_destroys_and_restores_and_says_what_it_may_not_do(
    tmp_path: Path, postgres: str
) -> None:
    name = f"vigie_test_{uuid4().hex[:12]}"
    with psycopg.connect(postgres, autocommit=True) as server:
        server.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'essai' NOSUPERUSER")
        server.execute(f"CREATE DATABASE {name} OWNER {name}")
    try:
        asked = make_url(postgres).set(username=name, password="essai", database=name)
        url = asked.render_as_string(hide_password=False)
        migrate(url)
        here = install(tmp_path, url)
        fill(here)
        backup = making.create(here.means, OPENED)
        identifier = open_and_agree(here)
        assert any(destroy(here, identifier) for _ in range(5))
        means = emptied(here)
        making.restore(means.engine, means.store, means.setup, backup.id)
        with reading(means.sessions) as session:
            shown = session.scalar(select(func.count()).select_from(Receipt))
        done = replaying.replay(means, AFTER)
        means.engine.dispose()
    finally:
        with psycopg.connect(postgres, autocommit=True) as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")
            server.execute(f"DROP ROLE {name}")

    assert (shown, done.removed, done.risen) == (6, 9, 0)
    proofs = sorted((tmp_path / "ledger" / "attestations").glob("*.json"))
    said = json.loads(proofs[0].read_text())["certificate"]["acts"][0]
    assert (said["database"]["statistics"], said["database"]["wal_switch"]) == (True, False)
    assert "fichiers des tables" not in said["verification"]["places"]
