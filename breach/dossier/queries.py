"""The fact base of a breach as it stands: what people typed, and what the ledger and the decisions say."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from breach.cnil.persons import CHOICES, EXCEPTIONS, Choice, Exception34
from breach.cnil.tables import PersonsDecision
from breach.dossier.facts import BY_ID
from breach.dossier.rules import Facts, Value
from breach.dossier.tables import DossierVersion
from breach.dossier.wording import RISKS, instant
from breach.ledger import Known, counting
from breach.owing import concerns_of, duties_of, lines_of
from breach.queries import NO_BREACH, find_row
from breach.severity.queries import latest_score
from breach.tables import Breach, BreachDocument
from breach.zones import find_zone
from governance.core.refusals import NotFound
from governance.people.queries import find_structure
from governance.people.rules import Actor, Permission, may

# What a structure repeats from one breach to the next.
REPEATED = ("siren", "sector", "dpo")
LEDGER: Mapping[str, Known] = {
    "started": Known.START, "ended": Known.END, "suspected": Known.SUSPECTED, "aware": Known.AWARE,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Base:
    """The facts of a breach, the version of what was typed (0 before the first), and who typed it last."""

    breach_id: str
    number: str
    structure: str
    zone: str
    is_open: bool
    facts: Facts
    version: int
    typed_at: datetime | None


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version of the dossier: when, by whom, and what it says."""

    number: int
    at: datetime
    by: str
    facts: Facts


def find_base(session: Session, breach_id: str, by: Actor) -> Base:
    """Return the fact base of a breach, for who handles it; raises NotFound."""
    row = find_row(session, breach_id)
    if not may(Permission.HANDLE_BREACH, by, row.structure_id):
        raise NotFound(NO_BREACH)
    return base_of(session, row)


def base_of(session: Session, row: Breach) -> Base:
    """Return the fact base of a row; permission is the caller's to check."""
    last = last_version(session, row.id)
    typed = {} if last is None else read(last.facts)
    facts = {**repeated(session, row), "circumstances": row.told, **typed, **_found(session, row)}
    return Base(
        row.id, row.number, row.structure_id, row.zone, row.state == "open",
        {key: value for key, value in facts.items() if value}, 0 if last is None else last.number,
        None if last is None else last.at,
    )  # fmt: skip


def versions(session: Session, breach_id: str) -> tuple[VersionView, ...]:
    """Return every version of what was typed, the last first; permission is the caller's to check."""
    wanted = select(DossierVersion).where(DossierVersion.breach_id == breach_id)
    rows = session.scalars(wanted.order_by(DossierVersion.number.desc()))
    return tuple(VersionView(row.number, row.at, row.by, read(row.facts)) for row in rows)


def last_version(session: Session, breach_id: str) -> DossierVersion | None:
    """Return the last version of what was typed, or None."""
    wanted = select(DossierVersion).where(DossierVersion.breach_id == breach_id)
    return session.scalars(wanted.order_by(DossierVersion.number.desc()).limit(1)).one_or_none()


def repeated(session: Session, row: Breach) -> dict[str, Value]:
    """Return what the structure said of itself in its last dossier of another breach."""
    wanted = select(DossierVersion).where(
        DossierVersion.structure_id == row.structure_id, DossierVersion.breach_id != row.id
    )
    last = session.scalars(wanted.order_by(DossierVersion.at.desc(), DossierVersion.id).limit(1)).one_or_none()
    said = {} if last is None else read(last.facts)
    return {key: said[key] for key in REPEATED if said.get(key)}


def read(kept: str) -> dict[str, Value]:
    """Return facts come back from JSON; a fact that the base no longer has is left out."""
    raw = json.loads(kept)
    return {key: tuple(value) if isinstance(value, list) else value for key, value in raw.items() if key in BY_ID}


def _found(session: Session, row: Breach) -> dict[str, Value]:
    return {
        "organisation": find_structure(session, row.structure_id).name,
        "caisses": _joined(one.terms["caisse_name"] for one in concerns_of(session, row.id)),
        **_dates(session, row),
        "late_reasons": _joined(one.late_reason or "" for one in duties_of(session, row.id)),
        **_severity(session, row.id),
        "informed": _informed(session, row.id),
        "attached": _joined(_documents(session, row.id)),
    }


def _dates(session: Session, row: Breach) -> dict[str, Value]:
    found, zone = counting(lines_of(session, row.id)), find_zone(row.zone)
    said = {
        fact: instant(found[known].at, zone, is_estimated=found[known].is_estimated)
        for fact, known in LEDGER.items()
        if known in found
    }
    return {"ended": "", **said}


def _severity(session: Session, breach_id: str) -> dict[str, Value]:
    last = latest_score(session, breach_id)
    if last is None:
        return {}
    score = f"{last.score.se.normalize():f}".replace(".", ",")
    return {"severity": f"{last.score.band} (ENISA : {score})", "risk": RISKS[last.conclusion.risk]}


def _informed(session: Session, breach_id: str) -> str:
    wanted = select(PersonsDecision).where(PersonsDecision.breach_id == breach_id)
    last = session.scalars(wanted.order_by(PersonsDecision.number.desc()).limit(1)).one_or_none()
    if last is None:
        return ""
    exception = EXCEPTIONS[Exception34(last.exception)] if last.exception else ""
    return ". ".join(filter(None, (CHOICES[Choice(last.choice)], exception, last.reasons)))


def _documents(session: Session, breach_id: str) -> Iterable[str]:
    wanted = select(BreachDocument).where(BreachDocument.breach_id == breach_id)
    return (one.name for one in session.scalars(wanted.order_by(BreachDocument.added_at, BreachDocument.id)))


def _joined(names: Iterable[str]) -> str:
    return " ; ".join(dict.fromkeys(filter(None, names)))
