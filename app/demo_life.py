"""The invented life of the demonstration's conventions: every state can be seen, whatever the day."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from governance.conventions.life.actions import Draft, apply, enter
from governance.conventions.life.effects import Doing, settle
from governance.conventions.life.events import Kind, Party, Text
from governance.conventions.life.queries import events_of
from governance.conventions.queries import find_convention
from governance.core import clock
from governance.core.spans import add_months
from governance.people.queries import Adoption
from governance.people.rules import command

PARTNER, SECOND = "CCAS de Demonville", "CIAS du Demonvillois"
YEAR = 12
SIGNED = "Exemplaire signé (inventé)"

# Where each stands: how many months and days before today it was signed, by structure then convention.
LIVES: Mapping[str, Mapping[str, tuple[int, int]]] = {
    PARTNER: {
        "S0": (4, 0),  # in force with Artois, a mise en demeure from Côte d'Opale
        "S1": (YEAR, 20),  # its term passed: what followed is not written
        "S2": (YEAR, -45),  # ends in 45 days unless amended
        "S3": (YEAR, -105),  # the last safe day to denounce is near
    },
    SECOND: {
        "S2": (YEAR, 10),  # not renewed: ended
        "S3": (6, 0),  # denounced in time
    },
}


def live(session: Session, places: Mapping[str, str], at: datetime) -> None:
    """Enter what happened to each convention, once."""
    today = clock.day(at)
    for name, lives in LIVES.items():
        for code, (months, days) in lives.items():
            if not events_of(session, places[name], code):
                signed = max(_before(today, months, days), find_convention(session, code).adopted)
                _live(session, places[name], code, signed, at)
    _letters(session, places[PARTNER], "S0", _warning(today), at)
    _letters(session, places[SECOND], "S3", _denunciation(today), at)
    for name in LIVES:
        settle(session, Doing(places[name], command(places[name]), at))


def _live(session: Session, structure: str, code: str, signed: date, at: datetime) -> None:
    by = command(structure)
    apply(session, Adoption(code, signed, None), by=by, at=at)
    enter(session, code, Draft(Kind.SIGNED, signed, SIGNED), by=by, at=at)


def _letters(session: Session, structure: str, code: str, drafts: tuple[Draft, ...], at: datetime) -> None:
    """Enter registered letters, the last of which was received two days after it was sent."""
    by = command(structure)
    if any(one.kind in (Kind.WARNED, Kind.DENOUNCED) for one in events_of(session, structure, code)):
        return
    last = ""
    for draft in drafts:
        last = enter(session, code, draft, by=by, at=at)
    receipt = Draft(Kind.RECEIVED, drafts[-1].day + timedelta(days=2), "Avis de réception (inventé)", of=last)
    enter(session, code, receipt, by=by, at=at)


def _warning(today: date) -> tuple[Draft, ...]:
    sent = today - timedelta(days=6)
    reference = "Lettre recommandée 2C 000 001 (inventée)"
    return tuple(Draft(Kind.WARNED, sent, reference, text, "cotedopale", party=Party.CAISSE) for text in Text)


def _denunciation(today: date) -> tuple[Draft, ...]:
    sent = today - timedelta(days=30)
    return (Draft(Kind.DENOUNCED, sent, "Lettre recommandée 2C 000 002 (inventée)", party=Party.CAISSE),)


def _before(today: date, months: int, days: int) -> date:
    return add_months(today, -months) - timedelta(days=days)
