"""A disk full, for real, while data are destroyed or put back: it is said, resumed, and nothing is half done."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from governance.core.sealed_rows import sessions_on
from governance.core.storage import connect, reading
from governance.destruction.acting.means import Means
from governance.destruction.backups import making
from governance.destruction.backups.databases import NoCopy, check_empty
from governance.destruction.rules import State
from governance.destruction.tables import Destruction, DestructionStep
from scanners.tables import Receipt
from tests.actions.destroying import (
    AFTER,
    CODE,
    OPENED,
    OTHER,
    Installation,
    destroy,
    fill,
    install,
    open_and_agree,
    receipts,
)
from tests.conftest import on_sqlite
from tests.faults import disks
from tests.faults.destruction_lives import carried_on, life
from tests.faults.recorder import acknowledged
from tests.faults.syscalls import straced

pytestmark = pytest.mark.slow
FULL = "Le disque est plein : faites de la place, l'étape sera reprise."
ROWS = 20_000  # that stay: what VACUUM copies
Place = Callable[[str], str]


@pytest.fixture
def disk() -> Iterator[Path]:
    """Give a small disk, which a database server of this machine sees too."""
    with TemporaryDirectory(prefix="vigie-disque-", ignore_cleanup_errors=True) as parent:
        Path(parent).chmod(0o755)
        with disks.small_disk(Path(parent) / "disque", "64m") as folder:
            yield folder


@pytest.fixture
def on_disk(disk: Path, database_url: str, request: pytest.FixtureRequest) -> Iterator[Place]:
    """Give how a database is put on that disk: a copy of the model, or an empty one."""
    sort = Sqlite(disk) if database_url.startswith("sqlite") else Server(disk, request.getfixturevalue("postgres"))
    yield lambda model: sort.place(model)
    sort.remove()


class Sqlite:
    """Files on the disk."""

    def __init__(self, disk: Path) -> None:
        self.disk = disk

    def place(self, model: str) -> str:
        """Put a copy of a model on the disk, or nothing, and return its address."""
        path = self.disk / f"{uuid4().hex}.sqlite"
        if model:
            shutil.copy(make_url(model).database or "", path)
        return f"sqlite:///{path}"

    def remove(self) -> None:
        """Leave the files to the disk, which goes."""


class Server:
    """Databases whose tables are in a tablespace on the disk."""

    def __init__(self, disk: Path, postgres: str) -> None:
        self.address = postgres
        self.space, self.made = f"petit_{uuid4().hex[:8]}", list[str]()
        folder = disk / "tables"
        folder.mkdir()
        try:
            shutil.chown(folder, "postgres")
            self._ask(f"CREATE TABLESPACE {self.space} LOCATION '{folder}'")
        except (LookupError, psycopg.Error):
            pytest.skip("the server has no tablespace on this machine")

    def place(self, model: str) -> str:
        """Put a copy of a model in the tablespace, or an empty database, and return its address."""
        name, template = f"vigie_test_{uuid4().hex[:12]}", make_url(model).database if model else "template0"
        self._ask(f"CREATE DATABASE {name} TEMPLATE {template} TABLESPACE {self.space}")
        self.made.append(name)
        return make_url(self.address).set(database=name).render_as_string(hide_password=False)

    def remove(self) -> None:
        """Drop everything."""
        for name in self.made:
            self._ask(f"DROP DATABASE {name} WITH (FORCE)")
        self._ask(f"DROP TABLESPACE {self.space}")

    def _ask(self, statement: str) -> None:
        with psycopg.connect(self.address, autocommit=True) as server:
            server.execute(statement)


def errors(here: Installation) -> dict[str, str]:
    with reading(here.sessions) as session:
        return {step.name: step.error for step in session.scalars(select(DestructionStep)) if step.error}


def state(here: Installation, identifier: str) -> str:
    with reading(here.sessions) as session:
        return session.get_one(Destruction, identifier).state


def count(means: Means, code: str) -> int:
    with reading(means.sessions) as session:
        return session.scalar(select(func.count()).select_from(Receipt).where(Receipt.convention == code)) or 0


def destroy_unless_busy(here: Installation, identifier: str) -> bool:
    """Carry an act on, again while somebody else's transaction on the server makes a step wait for its next turn."""
    for _ in range(20):
        if destroy(here, identifier):
            return True
        if not any("transaction en cours" in told for told in errors(here).values()):
            return False
    return False


def many_stay(here: Installation) -> None:
    with here.sessions.begin() as session:
        receipts(session, here.structure, OTHER, ROWS)


def test_a_disk_full_in_vacuum_stops_the_certificate_is_said_and_resumed(
    tmp_path: Path, database_url: str, disk: Path, on_disk: Place
) -> None:
    here = install(tmp_path, on_disk(database_url))
    fill(here, (CODE,))
    many_stay(here)
    identifier = open_and_agree(here)
    here.means.engine.dispose()  # SQLite's log goes back into its file: what is left free is for the act
    disks.fill(disk / "plein", but=1_200_000)

    stopped = destroy_unless_busy(here, identifier)
    during = (errors(here), state(here, identifier), count(here.means, OTHER))
    (disk / "plein").unlink()
    over = destroy_unless_busy(here, identifier)

    assert (stopped, during) == (False, ({"compact": FULL}, State.UNDERWAY, ROWS))
    assert (over, errors(here), state(here, identifier)) == (True, {}, State.DONE)
    assert (count(here.means, CODE), count(here.means, OTHER)) == (0, ROWS)
    here.means.engine.dispose()


def test_a_disk_full_during_a_restore_refuses_it_leaves_nothing_and_it_can_be_done_again(
    tmp_path: Path, database_url: str, disk: Path, on_disk: Place
) -> None:
    here = install(tmp_path, database_url)
    many_stay(here)
    backup = making.create(here.means, OPENED)
    fresh = connect(on_disk(""))
    means = replace(here.means, sessions=sessions_on(fresh, here.means.store))
    disks.fill(disk / "plein", but=400_000)

    with pytest.raises(NoCopy, match=r"le disque est plein.*rien n'est à moitié fait"):
        making.restore(fresh, means.store, means.setup, backup.id)
    check_empty(fresh)
    (disk / "plein").unlink()
    making.restore(fresh, means.store, means.setup, backup.id)

    assert count(means, OTHER) == ROWS
    fresh.dispose()
    here.means.engine.dispose()


@on_sqlite
def test_a_disk_full_where_the_ledger_lies_destroys_nothing_and_one_where_backups_lie_leaves_no_draft(
    tmp_path: Path, database_url: str, disk: Path
) -> None:
    here = install(tmp_path, database_url)
    fill(here, many=20)
    setup = replace(here.means.setup, ledger=disk / "ledger", backups=disk / "backups")
    here = replace(here, means=replace(here.means, setup=setup))
    identifier = open_and_agree(here)
    setup.ledger.mkdir()
    setup.backups.mkdir()
    disks.fill(disk / "plein")

    stopped, told = destroy(here, identifier), errors(here)
    with pytest.raises((NoCopy, OSError)):
        making.create(here.means, OPENED)
    drafts, keys = [*setup.backups.iterdir()], [*setup.backup_keys.iterdir()]
    held = count(here.means, CODE)
    (disk / "plein").unlink()

    assert (stopped, told, held) == (False, {"ledger": FULL}, 20)
    assert (drafts, keys) == ([], [])
    assert destroy(here, identifier)


@on_sqlite
@pytest.mark.skipif(shutil.which("strace") is None, reason="no strace: apt-get install strace")
def test_whatever_write_finds_the_disk_full_the_act_is_resumed_and_ends_complete(
    tmp_path: Path, database_url: str
) -> None:
    here = install(tmp_path, database_url)
    fill(here, many=20)
    identifier, calls = open_and_agree(here), ("pwrite64", "write", "ftruncate")
    here.means.engine.dispose()

    def work(tell: Callable[[str], None]) -> None:
        if carried_on(here, identifier, AFTER):
            tell("over")

    over = set[str]()
    for number in (1, 4, 30, 80, 150):
        options = ["-o", os.devnull, "-e", f"inject=pwrite64,write:error=ENOSPC:when={number}"]
        over |= {f"{number} {one}" for one in acknowledged(straced(work, options, calls))}
    ended = any(life(here, identifier, AFTER, None) for _ in range(3))

    assert (over, ended, state(here, identifier)) == (set(), True, State.DONE)
    assert (count(here.means, CODE), count(here.means, OTHER)) == (0, 20)
