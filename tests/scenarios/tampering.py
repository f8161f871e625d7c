"""Attacks on a trail: nine kinds, three attackers; each is tried in a transaction that is rolled back."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from governance.core.keys import Keys
from governance.core.trail import chain, checkpoints, record, signing
from governance.core.trail.checkpoints import Checkpoint
from governance.core.trail.merkle import Frontier
from governance.core.trail.report import Report
from governance.core.trail.sealing import sealing_key
from governance.core.trail.tables import TrailCheckpoint, TrailEntry, TrailSeal
from governance.core.trail.verifying import verify

OURS = Keys(b"le secret du service, 32 octets.")
THEIRS = Keys(b"un autre secret, de 32 octets...")

_TABLES = ("trail_entry", "trail_seal", "trail_checkpoint")


@dataclass
class Line:
    """An entry and its seal, as a database holds them."""

    entry: dict[str, Any] | None
    seal: dict[str, Any] | None


Lines = list[Line]
Attack = Callable[[Lines, Random], Lines]


def edit_entry(lines: Lines, random: Random) -> Lines:
    """Change one column of an entry."""
    entry = random.choice(lines).entry
    column = random.choice(["at", "actor", "role", "structure", "action", "subject", "details", "salt"])
    entry[column] = _other(column, entry[column], random)
    return lines


def edit_seal(lines: Lines, random: Random) -> Lines:
    """Change one column of a seal."""
    seal = random.choice(lines).seal
    column = random.choice(["sealed_at", "leaf", "seal", "entry_id"])
    seal[column] = _other(column, seal[column], random)
    return lines


def delete_entry(lines: Lines, random: Random) -> Lines:
    """Delete an entry and leave its seal, as a pruning would."""
    random.choice(lines).entry = None
    return lines


def delete_line(lines: Lines, random: Random) -> Lines:
    """Delete an entry with its seal, and close the ranks or not."""
    del lines[random.randrange(len(lines) - 1)]
    return _closed(lines) if random.random() < 0.5 else lines


def insert(lines: Lines, random: Random) -> Lines:
    """Slip a line in between two others."""
    made = deepcopy(random.choice(lines))
    made.entry["id"] = made.seal["entry_id"] = 10_000 + random.randrange(1000)
    made.entry["actor"] = "quelqu-un"
    made.seal["leaf"] = chain.leaf(SimpleNamespace(**made.entry))
    lines.insert(random.randrange(len(lines)), made)
    return _closed(lines)


def swap(lines: Lines, random: Random) -> Lines:
    """Exchange two lines, or what two entries say."""
    one, two = random.sample(range(len(lines)), 2)
    if random.random() < 0.5:
        lines[one], lines[two] = lines[two], lines[one]
        return _closed(lines)
    first, second = lines[one].entry, lines[two].entry
    first["id"], second["id"] = second["id"], first["id"]
    return lines


def replace_entry(lines: Lines, random: Random) -> Lines:
    """Write over an entry what another says."""
    one, two = random.sample(range(len(lines)), 2)
    lines[one].entry = {**lines[two].entry, "id": lines[one].entry["id"]}
    return lines


def truncate(lines: Lines, random: Random) -> Lines:
    """Cut the end."""
    return lines[: random.randrange(1, len(lines))]


def wipe(lines: Lines, random: Random) -> Lines:
    """Delete everything."""
    return []


ATTACKS: tuple[Attack, ...] = (
    edit_entry, edit_seal, delete_entry, delete_line, insert, swap, replace_entry, truncate, wipe,
)  # fmt: skip


class Attacker:
    """What is done of the stored seals and checkpoints once the lines were attacked."""

    def __init__(self, keys: Keys | None) -> None:
        self._keys = keys

    def cover(self, lines: Lines, points: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Leave the seals, or make them all again; return the checkpoints that do not betray the attack."""
        if self._keys is not None:
            self._seal(lines)
        held = [point for point in points if point["position"] <= len(lines)]
        return held if self._keys is None else [self._signed(point, lines) for point in held]

    def _seal(self, lines: Lines) -> None:
        lines[:] = [line for line in lines if line.entry is not None and line.seal is not None]
        previous, key = chain.GENESIS, sealing_key(self._keys)
        for position, line in enumerate(lines, 1):
            entry, seal = line.entry, line.seal
            leaf = chain.leaf(SimpleNamespace(**entry))
            previous = chain.seal(key, previous, position, entry["id"], seal["sealed_at"], leaf)
            seal.update(position=position, entry_id=entry["id"], leaf=leaf, seal=previous)

    def _signed(self, point: Mapping[str, Any], lines: Lines) -> dict[str, Any]:
        tree = Frontier()
        for line in lines[: point["position"]]:
            tree.add(line.seal["leaf"])
        if not tree.size:
            return dict(point)
        made = Checkpoint(point["at"], tree.size, tree.root(), lines[tree.size - 1].seal["seal"])
        told = {"position": tree.size, "body": made.body(), "signature": checkpoints.sign(self._keys, made)}
        return {**point, **told, "peaks": b"".join(tree.peaks)}


ATTACKERS: Mapping[str, Attacker] = {
    "brut": Attacker(None),  # writes in the database, and no more
    "recalcul": Attacker(THEIRS),  # makes every seal and checkpoint again, without the secret of the service
    "initié": Attacker(OURS),  # holds the secret of the service too
}


@dataclass(frozen=True)
class Ground:
    """A sealed trail, and the last checkpoint, kept outside."""

    sessions: sessionmaker[Session]
    outside: Checkpoint

    def tried(self, attack: Attack, attacker: Attacker, random: Random) -> tuple[Report, Report]:
        """Return what a verification says after an attack: without the outside checkpoint, and with it."""
        with self.attacked(attack, attacker, random) as session:
            return verify(session, OURS), verify(session, OURS, [self.outside])

    @contextmanager
    def attacked(self, attack: Attack, attacker: Attacker, random: Random) -> Iterator[Session]:
        """Give a session in which an attack took place; nothing of it stays."""
        with self.sessions() as session:
            lines, points = _read(session)
            attacked = deepcopy(lines)
            while attacked == lines:  # a change that the attacker's own repairs undo is none
                attacked = attack(deepcopy(lines), random)
                held = attacker.cover(attacked, points)
            _disarm(session)
            _write(session, attacked, held)
            yield session
            session.rollback()


def ground(sessions: sessionmaker[Session], at: datetime, size: int = 60) -> Ground:
    """Write, seal and sign a trail with three checkpoints; the last covers everything."""
    for start in range(0, size, size // 3):
        with sessions.begin() as session:
            for number in range(start, start + size // 3):
                record(
                    session, f"acte.{number % 7}", f"sujet{number}", by=f"personne{number % 5}", structure="ici",
                    at=at + timedelta(minutes=number), count=number, kind="essai",
                )  # fmt: skip
            session.flush()
            last = signing.make(session, OURS, at + timedelta(minutes=start + size // 3))
            kept = checkpoints.check(last.body, last.signature, checkpoints.public_key(OURS))
    return Ground(sessions, kept)


@contextmanager
def disarmed(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """Give a session in which the tables of the trail no longer refuse anything: an attacker owns the database."""
    with sessions.begin() as session:
        _disarm(session)
        yield session


def _disarm(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        for table in _TABLES:
            session.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        return
    names = session.scalars(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'trail%'"))
    for name in names.all():
        session.execute(sa.text(f"DROP TRIGGER {name}"))


def _read(session: Session) -> tuple[Lines, list[dict[str, Any]]]:
    entries = {row.id: dict(row._mapping) for row in session.execute(sa.select(TrailEntry.__table__))}
    seals = session.execute(sa.select(TrailSeal.__table__).order_by(TrailSeal.position))
    lines = [Line(entries[row.entry_id], dict(row._mapping)) for row in seals]
    points = session.execute(sa.select(TrailCheckpoint.__table__).order_by(TrailCheckpoint.id))
    return lines, [dict(row._mapping) for row in points]


def _write(session: Session, lines: Lines, points: list[dict[str, Any]]) -> None:
    for table in (TrailEntry, TrailSeal, TrailCheckpoint):
        session.execute(sa.delete(table))
    rows = {
        TrailEntry: [line.entry for line in lines if line.entry is not None],
        TrailSeal: [line.seal for line in lines if line.seal is not None],
        TrailCheckpoint: points,
    }
    for table, values in rows.items():
        if values:
            session.execute(sa.insert(table), values)
    session.expire_all()


def _closed(lines: Lines) -> Lines:
    for position, line in enumerate(lines, 1):
        line.seal["position"] = position
    return lines


def _other(column: str, value: Any, random: Random) -> Any:
    if isinstance(value, datetime):
        return value + random.choice([-1, 1]) * timedelta(seconds=random.randrange(1, 10**6))
    if isinstance(value, bytes):
        position = random.randrange(len(value))
        return value[:position] + bytes([value[position] ^ 1 << random.randrange(8)]) + value[position + 1 :]
    if isinstance(value, dict):
        return {**value, "count": value["count"] + random.randrange(1, 9)}
    if isinstance(value, int):
        return value + 1_000 + random.randrange(1000)
    return "role" if value is None else f"{value[:20]}{os.urandom(3).hex()}"
