"""The end of an act: what was done is gathered, tied to the trail, signed and kept, inside and outside the database."""

import json
from collections.abc import Sequence
from typing import Any

import rfc8785
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.conventions.queries import find_convention
from governance.core import private, trail
from governance.core.fates import Kept
from governance.core.refusals import Refusal
from governance.core.storage import reading
from governance.core.trail import signing, stamping
from governance.core.trail.tables import TrailCheckpoint
from governance.destruction import certificates, selection
from governance.destruction.acting import canaries
from governance.destruction.acting.means import Done, Means, Setup, Work
from governance.destruction.backups import shelf
from governance.destruction.rules import State, StepState
from governance.destruction.stores.rules import CONNECTED, Kind
from governance.destruction.tables import (
    ArchivesSlip,
    Destruction,
    DestructionCertificate,
    DestructionConsent,
    DestructionStep,
    ExternalStore,
    LegalHold,
)
from governance.people.tables import Structure

JOB, STEP = "service", "certificate"


def certify(means: Means, work: Work) -> Done:
    """Sign what was done, record it in the trail, forget what served to verify; the ledger marks the act as over."""
    canaries.forget(means, work)  # both before the act is over in the database: cut after it, nobody would come back
    mark_over(means, work)
    with means.sessions.begin() as session:
        row = session.get_one(Destruction, work.destruction, with_for_update=True)
        row.destroyed_at = work.at
        row.state = State.HELD.value if work.held else State.DONE.value
        told = {"count": sum(work.entry(means).counts.values()), "acts": work.act, "convention": row.convention}
        trail.record(session, "data.destroyed", row.id, by=JOB, structure=row.structure_id, at=work.at, **told)
        kind = certificates.PARTIAL if work.held else certificates.PROVISIONAL
        made = issue(session, means.setup, row, kind, work.at)
        done = Done(told={"number": made.number, "state": made.state})
        step = session.get_one(DestructionStep, (work.destruction, work.act, STEP))
        step.state, step.ended_at, step.told = StepState.DONE.value, work.at, dict(done.told)
    stamp(means)
    return done


def issue(session: Session, setup: Setup, row: Destruction, state: str, at: Any) -> DestructionCertificate:
    """Sign a certificate of a destruction as it stands, keep it, and put its file beside the ledger."""
    session.flush()
    point = signing.make(session, setup.keys, at)
    body = _body(session, setup, row, state, at) | {"trail": None if point is None else _point(point)}
    last = _latest(session, row.id)
    body["previous"] = None if last is None else certificates.digest(last.body)
    made = DestructionCertificate(
        destruction_id=row.id, number=1 if last is None else last.number + 1, structure_id=row.structure_id,
        convention=row.convention, state=state, at=at, body=body, signature=certificates.sign(setup.keys, body),
    )  # fmt: skip
    session.add(made)
    session.flush()
    write_file(setup, made)
    return made


def stamp(means: Means) -> int:
    """Have the certificates that are not time-stamped be, and return how many were; the authority may be away.

    Asked outside any transaction. A certificate does not wait for it: the job of the night asks again.
    """
    authority, count = means.setup.authority, 0
    if authority is None:
        return 0
    with reading(means.sessions) as session:
        asked = select(DestructionCertificate).where(DestructionCertificate.stamp.is_(None))
        waiting = session.scalars(asked.order_by(DestructionCertificate.at, DestructionCertificate.number)).all()
        bodies = {(one.destruction_id, one.number): rfc8785.dumps(one.body) for one in waiting}
    for key, body in bodies.items():
        try:
            answer = stamping.ask(authority, body)
        except Refusal:
            break
        with means.sessions.begin() as session:
            made = session.get_one(DestructionCertificate, key)
            made.stamp, count = answer, count + 1
            write_file(means.setup, made)
    return count


def write_file(setup: Setup, made: DestructionCertificate) -> None:
    """Keep a certificate outside the database too: a restored one may be older than it."""
    document = certificates.document(setup.keys, made.body, made.signature, made.stamp)
    path = setup.ledger / "attestations" / f"{made.destruction_id}-{made.number}.json"
    private.write(path, json.dumps(document, indent=1, ensure_ascii=False).encode())


def mark_over(means: Means, work: Work) -> None:
    """Say, outside the database, that an act is over: a database that does not know it is an old one."""
    private.write(means.setup.ledger / f"{work.entry(means).stem}.fini", work.at.isoformat().encode())


def _latest(session: Session, identifier: str) -> DestructionCertificate | None:
    asked = select(DestructionCertificate).where(DestructionCertificate.destruction_id == identifier)
    return session.scalars(asked.order_by(DestructionCertificate.number.desc()).limit(1)).one_or_none()


def _point(row: TrailCheckpoint) -> dict[str, Any]:
    return {"checkpoint": row.body, "signature": row.signature}


def _body(session: Session, setup: Setup, row: Destruction, state: str, at: Any) -> dict[str, Any]:
    held = shelf.holding(setup.backups, setup.backup_keys, row.destroyed_at)
    return {
        "format": certificates.FORMAT,
        "id": row.id,
        "state": state,
        "issued_at": _said(at),
        **_about(session, row),
        "acts": [_act(session, row, number) for number in range(1, row.act + 1)],
        "stores": [_store(one) for one in _all(session, ExternalStore, row)],
        "kept": _kept(),
        "gates": row.gates,
        "archives": _slip(session, row),
        "holds": [_hold(one) for one in _all(session, LegalHold, row)],
        "persons": _persons(session, row),
        "backups": [{"id": one.id, "at": _said(one.at), "expires_at": _said(one.expires_at)} for one in held],
        "other_backups_days": setup.others.days,
    }


def _about(session: Session, row: Destruction) -> dict[str, Any]:
    structure = session.get_one(Structure, row.structure_id)
    clause = find_convention(session, row.convention, row.structure_id).on(row.ended_on).rule("S3r")
    return {
        "structure": {"id": structure.id, "name": structure.name},
        "convention": {"code": row.convention, "article": clause.article or "", "quote": clause.quote or ""},
        "ended_on": row.ended_on.isoformat(),
        "opened_at": _said(row.opened_at),
        "started_at": _said(row.started_at),
        "destroyed_at": _said(row.destroyed_at),
    }


def _act(session: Session, row: Destruction, number: int) -> dict[str, Any]:
    steps = session.scalars(
        select(DestructionStep)
        .where(DestructionStep.destruction_id == row.id, DestructionStep.act == number)
        .order_by(DestructionStep.rank)
    ).all()
    told = {step.name: step.told for step in steps}
    tables = {
        step.name.removeprefix("rows:"): {"before": step.before, "after": step.after}
        for step in steps
        if step.name.startswith("rows:") and step.before is not None
    }
    return {
        "number": number,
        "entry": told["ledger"].get("entry"),
        "root": told["ledger"].get("root"),
        "tables": tables,
        "keys": told.get("keys", {}),
        "old_master": told.get("old-master", {}),
        "temporary": told.get("temporary", {}),
        "database": told.get("compact", {}),
        "verification": told.get("verify", {}),
        "attempts": {step.name: step.attempts for step in steps if step.attempts > 1},
    }


def _all(session: Session, kind: Any, row: Destruction) -> Sequence[Any]:
    begins = kind.declared_at if kind is ExternalStore else kind.set_at
    asked = select(kind).where(kind.structure_id == row.structure_id, kind.convention == row.convention)
    return session.scalars(asked.order_by(begins, kind.id)).all()


def _store(one: ExternalStore) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "connected": Kind(one.kind) in CONNECTED,
        "before": one.before,
        "after": one.after,
        "emptied_at": _said(one.emptied_at),
        "attested_at": _said(one.attested_at),
        "attested_by": one.attested_by,
        "attestation_sha256": one.attestation_sha256,
    }


def _kept() -> list[dict[str, str]]:
    fates = ((rows.table.name, rows.fate) for rows in selection.tables())
    kept = [(name, fate.during, fate.article) for name, fate in fates if isinstance(fate, Kept)]
    return [{"table": name, "during": during, "article": article} for name, during, article in sorted(kept)]


def _slip(session: Session, row: Destruction) -> dict[str, Any] | None:
    one = session.scalars(select(ArchivesSlip).where(ArchivesSlip.destruction_id == row.id)).one_or_none()
    if one is None:
        return None
    return {
        "reference": one.reference,
        "answer": one.answer,
        "transmitted_on": one.transmitted_on and one.transmitted_on.isoformat(),
        "visa_on": one.visa_on and one.visa_on.isoformat(),
        "visa_sha256": one.visa_sha256,
        "refused": one.refused,
        "answered_by": one.answered_by,
    }


def _hold(one: LegalHold) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "tables": one.tables,
        "set_at": _said(one.set_at),
        "released_at": _said(one.released_at),
    }


def _persons(session: Session, row: Destruction) -> list[dict[str, Any]]:
    given = session.scalars(
        select(DestructionConsent)
        .where(DestructionConsent.destruction_id == row.id)
        .order_by(DestructionConsent.at, DestructionConsent.person)
    )
    return [{"id": one.person, "roles": one.roles, "at": _said(one.at)} for one in given]


def _said(at: Any) -> str | None:
    return None if at is None else at.isoformat(timespec="microseconds")
