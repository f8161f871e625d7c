"""Who may do what, where; and what a name, an address and a password must be."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from governance.core.refusals import Forbidden, Invalid
from governance.people.grants import (
    ADMINISTRATEUR,
    DPOS,
    HUMANS,
    MACHINE,
    MACHINE_SCOPES,
    OF_CAISSE,
    OF_PARTNER,
    PERMITTED,
    REVIEWERS,
    ROLES_OF,
    WRITERS,
    Grant,
    Permission,
    Role,
    StructureKind,
)

__all__ = [
    "ADMINISTRATEUR",
    "DPOS",
    "EMAIL_LIMIT",
    "HUMANS",
    "MACHINE",
    "MACHINE_SCOPES",
    "NAME_LIMIT",
    "OF_CAISSE",
    "OF_PARTNER",
    "PASSWORD_LIMIT",
    "PERMITTED",
    "REVIEWERS",
    "ROLES_OF",
    "WRITERS",
    "Actor",
    "Grant",
    "Kind",
    "NotSignedIn",
    "Permission",
    "Role",
    "Signed",
    "StructureKind",
    "check_roles",
    "check_scopes",
    "clean_email",
    "clean_name",
    "command",
    "may",
    "may_somewhere",
    "require",
    "require_somewhere",
]

NAME_LIMIT = 120
EMAIL_LIMIT = 254  # RFC 5321, § 4.5.3.1.3, without the angle brackets
PASSWORD_LIMIT = 256

_EMAIL = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]+\.[^@\s.\x00-\x1f]{2,}")


class Kind(StrEnum):
    """What sort of actor it is."""

    PERSON = "person"
    MACHINE = "machine"
    COMMAND = "command"


class NotSignedIn(Forbidden):
    """Nobody is known to be asking."""


class Signed(NamedTuple):
    """That a structure applies a convention: what a caisse which signed it may look at."""

    structure: str
    convention: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a person, a machine or a command, in one structure.

    `scopes` narrows a machine's permissions; `signed` is what an actor of a caisse may reach beyond their structure,
    and `caisse` the code of that caisse.
    """

    id: str
    kind: Kind
    structure: str
    roles: frozenset[Role]
    name: str
    scopes: frozenset[Permission] | None = None
    signed: frozenset[Signed] = frozenset()
    caisse: str | None = None

    @property
    def capacity(self) -> str:
        """Return what the trail calls them: « commande », or their roles in the structure."""
        return "commande" if self.kind is Kind.COMMAND else ",".join(sorted(self.roles))


def command(structure: str) -> Actor:
    """Return the actor of the command line: who holds the terminal holds the files, and has every human role."""
    return Actor("commande", Kind.COMMAND, structure, HUMANS, "Ligne de commande")


def may(
    permission: Permission, actor: Actor, structure: str, *,
    convention: str | None = None, caisse: str | None = None, person: str | None = None,
) -> bool:  # fmt: skip
    """Say whether the actor holds the permission in the structure.

    `convention`: the one that the thing asked for belongs to, without which a caisse reaches no partner; `caisse`: the
    only one that it concerns. `person`: on whom it would be done, for what nobody may do upon themselves.

    >>> may(Permission.SCAN, Actor("1", Kind.PERSON, "ccas", frozenset({Role.TECHNICIEN}), "Ada"), "ccas")
    True
    """
    grant = PERMITTED[permission]
    if actor.kind is Kind.COMMAND:
        return True
    if (actor.scopes is not None and permission not in actor.scopes) or (grant.not_self and person == actor.id):
        return False
    if actor.structure == structure:
        return not actor.roles.isdisjoint(grant.here)
    is_signed = convention is not None and Signed(structure, convention) in actor.signed
    return is_signed and caisse in {None, actor.caisse} and not actor.roles.isdisjoint(grant.signed)


def may_somewhere(permission: Permission, actor: Actor) -> bool:
    """Say whether the actor holds the permission in their structure, or as a caisse in those that signed with it."""
    scoped = actor.scopes is None or permission in actor.scopes
    elsewhere = scoped and not actor.roles.isdisjoint(PERMITTED[permission].signed)
    return elsewhere or may(permission, actor, actor.structure)


def require(
    permission: Permission,
    actor: Actor,
    structure: str,
    *,
    convention: str | None = None,
    caisse: str | None = None,
    person: str | None = None,
) -> None:
    """Refuse (Forbidden) unless the actor holds the permission in the structure: see `may`."""
    if not may(permission, actor, structure, convention=convention, caisse=caisse, person=person):
        raise Forbidden("Votre rôle ne permet pas cette action ici.")


def require_somewhere(permission: Permission, actor: Actor) -> None:
    """Refuse (Forbidden) who holds the permission nowhere; the query then says for which rows."""
    if not may_somewhere(permission, actor):
        raise Forbidden("Votre rôle ne permet pas cette action ici.")


def check_roles(roles: frozenset[Role], kind: StructureKind) -> None:
    """Refuse (Invalid) no role at all, or a role of the other side of the convention."""
    if not roles:
        raise Invalid("Choisissez au moins un rôle.", field="roles")
    if not roles <= ROLES_OF[kind]:
        raise Invalid(f"Un des rôles n'existe pas dans une structure de type « {kind.value} ».", field="roles")


def check_scopes(scopes: frozenset[Permission]) -> None:
    """Refuse (Invalid) scopes that are empty or that no machine may hold."""
    if not scopes:
        raise Invalid("Indiquez au moins une portée pour la clé.", field="scopes")
    if not scopes <= MACHINE_SCOPES:
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
