"""Carrying an act on: the steps that are ready are tried, each in its own transactions, until none is left."""

import errno
import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from sqlalchemy import Select, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from governance.core.domains import Domain
from governance.core.refusals import Refusal
from governance.core.storage import reading
from governance.destruction.acting import compacting, elsewhere, ending, keys, leftovers, rows, verifying
from governance.destruction.acting.means import Done, Means, Work
from governance.destruction.rules import Group, Remainder, State, StepState, ready
from governance.destruction.tables import Destruction, DestructionStep, LegalHold

Do = Callable[[Means, Work], Done]
ERROR_LIMIT = 300
DISK_FULL = "53100"  # PostgreSQL; SQLite says it in words
FULL = "Le disque est plein : faites de la place, l'étape sera reprise."

FIXED: Mapping[str, tuple[Group, Do]] = {
    "ledger": (Group.LEDGER, rows.write_ledger),
    "keys": (Group.KEYS, keys.destroy_keys),
    "old-master": (Group.ELSEWHERE, keys.check_old_master),
    "temporary": (Group.ELSEWHERE, leftovers.sweep),
    "compact": (Group.ELSEWHERE, compacting.compact),
    "verify": (Group.VERIFY, verifying.verify),
    "certificate": (Group.CERTIFICATE, ending.certify),
}


def begin(session: Session, row: Destruction, at: datetime) -> None:
    """Write the steps of the next act of a destruction; the caller commits."""
    row.act, row.state, row.started_at = row.act + 1, State.UNDERWAY.value, row.started_at or at
    domain = Domain(row.structure_id, row.convention)
    work = Work(row.id, row.act, domain, held_tables(session, domain), at)
    stores = [store.id for store in elsewhere.stores_of(session, work) if store.kind not in elsewhere.AFTERWARDS]
    names = [
        ("ledger", Group.LEDGER),
        *((f"rows:{one.table.name}", Group.ROWS) for one in rows.going(work.held)),
        ("keys", Group.KEYS),
        *((f"store:{identifier}", Group.ELSEWHERE) for identifier in stores),
        *((name, FIXED[name][0]) for name in ("old-master", "temporary", "compact", "verify", "certificate")),
    ]
    for rank, (name, group) in enumerate(names, 1):
        session.add(
            DestructionStep(
                destruction_id=row.id, act=row.act, name=name, structure_id=row.structure_id,
                convention=row.convention, rank=rank, group=group.value, state=StepState.WAITING.value, attempts=0,
                told={},
            )
        )  # fmt: skip


def carry_on(means: Means, identifier: str, at: datetime) -> bool:
    """Do what is ready of a destruction, and say whether its act is over; what fails waits for the next call."""
    with means.alone():
        while True:
            work, names = _ready(means, identifier, at)
            if not names:
                return True
            if False in [_tried(means, work, name) for name in names]:  # one that fails stops no other
                return False


def underway(session: Session) -> tuple[str, ...]:
    """Return the destructions whose act is not over, the first begun first."""
    asked = select(Destruction.id).where(Destruction.state == State.UNDERWAY.value)
    return tuple(session.scalars(asked.order_by(Destruction.started_at, Destruction.id)))


def held_tables(session: Session, domain: Domain) -> frozenset[str]:
    """Return the tables that holds keep."""
    asked = select(LegalHold.tables).where(
        LegalHold.structure_id == domain.structure,
        LegalHold.convention == domain.convention,
        LegalHold.released_at.is_(None),
    )
    return frozenset(table for tables in session.scalars(asked) for table in tables)


def _ready(means: Means, identifier: str, at: datetime) -> tuple[Work, tuple[str, ...]]:
    with reading(means.sessions) as session:
        row = session.get_one(Destruction, identifier)
        domain = Domain(row.structure_id, row.convention)
        steps = session.scalars(_steps(row.id, row.act)).all()
        going = {step.name.removeprefix("rows:") for step in steps if step.name.startswith("rows:")}
        held = frozenset(one.table.name for one in rows.going(frozenset())) - going
        work = Work(row.id, row.act, domain, held, at)
        if row.state != State.UNDERWAY.value:
            return work, ()
        return work, ready([(step.name, Group(step.group), StepState(step.state)) for step in steps])


def _steps(identifier: str, act: int) -> Select[DestructionStep]:
    return (
        select(DestructionStep)
        .where(DestructionStep.destruction_id == identifier, DestructionStep.act == act)
        .order_by(DestructionStep.rank)
    )


def _tried(means: Means, work: Work, name: str) -> bool:
    try:
        done = _do(name)(means, work)
    except Remainder as refusal:
        _failed(means, work, name, refusal.message)
        if name == "verify":
            _again(means, work)
    except Refusal as refusal:
        _failed(means, work, name, refusal.message)
    except (DBAPIError, sqlite3.Error) as error:
        _failed(means, work, name, _cause(error))
    except OSError as error:
        told = f"Lecture ou écriture impossible ({type(error).__name__}, {error.errno})."
        _failed(means, work, name, FULL if error.errno == errno.ENOSPC else told)
    else:
        _noted(means, work, name, done)
        return True
    return False


def _do(name: str) -> Do:
    kind, _, what = name.partition(":")
    if kind == "rows":
        return partial(_called, rows.delete_rows, what)
    if kind == "store":
        return partial(_called, elsewhere.empty, what)
    return FIXED[name][1]


def _called(do: Callable[[Means, Work, str], Done], what: str, means: Means, work: Work) -> Done:
    return do(means, work, what)


def _noted(means: Means, work: Work, name: str, done: Done) -> None:
    with means.sessions.begin() as session:
        row = session.get_one(DestructionStep, (work.destruction, work.act, name))
        row.state, row.ended_at, row.tried_at, row.error = StepState.DONE.value, work.at, work.at, None
        row.attempts += 1
        row.before, row.after, row.told = done.before, done.after, dict(done.told)


def _failed(means: Means, work: Work, name: str, why: str) -> None:
    with means.sessions.begin() as session:
        row = session.get_one(DestructionStep, (work.destruction, work.act, name))
        row.state, row.tried_at, row.error = StepState.FAILED.value, work.at, why[:ERROR_LIMIT]
        row.attempts += 1


def _again(means: Means, work: Work) -> None:
    """Begin another act when rows came meanwhile, which the ledger has to name too; else rewrite the database again."""
    with means.sessions.begin() as session:
        row = session.get_one(Destruction, work.destruction, with_for_update=True)
        left = sum(rows.count(session, one, work.domain) for one in rows.going(work.held))
        newest = session.scalar(
            select(func.max(DestructionStep.act)).where(DestructionStep.destruction_id == work.destruction)
        )
        if left and row.act == newest:
            begin(session, row, work.at)
            return
        step = session.get_one(DestructionStep, (work.destruction, work.act, "compact"))
        step.state, step.ended_at = StepState.WAITING.value, None


def _cause(error: DBAPIError | sqlite3.Error) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    told = str(cause)
    if getattr(cause, "sqlstate", None) == DISK_FULL or "disk is full" in told:
        return FULL
    if "locked" in told or "lock timeout" in told:
        return "La base est occupée : l'étape sera reprise."
    return f"La base refuse cette étape ({type(cause).__name__})."
