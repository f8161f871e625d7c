"""What is checked of a member of staff before an account serves (A18 to A22), and what an address must be (A20)."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files

from governance.core.refusals import Invalid

FIELD_LIMIT = 120
WEBMAILS = "webmails.txt"

_PHONE = re.compile(r"\+?[0-9]{6,15}")
_DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


class Tie(StrEnum):
    """What ties somebody to the structure (A18)."""

    SALARIED = "salarie"
    AGENT = "agent"
    VOLUNTEER = "benevole"


class Civility(StrEnum):
    """How the caisse addresses somebody (A5)."""

    MADAME = "Madame"
    MONSIEUR = "Monsieur"


class Check(StrEnum):
    """What is attested of somebody, once for all their accounts."""

    LINK = "lien"
    EMAIL = "adresse"
    DEVICE = "poste"
    COMMITMENT = "engagement"
    TRAINING = "formation"


# Which rule of the convention asks for each.
RULE_OF: Mapping[Check, str] = {
    Check.LINK: "A18",
    Check.EMAIL: "A20",
    Check.DEVICE: "A19",
    Check.COMMITMENT: "A22",
    Check.TRAINING: "S6r",
}


class DomainKind(StrEnum):
    """What a structure says of a domain of addresses."""

    OWN = "de_la_structure"
    WEBMAIL = "messagerie_publique"
    NOT_WEBMAIL = "pas_une_messagerie_publique"


class BadAddress(Invalid):
    """The address is not a professional one of the structure, hosted in Europe."""


@dataclass(frozen=True, slots=True)
class Attested:
    """An attestation as the rules see it."""

    check: Check
    on: date
    until: date | None = None
    withdrawn: bool = False

    def holds(self, on: date) -> bool:
        """Say whether it stands on a day; its last day counts."""
        return not self.withdrawn and (self.until is None or on <= self.until)


def missing(attested: Iterable[Attested], on: date) -> tuple[Check, ...]:
    """Return what is not attested on a day, expired attestations included, in the order of `Check`.

    >>> [check.value for check in missing([Attested(Check.LINK, date(2026, 1, 1))], date(2026, 2, 1))]
    ['adresse', 'poste', 'engagement', 'formation']
    """
    standing = {one.check for one in attested if one.holds(on)}
    return tuple(check for check in Check if check not in standing)


def check_until(check: Check, on: date, until: date | None, today: date) -> None:
    """Refuse (Invalid) a day to come, and a training without an end or already over."""
    if on > today:
        raise Invalid("Ce jour n'est pas encore venu.", field="on")
    if check is Check.TRAINING and until is None:
        raise Invalid("Dites jusqu'à quand cette formation vaut.", field="until")
    if until is not None and until < max(on, today):
        raise Invalid("Cette date est déjà passée.", field="until")


def domain_of(email: str) -> str:
    """Return the domain of an address."""
    return email.rpartition("@")[2].lower()


def clean_domain(typed: str) -> str:
    """Return a domain as it is compared; refuse (Invalid) what is none.

    >>> clean_domain(" @CCAS-Demonville.example ")
    'ccas-demonville.example'
    """
    domain = typed.strip().lower().removeprefix("@").rstrip(".")
    if not _DOMAIN.fullmatch(domain):
        raise Invalid("Un domaine a la forme ccas-exemple.fr.", field="domain")
    return domain


@cache
def shipped_webmails() -> frozenset[str]:
    """Return the public webmail domains that the product ships (their source is in the file's head)."""
    lines = files(__package__).joinpath(WEBMAILS).read_text("utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def check_address(email: str, said: Mapping[str, DomainKind]) -> None:
    """Refuse (BadAddress) an address that is not of the structure's own domains, a public webmail's above all (A20)."""
    domain = domain_of(email)
    kind = said.get(domain)
    if kind is DomainKind.OWN:
        return
    if kind is DomainKind.WEBMAIL or (kind is None and domain in shipped_webmails()):
        raise BadAddress(
            "C'est une messagerie publique : la convention demande une adresse professionnelle de la structure.",
            field="email",
        )
    raise BadAddress(
        "Ce domaine n'est pas de ceux de la structure : ajoutez-le d'abord dans ses réglages s'il est à elle et "
        "hébergé en Europe.",
        field="email",
    )


def is_professional(email: str, said: Mapping[str, DomainKind]) -> bool:
    """Say whether an address is of the structure's own domains."""
    return said.get(domain_of(email)) is DomainKind.OWN


def clean_phone(typed: str) -> str | None:
    """Return a telephone number without its spaces and dots, None when there is none; raises Invalid.

    >>> clean_phone("03 21 00 00 00")
    '0321000000'
    """
    number = re.sub(r"[\s.\-()/]", "", typed)
    if not number:
        return None
    if not _PHONE.fullmatch(number):
        raise Invalid("Un numéro de téléphone compte de 6 à 15 chiffres.", field="phone")
    return number


def clean_line(typed: str, field: str, *, required: bool = True) -> str:
    """Return one line, trimmed; refuse (Invalid) an empty one where it is needed, or what cannot be read."""
    line = " ".join(typed.split())
    if (required and not line) or len(line) > FIELD_LIMIT or not line.isprintable():
        raise Invalid(f"Saisissez de 1 à {FIELD_LIMIT} caractères lisibles.", field=field)
    return line


def duplicates(names: Collection[tuple[str, str, str]]) -> frozenset[str]:
    """Return the identifiers that share a name with another: (identifier, last name, first name), whatever the case."""
    seen: dict[tuple[str, str], list[str]] = {}
    for identifier, last, first in names:
        seen.setdefault((last.casefold(), first.casefold()), []).append(identifier)
    return frozenset(one for group in seen.values() if len(group) > 1 for one in group)
