"""When accounts are reviewed, when people are reminded, and by when a caisse that asks is answered."""

from collections.abc import Collection, Container
from datetime import date, timedelta

from governance.conventions.cited import Cited
from governance.conventions.values.accounts import Review
from governance.core.spans import MONTHS_A_YEAR, Unit, add_months, add_working_days
from reviews.rules import BadReview

PERIOD = 6  # months: our default, since the conventions say « régulières » only
YEARLY = 12  # where a convention gives nothing to compute with: CNIL, « réaliser une revue annuelle des habilitations »
LENGTH = 21  # days: our default
EVENT_LENGTH = 5
REMINDERS = (15, 7, 1)  # days before the deadline
ANSWER_DAYS = 5  # working days to answer a caisse: our default, the conventions give none


def longest_period(review: Cited[Review]) -> int | None:
    """Return the most months between two reviews (A24), None where the convention has no portal accounts to review.

    A period written in anything but months or years is not used: a year is.
    """
    asked = review.operative
    if asked is None:
        return None
    every = asked.every
    if every is None or every.unit not in {Unit.MONTHS, Unit.YEARS}:
        return YEARLY
    return every.amount * (MONTHS_A_YEAR if every.unit is Unit.YEARS else 1)


def check_period(months: int, longest: int) -> None:
    """Refuse (BadReview) a period longer than the convention's."""
    if not 1 <= months <= longest:
        raise BadReview(f"La période va de 1 à {longest} mois.", field="months")


def next_review(last: date | None, since: date | None, months: int) -> date | None:
    """Return the day on which the next review opens: a period after the last one, or after the convention began.

    None when neither day is known: it is due as soon as there are accounts.

    >>> next_review(date(2026, 8, 31), None, 6)
    datetime.date(2027, 2, 28)
    """
    start = last or since
    return None if start is None else add_months(start, months)


def reminder(due: date, on: date, opened: date, sent: Collection[int]) -> int | None:
    """Return which reminder (days before the deadline) leaves on a day, or None.

    After down time the last one due leaves, not each of those missed. One whose day came before the review opened
    never leaves.
    """
    reached = [days for days in REMINDERS if opened < due - timedelta(days=days) <= on]
    if not reached or on > due:
        return None
    latest = min(reached)
    return None if latest in sent or any(days < latest for days in sent) else latest


def answer_by(asked: date, holidays: Container[date]) -> date:
    """Return the day by which a caisse that asked for a review is answered."""
    return add_working_days(asked, ANSWER_DAYS, holidays)
