"""What a cell means in its column: a day, an address, a profile, a state; the message when it means nothing."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta
from typing import TypeVar

from governance.conventions.values.accounts import Profile
from governance.core.refusals import Invalid
from governance.habilitations.agents.rules import Civility, Tie, clean_line, clean_phone
from governance.habilitations.lists.lines import PortalState
from governance.people.rules import clean_email

T = TypeVar("T")

EARLIEST, LATEST = date(1950, 1, 1), date(2100, 12, 31)
# Excel counts days from here: it believes that 1900 was a leap year (ECMA-376 part 1, § 18.17.4.1).
_EPOCHS = {False: date(1899, 12, 30), True: date(1904, 1, 1)}

_SERIAL = re.compile(r"\d{1,6}([.,]\d{1,12})?")
_FRENCH = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})(?: .*)?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")

_YES = frozenset("oui vrai x true 1 signe signee fait".split())
_NO = frozenset("non faux false 0 neant aucun aucune".split())
_PROFILES: Mapping[str, Profile] = {"gest": Profile.GESTIONNAIRE, "tech": Profile.TECHNICIEN}
# The first that begins the text decides: « inactif » before « actif ».
_STATES: tuple[tuple[str, PortalState], ...] = (
    ("inacti", PortalState.INACTIVE), ("desacti", PortalState.INACTIVE), ("suspend", PortalState.INACTIVE),
    ("ferm", PortalState.INACTIVE), ("supprim", PortalState.INACTIVE), ("cloture", PortalState.INACTIVE),
    ("bloqu", PortalState.INACTIVE), ("non", PortalState.INACTIVE), ("0", PortalState.INACTIVE),
    ("en attente", PortalState.PENDING), ("attente", PortalState.PENDING), ("cree", PortalState.PENDING),
    ("a activer", PortalState.PENDING), ("invit", PortalState.PENDING),
    ("acti", PortalState.ACTIVE), ("ouvert", PortalState.ACTIVE), ("oui", PortalState.ACTIVE),
    ("valid", PortalState.ACTIVE), ("habilit", PortalState.ACTIVE), ("1", PortalState.ACTIVE),
)  # fmt: skip
_TIES: tuple[tuple[str, Tie], ...] = (
    ("benev", Tie.VOLUNTEER), ("agent", Tie.AGENT), ("fonctionn", Tie.AGENT), ("titul", Tie.AGENT),
    ("stagiaire de la fonction", Tie.AGENT), ("contractuel", Tie.AGENT), ("public", Tie.AGENT),
    ("salar", Tie.SALARIED), ("cdi", Tie.SALARIED), ("cdd", Tie.SALARIED), ("employ", Tie.SALARIED),
    ("appren", Tie.SALARIED), ("altern", Tie.SALARIED),
)  # fmt: skip
_CIVILITIES: Mapping[str, Civility] = {
    "madame": Civility.MADAME, "mme": Civility.MADAME, "f": Civility.MADAME, "mlle": Civility.MADAME,
    "monsieur": Civility.MONSIEUR, "m": Civility.MONSIEUR, "mr": Civility.MONSIEUR, "h": Civility.MONSIEUR,
}  # fmt: skip


def plain(text: str) -> str:
    """Return a text as headers and choices are compared: no accent, no case, no sign.

    >>> plain(" N° de Téléphone (pro.) ")
    'n de telephone pro'
    """
    letters = text.casefold()
    if letters.isascii() and letters.isalnum():  # most names: nothing to take out
        return letters
    letters = unicodedata.normalize("NFKD", letters.replace("œ", "oe").replace("’", "'"))
    bare = "".join(letter if letter.isalnum() else " " for letter in letters if not unicodedata.combining(letter))
    return " ".join(bare.split())


def day(text: str, epoch_1904: bool = False) -> date | None:
    """Return the day that a cell tells, None when it is empty; raises Invalid.

    >>> [day(text) for text in ("29/02/2024", "2024-02-29 10:00", "45351", "")]
    [datetime.date(2024, 2, 29), datetime.date(2024, 2, 29), datetime.date(2024, 2, 29), None]
    """
    if not text:
        return None
    try:
        found = _day(text, epoch_1904)
    except (ValueError, OverflowError):
        found = None
    if found is None or not EARLIEST <= found <= LATEST:
        raise Invalid(f"« {text[:30]} » n'est pas une date : écrivez-la JJ/MM/AAAA.")
    return found


def _day(text: str, epoch_1904: bool) -> date | None:
    if _SERIAL.fullmatch(text):
        return _EPOCHS[epoch_1904] + timedelta(days=int(re.split("[.,]", text)[0]))
    if found := _ISO.fullmatch(text):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found := _FRENCH.fullmatch(text):
        year = int(found[3])
        return date(year if year > 99 else year + (2000 if year < 70 else 1900), int(found[2]), int(found[1]))
    return None


def day_or_yes(text: str, epoch_1904: bool = False) -> date | None:
    """Return a day; « non » is none, and « oui » is refused: without its day, a signature proves nothing."""
    said = plain(text)
    if said in _YES and not _SERIAL.fullmatch(text):
        raise Invalid("« oui » ne suffit pas : écrivez la date, elle fait la preuve.")
    return None if said in _NO else day(text, epoch_1904)


def email(text: str) -> str:
    """Return an address as it is looked up; raises Invalid."""
    if not text:
        raise Invalid("L'adresse e-mail manque : c'est elle qui reconnaît la personne.")
    return clean_email(text.removeprefix("mailto:"))


def name(text: str) -> str:
    """Return a name; raises Invalid."""
    return clean_line(text, "name")


def line(text: str) -> str:
    """Return a line that may be empty; raises Invalid."""
    return clean_line(text, "line", required=False)


def phone(text: str) -> str | None:
    """Return a telephone number; Excel drops the 0 that begins it. Raises Invalid.

    >>> phone("321000000"), phone("03 21 00 00 00")
    ('0321000000', '0321000000')
    """
    number = clean_phone(text)
    return f"0{number}" if number is not None and re.fullmatch(r"[1-9]\d{8}", number) else number


def profile(text: str) -> Profile:
    """Return a profile; raises Invalid."""
    found = [one for start, one in _PROFILES.items() if start in plain(text)]
    if len(found) != 1:
        raise Invalid(f"« {text[:30]} » n'est pas un profil : gestionnaire ou technicien. Une ligne par profil.")
    return found[0]


def state(text: str) -> PortalState:
    """Return the state of an account, active when nothing is said; raises Invalid."""
    if not text:
        return PortalState.ACTIVE
    return _begun(text, _STATES, "un état : actif, inactif ou en attente")


def tie(text: str) -> Tie | None:
    """Return what ties somebody to the structure, None when nothing is said; raises Invalid."""
    return _begun(text, _TIES, "un lien : salarié, agent ou bénévole") if text else None


def civility(text: str) -> Civility | None:
    """Return a civility, None when nothing is said; raises Invalid."""
    if not text:
        return None
    if plain(text) not in _CIVILITIES:
        raise Invalid(f"« {text[:30]} » n'est pas une civilité : Madame ou Monsieur.")
    return _CIVILITIES[plain(text)]


def _begun(text: str, choices: tuple[tuple[str, T], ...], expected: str) -> T:
    said = plain(text)
    for start, one in choices:
        if said.startswith(start):
            return one
    raise Invalid(f"« {text[:30]} » n'est pas {expected}.")
