"""What may be read of the register: the last state of each entry, its former ones, and what it says now."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from breach.cnil.rules import VERSIONS, Version
from breach.dossier.facts import BY_ID
from breach.dossier.queries import Base, base_of
from breach.dossier.rules import Output, Value, said
from breach.dossier.wording import instant
from breach.notices.tables import Told
from breach.owing import concerns_of, duties_of
from breach.queries import NO_BREACH, Stage, find_row
from breach.register.rules import COLUMNS, Change, Entry, Wanted, changes
from breach.register.tables import RegisterVersion
from breach.rules import Proof, What
from breach.severity.queries import latest_score
from breach.tables import Breach, DutyRow
from breach.zones import find_zone
from governance.core.refusals import NotFound
from governance.people.rules import Actor, Permission, may, require

_NIR, _HEALTH, _MINORS = "nir", "health", "minors"


@dataclass(frozen=True, slots=True)
class VersionView:
    """A state of an entry: when, by whose act, what it says, and what changed since the state before."""

    breach_id: str
    number: int
    at: datetime
    by: str
    digest: str
    entry: Entry
    changes: tuple[Change, ...] = ()


def register(session: Session, by: Actor, wanted: Wanted) -> tuple[VersionView, ...]:
    """Return the last state of each wanted entry of the structure, the latest breach first; raises Forbidden."""
    require(Permission.READ_BREACH, by, by.structure)
    last = (
        select(RegisterVersion.breach_id, func.max(RegisterVersion.number).label("number"))
        .where(RegisterVersion.structure_id == by.structure)
        .group_by(RegisterVersion.breach_id)
        .subquery()
    )
    same = and_(RegisterVersion.breach_id == last.c.breach_id, RegisterVersion.number == last.c.number)
    rows = session.scalars(select(RegisterVersion).join(last, same).order_by(RegisterVersion.breach_id))
    found = (view for view in map(_view, rows) if wanted.takes(view.entry))
    return tuple(sorted(found, key=lambda one: one.entry.get("number", ""), reverse=True))


def history(session: Session, breach_id: str, by: Actor) -> tuple[VersionView, ...]:
    """Return every state of an entry, the last first, each with what changed; raises NotFound."""
    row = find_row(session, breach_id)
    if not may(Permission.READ_BREACH, by, row.structure_id):
        raise NotFound(NO_BREACH)
    wanted = select(RegisterVersion).where(RegisterVersion.breach_id == breach_id).order_by(RegisterVersion.number)
    return tuple(reversed(tuple(_chained(_view(one) for one in session.scalars(wanted)))))


def last_version(session: Session, breach_id: str) -> RegisterVersion | None:
    """Return the last state that was kept of an entry, or None."""
    wanted = select(RegisterVersion).where(RegisterVersion.breach_id == breach_id)
    return session.scalars(wanted.order_by(RegisterVersion.number.desc()).limit(1)).one_or_none()


def entry_of(session: Session, row: Breach) -> Entry:
    """Return what an entry says now, column by column; permission is the caller's to check."""
    base = base_of(session, row)
    zone = find_zone(row.zone)
    last = latest_score(session, row.id)
    own = {
        "number": row.number,
        "state": Stage[row.state.upper()].value,
        "processing": "Espace Partenaires : signalements adressés à l'Assurance maladie",
        "caisses": _lines(f"{one.convention} : {one.terms['caisse_name']}" for one in concerns_of(session, row.id)),
        "nir": _has(base, "kinds", _NIR),
        "health": _has(base, "kinds", _HEALTH),
        "minors": _has(base, "persons", _MINORS),
        "risk_reasons": "" if last is None else last.conclusion.reasons,
        "duties": _lines(_duty(one, zone) for one in duties_of(session, row.id)),
        "lessons": row.lessons or "",
        **_told(session, row.id, zone),
    }
    facts = {key: said(BY_ID[key], value) for key, value in base.facts.items() if key in COLUMNS}
    entry = facts | own
    return {key: entry[key] for key in COLUMNS if entry.get(key)}


def _chained(views: Iterator[VersionView]) -> Iterator[VersionView]:
    before: Entry = {}
    for one in views:
        yield VersionView(one.breach_id, one.number, one.at, one.by, one.digest, one.entry, changes(before, one.entry))
        before = one.entry


def _told(session: Session, breach_id: str, zone: ZoneInfo) -> dict[str, str]:
    rows = session.scalars(
        select(Told).where(Told.breach_id == breach_id).order_by(Told.at, Told.number, Told.id)
    ).all()

    def lines(output: Output) -> str:
        return _lines(_told_line(one, zone) for one in rows if one.output == output.value)

    return {
        "caisse_told": lines(Output.CAISSE),
        "cnil": lines(Output.CNIL),
        "persons_told": lines(Output.PERSONS),
    }


def _told_line(row: Told, zone: ZoneInfo) -> str:
    whom = f"{row.convention}, {row.caisse}" if row.caisse else ""
    version = VERSIONS[Version(row.version)] if row.version and row.output == Output.CNIL.value else ""
    return " — ".join(filter(None, (whom, version, row.reference or "", instant(row.at, zone))))


def _duty(row: DutyRow, zone: ZoneInfo) -> str:
    what = f"{What[row.what].value} ({row.body['article']})"
    if row.withdrawn_at is not None:
        return f"{what} : n'est plus dû"
    if row.discharged_at is None or row.proof is None:
        return f"{what} : pas encore prouvé"
    when = instant(row.discharged_at, zone)
    return f"{what} : {Proof[row.proof].value}, {when}"


def _has(base: Base, fact: str, code: str) -> str:
    value: Value | None = base.facts.get(fact)
    if not value:
        return "inconnu"
    return "oui" if code in value else "non"


def _view(row: RegisterVersion) -> VersionView:
    return VersionView(row.breach_id, row.number, row.at, row.by, row.digest, json.loads(row.entry))


def _lines(some: Iterator[str]) -> str:
    return "\n".join(one for one in some if one)
