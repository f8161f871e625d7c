"""Who may do what, where; and what a name, an address and a password must be."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from governance.core.refusals import Forbidden, Invalid

NAME_LIMIT = 120
EMAIL_LIMIT = 254  # RFC 5321, § 4.5.3.1.3, without the angle brackets
PASSWORD_LIMIT = 256

# CNIL, délibération 2022-100 du 21 juillet 2022: 80 bits alone, for example 12 characters of 4 classes or 14 of 3.
PASSWORD_STRENGTHS = ((12, 4), (14, 3))

_EMAIL = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]+\.[^@\s.\x00-\x1f]{2,}")


class Role(StrEnum):
    """What someone is in a structure; a role is always in a structure."""

    DPO = "dpo"
    GESTIONNAIRE = "gestionnaire"
    TECHNICIEN = "technicien"
    ADMINISTRATEUR = "administrateur"
    MACHINE = "machine"


class Permission(StrEnum):
    """What may be asked of the service."""

    SCAN = "scan"
    READ_RECEIPT = "read_receipt"
    READ_CONVENTIONS = "read_conventions"
    IMPORT_CONVENTION = "import_convention"
    ADOPT_CONVENTION = "adopt_convention"
    EDIT_LEXICON = "edit_lexicon"
    MANAGE_API_KEYS = "manage_api_keys"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_STRUCTURES = "manage_structures"


class Kind(StrEnum):
    """What sort of actor it is."""

    PERSON = "person"
    MACHINE = "machine"
    COMMAND = "command"


class StructureKind(StrEnum):
    """Which side of the convention a structure stands on."""

    PARTENAIRE = "partenaire"
    CAISSE = "caisse"


HUMANS = frozenset({Role.DPO, Role.GESTIONNAIRE, Role.TECHNICIEN, Role.ADMINISTRATEUR})

PERMITTED: Mapping[Permission, frozenset[Role]] = {
    Permission.SCAN: frozenset({Role.DPO, Role.GESTIONNAIRE, Role.TECHNICIEN, Role.MACHINE}),
    Permission.READ_RECEIPT: frozenset({Role.DPO, Role.GESTIONNAIRE, Role.TECHNICIEN, Role.MACHINE}),
    Permission.READ_CONVENTIONS: HUMANS | {Role.MACHINE},
    Permission.IMPORT_CONVENTION: frozenset({Role.DPO}),
    Permission.ADOPT_CONVENTION: frozenset({Role.DPO}),
    Permission.EDIT_LEXICON: frozenset({Role.DPO}),
    Permission.MANAGE_API_KEYS: frozenset({Role.DPO, Role.ADMINISTRATEUR}),
    Permission.MANAGE_PEOPLE: frozenset({Role.DPO, Role.ADMINISTRATEUR}),
    Permission.MANAGE_STRUCTURES: frozenset({Role.ADMINISTRATEUR}),
}


class NotSignedIn(Forbidden):
    """Nobody is known to be asking."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a person, a machine or a command, in one structure; `scopes` narrows a machine's permissions."""

    id: str
    kind: Kind
    structure: str
    roles: frozenset[Role]
    name: str
    scopes: frozenset[Permission] | None = None

    @property
    def capacity(self) -> str:
        """Return what the trail calls them: « commande », or their roles in the structure."""
        return "commande" if self.kind is Kind.COMMAND else ",".join(sorted(self.roles))


def command(structure: str) -> Actor:
    """Return the actor of the command line: who holds the terminal holds the files, and has every human role."""
    return Actor("commande", Kind.COMMAND, structure, HUMANS, "Ligne de commande")


def may(permission: Permission, actor: Actor, structure: str) -> bool:
    """Say whether the actor holds the permission in the structure.

    >>> may(Permission.SCAN, Actor("1", Kind.PERSON, "ccas", frozenset({Role.TECHNICIEN}), "Ada"), "ccas")
    True
    """
    here = actor.structure == structure or actor.kind is Kind.COMMAND
    scoped = actor.scopes is None or permission in actor.scopes
    return here and scoped and not actor.roles.isdisjoint(PERMITTED[permission])


def require(permission: Permission, actor: Actor, structure: str) -> None:
    """Refuse (Forbidden) unless the actor holds the permission in the structure."""
    if not may(permission, actor, structure):
        raise Forbidden("Votre rôle ne permet pas cette action ici.")


def check_scopes(scopes: frozenset[Permission]) -> None:
    """Refuse (Invalid) scopes that are empty or that no machine may hold."""
    if not scopes:
        raise Invalid("Indiquez au moins une portée pour la clé.", field="scopes")
    if any(Role.MACHINE not in PERMITTED[scope] for scope in scopes):
        raise Invalid("Une des portées ne peut pas être donnée à une machine.", field="scopes")


def clean_email(typed: str) -> str:
    """Return the address as it is stored and looked up: trimmed, in lower case.

    Raises Invalid.

    >>> clean_email(" Odile@CCAS.example ")
    'odile@ccas.example'
    """
    email = typed.strip().lower()
    if len(email) > EMAIL_LIMIT or not _EMAIL.fullmatch(email):
        raise Invalid("L'adresse e-mail n'a pas la forme nom@domaine.fr.", field="email")
    return email


def clean_name(typed: str) -> str:
    """Return a name on one line, trimmed; refuse (Invalid) an empty, over-long or unprintable one.

    >>> clean_name("  CCAS de   Demonville ")
    'CCAS de Demonville'
    """
    name = " ".join(typed.split())
    if not name or len(name) > NAME_LIMIT or not name.isprintable():
        raise Invalid(f"Le nom doit compter de 1 à {NAME_LIMIT} caractères lisibles.", field="name")
    return name


def check_password(password: str) -> None:
    """Refuse (Invalid) a password weaker than CNIL délibération 2022-100 asks when nothing else protects it."""
    if len(password) > PASSWORD_LIMIT:
        raise Invalid(f"Le mot de passe ne peut pas dépasser {PASSWORD_LIMIT} caractères.", field="password")
    classes = len({_class_of(character) for character in password})
    if not any(len(password) >= length and classes >= kinds for length, kinds in PASSWORD_STRENGTHS):
        raise Invalid(
            "Le mot de passe doit compter 12 caractères avec majuscules, minuscules, chiffres et signes, "
            "ou 14 caractères avec trois de ces quatre sortes (CNIL, délibération 2022-100).",
            field="password",
        )


def _class_of(character: str) -> str:
    if character.isupper():
        return "upper"
    if character.islower():
        return "lower"
    return "digit" if character.isdigit() else "sign"
