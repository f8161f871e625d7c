"""The days of a convention's life, each with its article and its sentence; and what has to be asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from governance.conventions.cited import Cited
from governance.conventions.life.denunciation import windows
from governance.conventions.life.events import Event, Kind, Text, of_kind
from governance.conventions.life.rules import deadline, open_warnings, terms_near
from governance.conventions.life.standing import Ending, Life, Why
from governance.conventions.values.life import Denunciation, Reading, Renewal, RenewalMode
from governance.core.spans import after, before

ALERTS = (90, 30, 7, 0)  # days before, house rule
SHORT = (7, 0)
MONTH_BEFORE = 30


class Sort(StrEnum):
    """What a day is, for people."""

    SIGNATURE = "Signature"
    EFFECT = "Prise d'effet"
    RENEWED = "Reconduction"
    TERM = "Échéance"
    NOTICE = "Dernier jour sûr pour dénoncer"
    WINDOW = "Autre lecture : dénonciation possible"
    CURE = "Dernier jour pour réparer"
    END = "Fin"
    PORTAL_END = "Fin de l'accès au portail"
    HIDDEN = "Comptes inactivés : retirés du portail"


@dataclass(frozen=True, slots=True)
class Mark:
    """One day: what it is, the clause it comes from, and how many days before it people are warned (never: empty).

    `since` opens a period that ends on `day`. `is_sure` is false where the text has another reading or a date lacks.
    """

    sort: Sort
    day: date
    rule: str
    cited: Cited[Any]
    alerts: tuple[int, ...] = ()
    since: date | None = None
    said: str = ""
    is_sure: bool = True

    @property
    def doubt(self) -> str:
        """Return in two words why the day is not sure, or nothing."""
        if self.is_sure or self.sort is Sort.WINDOW:
            return ""
        return "lecture prudente" if self.sort is Sort.NOTICE else "à confirmer"


@dataclass(frozen=True, slots=True)
class Asked:
    """What nobody knows and somebody must enter: the question, why it matters, and by which act it is answered."""

    question: str
    why: str
    kind: Kind
    rule: str
    cited: Cited[Any]
    of: str | None = None


def marks(life: Life) -> tuple[Mark, ...]:
    """Return the days of a life, oldest first: what was, what comes, and until when something may still be done."""
    found = (*_past(life), *_term(life), *_notice(life), *_timers(life), *_ends(life))
    return tuple(sorted(found, key=lambda one: (one.day, list(Sort).index(one.sort), one.rule)))


def next_marks(life: Life) -> tuple[Mark, ...]:
    """Return the days still to come, nearest first."""
    return tuple(one for one in marks(life) if one.day >= life.on)


def asked(life: Life) -> tuple[Asked, ...]:
    """Return what has to be entered, the most pressing first; nothing of it is ever guessed."""
    if life.is_over:
        return ()
    return (*_outcomes(life), *_dates(life))


def alarm_days(mark: Mark) -> tuple[date, ...]:
    """Return the days on which people are warned of a mark, first to last."""
    return tuple(mark.day - timedelta(days=days) for days in sorted(mark.alerts, reverse=True))


def _past(life: Life) -> Iterator[Mark]:
    terms = life.terms
    if life.facts.signature is not None:
        yield Mark(Sort.SIGNATURE, life.facts.signature, "D1", terms.D1)
    if life.facts.effect is not None:
        yield Mark(Sort.EFFECT, life.facts.effect, "D1", terms.D1)
    for day in life.renewals:
        rules = terms_near(life.convention, day)
        yield Mark(Sort.RENEWED, day, "D2", rules.D2, is_sure=day != life.unconfirmed)


def _term(life: Life) -> Iterator[Mark]:
    if life.term is None or (life.ending is not None and life.ending.day <= life.term):
        return
    said = _after_term(life.terms.D2.operative)
    yield Mark(
        Sort.TERM, life.term, "D2", life.terms.D2, ALERTS, said=said, is_sure=life.unconfirmed != life.term
    )  # fmt: skip


def _after_term(renewal: Renewal | None) -> str:
    if renewal is None or renewal.mode is RenewalMode.FOLLOWS:
        return "elle suit la convention métier"
    if renewal.period is None:
        return "reconduction tacite, pour une durée qui n'est pas écrite"
    return f"reconduction tacite pour {renewal.period}, sauf dénonciation"


def _notice(life: Life) -> Iterator[Mark]:
    if life.term is None or life.ending is not None or life.unconfirmed == life.term:
        return
    for window in windows(life.clause, life.term):
        reading = window.reading
        if not window.is_prudent:
            yield Mark(
                Sort.WINDOW, window.closes, "D3", life.terms.D3, since=window.opens, said=str(reading), is_sure=False
            )
            continue
        said = str(reading) if reading.reading is Reading.WITHIN else f"reçue {reading}"
        yield Mark(
            Sort.NOTICE, window.closes, "D3", life.terms.D3, _notice_alerts(life.term, reading, window.closes),
            since=window.opens, said=said, is_sure=len(life.clause.readings) <= 1,
        )  # fmt: skip


def _notice_alerts(term: date, reading: Denunciation, closes: date) -> tuple[int, ...]:
    """Return the days before the last safe one; a clause's own alarm takes the place of the thirtieth (K11)."""
    if reading.alert_ahead is None:
        return ALERTS
    own = before(before(term, reading.notice), reading.alert_ahead)
    return (*(days for days in ALERTS if days != MONTH_BEFORE), (closes - own).days)


def _timers(life: Life) -> Iterator[Mark]:
    for letter in open_warnings(life.facts):
        last = deadline(letter, life.facts, life.terms)
        if last is not None:
            rule, cited = ("D4", life.terms.D4) if letter.text is Text.CM else ("D6", life.terms.D6)
            yield Mark(Sort.CURE, last, rule, cited, SHORT, since=letter.day, said=letter.text.french)


def _ends(life: Life) -> Iterator[Mark]:
    ending, portal, span = life.ending, life.portal, life.terms.A15.operative
    if ending is not None:
        yield _end(Sort.END, ending, life.on)
    if portal is not None and (ending is None or portal.over_from != ending.over_from):
        yield _end(Sort.PORTAL_END, portal, life.on)
    if portal is not None and portal.is_sure and span is not None:
        yield Mark(Sort.HIDDEN, after(portal.over_from, span), "A15", life.terms.A15)


def _end(sort: Sort, ending: Ending, on: date) -> Mark:
    renewal = ending.cited.operative
    own: tuple[int, ...] = ()
    if ending.why is Why.NOT_RENEWED and isinstance(renewal, Renewal) and renewal.alert is not None:
        own = ((ending.day - before(ending.day, renewal.alert)).days,)
    may_still = ending.why is Why.NOT_RENEWED and on <= ending.day
    said = str(ending.why) + (", sauf avenant signé d'ici là" if may_still else "")
    said += ", dès ce jour" if ending.at_once else ", dernier jour en vigueur"
    return Mark(sort, ending.day, ending.rule, ending.cited, (*ALERTS, *own), said=said, is_sure=ending.is_sure)


def _outcomes(life: Life) -> Iterator[Asked]:
    """Ask what came of what was sent, and of the terms that passed."""
    terms = life.terms
    for letter in _unreceived(life):
        rule, cited = ("D3", terms.D3) if letter.kind is Kind.DENOUNCED else ("D6", terms.D6)
        name = "dénonciation" if letter.kind is Kind.DENOUNCED else "mise en demeure"
        question = f"Quand la {name} du {letter.day:%d/%m/%Y} a-t-elle été reçue ?"
        yield Asked(question, "Son effet se compte de la réception.", Kind.RECEIVED, rule, cited, letter.id)
    for letter in open_warnings(life.facts):
        last = deadline(letter, life.facts, terms)
        if last is not None and last < life.on:
            rule, cited = ("D4", terms.D4) if letter.text is Text.CM else ("D6", terms.D6)
            question = f"Qu'est devenue la mise en demeure du {letter.day:%d/%m/%Y} ?"
            why = f"Le délai est passé le {last:%d/%m/%Y} : le manquement est réparé, ou la résiliation est notifiée."
            yield Asked(question, why, Kind.TERMINATED, rule, cited, letter.id)
    if life.unconfirmed is not None:
        question = f"La convention a-t-elle continué après le {life.unconfirmed:%d/%m/%Y} ?"
        why = "Saisissez sa nouvelle échéance, ou sa fin : tant que c'est inconnu, rien ne se ferme de soi-même."
        yield Asked(question, why, Kind.TERM, "D2", terms.D2)
    if life.ending is not None and not life.ending.is_sure:
        question = f"La dénonciation met-elle fin à la convention le {life.ending.day:%d/%m/%Y} ?"
        why = "Le texte ne permet pas de le dire : saisissez la fin une fois qu'elle est convenue."
        yield Asked(question, why, Kind.ENDED, "D3", terms.D3)


def _unreceived(life: Life) -> tuple[Event, ...]:
    letters = of_kind(life.facts.events, Kind.DENOUNCED, Kind.WARNED)
    waits = {letter.id for letter in open_warnings(life.facts) if letter.text is Text.CU}
    counted = not life.clause.is_free
    return tuple(
        one
        for one in letters
        if life.facts.received(one) is None and (one.id in waits or (one.kind is Kind.DENOUNCED and counted))
    )


def _dates(life: Life) -> Iterator[Asked]:
    """Ask for the dates and delays that the text leaves to the signed copy."""
    terms, facts = life.terms, life.facts
    if facts.signature is None:
        why = "La durée court de la signature ; aucun des textes ne la porte."
        yield Asked("Quand la convention a-t-elle été signée ?", why, Kind.SIGNED, "D1", terms.D1)
    if life.term is None and (facts.signature is not None or terms.D1.operative is None or _follows(life)):
        why = "Elle suit la convention métier, dont le texte manque au dossier."
        yield Asked("Quelle est l'échéance de la convention métier ?", why, Kind.TERM, "D1", terms.D1)
    mode = terms.D2.operative.mode if terms.D2.operative is not None else None
    if life.clause.is_unknown and life.ending is None and mode is not RenewalMode.AMENDMENT:
        why = "Sans lui, personne ne peut dire jusqu'à quand la convention peut être dénoncée."
        yield Asked("Quel est le préavis de dénonciation ?", why, Kind.NOTICE, "D3", terms.D3)


def _follows(life: Life) -> bool:
    duration = life.terms.D1.operative
    return duration is not None and duration.follows_cm
