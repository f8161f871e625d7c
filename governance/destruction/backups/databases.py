"""How each database is copied while it serves, and put back: SQLite's online backup, pg_dump and pg_restore."""

import errno
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import IO

from sqlalchemy import URL, Engine, inspect

from governance.core import private
from governance.core.refusals import Conflict, Unavailable

CHUNK = 1 << 20
DRAFT = ".en-cours"
FULL = "le disque est plein. Faites de la place, puis recommencez : rien n'est à moitié fait."
OTHERWISE = "vérifiez la place qui reste, sa version et les droits. Rien n'est à moitié fait."


class NotEmpty(Conflict):
    """Something is already there: a restore never overwrites."""


class NoCopy(Unavailable):
    """The database could not be copied, or put back."""


def copied(engine: Engine, folder: Path, identifier: str) -> Iterator[bytes]:
    """Yield a copy of the database as it is at one instant; raises NoCopy."""
    if engine.dialect.name == "sqlite":
        yield from _sqlite(Path(engine.url.database or ""), folder / f"{identifier}{DRAFT}")
        return
    yield from _dumped(engine.url)


def put_back(engine: Engine, blocks: Iterable[bytes]) -> None:
    """Put a copy back where nothing is; raises NotEmpty, NoCopy."""
    check_empty(engine)
    if engine.dialect.name == "sqlite":
        _file_back(Path(engine.url.database or ""), blocks)
    else:
        _restored(engine.url, blocks)


def check_empty(engine: Engine) -> None:
    """Refuse (NotEmpty) a database that holds something."""
    if engine.dialect.name == "sqlite":
        path = Path(engine.url.database or "")
        if path.exists() and path.stat().st_size:
            raise NotEmpty(f"Une base est déjà là ({path}) : mettez-la de côté, rien n'est écrasé.")
        return
    with engine.connect() as connection:
        if inspect(connection).get_table_names():
            raise NotEmpty("Cette base PostgreSQL a déjà des tables : donnez-en une vide, rien n'est écrasé.")


def sweep(folder: Path) -> None:
    """Blank and remove the copies that a death left in the clear."""
    for path in folder.glob(f"*{DRAFT}*"):
        drop(path)


def drop(path: Path) -> None:
    """Blank and remove a copy, if it is there."""
    with suppress(OSError):  # on a full disk, what was half written may not be written over: it goes all the same
        private.blank(path)
    path.unlink(missing_ok=True)


def _sqlite(path: Path, draft: Path) -> Iterator[bytes]:
    try:
        os.close(os.open(draft, os.O_CREAT | os.O_WRONLY, 0o600))
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(draft)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")
        with draft.open("rb") as file:
            while block := file.read(CHUNK):
                yield block
    except sqlite3.Error as error:
        full = f" : {FULL}" if "disk is full" in str(error) else "."
        raise NoCopy(f"La base SQLite ne peut pas être copiée{full}") from error
    finally:
        sweep(draft.parent)


def _file_back(path: Path, blocks: Iterable[bytes]) -> None:
    draft = path.with_name(path.name + DRAFT)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
            for block in blocks:
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        with closing(sqlite3.connect(draft)) as database:
            if database.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
                raise NoCopy("La copie de la base SQLite n'est pas entière.")
        for left in (path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
            left.unlink(missing_ok=True)
        private.replace(draft, path)
    except sqlite3.Error as error:
        raise NoCopy("La copie de la base SQLite n'est pas entière.") from error
    except OSError as error:
        why = FULL if error.errno == errno.ENOSPC else f"{type(error).__name__}, rien n'est à moitié fait."
        raise NoCopy(f"La base ne peut pas être écrite ({path}) : {why}") from error
    finally:
        drop(draft)


def _dumped(url: URL) -> Iterator[bytes]:
    command = [_tool("pg_dump"), "--format=custom", "--no-owner", "--enable-row-security", "--dbname", _bare(url)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=_secret(url)) as running:  # noqa: S603
        if running.stdout is None:
            raise NoCopy("pg_dump n'a pas de sortie.")
        while block := running.stdout.read(CHUNK):
            yield block
        if running.wait():
            raise NoCopy("pg_dump a échoué : vérifiez sa version et les droits.")


def _restored(url: URL, blocks: Iterable[bytes]) -> None:
    command = [
        _tool("pg_restore"), "--single-transaction", "--exit-on-error", "--no-owner", "--enable-row-security",
        "--dbname", _bare(url),
    ]  # fmt: skip
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(command, stdin=subprocess.PIPE, stderr=said, env=_secret(url)) as running,  # noqa: S603
    ):
        try:
            _fed(running.stdin, blocks)
        except BaseException:
            running.kill()  # in one transaction: nothing of it stays
            raise
        if running.wait():
            said.seek(0)
            told = said.read()
            is_full = any(words in told for words in (b"No space left", b"free disk space"))
            raise NoCopy(f"pg_restore a échoué : {FULL if is_full else OTHERWISE}")


def _fed(stdin: IO[bytes] | None, blocks: Iterable[bytes]) -> None:
    if stdin is None:
        raise NoCopy("pg_restore n'a pas d'entrée.")
    with suppress(BrokenPipeError):  # it gave up: its status says so
        for block in blocks:
            stdin.write(block)
    with suppress(BrokenPipeError):
        stdin.close()


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise NoCopy(f"{name} n'est pas installé : c'est le paquet postgresql-client.")
    return found


def _bare(url: URL) -> str:
    # The password goes by the environment: a command line is seen by every user of the machine.
    return url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)


def _secret(url: URL) -> dict[str, str]:
    said = {**os.environ, "PGOPTIONS": "-c vigie.sight=*"}
    return said if url.password is None else {**said, "PGPASSWORD": str(url.password)}
