"""Reading everything again: any remainder stops the certificate."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from governance.core.storage import reading
from governance.destruction.acting import canaries
from governance.destruction.acting.means import Done, Means, Work
from governance.destruction.acting.rows import count, find, going
from governance.destruction.rules import Remainder, Verification
from governance.destruction.tables import ErasureApplied

CHUNK = 1 << 24


def verify(means: Means, work: Work) -> Done:
    """Count again, look for the canaries in what can be read, try to unseal; raises Remainder."""
    found = look(means, work)
    if not found.is_clean:
        raise Remainder(
            f"Il reste {found.rows} ligne(s), {found.canaries} trace(s), {found.opened} valeur(s) qui s'ouvrent encore."
        )
    with means.sessions.begin() as session:
        if session.get(ErasureApplied, work.name) is None:
            removed = sum(work.entry(means).counts.values())
            session.add(ErasureApplied(entry=work.name, at=work.at, removed=removed))
    told = {"sought": found.sought, "tried": found.tried, "places": list(found.places)}
    return Done(before=sum(work.entry(means).counts.values()), after=0, told=told)


def look(means: Means, work: Work) -> Verification:
    """Return what is left, wherever it can be looked for."""
    kept = canaries.read(means, work)
    sealed = [one for one in kept if one.row is not None]
    with reading(means.sessions) as session:
        left = sum(count(session, rows, work.domain) for rows in going(work.held))
        left += _named(session, means, work)
    traces, places = _traces(means, [one.needle for one in kept], work)
    opened = sum(canaries.opens(means.store, one) for one in sealed)
    return Verification(left, traces, len(kept), opened, len(sealed), ("lignes recomptées", *places))


def _named(session: Session, means: Means, work: Work) -> int:
    """Return how many rows of the ledger are still there, looked for by their own identifiers."""
    entry, left = work.entry(means), 0
    wanted: dict[str, list[str]] = {}
    for table, identifier in means.ledger.rows(entry):
        wanted.setdefault(table, []).append(identifier)
    for table, identifiers in sorted(wanted.items()):
        key = find(table).identity()
        if len(key) == 1:
            left += sum(_present(session, key[0], part) for part in _parts(identifiers))
    return left


def _present(session: Session, column: object, identifiers: list[str]) -> int:
    asked = select(func.count()).where(column.in_(identifiers))  # type: ignore[attr-defined]
    return int(session.scalar(asked) or 0)


def _parts(identifiers: list[str], size: int = 5_000) -> Iterator[list[str]]:
    yield from (identifiers[start : start + size] for start in range(0, len(identifiers), size))


def _traces(means: Means, needles: list[bytes], work: Work) -> tuple[int, tuple[str, ...]]:
    if means.engine.dialect.name == "sqlite":
        base = Path(means.engine.url.database or "")
        files = [path for path in (base, base.with_name(base.name + "-wal")) if path.exists()]
        return sum(in_file(path, needles) for path in files), ("fichier de la base", "journal de la base (WAL)")
    return _on_server(means, needles, [rows.table.name for rows in going(work.held)])


def in_file(path: Path, needles: Iterable[bytes]) -> int:
    """Return how many of the values a file holds, read raw."""
    sought, seen = set(needles), set[bytes]()
    longest = max(map(len, sought), default=1)
    with path.open("rb") as file:
        tail = b""
        while chunk := file.read(CHUNK):
            block = tail + chunk
            seen |= {needle for needle in sought - seen if needle in block}
            tail = block[-longest:]
    return len(seen)


def _on_server(means: Means, needles: list[bytes], tables: list[str]) -> tuple[int, tuple[str, ...]]:
    found, places = 0, ["statistiques (pg_stats)"]
    with reading(means.sessions) as session:
        asked = text("SELECT concat_ws(' ', most_common_vals, histogram_bounds) FROM pg_stats WHERE tablename = :table")
        for table in tables:
            said = " ".join(one or "" for one in session.scalars(asked, {"table": table}))
            found += sum(needle.hex() in said or needle.decode("latin-1") in said for needle in needles)
    try:
        with reading(means.sessions) as session:
            raw = text("SELECT pg_read_binary_file(pg_relation_filepath(CAST(:table AS regclass)))")
            for table in tables:
                block = bytes(session.scalar(raw, {"table": f'"{table}"'}) or b"")
                found += sum(needle in block for needle in needles)
        places.append("fichiers des tables")
    except DBAPIError:  # only who runs the server may read its files: the certificate says that they were not read
        pass
    return found, tuple(places)
