"""What can be done with the fact base: type it, one whole version after the other."""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from breach.dossier.facts import TYPED
from breach.dossier.queries import last_version, read
from breach.dossier.rules import BadFact, Fact, Kind, Value, cleaned
from breach.dossier.tables import DossierVersion
from breach.queries import find_open
from governance.core import trail
from governance.people.rules import Actor, Permission
from scanners.engine import default
from scanners.findings import Finding, Level
from scanners.own_words import OwnWords
from scanners.queries import own_words


def save(session: Session, breach_id: str, typed: Mapping[str, Value], *, by: Actor, at: datetime) -> bool:
    """Keep a version of the facts of a breach; False when nothing changed.

    What leaves the service is written from them: a text in which the scanner sees a person's number or health is
    refused here, where it is typed. Raises Forbidden, NotFound, Conflict (the breach has ended), BadFact.
    """
    breach = find_open(session, breach_id, Permission.HANDLE_BREACH, by)
    facts = {one.id: cleaned(one, typed.get(one.id, "")) for one in TYPED}
    own = own_words(session, breach.structure_id).with_every_tier()
    for one in TYPED:
        check_clean(one, facts[one.id], own)
    last = last_version(session, breach_id)
    kept = {key: value for key, value in facts.items() if value}
    if last is not None and read(last.facts) == kept:
        return False
    number = 1 if last is None else last.number + 1
    row = DossierVersion(structure_id=breach.structure_id, breach_id=breach_id, number=number, at=at, by=by.id)
    row.facts = json.dumps(kept, ensure_ascii=False, sort_keys=True)
    session.add(row)
    trail.record(session, "breach.dossier_saved", breach_id, by=by, structure=breach.structure_id, at=at, number=number)
    return True


def check_clean(fact: Fact, value: Value, own: OwnWords | None = None) -> None:
    """Refuse (BadFact) a text in which the scanner sees what no notice may hold, without repeating it."""
    if fact.kind not in (Kind.TEXT, Kind.LINE) or not isinstance(value, str):
        return
    found = next((one for one in default().scan(value, own) if one.level is Level.BLOQUANT), None)
    if found is not None:
        raise BadFact(_said(fact, found), field=fact.id)


def _said(fact: Fact, found: Finding) -> str:
    return (
        f"« {fact.label} » : {found.why} (caractères {found.start + 1} à {found.end}). "
        "Les avis ne désignent aucun assuré : dites la même chose sans cela."
    )
