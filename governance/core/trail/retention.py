"""How long entries are kept: CNIL, délibération 2021-122 du 14 octobre 2021."""

from dataclasses import dataclass
from datetime import UTC, datetime, time

from governance.core.refusals import Invalid
from governance.core.spans import add_months

# « entre six mois et un an »; up to three years where a documented internal control needs it.
SHORTEST_MONTHS = 6
USUAL_MONTHS = 12
LONGEST_MONTHS = 36
LONGEST_REASON = 200


class BadRetention(Invalid):
    """The trail cannot be kept so long, or so short a time."""


@dataclass(frozen=True, slots=True)
class Retention:
    """For how many months entries are kept, and why when that is more than a year; raises BadRetention."""

    months: int = USUAL_MONTHS
    reason: str = ""

    def __post_init__(self) -> None:
        if not SHORTEST_MONTHS <= self.months <= LONGEST_MONTHS:
            raise BadRetention(f"Le journal se garde de {SHORTEST_MONTHS} à {LONGEST_MONTHS} mois.", field="months")
        if self.months > USUAL_MONTHS and not self.reason.strip():
            raise BadRetention("Au-delà de 12 mois, dites pourquoi (CNIL, délibération 2021-122).", field="reason")
        if len(self.reason) > LONGEST_REASON or not self.reason.isprintable():
            raise BadRetention(f"Le motif compte {LONGEST_REASON} caractères lisibles au plus.", field="reason")

    def cutoff(self, at: datetime) -> datetime:
        """Return the instant before which entries are no longer kept.

        >>> Retention(12).cutoff(datetime(2028, 2, 29, 15, tzinfo=UTC)).isoformat()
        '2027-02-28T00:00:00+00:00'
        """
        return cutoff(at, self.months)


def cutoff(at: datetime, months: int) -> datetime:
    """Return the midnight, UTC, so many months before an instant."""
    return datetime.combine(add_months(at.astimezone(UTC).date(), -months), time(), UTC)
