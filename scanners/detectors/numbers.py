"""Numbers and addresses that are told apart from a NIR first: e-mail, IBAN, telephone, SIRET, dates."""

import re
from collections.abc import Iterator

from scanners.findings import Category, Finding, Level
from scanners.text import Text

_EMAIL = re.compile(r"(?<![a-z0-9._%+\-])[a-z0-9][a-z0-9._%+\-]{0,63}@[a-z0-9\-]{1,63}(?:\.[a-z0-9\-]{1,63}){1,5}")
_URL = re.compile(r"(?:https?://|www\.)[^\s<>]{1,500}")
_IBAN = re.compile(r"(?<![a-z0-9])[a-z]{2}\d{2}(?:[ \-]?[a-z0-9]{4}){2,7}(?:[ \-]?[a-z0-9]{1,3})?(?![a-z0-9])")
_IBAN_BEGUN = re.compile(r"[a-z]{2}\d{2}")
_RIB = re.compile(
    r"(?<![a-z0-9])\d{5}[ \-]?\d{5}[ \-]?(?:[a-z0-9]{11}|(?:[a-z0-9]{4} ){2}[a-z0-9]{3})[ \-]?\d{2}(?![a-z0-9])"
)
_PHONE = re.compile(
    r"(?<![a-z0-9])(?:(?:\+|00) ?33 ?(?:\(0\))? ?|\(?0)[1-9]\)?(?:[ .\-/]{0,2}\d{2}){4}(?!\d|[ .\-]\d{3})"
)
_PAIR_BEFORE = re.compile(r"\d[ .\-]$")
_SIRET = re.compile(r"(?<![a-z0-9])\d{3}[ .]?\d{3}[ .]?\d{3}[ .]?\d{5}(?![ .]?\d)")
_DATE = re.compile(
    r"[0-9](?<![0-9].)(?:(?<=[1-9])|(?<=0)[1-9]|(?<=[12])\d|(?<=3)[01])"
    r"([/.\-])(?:0?[1-9]|1[0-2])\1(?:(?:19|20)\d{2}|\d{2})(?![0-9])"
)
_BORN = re.compile(r"(?:\bnee?s?(?: le)?|naissance|ddn|\bn(?:e|ee)\(e\))[ :]{0,4}(?:le )?[ ]?$")
_MONTHS = frozenset("janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre".split())
_WRITTEN_DATE = re.compile(
    r"\b(?:nee?s? le|naissance(?: le)? ?:?|ddn ?:?) ?"
    r"(\d{1,2}(?:er)? (?:"
    rf"{'|'.join(sorted(_MONTHS))}) \d{{4}})"
)
_ANNOUNCES = ("ne le", "nee le", "nes le", "nees le", "naissance", "ddn")
_STREET = re.compile(
    r"\d(?<![a-z0-9].)\d{0,3}(?: ?(?:bis|ter|quater|[a-d]))?,? "
    r"(?:rue|avenue|av\.?|boulevard|bd|place|allee|chemin|impasse|quai|square|route|cours|passage|residence|lotissement|"
    r"faubourg|sentier|ruelle)(?: [a-z'\-.]{1,30}){1,6}(?:,? \d{5}(?: [a-z'\-]{2,30}){0,3})?"
)
_STREETS = frozenset(
    "rue avenue av boulevard bd place allee chemin impasse quai square route cours passage residence lotissement "
    "faubourg sentier ruelle".split()
)
FEWEST_IN_IBAN, FEWEST_IN_RIB, FEWEST_IN_PHONE, FEWEST_IN_SIRET, FEWEST_IN_DATE = 4, 12, 10, 14, 4
_STREET_STOP = re.compile(
    r" (?:et|mais|pour|car|depuis|est|a|il|elle|avec|qui|ou|demande|n'a|sans|dans|tel|le|rdv)(?= |$).*$"
)


def find_emails(text: Text) -> Iterator[Finding]:
    """Find e-mail addresses and keep web addresses from being read as anything else."""
    folded = text.folded.text
    if "@" in folded:
        for found in _EMAIL.finditer(folded):
            yield _take(
                text,
                *found.span(),
                Category.EMAIL,
                "email",
                "Une adresse électronique identifie directement une personne.",
            )
    if "www." in folded or "://" in folded:
        for found in _URL.finditer(folded):
            text.take(*found.span())


def find_ibans(text: Text) -> Iterator[Finding]:
    """Find bank accounts: IBAN (ISO 13616, modulo 97) and French RIB."""
    for found in _IBAN.finditer(text.folded.text) if any(map(_IBAN_BEGUN.match, text.unknown)) else ():
        compact = re.sub(r"[ \-]", "", found.group())
        if _is_iban(compact):
            yield _take(
                text,
                *found.span(),
                Category.IBAN,
                "iban",
                "Des coordonnées bancaires n'ont pas leur place dans un commentaire.",
            )
    for found in _RIB.finditer(text.folded.text) if text.digits >= FEWEST_IN_RIB else ():
        if text.is_free(*found.span()):
            yield _take(
                text,
                *found.span(),
                Category.IBAN,
                "rib",
                "Des coordonnées bancaires n'ont pas leur place dans un commentaire.",
            )


def _is_iban(compact: str) -> bool:
    """Tell whether a compact string is an IBAN, or is written so much like a French one that it is a mistyped one.

    >>> _is_iban("fr7630006000011234567890189"), _is_iban("fr7630006000011234567890188")
    (True, False)
    """
    if not 15 <= len(compact) <= 34:
        return False
    rearranged = compact[4:] + compact[:4]
    return int("".join(str(int(c, 36)) for c in rearranged)) % 97 == 1


def find_phones(text: Text) -> Iterator[Finding]:
    """Find French telephone numbers."""
    end = 0
    for found in text.numbers(_PHONE, FEWEST_IN_PHONE):
        # Pairs of digits before it make it a part of a longer number, unless they are another telephone's.
        longer = _PAIR_BEFORE.search(text.folded.text, max(0, found.start() - 3), found.start())
        if text.is_free(*found.span()) and (longer is None or found.start() - end < 4):
            end = found.end()
            yield _take(
                text, *found.span(), Category.TELEPHONE, "telephone", "Un numéro de téléphone identifie une personne."
            )


def find_birth_dates(text: Text) -> Iterator[Finding]:
    """Find dates of birth; keep every date and establishment number from being read as a NIR."""
    folded = text.folded.text
    why = "Une date de naissance a sa zone ; avec la civilité et le département, elle donne 7 chiffres du NIR."
    for found in text.numbers(_DATE, FEWEST_IN_DATE):
        if text.is_free(*found.span()):
            born = _BORN.search(folded[max(0, found.start() - 24) : found.start()])
            if born:
                yield _take(text, *found.span(), Category.DATE_NAISSANCE, "date_naissance", why)
            else:
                text.take(*found.span())
    written = not _MONTHS.isdisjoint(text.distinct) and any(announce in folded for announce in _ANNOUNCES)
    for found in _WRITTEN_DATE.finditer(folded) if written else ():
        yield _take(text, *found.span(1), Category.DATE_NAISSANCE, "date_naissance", why)


def mask_establishments(text: Text) -> Iterator[Finding]:
    """Keep SIRET numbers (14 digits, Luhn) from being read as a NIR; they identify no person."""
    for found in text.numbers(_SIRET, FEWEST_IN_SIRET):
        digits = [int(c) for c in found.group() if c.isdigit()]
        doubled = sum(d if i % 2 else sum(divmod(2 * d, 10)) for i, d in enumerate(digits))
        if doubled % 10 == 0 or (digits[:9] == [3, 5, 6, 0, 0, 0, 0, 0, 0] and sum(digits) % 5 == 0):
            text.take(*found.span())
    yield from ()


def find_addresses(text: Text) -> Iterator[Finding]:
    """Find postal addresses that begin with a number and a kind of street."""
    if _STREETS.isdisjoint(text.distinct):
        return
    for found in _STREET.finditer(text.folded.text):
        start, end = found.span()
        end -= len(found.group()) - len(_STREET_STOP.sub("", found.group()))
        if text.is_free(start, end):
            yield _take(text, start, end, Category.ADRESSE, "adresse", "Une adresse postale identifie une personne.")


def _take(text: Text, start: int, end: int, category: Category, rule: str, why: str) -> Finding:
    text.take(start, end)
    return Finding(*text.folded.span(start, end), category, Level.INFO, f"identite.{rule}", why)
