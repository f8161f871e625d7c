"""Roles and permissions, as pages say them in French."""

from collections.abc import Mapping
from dataclasses import dataclass

from governance.people.rules import PERMITTED, Grant, Role

HERE = "dans sa structure"
SIGNED = "chez les partenaires qui appliquent une convention signée par sa caisse, pour cette convention"
NOT_SELF = "jamais pour soi-même"


@dataclass(frozen=True, slots=True)
class RoleName:
    """A role's name, and in one sentence who holds it."""

    name: str
    who: str


ROLE_NAMES: Mapping[Role, RoleName] = {
    Role.DPO: RoleName(
        "Délégué à la protection des données du partenaire", "Veille sur ce que la structure a promis à la caisse."
    ),
    Role.GESTIONNAIRE: RoleName("Gestionnaire", "Suit les comptes des agents de la structure sur le portail."),
    Role.TECHNICIEN: RoleName("Technicien", "Travailleur social qui envoie les signalements."),
    Role.REFERENT: RoleName("Référent", "Interlocuteur que la convention demande de désigner."),
    Role.AGENT_CAISSE: RoleName("Agent de la caisse", "Traite, à la caisse, ce que les partenaires envoient."),
    Role.DPO_CAISSE: RoleName(
        "Délégué à la protection des données de la caisse", "Veille, à la caisse, sur les conventions signées."
    ),
    Role.ADMINISTRATEUR: RoleName(
        "Administrateur du service", "Fait marcher le service ; ne voit aucune donnée personnelle."
    ),
    Role.MACHINE: RoleName(
        "Logiciel (clé d'accès)",
        "Un programme de la structure ; sa clé ne permet que les portées qui lui sont données.",
    ),
}


@dataclass(frozen=True, slots=True)
class RightShown:
    """What a role may do, and under which conditions."""

    lets: str
    conditions: str


@dataclass(frozen=True, slots=True)
class RoleShown:
    """A role and all that it may do."""

    role: Role
    name: str
    who: str
    rights: tuple[RightShown, ...]


def roles_shown() -> tuple[RoleShown, ...]:
    """Return every role with its rights, in the order of the table."""
    return tuple(RoleShown(role, said.name, said.who, _rights(role)) for role, said in ROLE_NAMES.items())


def terminal_only() -> tuple[str, ...]:
    """Return what no role lets do, the command line alone."""
    return tuple(grant.lets for grant in PERMITTED.values() if not grant.here | grant.signed)


def _rights(role: Role) -> tuple[RightShown, ...]:
    held = (grant for grant in PERMITTED.values() if role in grant.here | grant.signed)
    return tuple(RightShown(grant.lets, _conditions(role, grant)) for grant in held)


def _conditions(role: Role, grant: Grant) -> str:
    where = [said for said, roles in ((HERE, grant.here), (SIGNED, grant.signed)) if role in roles]
    return ", ".join([" et ".join(where), *([NOT_SELF] if grant.not_self else [])])
