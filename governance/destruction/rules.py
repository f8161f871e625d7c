"""When data may be destroyed: who says so, what must come first, and what each step waits for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from governance.core.refusals import Conflict, Forbidden, Invalid, NotFound

# A house rule, no convention's: a cloud's key management waits 7 to 30 days before it destroys a key.
GRACE = timedelta(days=7)
REASON_LIMIT = 2_000
LABEL_LIMIT = 120
PERSONS = 2

VISA_ARTICLE = "code du patrimoine, art. L212-2"
PENALTY = "sans visa : trois ans d'emprisonnement et 45 000 € d'amende (code du patrimoine, art. L214-3)"
PROOF_ARTICLE = "RGPD, art. 5, § 2"
SECURITY_ARTICLE = "RGPD, art. 32"


class UnknownDestruction(NotFound):
    """There is no such destruction, or the person may not know of it."""


class StillInForce(Conflict):
    """The convention has not ended: its data are still needed."""


class AlreadyOpened(Conflict):
    """The destruction of this convention's data is open, or done."""


class TooLate(Conflict):
    """What is under way or done is not undone."""


class GateClosed(Conflict):
    """Something must come first."""


class BadVisa(Invalid):
    """The visa cannot be that of this slip."""


class NotTwoPersons(Forbidden):
    """The same person, or the same role, twice."""


class ClockBack(Conflict):
    """The clock says that it is before what is already recorded."""


class Remainder(Conflict):
    """Something is left."""


class State(StrEnum):
    """Where a destruction stands."""

    OPENED = "opened"
    UNDERWAY = "underway"
    HELD = "held"
    DONE = "done"
    CANCELLED = "cancelled"


class Answer(StrEnum):
    """What the archives said, or why they were not asked."""

    GRANTED = "granted"
    PARTIAL = "partial"
    REFUSED = "refused"
    NOT_NEEDED = "not_needed"


class StepState(StrEnum):
    """Where a step stands."""

    WAITING = "waiting"
    FAILED = "failed"
    DONE = "done"


class Group(StrEnum):
    """The steps that go together; each group waits for those before it."""

    LEDGER = "1"
    ROWS = "2"
    KEYS = "3"
    ELSEWHERE = "4"
    VERIFY = "5"
    CERTIFICATE = "6"


@dataclass(frozen=True, slots=True)
class Slip:
    """What is known of the archives: the bordereau, and what came back."""

    reference: str
    transmitted_on: date | None = None
    answer: Answer | None = None
    has_file: bool = False


def check_ended(ended_on: date | None, on: date) -> date:
    """Return the day on which the convention ended; refuse (StillInForce) while it applies."""
    if ended_on is None or ended_on >= on:
        raise StillInForce(
            "Cette convention est encore en vigueur : enregistrez d'abord sa fin."
            if ended_on is None
            else f"Cette convention est en vigueur jusqu'au {ended_on:%d/%m/%Y} inclus.",
            field="convention",
        )
    return ended_on


def check_clock(at: datetime, *before: datetime | None) -> None:
    """Refuse (ClockBack) an instant that precedes what is recorded."""
    if any(one is not None and at < one for one in before):
        raise ClockBack("L'horloge du service est en retard sur ce qui est déjà enregistré : remettez-la à l'heure.")


def check_visa(slip: Slip, reference: str, visa_on: date, on: date) -> None:
    """Refuse (BadVisa) a visa of another slip, of the future, or older than the slip's sending."""
    if slip.transmitted_on is None:
        raise BadVisa("Enregistrez d'abord le jour où le bordereau a été transmis.", field="visa_on")
    if reference.strip().upper() != slip.reference:
        raise BadVisa(
            f"Ce visa porte la référence d'un autre bordereau : celui-ci est {slip.reference}.", field="reference"
        )
    if visa_on > on:
        raise BadVisa("La date du visa est à venir.", field="visa_on")
    if visa_on < slip.transmitted_on:
        raise BadVisa("Le visa précède la transmission du bordereau.", field="visa_on")


def check_sent(sent_on: date, opened_on: date, on: date) -> None:
    """Refuse (BadVisa) a slip sent before the destruction was opened, or in the future."""
    if sent_on > on:
        raise BadVisa("Le jour de la transmission est à venir.", field="transmitted_on")
    if sent_on < opened_on:
        raise BadVisa("La transmission précède l'ouverture de la destruction.", field="transmitted_on")


def check_reason(text: str, field_name: str = "reason") -> str:
    """Return a reason, trimmed; refuse (Invalid) an empty or over-long one."""
    reason = text.strip()
    if not reason or len(reason) > REASON_LIMIT:
        raise Invalid(f"Donnez une raison, de 1 à {REASON_LIMIT} caractères.", field=field_name)
    return reason


def check_persons(given: Sequence[tuple[str, frozenset[str]]], able: frozenset[str]) -> None:
    """Refuse (NotTwoPersons) a second agreement by the same person, or in the one role that the first holds."""
    persons = {person for person, _ in given}
    if len(persons) < len(given):
        raise NotTwoPersons("Vous avez déjà donné votre accord : il faut celui d'une autre personne.")
    held = [roles & able for _, roles in given]
    if len(given) >= PERSONS and len(frozenset[str]().union(*held)) < PERSONS:
        raise NotTwoPersons("Il faut deux personnes dans deux rôles différents.")


def reference_of(identifier: str) -> str:
    """Return the reference that a slip bears, and by which its visa is recognised.

    >>> reference_of("0f3a9c1e22ab")
    'BE-0F3A9C1E'
    """
    return f"BE-{identifier[:8].upper()}"


def ready(steps: Collection[tuple[str, Group, StepState]]) -> tuple[str, ...]:
    """Return the steps that can be tried: those of the first group that is not done."""
    left = [(group, name) for name, group, state in steps if state is not StepState.DONE]
    if not left:
        return ()
    first = min(group for group, _ in left)
    return tuple(name for group, name in left if group == first)


def is_final(destroyed_at: datetime, last_backup: datetime | None, others: timedelta, at: datetime) -> bool:
    """Say whether no backup can hold the data any more: ours have expired, and so have the machine's."""
    return (last_backup is None or last_backup <= at) and destroyed_at + others <= at


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found once all was done: every number is to be zero."""

    rows: int = 0
    canaries: int = 0
    sought: int = 0
    opened: int = 0
    tried: int = 0
    places: tuple[str, ...] = field(default_factory=tuple)

    @property
    def is_clean(self) -> bool:
        """Say whether nothing is left."""
        return self.rows == self.canaries == self.opened == 0
