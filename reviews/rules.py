"""What a review is: its causes, its states, what may be answered of an account, and by whom."""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from governance.core.refusals import Conflict, Forbidden, Invalid, NotFound

WORDS_LIMIT = 500
FEWEST_LETTERS = 3
BULK_LIMIT = 100  # what one act confirms is what one page lists
LONGEST = 60  # days: a review that lasts longer speaks of accounts that have changed
SHORTEST = 1


class Cause(StrEnum):
    """Why a review was opened."""

    TIMETABLE = "calendrier"
    CAISSE = "caisse"
    CHOICE = "choix"
    DEPARTURE = "depart"
    BREACH = "violation"
    RENEWAL = "renouvellement"
    BAND = "tranche"

    @property
    def is_event(self) -> bool:
        """Tell whether only the accounts that the cause concerns are reviewed: a micro-review."""
        return self in {Cause.DEPARTURE, Cause.BREACH, Cause.RENEWAL, Cause.BAND}


class State(StrEnum):
    """Where a review stands: decided upon, then signed off and applied, then closed."""

    OPEN = "ouverte"
    SIGNED = "signee"
    CLOSED = "close"


class Choice(StrEnum):
    """What is answered of an account."""

    KEEP = "garder"
    MODIFY = "modifier"
    REVOKE = "retirer"
    UNKNOWN = "ne_sait_pas"


class Motive(StrEnum):
    """Why an account is revoked."""

    LEFT = "depart"
    OTHER_WORK = "autre_travail"
    UNUSED = "inutilise"
    DUPLICATE = "doublon"
    UNFIT = "conditions"
    OTHER = "autre"


class NotOpen(Conflict):
    """The review does not take decisions any more."""


class DecidedMeanwhile(Conflict):
    """Somebody answered for the same account an instant before."""


class OwnAccount(Forbidden):
    """Nobody reviews their own account."""


class NotYours(Forbidden):
    """The account is for somebody else to review."""


class NeedsWords(Invalid):
    """The answer says neither why nor what."""


class OneByOne(Conflict):
    """Accounts that are new, changed or flagged are answered for one at a time."""


class UnknownReview(NotFound):
    """There is no such review, or it is not for who asks."""


class BadReview(Invalid):
    """A review cannot be opened that way."""


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who answers: `addresses` and `names` are how their own accounts are recognised; `caisse` is theirs, if any."""

    id: str
    addresses: frozenset[str]
    names: frozenset[str]
    caisse: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer about an account, as it was typed; `motive` and `words` say why or what."""

    choice: Choice
    motive: Motive | None = None
    words: str = ""


def plain_name(name: str) -> str:
    """Return a name as names are compared: no accent, no case, words in order.

    >>> plain_name("Lamarche  Odîle") == plain_name("odile LAMARCHE")
    True
    """
    bare = unicodedata.normalize("NFKD", name.replace("-", " ")).encode("ascii", "ignore").decode()
    return " ".join(sorted(bare.casefold().split()))


def is_own(reviewer: Reviewer, addresses: Collection[str], names: Collection[str]) -> bool:
    """Tell whether an account is the reviewer's own, by its holder's addresses and names.

    A homonym's account counts as one's own: another reviewer answers for it.
    """
    same = reviewer.addresses & {one.casefold() for one in addresses}
    return bool(same or reviewer.names & {plain_name(one) for one in names})


def check_answer(answer: Answer) -> Answer:
    """Return an answer with its words on one line; refuse (NeedsWords) one that lacks its reason.

    To revoke says why, to modify says what; « other » is written out.
    """
    words = " ".join(answer.words.split())
    if len(words) > WORDS_LIMIT:
        raise NeedsWords(f"Dites-le en {WORDS_LIMIT} caractères au plus.", field="words")
    if any(not one.isprintable() for one in words):
        raise NeedsWords("Le texte contient un caractère illisible.", field="words")
    said = sum(one.isalpha() for one in words) >= FEWEST_LETTERS
    if answer.choice is Choice.REVOKE and answer.motive is None:
        raise NeedsWords("Dites pourquoi cet accès est retiré : le motif va dans l'attestation.", field="motive")
    if answer.choice is Choice.REVOKE and answer.motive is Motive.OTHER and not said:
        raise NeedsWords("Écrivez le motif en quelques mots.", field="words")
    if answer.choice is Choice.MODIFY and not said:
        raise NeedsWords("Dites ce qui doit changer sur ce compte.", field="words")
    return Answer(answer.choice, answer.motive if answer.choice is Choice.REVOKE else None, words)


def check_open(state: State) -> None:
    """Refuse (NotOpen) a decision once the review is signed off or closed."""
    if state is State.SIGNED:
        raise NotOpen("La revue est signée : ses décisions s'appliquent, elles ne changent plus.")
    if state is State.CLOSED:
        raise NotOpen("La revue est close : une décision prise maintenant relève de la page des accès.")


def check_version(seen: int, now: int) -> None:
    """Refuse (DecidedMeanwhile) an answer given from a page that did not show the last one."""
    if seen != now:
        raise DecidedMeanwhile("Une autre personne a répondu entre-temps pour ce compte : relisez sa réponse.")


def check_postponed(due: date, to: date, opened: date) -> None:
    """Refuse (BadReview) to bring a deadline forward, or to let a review last more than it may."""
    if to <= due:
        raise BadReview("La nouvelle échéance doit suivre celle qui est prévue.", field="to")
    check_length(opened, to, field="to")


def check_length(opened: date, due: date, *, field: str = "due") -> None:
    """Refuse (BadReview) a review of less than a day or more than sixty."""
    if not SHORTEST <= (due - opened).days <= LONGEST:
        raise BadReview(f"Une revue dure de {SHORTEST} à {LONGEST} jours.", field=field)
