"""Where the benchmarks of destruction make their databases: files, and a PostgreSQL server when one answers."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from sqlalchemy.engine import make_url

from app.schema import migrate

POSTGRES = os.environ.get("VIGIE_TEST_POSTGRES", "postgresql://root@127.0.0.1/postgres")


def empty(url: str) -> None:
    """Make a place where nothing is."""
    if url.startswith("sqlite"):
        for path in Path(make_url(url).database or "").parent.glob("vigie.sqlite*"):
            path.unlink()
        return
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("DROP SCHEMA public CASCADE")
        server.execute("CREATE SCHEMA public")


class Place:
    """Where a database is made, as often as it is asked."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._open: list[Any] = []

    def again(self) -> "Place":
        """Return another place of the same kind."""
        return Place(self.kind)

    def __enter__(self) -> tuple[Path, str]:
        made = self._made()
        self._open.append(made)
        return made.__enter__()

    def __exit__(self, *said: object) -> None:
        self._open.pop().__exit__(*said)

    @contextmanager
    def _made(self) -> Iterator[tuple[Path, str]]:
        with tempfile.TemporaryDirectory() as name:
            folder, base = Path(name), f"vigie_bench_{uuid4().hex[:10]}"
            if self.kind == "SQLite":
                url = f"sqlite:///{folder / 'vigie.sqlite'}"
                migrate(url, lambda: None)  # type: ignore[arg-type, return-value]
                yield folder, url
                return
            with psycopg.connect(POSTGRES, autocommit=True) as server:
                server.execute(f"CREATE DATABASE {base}")
            url = make_url(POSTGRES).set(database=base).render_as_string(hide_password=False)
            migrate(url, lambda: None)  # type: ignore[arg-type, return-value]
            try:
                yield folder, url
            finally:
                with psycopg.connect(POSTGRES, autocommit=True) as server:
                    server.execute(f"DROP DATABASE {base} WITH (FORCE)")


def databases_here() -> Iterator[tuple[str, Place]]:
    """Yield the databases that can be tried here."""
    yield "SQLite", Place("SQLite")
    try:
        psycopg.connect(POSTGRES, connect_timeout=3).close()
    except psycopg.OperationalError:
        print("PostgreSQL : aucun serveur (VIGIE_TEST_POSTGRES)")
        return
    if shutil.which("pg_dump"):
        yield "PostgreSQL", Place("PostgreSQL")
