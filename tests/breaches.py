"""Invented incidents, declared by calling the code."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from breach import actions, handling
from breach.actions import Declaration
from breach.alarms import raise_alarms
from breach.handling import Kind, NewDocument, NewTask
from breach.owing import concerns_of, duties_of
from governance.conventions.values.breach import Trigger
from governance.people.actions import adopt_convention
from governance.people.queries import Adoption, adoptions
from governance.people.rules import Actor, command

SUSPICION = frozenset({Trigger.SUSPICION})
EVERY_CAISSE = {
    "S0": ("cotedopale", "artois"),
    "S1": ("doubs",),
    "S2": ("artois",),
    "S3": ("roubaix-tourcoing",),
    "S4": ("artois",),
}


def adopt(session: Session, structure: str, codes: Iterable[str], at: datetime) -> None:
    """Let a structure apply conventions."""
    known = {one.code for one in adoptions(session, structure)}
    for code in codes:
        if code not in known:
            adoption = Adoption(code, date(2025, 6, 1), None)
            adopt_convention(session, structure, adoption, by=command(structure), at=at)


def declare(session: Session, by: Actor, at: datetime, *codes: str, **more: object) -> str:
    """Declare a suspicion an hour old, about every caisse of these conventions."""
    adopt(session, by.structure, codes, at)
    pairs = tuple((code, caisse) for code in codes for caisse in EVERY_CAISSE[code])
    plain = Declaration("Clé USB égarée", SUSPICION, at - timedelta(hours=1), pairs)
    return actions.declare(session, replace(plain, **more), by=by, at=at)  # type: ignore[arg-type]


def whole(session: Session, by: Actor, at: datetime, owner: str) -> dict[str, str]:
    """Fill every table of breaches once, and return the identifiers by what they are of."""
    made = {"breach": declare(session, by, at, "S0")}
    breach = made["breach"]
    duty = next(one for one in duties_of(session, breach) if one.caisse == "artois")
    concern = next(one for one in concerns_of(session, breach) if one.caisse == "artois")
    made["duty"], made["concern"] = duty.id, concern.id
    task = NewTask(Kind.CONTAIN, "Retrouver la clé", owner, at + timedelta(days=1))
    made["task"] = handling.add_task(session, breach, task, by=by, at=at)
    document = NewDocument("Note.txt", "text/plain", b"Note")
    made["document"] = handling.add_document(session, breach, document, by=by, at=at)
    handling.share(session, concern.id, "Une clé est égarée.", by=by, at=at)
    handling.write(session, concern.id, "Combien de dossiers ?", by=by, at=at)
    actions.change_facts(
        session, breach, triggers=SUSPICION | {Trigger.THEFT}, in_transfer=None, own_data=False, why="Vol", by=by, at=at
    )
    earlier = actions.Entry(actions.Known.SUSPECTED, at - timedelta(hours=2), why="Vu plus tôt")
    made["line"] = actions.add_line(session, breach, earlier, by=by, at=at)
    raise_alarms(session, at + timedelta(hours=20))
    return made
