"""Destruction: canaries left anywhere, time for a hundred thousand dossiers, deaths at random, a restore of yesterday.

`python benchmarks/destruction.py [canaries|speed|kills|restore]`; SQLite always, PostgreSQL when a server answers. The
opponent, in the same run, is what products without it do: `DELETE`, and nothing else.
"""

import os
import random
import sys
import time
from pathlib import Path
from uuid import uuid4

import psycopg
from sqlalchemy import delete, func, select

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks._destruction_outside import outside  # noqa: E402
from benchmarks._destruction_places import POSTGRES, databases_here, empty  # noqa: E402
from benchmarks._destruction_traces import SEALED, in_backup, left, tokens  # noqa: E402
from governance.core.sealed_rows import sessions_on  # noqa: E402
from governance.core.storage import connect, reading  # noqa: E402
from governance.destruction import replaying, selection  # noqa: E402
from governance.destruction.acting.means import Means  # noqa: E402
from governance.destruction.backups import making, shelf  # noqa: E402
from scanners.tables import Receipt  # noqa: E402
from tests.actions.destroying import (  # noqa: E402
    AFTER,
    CODE,
    OPENED,
    OTHER,
    Installation,
    destroy,
    fill,
    install,
    open_and_agree,
)
from tests.faults.destruction_lives import kill_until_done  # noqa: E402

CANARIES, DOSSIERS, KILLS = 1_000, 100_000, 100


def main() -> int:
    """Make the tables that are asked for, all of them by default."""
    asked = sys.argv[1:] or ["canaries", "speed", "kills", "restore"]
    for name in asked:
        {"canaries": canaries, "speed": speed, "kills": kills, "restore": restores}[name]()
    return 0


def canaries() -> None:
    """Count the canaries left in raw files, tables, statistics, log and backups: by DELETE alone, then by the act."""
    print(f"\n{CANARIES} canaris par sorte (1 en clair, {sum(len(c) for _, c in SEALED)} scellées) : encore lisibles")
    print(f"{'':<12}{'':<28}{'base, fichiers':>16}{'WAL':>8}{'pg_stats':>10}{'sauvegarde':>12}")
    for kind, where in databases_here():
        with where as (folder, url):
            here = install(folder, url)
            fill(here, (CODE, OTHER), many=CANARIES)
            needles = tokens(here)
            backup = making.create(here.means, OPENED)
            forget_by_delete_only(here)
            tell(kind, "DELETE seul (adversaire)", here, needles, backup)
        with where.again() as (folder, url):
            here = install(folder, url)
            fill(here, (CODE, OTHER), many=CANARIES)
            needles = tokens(here)
            backup = making.create(here.means, OPENED)
            with outside(here, CANARIES) as there:
                before = there.count()
                finish(there.here, open_and_agree(there.here, stores=there.stores))
                print(f"{kind:<12}{'autres lieux, avant → après':<28}{before} → {there.count()}")
            tell(kind, "destruction", here, needles, backup)
            recycle(here)
            shelf.expire(here.means.setup.backups, here.means.setup.backup_keys, backup.expires_at)
            tell(kind, "… sauvegardes échues", here, needles, backup)
            living = len(tokens(here, OTHER))
            print(f"{kind:<12}{'autre convention, scellées':<28}{living:>16} intactes")


def tell(kind: str, what: str, here: Installation, needles: set[bytes], backup: shelf.Backup) -> None:
    """Print what is left where."""
    base, log, stats = left(here, needles)
    print(f"{kind:<12}{what:<28}{base:>16}{log:>8}{stats:>10}{in_backup(here, needles, backup):>12}")


def finish(here: Installation, identifier: str) -> None:
    """Carry an act on as the job does, until it is over: another transaction of the server may hold a step back."""
    for _ in range(60):
        if destroy(here, identifier):
            return
        time.sleep(1)
    raise AssertionError("the act does not end")


def forget_by_delete_only(here: Installation) -> None:
    """Do what products without destruction do."""
    with here.sessions.begin() as session:
        for rows in selection.destroyed():
            session.execute(delete(rows.table).where(rows.mine(here.domain)))


def recycle(here: Installation) -> None:
    """Let a server's log be written over, as time does."""
    if here.means.engine.dialect.name == "sqlite":
        return
    with psycopg.connect(POSTGRES, autocommit=True) as server:
        for _ in range(12):
            server.execute("SELECT pg_switch_wal()")
            server.execute("CHECKPOINT")


def speed() -> None:
    """Time the destruction of a hundred thousand dossiers, step by step."""
    print(f"\n{DOSSIERS} dossiers (autant de lignes d'une autre convention restent)")
    for kind, where in databases_here():
        with where as (folder, url):
            here = install(folder, url)
            many(here, DOSSIERS)
            identifier = open_and_agree(here)
            started = time.perf_counter()
            finish(here, identifier)
            spent = time.perf_counter() - started
            with reading(here.sessions) as session:
                stay = session.scalar(select(func.count()).where(Receipt.convention == OTHER))
            print(f"{kind:<12}{spent:>8.1f} s   {DOSSIERS / spent:>10.0f} dossiers/s   restent {stay}")


def many(here: Installation, count: int) -> None:
    """Write receipts, and as many sealed messages, under two conventions."""
    for start in range(0, count, 5_000):
        with here.sessions.begin() as session:
            for code in (CODE, OTHER):
                session.execute(
                    Receipt.__table__.insert(),
                    [
                        {
                            "id": uuid4().hex, "at": OPENED, "structure": here.structure, "by": "essai",
                            "convention": code, "edition": 1, "outcome": "accepte", "body": {"n": number},
                            "signature": f"CANARI-recu-{code}-{start + number:06d}-signature",
                        }
                        for number in range(5_000)
                    ],
                )  # fmt: skip


def kills() -> None:
    """Kill destructions a hundred times at random instants: each ends complete, and its certificate is true."""
    print(f"\n{KILLS} SIGKILL à des instants tirés au sort")
    for kind, where in databases_here():
        chance, killed, rounds, bad = random.Random(8), 0, 0, 0
        while killed < KILLS:
            with where.again() as (folder, url):
                here = install(folder, url)
                fill(here, many=300)
                identifier = open_and_agree(here)
                killed += kill_until_done(here, identifier, AFTER, 12, 0.8, chance)
                rounds += 1
                with reading(here.sessions) as session:
                    asked = [select(func.count()).where(Receipt.convention == code) for code in (CODE, OTHER)]
                    counts = [session.scalar(one) for one in asked]
                newest = sorted((folder / "ledger" / "attestations").glob("*.json"))[-1]
                ids = " ".join(f"--ids={path}" for path in sorted((folder / "ledger").glob("*.ids")))
                status = os.system(f"{sys.executable} {ROOT}/tools/verify_certificate.py {newest} {ids} >/dev/null")
                bad += counts != [0, 300] or status != 0
        print(f"{kind:<12}{killed} morts, {rounds} destructions, {bad} incomplètes ou attestation fausse")


def restores() -> None:
    """Restore yesterday's backup after a destruction: nobody comes back."""
    print("\nRestauration de la sauvegarde de la veille, après destruction")
    for kind, where in databases_here():
        with where as (folder, url):
            here = install(folder, url)
            fill(here, many=CANARIES)
            backup = making.create(here.means, OPENED)
            finish(here, open_and_agree(here))
            here.means.engine.dispose()
            with where.again() as (_, blank):
                empty(blank)
                means = Means(sessions_on(connect(blank), here.means.store), here.means.setup)
                started = time.perf_counter()
                making.restore(means.engine, means.store, means.setup, backup.id)
                done = replaying.replay(means, AFTER)
                print(
                    f"{kind:<12}{done.removed} lignes détruites à nouveau, {done.risen} ressuscité, "
                    f"{time.perf_counter() - started:.1f} s"
                )
                means.engine.dispose()


if __name__ == "__main__":
    sys.exit(main())
