"""The trail taken out: JSON Lines that anyone can verify, CSV that anyone can read."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.core.clock import PARIS
from governance.core.keys import Keys
from governance.core.trail import chain, checkpoints
from governance.core.trail.lines import Line, Unread, lines
from governance.core.trail.merkle import Tree
from governance.core.trail.tables import TrailCheckpoint, TrailSeal
from governance.trail.queries import stamp_of

FORMAT = "vigie-trail-export/1"
COLUMNS = ("rang", "date et heure (Paris)", "action", "intitulé", "acteur", "nom", "rôle", "sujet", "détails")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def proven(session: Session, keys: Keys, rows: Iterable[Any], point: TrailCheckpoint | None) -> Iterator[str]:
    """Give an extract: a line each entry, with its path to the root of the checkpoint (RFC 6962).

    An entry that the checkpoint does not cover has no path.
    """
    yield _line(_header(session, keys, point, is_complete=False))
    size = 0 if point is None else point.position
    tree = Tree(_leaves(session, size))
    for row in rows:
        path = None
        if row.position is not None and row.position <= size:
            path = [one.hex() for one in tree.proof(row.position - 1)]
        yield _line({"position": row.position, "entry": chain.content(row), "proof": path})


def complete(session: Session, keys: Keys, point: TrailCheckpoint | None) -> Iterator[str]:
    """Give the whole trail, a line each rank: its entry, or the hash alone of one that was pruned."""
    yield _line(_header(session, keys, point, is_complete=True))
    for line in lines(session):
        yield _line({"position": line.position, **_told(line)})


def table(rows: Iterable[Any], acts: Mapping[str, str], names: Mapping[str, str]) -> Iterator[str]:
    """Give the entries as CSV for a spreadsheet: semicolons, Paris time, nothing that it would take for a formula."""
    yield "\ufeff" + _csv(COLUMNS)
    for row in rows:
        yield _csv(
            (
                row.position, row.at.astimezone(PARIS).isoformat(sep=" ", timespec="seconds"), row.action,
                acts.get(row.action, ""), row.actor, names.get(row.actor, ""), row.role or "", row.subject,
                json.dumps(row.details, ensure_ascii=False, sort_keys=True),
            )
        )  # fmt: skip


def _told(line: Line | Unread) -> dict[str, Any]:
    if isinstance(line, Unread):
        return {"unreadable": True}
    return {"leaf": line.leaf.hex()} if line.id is None else {"entry": chain.content(line)}


def _header(session: Session, keys: Keys, point: TrailCheckpoint | None, is_complete: bool) -> dict[str, Any]:
    signed = None
    if point is not None:
        public, stamp = checkpoints.public_key(keys), stamp_of(session, point.id)
        signed = json.loads(checkpoints.document(point.body, point.signature, public, stamp))
    return {"export": FORMAT, "complete": is_complete, "point": signed}


def _leaves(session: Session, size: int) -> list[bytes]:
    wanted = select(TrailSeal.leaf).where(TrailSeal.position <= size).order_by(TrailSeal.position)
    return list(session.scalars(wanted))


def _line(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def _csv(cells: Iterable[Any]) -> str:
    held = io.StringIO()
    csv.writer(held, delimiter=";").writerow([_harmless(cell) for cell in cells])
    return held.getvalue()


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
