"""What a database keeps of deleted rows: pages, log, statistics; rewritten, and said where it is not allowed."""

from collections.abc import Iterable

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from governance.core.refusals import Unavailable
from governance.destruction import statistics
from governance.destruction.acting.means import Done, Means, Work
from governance.destruction.acting.rows import going
from governance.destruction.seen_rows import StillRead, wait

# Two segments are always kept ahead: after three switches nothing of before is left in them (RELIABILITY, 3(b)).
SWITCHES = 3
BUSY_MS = 10_000

_OWNS = text(
    "SELECT pg_has_role(datdba, 'USAGE') OR current_setting('is_superuser') = 'on' "
    "FROM pg_database WHERE datname = current_database()"
)


def compact(means: Means, work: Work) -> Done:
    """Have the database forget what it deleted; raises StillRead, and DBAPIError on a full disk."""
    engine = means.engine
    if engine.dialect.name == "sqlite":
        return Done(told=_sqlite(engine))
    return Done(told=_postgresql(engine, [rows.table.name for rows in going(work.held)]))


def _sqlite(engine: Engine) -> dict[str, object]:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        raw = connection.connection.driver_connection
        if raw is None or raw.execute("PRAGMA secure_delete").fetchone()[0] != 1:
            raise Unavailable("La base SQLite n'efface pas ce qu'elle supprime (secure_delete).")
        raw.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        _checkpoint(raw)
        raw.execute("VACUUM")
        _checkpoint(raw)
    return {"secure_delete": True, "checkpoint": True, "vacuum": True}


def _checkpoint(raw: object) -> None:
    # A reader makes it return busy=1 and every row stay: the answer is what counts (measured: 1,000 of 1,000 stayed).
    busy, _, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()  # type: ignore[attr-defined]
    if busy:
        raise StillRead("Une lecture en cours retient le journal de la base : l'étape sera reprise.")


def _postgresql(engine: Engine, tables: Iterable[str]) -> dict[str, object]:
    quoted = [engine.dialect.identifier_preparer.quote(name) for name in tables]
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        wait(connection)
        for name in quoted:
            connection.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {name}")
            statistics.forget(connection, name)
    told: dict[str, object] = {"vacuum_full": True, "analyze": True}
    # Refused, VACUUM only warns: who does not own the database must not say that it was done.
    told["statistics"] = _owns(engine) and _allowed(engine, ("VACUUM FULL pg_catalog.pg_statistic",))
    told["wal_switch"] = _allowed(engine, ("SELECT pg_switch_wal()", "CHECKPOINT") * SWITCHES)
    return told


def _owns(engine: Engine) -> bool:
    with engine.connect() as connection:
        return bool(connection.scalar(_OWNS))


def _allowed(engine: Engine, statements: Iterable[str]) -> bool:
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
    except DBAPIError as error:
        if statistics.passes(error):
            raise
        return False  # what the server lets its owner do, it does not let the service: the certificate says so
    return True
