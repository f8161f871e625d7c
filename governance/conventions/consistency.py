"""What the keys of a convention file must say together: status and value, order of versions, codes of caisses."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from governance.conventions.cited import Cited, Reason, Status
from governance.conventions.decoding import Mistake

Versions = Mapping[str, tuple[Cited[Any], ...]]
UNSETTLED = (Status.AMBIGUOUS, Status.CONTRADICTORY)


@dataclass(frozen=True, slots=True)
class Entry:
    """The keys of one version of a rule."""

    since: date
    status: Status = Status.FIRM
    value: Any = None
    default: Any = None
    default_is_value: bool = False
    article: str | None = None
    quote: str | None = None
    note: str | None = None
    reference: str | None = None
    reason: Reason | None = None


def check_entry(entry: Entry) -> Iterator[Mistake]:
    """Give what a version of a rule says wrongly about itself."""
    yield from _missing_keys(entry)
    yield from _surplus_keys(entry)


def _missing_keys(entry: Entry) -> Iterator[Mistake]:
    needed = {
        Status.FIRM: ("value", "article", "quote"),
        Status.BLANK: ("article", "quote", "note"),
        Status.AMBIGUOUS: ("value", "article", "quote", "note"),
        Status.CONTRADICTORY: ("value", "article", "quote", "note"),
        Status.ABSENT: ("reason",),
    }[entry.status]
    for key in needed:
        if getattr(entry, key) is None:
            yield Mistake(key, f'clé absente, exigée quand status = "{entry.status}"')
    if entry.status in UNSETTLED and entry.default is None and not entry.default_is_value:
        yield Mistake("default", "une valeur par défaut prudente est attendue (default, ou default_is_value = true)")
    if entry.default is not None and entry.note is None:
        yield Mistake("note", "la phrase montrée aux personnes est attendue avec une valeur par défaut")


def _surplus_keys(entry: Entry) -> Iterator[Mistake]:
    if entry.status is Status.FIRM and (entry.default is not None or entry.default_is_value):
        yield Mistake("default", "un texte ferme n'a pas de valeur par défaut")
    if entry.status is Status.ABSENT and entry.value is not None:
        yield Mistake("value", "une règle absente n'a pas de valeur")
    if entry.status is not Status.ABSENT and entry.reason is not None:
        yield Mistake("reason", "cette clé ne convient qu'à une règle absente")
    if entry.default_is_value and (entry.default is not None or entry.status not in UNSETTLED):
        yield Mistake("default_is_value", "cette clé remplace default, pour un texte ambigu ou contradictoire")


def check_dates(versions: Versions, adopted: date) -> Iterator[tuple[str, int, Mistake]]:
    """Give the versions that do not start at the adoption, or do not follow one another: rule, index, mistake."""
    for rule, history in versions.items():
        if not history:
            yield rule, 0, Mistake("", "une version au moins est attendue")
        elif history[0].since != adopted:
            yield rule, 0, Mistake("since", "la première version date du jour d'adoption (adopted)")
        for index, (one, two) in enumerate(pairwise(history), start=1):
            if two.since <= one.since:
                yield rule, index, Mistake("since", "une version suit la précédente : sa date doit être postérieure")


def check_caisses(versions: Versions, caisses: frozenset[str]) -> Iterator[tuple[str, int, Mistake]]:
    """Give the values that name a caisse which the header does not declare: rule, index, mistake."""
    for rule, named in CAISSE_CODES.items():
        for index, cited in enumerate(versions[rule]):
            for key, value in (("value", cited.value), ("default", cited.default)):
                if value is not None and not set(named(value)) <= caisses:
                    yield rule, index, Mistake(key, "caisse inconnue de l'en-tête ([[caisses]])")


CAISSE_CODES: Mapping[str, Callable[[Any], Iterable[str]]] = {
    "P1": lambda codes: codes,
    "P3": lambda mailboxes: mailboxes,
    "C1": lambda consent: consent.modes or (),
    "G1": lambda referents: referents.mailboxes or (),
}
