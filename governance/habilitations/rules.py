"""What an account of the portal goes through, and when: the life cycle that every convention shares (CU 2.2)."""

from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from governance.conventions.values.accounts import GrantDelay, InactivationNotice, LastGestionnaire
from governance.core import spans
from governance.core.refusals import Conflict, Invalid
from governance.core.spans import Span

WORDS_LIMIT = 500
PROOF_MONTHS = 60  # after the end of a convention: code civil, art. 2224


class State(StrEnum):
    """Where an account stands; `inactif_…` and `acces_ferme` say why access ended."""

    REQUESTED = "demande"
    WITHDRAWN = "demande_retiree"
    REFUSED = "refuse"
    GRANTED = "cree"
    ACTIVE = "actif"
    NOTICE = "inactivation_demandee"
    INACTIVE = "inactif"
    CUT = "inactif_securite"
    ENDED = "inactif_fin"
    ACCESS_CLOSED = "acces_ferme"
    HIDDEN = "supprime"


class Reason(StrEnum):
    """Why an account changes; `other` needs words."""

    DEPARTURE = "depart"
    NEW_DUTIES = "fonctions"
    UNRELATED = "sans_lien"
    ABSENCE = "absence"
    REPLACED = "remplace"
    REVIEW = "revue"
    FRAUD = "fraude"
    THEFT = "vol"
    LOSS = "perte"
    MISUSE = "detournement"
    CONVENTION_END = "fin_convention"
    MISTAKE = "erreur"
    OTHER = "autre"


ORDINARY = (
    Reason.DEPARTURE, Reason.NEW_DUTIES, Reason.UNRELATED, Reason.ABSENCE, Reason.REPLACED, Reason.REVIEW, Reason.OTHER,
)  # fmt: skip
SECURITY = (Reason.FRAUD, Reason.THEFT, Reason.LOSS, Reason.MISUSE)  # CU art. 4.1

_ENDS = frozenset({State.CUT, State.ENDED, State.ACCESS_CLOSED})
LIVE = frozenset({State.REQUESTED, State.GRANTED, State.ACTIVE, State.NOTICE})  # counted in quotas

# The whole machine: what is not here cannot happen.
NEXT: Mapping[State, frozenset[State]] = {
    State.REQUESTED: frozenset({State.GRANTED, State.REFUSED, State.WITHDRAWN, State.ENDED, State.ACCESS_CLOSED}),
    State.WITHDRAWN: frozenset(),
    State.REFUSED: frozenset(),
    State.GRANTED: _ENDS | {State.ACTIVE, State.INACTIVE},
    State.ACTIVE: _ENDS | {State.NOTICE, State.INACTIVE},
    State.NOTICE: _ENDS | {State.ACTIVE, State.INACTIVE},
    # What ended with a convention opens again with it, as long as nothing was deleted.
    State.ACCESS_CLOSED: LIVE | {State.ENDED, State.CUT},
    State.ENDED: LIVE | {State.ACCESS_CLOSED, State.HIDDEN},
    State.INACTIVE: frozenset({State.HIDDEN}),
    State.CUT: frozenset({State.HIDDEN}),
    State.HIDDEN: frozenset(),
}
OPEN = frozenset({State.ACTIVE, State.NOTICE})  # whoever holds one can sign in to the portal
CUTTABLE = frozenset({State.GRANTED, State.ACTIVE, State.NOTICE, State.ACCESS_CLOSED})
UNSEEN = frozenset({State.HIDDEN, State.REFUSED, State.WITHDRAWN})  # over, and unknown to the portal
INACTIVE = frozenset({State.INACTIVE, State.CUT, State.ENDED})  # from here six months run (A15)


class NotNow(Conflict):
    """The account is not in a state that allows it."""


class LastOne(Conflict):
    """The structure would be left without an active gestionnaire (A11)."""


class TooShort(Invalid):
    """The notice to the caisse is shorter than the convention's, and nothing says why (A10)."""


@dataclass(frozen=True, slots=True)
class Notice:
    """An inactivation to come: the day wished, and the first day that the convention's notice allows."""

    wished: date
    earliest: date

    @property
    def is_short(self) -> bool:
        """Say whether the caisse is told later than the convention asks."""
        return self.wished < self.earliest


def check_next(before: State, after: State) -> None:
    """Refuse (NotNow) what the life cycle does not allow."""
    if after not in NEXT[before]:
        raise NotNow("L'état de ce compte ne permet pas cela : rechargez la page pour voir où il en est.")


def check_day(on: date, last: date, today: date, field: str = "on") -> None:
    """Refuse (Invalid) a day to come, or before what last happened to the account."""
    if on > today:
        raise Invalid("Ce jour n'est pas encore venu.", field=field)
    if on < last:
        raise Invalid(f"Ce jour précède la dernière étape du compte ({last:%d/%m/%Y}).", field=field)


def check_words(reason: Reason, words: str) -> str:
    """Return what was typed, trimmed; refuse (Invalid) « autre » without words, or too many of them."""
    said = " ".join(words.split())
    if reason is Reason.OTHER and not said:
        raise Invalid("Dites pourquoi, en quelques mots.", field="words")
    if len(said) > WORDS_LIMIT or not said.isprintable():
        raise Invalid(f"Au plus {WORDS_LIMIT} caractères lisibles.", field="words")
    return said


def notice(rule: InactivationNotice | None, asked: date, wished: date, words: str) -> Notice:
    """Return the notice of an inactivation asked on a day for another (A10, K7).

    Raises Invalid for a day already past, TooShort when it is short and nothing justifies it. No rule: no notice.
    """
    if wished < asked:
        raise Invalid("La date souhaitée est déjà passée.", field="wished")
    earliest = spans.after(asked, rule.notice) if rule else asked
    found = Notice(wished, earliest)
    if found.is_short and not words.strip():
        raise TooShort(
            f"La convention demande un préavis de {rule.notice if rule else ''} : la première date est le "
            f"{earliest:%d/%m/%Y}. Pour une date plus proche, dites pourquoi (départ, par exemple).",
            field="words",
        )
    return found


def check_last(rule: LastGestionnaire | None, others: int) -> None:
    """Refuse (LastOne) to take away the last active gestionnaire; `others`: those who stay active (A11, K8).

    Where the convention says nothing, the same holds: an account nobody can manage serves nobody.
    """
    if others < 1 and (rule is None or rule.blocked):
        raise LastOne(
            "C'est le dernier gestionnaire actif : son compte ne peut pas être inactivé. Demandez d'abord à la caisse "
            "le compte de son successeur ; une fois celui-ci actif, recommencez."
        )


def granted_by(rule: GrantDelay | None, asked: date, holidays: Container[date]) -> date | None:
    """Return the last day that the caisse has to create the account (A6), None where the text says nothing."""
    return None if rule is None else spans.after(asked, rule.after_request, holidays)


def granted_after_signature(rule: GrantDelay | None, signed: date | None) -> date | None:
    """Return the day of the second clock, from the signature of the convention (A6, K6)."""
    return None if rule is None or signed is None else spans.after(signed, rule.after_signature)


def hidden_on(rule: Span | None, inactive: date) -> date | None:
    """Return the day from which the portal shows an inactive account no more (A15), the month's end at the latest."""
    return None if rule is None else spans.after(inactive, rule)


def is_forgettable(left_on: date | None, states: Collection[State], on: date) -> bool:
    """Say whether somebody's identity serves no more: they left, an account was hidden (A15), and none is before that.

    >>> is_forgettable(date(2026, 1, 31), (State.HIDDEN, State.REFUSED), date(2026, 1, 31))
    True
    >>> is_forgettable(date(2026, 1, 31), (State.HIDDEN, State.ACCESS_CLOSED), date(2026, 1, 31))
    False
    """
    return left_on is not None and left_on <= on and State.HIDDEN in states and UNSEEN.issuperset(states)


def is_past(over_from: date, on: date) -> bool:
    """Say whether five years have wholly passed since the first day on which a convention was over.

    >>> is_past(date(2024, 2, 29), date(2029, 2, 28)), is_past(date(2024, 2, 29), date(2029, 3, 1))
    (False, True)
    """
    return on > spans.add_months(over_from, PROOF_MONTHS)
