"""How each of the five conventions lives and ends, from the dates that people enter (D1 to D7, K11, K12, K18)."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.conventions.life import marks
from governance.conventions.life.entering import AlreadyEnded, AlreadyEntered, NotProvided, check, check_effect
from governance.conventions.life.events import Event, Kind, Party, Text
from governance.conventions.life.marks import Sort
from governance.conventions.life.rules import anniversary, facts_of, life_of
from governance.conventions.life.standing import Life, State, Why
from governance.conventions.shipped import CODES, shipped
from governance.conventions.values.life import Denunciation, Reading, Start
from governance.core.refusals import Invalid
from governance.core.spans import Span, Unit, parse

SIGNED = date(2026, 3, 15)
TERM = date(2027, 3, 15)
DAY = timedelta(days=1)
CM = ("S0", "S1", "S2", "S3")  # the four whose convention métier is in the file
YEAR = Span(1, Unit.YEARS)


@dataclass
class Case:
    """A convention with what people entered, in the order in which they did."""

    code: str
    events: list[Event] = field(default_factory=list)
    effect: date | None = None
    _ids: Any = field(default_factory=lambda: count(1))

    def add(self, kind: Kind, day: date, **more: Any) -> str:
        """Enter an event without checking it, and return its identifier."""
        number = next(self._ids)
        recorded = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
        self.events.append(Event(str(number), kind, day, recorded, **more))
        return str(number)

    def life(self, on: date, caisse: str | None = None) -> Life:
        """Return where it stands with a caisse, the first one unless another is named."""
        convention = shipped()[self.code]
        which = caisse or convention.caisses[0].code
        return life_of(convention, which, facts_of(self.events, which, self.effect), on)

    def refuses(self, kind: Kind, day: date, today: date, **more: Any) -> None:
        """Check an event, as it would be before it is entered."""
        convention = shipped()[self.code]
        which = convention.caisses[0].code
        new = Event("new", kind, day, datetime(2030, 1, 1, tzinfo=UTC), **more)
        check(new, convention, facts_of(self.events, which, self.effect), which, today)


def signed(code: str, day: date = SIGNED) -> Case:
    case = Case(code)
    case.add(Kind.SIGNED, day)
    return case


def day_of(life: Life, sort: Sort) -> date | None:
    return next((one.day for one in marks.marks(life) if one.sort is sort), None)


def kinds_asked(life: Life) -> list[Kind]:
    return [one.kind for one in marks.asked(life)]


# D1: start and duration


@pytest.mark.parametrize("code", CM)
def test_D1_the_term_is_a_year_after_the_signature_that_a_person_enters(code: str) -> None:
    life = signed(code).life(date(2026, 6, 1))

    assert (life.term, life.state) == (TERM, State.IN_FORCE)


@pytest.mark.parametrize("code", CODES)
def test_D1_without_a_signature_nothing_is_known_and_it_is_asked_for(code: str) -> None:
    life = Case(code).life(date(2026, 6, 1))

    assert (life.state, life.term, life.ending) == (State.UNDATED, None, None)
    assert Kind.SIGNED in kinds_asked(life)


def test_D1_S4_follows_a_convention_that_is_absent_so_its_term_is_asked_for() -> None:
    case = signed("S4")

    before = case.life(date(2026, 6, 1))
    case.add(Kind.TERM, TERM)
    after = case.life(date(2026, 6, 1))

    assert (before.term, before.state, Kind.TERM in kinds_asked(before)) == (None, State.UNDATED, True)
    assert (after.term, after.state) == (TERM, State.IN_FORCE)


def test_D1_a_term_read_on_the_signed_copy_takes_the_place_of_the_computed_one() -> None:
    case = signed("S0")

    case.add(Kind.TERM, date(2026, 12, 31))

    assert case.life(date(2026, 6, 1)).term == date(2026, 12, 31)


# D2: renewal


@pytest.mark.parametrize("code", ["S0", "S3"])
def test_D2_S0_and_S3_go_on_by_themselves_a_year_at_a_time(code: str) -> None:
    life = signed(code).life(date(2029, 3, 16))

    assert life.term == date(2030, 3, 15)
    assert life.renewals == (TERM, date(2028, 3, 15), date(2029, 3, 15))
    assert life.state is State.IN_FORCE


def test_D2_S1_goes_on_for_a_time_that_nobody_wrote_so_it_is_asked_for() -> None:
    case = signed("S1")

    passed = case.life(TERM + DAY)
    case.add(Kind.TERM, date(2028, 3, 15))

    assert (passed.state, passed.unconfirmed, passed.ending) == (State.TO_CONFIRM, TERM, None)
    assert kinds_asked(passed) == [Kind.TERM]
    assert case.life(TERM + DAY).state is State.IN_FORCE


def test_D2_S4_is_not_ended_by_a_term_of_which_nobody_says_what_followed() -> None:
    case = signed("S4")
    case.add(Kind.TERM, TERM)

    life = case.life(TERM + DAY)

    assert (life.state, life.is_over) == (State.TO_CONFIRM, False)


def test_K12_S2_ends_at_its_term_without_a_signed_amendment() -> None:
    case = signed("S2")

    on_the_day, after = case.life(TERM), case.life(TERM + DAY)

    assert (on_the_day.state, on_the_day.is_over) == (State.IN_FORCE, False)
    assert (after.state, after.is_over, after.ending and after.ending.why) == (State.ENDED, True, Why.NOT_RENEWED)


def test_K12_S2_goes_on_by_an_amendment_signed_before_the_term() -> None:
    case = signed("S2")

    case.add(Kind.RENEWED, TERM, until=date(2028, 3, 15))

    assert case.life(TERM + DAY).term == date(2028, 3, 15)
    assert case.life(date(2028, 3, 16)).state is State.ENDED


def test_K12_S2_is_warned_sixty_days_before_its_term() -> None:
    end = next(one for one in marks.marks(signed("S2").life(date(2026, 6, 1))) if one.sort is Sort.END)

    assert TERM - timedelta(days=60) in marks.alarm_days(end)
    assert {TERM - timedelta(days=days) for days in (90, 30, 7, 0)} <= set(marks.alarm_days(end))


# D3: denunciation


def test_D3_S0_left_its_notice_blank_so_it_is_asked_for_and_a_denunciation_stays_unsure() -> None:
    case = signed("S0")

    before = case.life(date(2026, 6, 1))
    case.add(Kind.DENOUNCED, date(2026, 6, 1), party=Party.CAISSE)
    after = case.life(date(2026, 6, 2))

    assert Kind.NOTICE in kinds_asked(before)
    assert day_of(before, Sort.NOTICE) is None
    assert after.state is State.DENOUNCED
    assert after.ending is not None
    assert not after.ending.is_sure
    assert not case.life(TERM + DAY).is_over


def test_D3_S0_with_the_notice_of_the_signed_copy_is_as_sure_as_any() -> None:
    case = signed("S0")
    case.add(Kind.NOTICE, SIGNED, notice=Denunciation(parse("2 mois"), Reading.AT_LEAST, Start.RECEIPT))
    letter = case.add(Kind.DENOUNCED, date(2027, 1, 4), party=Party.PARTNER)
    case.add(Kind.RECEIVED, date(2027, 1, 6), of=letter)

    life = case.life(TERM + DAY)

    assert (life.state, life.ending and life.ending.day) == (State.ENDED, TERM)


@pytest.mark.parametrize("code", ["S1"])
def test_D3_a_text_that_asks_for_no_notice_is_denounced_until_its_term(code: str) -> None:
    case = signed(code)
    case.add(Kind.DENOUNCED, TERM, party=Party.PARTNER)

    assert case.life(TERM + DAY).state is State.ENDED


def test_D3_S2_has_nothing_to_denounce() -> None:
    with pytest.raises(NotProvided, match="par avenant"):
        signed("S2").refuses(Kind.DENOUNCED, date(2026, 6, 1), date(2026, 6, 1), party=Party.PARTNER)


def test_K11_S3_has_both_readings_computed_and_the_alarm_on_the_prudent_one() -> None:
    found = marks.marks(signed("S3").life(date(2026, 6, 1)))

    prudent = next(one for one in found if one.sort is Sort.NOTICE)
    other = next(one for one in found if one.sort is Sort.WINDOW)
    assert prudent.day == date(2026, 12, 14)
    assert date(2026, 12, 15) - timedelta(days=30) in marks.alarm_days(prudent)
    assert (other.since, other.day, other.alerts) == (date(2026, 12, 15), TERM, ())


@pytest.mark.parametrize(
    ("received", "state"),
    [(date(2026, 12, 14), State.ENDED), (date(2026, 12, 15), State.TO_CONFIRM), (TERM, State.TO_CONFIRM)],
)
def test_K11_S3_is_surely_denounced_only_by_a_letter_received_before_the_anniversary_less_three_months(
    received: date, state: State
) -> None:
    case = signed("S3")
    letter = case.add(Kind.DENOUNCED, received - 2 * DAY, party=Party.PARTNER)
    case.add(Kind.RECEIVED, received, of=letter)

    life = case.life(TERM + DAY)

    assert (life.is_over, life.unconfirmed == TERM) == (state is State.ENDED, state is State.TO_CONFIRM)


def test_K11_S3_denounced_too_late_for_one_reading_ends_surely_a_year_later() -> None:
    case = signed("S3")
    letter = case.add(Kind.DENOUNCED, date(2027, 1, 20), party=Party.PARTNER)
    case.add(Kind.RECEIVED, date(2027, 1, 22), of=letter)

    between, after = case.life(date(2027, 6, 1)), case.life(date(2028, 3, 16))

    assert (between.state, between.unconfirmed) == (State.DENOUNCED, TERM)
    assert (after.state, after.ending and after.ending.day) == (State.ENDED, date(2028, 3, 15))


def test_K11_S3_a_denunciation_whose_receipt_is_unknown_ends_nothing_and_the_receipt_is_asked_for() -> None:
    case = signed("S3")
    case.add(Kind.DENOUNCED, date(2026, 9, 1), party=Party.PARTNER)

    life = case.life(date(2026, 9, 10))

    assert life.ending is not None
    assert not life.ending.is_sure
    assert Kind.RECEIVED in kinds_asked(life)


# D4 and D6: termination


@pytest.mark.parametrize("code", ["S0", "S1"])
def test_D4_a_breach_has_fifteen_days_after_the_letter_was_sent(code: str) -> None:
    case = signed(code)
    letter = case.add(Kind.WARNED, date(2026, 5, 4), party=Party.CAISSE)

    running = case.life(date(2026, 5, 10))
    case.add(Kind.TERMINATED, date(2026, 5, 20), of=letter)

    assert (running.state, day_of(running, Sort.CURE)) == (State.TERMINATING, date(2026, 5, 19))
    assert case.life(date(2026, 5, 20)).state is State.ENDED


@pytest.mark.parametrize("code", ["S0", "S1"])
def test_D4_a_termination_before_the_fifteen_days_are_over_is_refused(code: str) -> None:
    case = signed(code)
    letter = case.add(Kind.WARNED, date(2026, 5, 4), party=Party.CAISSE)

    with pytest.raises(NotProvided, match="19/05/2026"):
        case.refuses(Kind.TERMINATED, date(2026, 5, 19), date(2026, 5, 19), of=letter)


def test_D4_a_repair_puts_an_end_to_the_delay() -> None:
    case = signed("S0")
    letter = case.add(Kind.WARNED, date(2026, 5, 4), party=Party.CAISSE)

    case.add(Kind.REMEDIED, date(2026, 5, 12), of=letter)

    assert case.life(date(2026, 5, 13)).state is State.IN_FORCE


def test_D4_a_delay_that_passed_without_an_outcome_is_asked_about() -> None:
    case = signed("S0")
    case.add(Kind.WARNED, date(2026, 5, 4), party=Party.CAISSE)

    life = case.life(date(2026, 5, 20))

    assert (life.state, Kind.TERMINATED in kinds_asked(life)) == (State.TERMINATING, True)


def test_D4_S2_ends_without_a_reason_fifteen_days_after_the_letter_was_sent() -> None:
    case = signed("S2")
    case.add(Kind.TERMINATED, date(2026, 5, 4), party=Party.PARTNER)

    assert case.life(date(2026, 5, 19)).state is State.TERMINATING
    assert case.life(date(2026, 5, 20)).state is State.ENDED


def test_D4_S3_ends_at_once() -> None:
    case = signed("S3")
    case.add(Kind.TERMINATED, date(2026, 5, 4), party=Party.CAISSE)

    assert case.life(date(2026, 5, 3)).is_over is False
    assert case.life(date(2026, 5, 4)).state is State.ENDED


def test_D4_S3_and_S2_want_no_mise_en_demeure_of_the_convention_metier() -> None:
    for code in ("S2", "S3"):
        with pytest.raises(NotProvided, match="sans mise en demeure"):
            signed(code).refuses(Kind.WARNED, date(2026, 5, 4), date(2026, 5, 4))


@pytest.mark.parametrize("code", ["S0", "S1", "S3", "S4"])
def test_D6_the_portal_has_thirty_calendar_days_from_the_receipt_then_a_second_letter(code: str) -> None:
    case = signed(code)
    letter = case.add(Kind.WARNED, date(2026, 4, 28), text=Text.CU)
    case.add(Kind.RECEIVED, date(2026, 4, 30), of=letter)

    with pytest.raises(NotProvided, match="30/05/2026"):
        case.refuses(Kind.TERMINATED, date(2026, 5, 30), date(2026, 5, 30), text=Text.CU, of=letter)
    case.add(Kind.TERMINATED, date(2026, 6, 1), text=Text.CU, of=letter)

    life = case.life(date(2026, 6, 1))
    assert (life.is_portal_over, life.is_over) == (True, False)


def test_D6_without_a_receipt_there_is_no_delay_to_count_and_it_is_asked_for() -> None:
    case = signed("S1")
    letter = case.add(Kind.WARNED, date(2026, 4, 28), text=Text.CU)

    life = case.life(date(2026, 7, 1))

    assert (day_of(life, Sort.CURE), kinds_asked(life)) == (None, [Kind.RECEIVED])
    with pytest.raises(NotProvided, match="réception"):
        case.refuses(Kind.TERMINATED, date(2026, 7, 1), date(2026, 7, 1), text=Text.CU, of=letter)


@pytest.mark.parametrize("code", ["S0", "S1"])
def test_K18_one_letter_for_both_texts_runs_two_timers(code: str) -> None:
    case = signed(code)
    case.add(Kind.WARNED, date(2026, 4, 28))
    letter = case.add(Kind.WARNED, date(2026, 4, 28), text=Text.CU)
    case.add(Kind.RECEIVED, date(2026, 4, 30), of=letter)

    cures = [one for one in marks.marks(case.life(date(2026, 5, 1))) if one.sort is Sort.CURE]

    assert [(one.rule, one.day) for one in cures] == [("D4", date(2026, 5, 13)), ("D6", date(2026, 5, 30))]


@pytest.mark.parametrize("code", CODES)
def test_D5_the_portal_falls_with_the_convention_metier(code: str) -> None:
    case = signed(code)
    case.add(Kind.ENDED, date(2026, 9, 30))

    life = case.life(date(2026, 10, 1))

    assert (life.is_over, life.is_portal_over, life.portal and life.portal.why) == (True, True, Why.WITH_CM)


def test_D7_an_amendment_may_prolong_and_one_that_does_not_changes_no_date() -> None:
    case = signed("S2")
    case.add(Kind.AMENDED, date(2026, 9, 1))

    unchanged = case.life(date(2026, 9, 2)).term
    case.add(Kind.AMENDED, date(2026, 10, 1), until=date(2027, 12, 31))

    assert (unchanged, case.life(date(2026, 10, 2)).term) == (TERM, date(2027, 12, 31))


def test_one_of_two_caisses_leaves_S0_and_the_other_stays() -> None:
    case = signed("S0")
    case.add(Kind.ENDED, date(2026, 9, 30), caisse="artois")

    gone, stays = case.life(date(2026, 10, 1), "artois"), case.life(date(2026, 10, 1), "cotedopale")

    assert (gone.state, stays.state) == (State.ENDED, State.IN_FORCE)


@pytest.mark.parametrize("code", ["S0", "S1", "S3", "S4"])
def test_A15_accounts_leave_the_portal_six_months_after_the_end(code: str) -> None:
    case = signed(code)
    case.add(Kind.ENDED, date(2026, 8, 30))

    assert day_of(case.life(date(2026, 9, 1)), Sort.HIDDEN) == date(2027, 2, 28)


# What is refused


def test_an_end_is_entered_once() -> None:
    case = signed("S0")
    case.add(Kind.ENDED, date(2026, 9, 30))

    with pytest.raises(AlreadyEntered):
        case.refuses(Kind.ENDED, date(2026, 8, 1), date(2026, 10, 5))


def test_nothing_is_added_after_the_end_and_a_renewal_signed_then_renews_nothing() -> None:
    case = signed("S2")

    with pytest.raises(AlreadyEnded, match="nouvelle convention"):
        case.refuses(Kind.RENEWED, TERM + DAY, TERM + DAY, until=date(2028, 3, 15))


def test_a_renewal_signed_before_the_end_is_accepted_late() -> None:
    signed("S2").refuses(Kind.RENEWED, TERM, TERM + 20 * DAY, until=date(2028, 3, 15))


@pytest.mark.parametrize("kind", sorted(set(Kind) - {Kind.TERM, Kind.ENDED, Kind.CANCELLED}))
def test_what_has_not_happened_yet_is_refused(kind: Kind) -> None:
    case = signed("S0")
    letter = case.add(Kind.WARNED, date(2026, 5, 4))

    with pytest.raises(Invalid, match="à venir"):
        case.refuses(kind, date(2026, 5, 6), date(2026, 5, 5), of=letter)


def test_an_effect_before_the_signature_is_refused() -> None:
    with pytest.raises(Invalid, match="précède la signature"):
        check_effect(SIGNED - DAY, SIGNED)


def test_a_letter_is_not_received_before_it_was_sent_nor_twice() -> None:
    case = signed("S3")
    letter = case.add(Kind.DENOUNCED, date(2026, 9, 10), party=Party.CAISSE)

    with pytest.raises(Invalid, match="n'a pu arriver avant"):
        case.refuses(Kind.RECEIVED, date(2026, 9, 9), date(2026, 9, 20), of=letter)
    case.add(Kind.RECEIVED, date(2026, 9, 12), of=letter)
    with pytest.raises(AlreadyEntered):
        case.refuses(Kind.RECEIVED, date(2026, 9, 13), date(2026, 9, 20), of=letter)


def test_what_is_cancelled_no_longer_counts_nor_what_is_about_it() -> None:
    case = signed("S3")
    letter = case.add(Kind.DENOUNCED, date(2026, 9, 10), party=Party.CAISSE)
    case.add(Kind.RECEIVED, date(2026, 9, 12), of=letter)

    case.add(Kind.CANCELLED, date(2026, 9, 20), of=letter)

    assert case.life(date(2026, 9, 21)).state is State.IN_FORCE


def test_a_notice_that_the_text_gives_is_not_typed_again() -> None:
    with pytest.raises(NotProvided, match="Le texte donne ce préavis"):
        signed("S3").refuses(Kind.NOTICE, SIGNED, SIGNED, notice=Denunciation(YEAR, Reading.AT_LEAST))


# Over twenty years

DAYS = st.dates(date(2026, 1, 1), date(2045, 12, 31))


@given(DAYS, st.integers(0, 20))
def test_an_anniversary_keeps_its_day_or_takes_the_last_of_the_month(base: date, years: int) -> None:
    found = anniversary(base, [YEAR] * years)

    assert (found.year, found.month) == (base.year + years, base.month)
    assert found.day == base.day or (base.month, base.day, found.day) == (2, 29, 28)


@given(DAYS, DAYS)
def test_a_tacit_convention_has_its_term_within_the_year_to_come(signature: date, on: date) -> None:
    life = signed("S3", signature).life(max(on, signature))

    assert life.term is not None
    assert life.on <= life.term <= anniversary(life.on, [YEAR])
    assert not life.is_over


@given(DAYS, st.integers(1, 400), st.integers(0, 400))
def test_a_letter_received_earlier_never_does_less(signature: date, received: int, sooner: int) -> None:
    def is_over(days: int) -> bool:
        case = signed("S3", signature)
        day = signature + timedelta(days=days)
        letter = case.add(Kind.DENOUNCED, signature, party=Party.PARTNER)
        case.add(Kind.RECEIVED, day, of=letter)
        return case.life(anniversary(signature, [YEAR]) + DAY).is_over

    assert is_over(max(0, received - sooner)) >= is_over(received)


@given(st.sampled_from(CODES), DAYS, DAYS, st.integers(0, 400))
def test_an_end_once_over_stays_over(code: str, signature: date, on: date, later: int) -> None:
    case = signed(code, signature)
    case.add(Kind.ENDED, max(on, signature))
    first = case.life(max(on, signature) + DAY)

    after = case.life(first.on + timedelta(days=later))

    assert (first.is_over, after.is_over, after.ending) == (True, True, first.ending)


@given(st.sampled_from(CODES), DAYS, DAYS)
def test_every_day_that_is_shown_has_its_clause(code: str, signature: date, on: date) -> None:
    life = signed(code, signature).life(max(on, signature))

    for mark in marks.marks(life):
        assert mark.cited.rule == mark.rule
        assert mark.cited.article or not mark.cited.is_firm
        assert list(marks.alarm_days(mark)) == sorted(marks.alarm_days(mark))
