"""Where a convention stands with a caisse on a day: term, renewals, end, and what nobody knows yet (D1 to D7).

What is unknown sets nothing off: it is asked for. Contract days are counted by the convention's own words; no delay
rolls to a working day (règlement 1182/71 binds acts of the Union, not contracts: LAW.md 2.2).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from governance.conventions.life.denunciation import Clause, Verdict, clause_of, judge
from governance.conventions.life.events import Event, Kind, Text, live, of_kind, with_caisse
from governance.conventions.life.standing import Ending, Facts, Life, State, Why
from governance.conventions.terms import Convention, Terms
from governance.conventions.values.life import Cause, RenewalMode, Start
from governance.core.spans import MONTHS_A_YEAR, Span, Unit, add_months, after


@dataclass(frozen=True, slots=True)
class _Walk:
    """How far the terms were followed."""

    term: date | None = None
    renewals: tuple[date, ...] = ()
    unconfirmed: date | None = None
    ending: Ending | None = None
    spans: tuple[Span, ...] = ()
    base: date | None = None


def facts_of(
    events: Sequence[Event], caisse: str, effect: date | None = None, applied_until: date | None = None
) -> Facts:
    """Return what people entered that stands for one caisse."""
    return Facts(with_caisse(live(events), caisse), effect, applied_until)


def life_of(convention: Convention, caisse: str, facts: Facts, on: date) -> Life:
    """Return where a convention stands with a caisse on a day, from what people entered and nothing else."""
    terms = terms_near(convention, on)
    walk = _walked(convention, facts, on)
    ending = _first((walk.ending, *_ends(convention, facts, Text.CM)))
    portal = _first((_with_cm(ending, terms), *_ends(convention, facts, Text.CU)))
    clause = clause_of(terms_near(convention, walk.term or on), facts.notice)
    life = Life(
        convention, caisse, on, facts, State.IN_FORCE, terms, clause, walk.term, walk.renewals, walk.unconfirmed,
        ending, portal,
    )  # fmt: skip
    return replace(life, state=_state(life))


def terms_near(convention: Convention, day: date) -> Terms:
    """Return the rules of a day, or of the nearest on which the text has some."""
    return convention.on(min(max(day, convention.adopted), convention.end or date.max))


def deadline(letter: Event, facts: Facts, terms: Terms) -> date | None:
    """Return the last day to put right what a mise en demeure reproaches; None while its start is unknown.

    CM: so many days after it was *sent* (D4); CU: so many calendar days after it was *received* (D6): two timers (K18).
    """
    rule = (terms.D4 if letter.text is Text.CM else terms.D6).operative
    if rule is None or rule.starts is None:
        return None
    start = letter.day if rule.starts is Start.SENDING else facts.received(letter)
    return None if start is None else after(start, rule.notice)


def is_settled(letter: Event, facts: Facts) -> bool:
    """Tell whether a mise en demeure was followed by a repair or by the termination that it announced."""
    after_it = of_kind(facts.events, Kind.REMEDIED, Kind.TERMINATED)
    return any(one.of == letter.id for one in after_it)


def open_warnings(facts: Facts) -> tuple[Event, ...]:
    """Return the mises en demeure whose outcome is not known yet."""
    return tuple(one for one in of_kind(facts.events, Kind.WARNED) if not is_settled(one, facts))


def stands_alone(life: Life) -> bool:
    """Tell whether the convention métier ends by one letter, that no mise en demeure comes before (D4: S2, S3)."""
    rule = life.terms.D4.operative
    return rule is not None and (rule.starts is None or rule.cause is Cause.NONE)


def first_term(convention: Convention, facts: Facts) -> _Walk:
    """Return the first term: as last read on the signed copy, else the duration that runs from the signature (D1)."""
    read = of_kind(facts.events, Kind.TERM)
    if read:
        day = max(read, key=lambda one: one.recorded_at).day
        return _Walk(term=day, base=day)
    signature = facts.signature
    if signature is None:
        return _Walk()
    duration = terms_near(convention, signature).D1.operative
    if duration is None or duration.length is None:
        return _Walk()
    return _Walk(term=anniversary(signature, (duration.length,)), base=signature, spans=(duration.length,))


def anniversary(base: date, spans: Sequence[Span]) -> date:
    """Return the day so many durations after another, months counted at once from it.

    >>> from governance.core.spans import Unit
    >>> year = Span(1, Unit.YEARS)
    >>> anniversary(date(2024, 2, 29), [year] * 3).isoformat(), anniversary(date(2024, 2, 29), [year] * 4).isoformat()
    ('2027-02-28', '2028-02-29')
    """
    months = {Unit.MONTHS: 1, Unit.YEARS: MONTHS_A_YEAR}
    if all(span.unit in months for span in spans):
        return add_months(base, sum(span.amount * months[span.unit] for span in spans))
    for span in spans:
        base = after(base, span)
    return base


def _walked(convention: Convention, facts: Facts, on: date) -> _Walk:
    walk = first_term(convention, facts)
    while walk.term is not None and walk.ending is None:
        step = _step(convention, facts, walk, on)
        if step == walk:
            break
        walk = step
    return walk


def _step(convention: Convention, facts: Facts, walk: _Walk, on: date) -> _Walk:
    """Return the walk one term further, ended there, or unchanged when the term is still to come."""
    term = walk.term or on
    prolonged = _prolonged(facts, term)
    if prolonged is not None:
        return replace(walk, term=prolonged, base=prolonged, spans=(), renewals=(*walk.renewals, term))
    rules = terms_near(convention, term)
    verdict = _denounced(facts, term, clause_of(rules, facts.notice))
    if verdict is Verdict.SURE or (verdict is Verdict.UNSURE and term >= on):
        sure = verdict is Verdict.SURE
        return replace(walk, ending=Ending(term, Why.DENOUNCED, "D3", rules.D3, is_sure=sure))
    unconfirmed = walk.unconfirmed or (term if verdict is Verdict.UNSURE else None)
    renewal = rules.D2.operative
    if renewal is not None and renewal.mode is RenewalMode.AMENDMENT:
        return replace(walk, ending=Ending(term, Why.NOT_RENEWED, "D2", rules.D2))
    if term >= on:
        return replace(walk, unconfirmed=unconfirmed)
    if renewal is None or renewal.period is None:
        return replace(walk, unconfirmed=unconfirmed or term)
    spans = (*walk.spans, renewal.period)
    following = anniversary(walk.base or term, spans)
    return replace(walk, term=following, spans=spans, renewals=(*walk.renewals, term), unconfirmed=unconfirmed)


def _prolonged(facts: Facts, term: date) -> date | None:
    """Return the furthest term that an act signed before this one gives."""
    given = (one.until for one in of_kind(facts.events, Kind.RENEWED, Kind.AMENDED) if one.day <= term)
    return max((until for until in given if until is not None and until > term), default=None)


def _denounced(facts: Facts, term: date, clause: Clause) -> Verdict:
    letters = of_kind(facts.events, Kind.DENOUNCED)
    return max((judge(one.day, facts.received(one), term, clause) for one in letters), default=Verdict.LATE)


def _ends(convention: Convention, facts: Facts, text: Text) -> tuple[Ending, ...]:
    """Return the ends that somebody declared for one of the texts."""
    stated = [one.day for one in of_kind(facts.events, Kind.ENDED, text=text)]
    if text is Text.CM:
        stated += [day for day in (facts.applied_until, convention.end) if day is not None]
    declared = (Ending(day, Why.STATED, "D1", terms_near(convention, day).D1) for day in stated)
    letters = of_kind(facts.events, Kind.TERMINATED, text=text)
    return (*declared, *(_terminated(one, terms_near(convention, one.day)) for one in letters))


def _terminated(letter: Event, terms: Terms) -> Ending:
    """Return the end that a termination brings: D4 for the CM, D6 (the second letter) for the CU."""
    if letter.text is Text.CU:
        return Ending(letter.day, Why.BREACH, "D6", terms.D6, at_once=True)
    rule = terms.D4.operative
    if rule is not None and rule.cause is Cause.NONE:
        return Ending(after(letter.day, rule.notice), Why.NO_REASON, "D4", terms.D4)
    is_breach = rule is not None and rule.cause is Cause.BREACH
    return Ending(letter.day, Why.BREACH if is_breach else Why.AT_ONCE, "D4", terms.D4, at_once=True)


def _with_cm(ending: Ending | None, terms: Terms) -> Ending | None:
    """Return the end of the CU that the CM's brings; an annex without a clause of its own falls all the same (D5)."""
    return None if ending is None else replace(ending, why=Why.WITH_CM, rule="D5", cited=terms.D5)


def _first(endings: Sequence[Ending | None]) -> Ending | None:
    found = [one for one in endings if one is not None]
    return min(found, key=lambda one: (not one.is_sure, one.over_from), default=None)


def _state(life: Life) -> State:
    ending, facts = life.ending, life.facts
    if life.is_over:
        return State.ENDED
    if facts.effect is not None and facts.effect > life.on:
        return State.COMING
    if ending is not None and ending.why is Why.DENOUNCED:
        return State.DENOUNCED
    if open_warnings(facts) or of_kind(facts.events, Kind.TERMINATED, text=Text.CM):
        return State.TERMINATING
    if life.unconfirmed is not None:
        return State.TO_CONFIRM
    return State.UNDATED if life.term is None and facts.applied_until is None else State.IN_FORCE
