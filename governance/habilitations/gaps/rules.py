"""What three lists say against each other: the portal's accounts, the declared agents, what they signed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from governance.conventions.values.accounts import Profile
from governance.habilitations.lists.lines import PortalLine, PortalState
from governance.habilitations.lists.plans import Known, is_gone, shown
from governance.habilitations.lists.values import plain
from governance.habilitations.quotas import Room, Standing
from governance.habilitations.rules import LIVE, OPEN, State


class GapKind(StrEnum):
    """What does not agree; in the order in which they are told."""

    UNDECLARED = "sans_agent"
    LEFT = "parti"
    OFF_STAFF = "absent_du_personnel"
    NO_COMMITMENT = "sans_engagement"
    TRAINING = "formation"
    DOMAIN = "domaine"
    QUOTA = "quota"
    TWICE = "doublon"
    UNKNOWN_HERE = "absent_du_registre"
    UNKNOWN_THERE = "absent_du_portail"
    PENDING = "en_demande"
    DIFFERENT = "different"
    IDLE = "engagement_sans_compte"


class Weight(StrEnum):
    """How soon it is to be settled."""

    NOW = "a_regler"
    SOON = "a_verifier"
    TOLD = "pour_information"


# The rule of the convention that each goes against, and how much it weighs.
RULES: Mapping[GapKind, tuple[str, Weight]] = {
    GapKind.UNDECLARED: ("A18", Weight.NOW),
    GapKind.LEFT: ("A13", Weight.NOW),
    GapKind.OFF_STAFF: ("A13", Weight.SOON),
    GapKind.NO_COMMITMENT: ("A22", Weight.NOW),
    GapKind.TRAINING: ("S6r", Weight.SOON),
    GapKind.DOMAIN: ("A20", Weight.NOW),
    GapKind.QUOTA: ("A3", Weight.SOON),
    GapKind.TWICE: ("A8", Weight.SOON),
    GapKind.UNKNOWN_HERE: ("A24", Weight.SOON),
    GapKind.UNKNOWN_THERE: ("A24", Weight.SOON),
    GapKind.PENDING: ("A6", Weight.TOLD),
    GapKind.DIFFERENT: ("A9", Weight.SOON),
    GapKind.IDLE: ("A24", Weight.TOLD),
}


@dataclass(frozen=True, slots=True)
class Held:
    """An account of the register."""

    id: str
    agent_id: str
    email: str
    last_name: str
    first_name: str
    profile: Profile
    state: State
    fonction: str = ""
    phone: str | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """Return what tells it apart."""
        return (self.email, self.profile)


@dataclass(frozen=True, slots=True)
class Gap:
    """One disagreement: about whom, what is said, under which rule; identifiers when there is something to open."""

    kind: GapKind
    rule: str
    weight: Weight
    name: str
    email: str
    said: str
    profile: Profile | None = None
    agent_id: str | None = None
    account_id: str | None = None


@dataclass(frozen=True, slots=True)
class Lists:
    """What is compared on a day: the lists that were kept (None: none yet), the register, the declared staff.

    `staff`: the addresses of the last staff list; `own`: the addresses of the structure's own domains; `committed`: the
    agents whose commitment stands; `trained`: until when each agent's training holds, None for one who has none;
    `busy`: those who have an open account, with this caisse or another.
    """

    on: date
    portal: tuple[PortalLine, ...] | None
    staff: frozenset[str] | None
    agents: tuple[Known, ...]
    accounts: tuple[Held, ...]
    own: frozenset[str]
    committed: frozenset[str]
    trained: Mapping[str, date | None]
    rooms: tuple[Room, ...] = ()
    busy: frozenset[str] = frozenset()


def gaps(lists: Lists) -> tuple[Gap, ...]:
    """Return every disagreement, the heaviest kinds first, then by name."""
    found = (
        *_on_portal(lists), *_on_agents(lists), *_between(lists), *_twice(lists), *map(_over, _full(lists.rooms)),
    )  # fmt: skip
    order = {kind: rank for rank, kind in enumerate(GapKind)}
    return tuple(sorted(found, key=lambda one: (order[one.kind], plain(one.name), one.email, one.profile or "")))


def _on_portal(lists: Lists) -> Iterator[Gap]:
    """Give what open accounts of the portal say against the staff."""
    declared = {one.email: one for one in lists.agents}
    for line in lists.portal or ():
        if line.state is not PortalState.INACTIVE and line.email not in declared:
            seen = f", dernière connexion le {shown(line.last_seen_on)}" if line.last_seen_on else ""
            said = f"Compte {shown(line.state)} au portail{seen} ; aucun agent déclaré n'a cette adresse."
            yield _gap(GapKind.UNDECLARED, line, said)


def _on_agents(lists: Lists) -> Iterator[Gap]:
    """Give what is wrong of each agent who has an open account, here or at the portal."""
    open_here = {one.agent_id: one for one in lists.accounts if one.state in OPEN}
    open_there = {one.email for one in lists.portal or () if one.state is not PortalState.INACTIVE}
    for agent in lists.agents:
        account = open_here.get(agent.id)
        if account is None and agent.email not in open_there:
            if agent.id in lists.committed - lists.busy and not is_gone(agent, lists.on):
                yield _of(GapKind.IDLE, agent, "Engagement signé, et aucun compte ouvert.")
            continue
        for kind, said in _wrong(lists, agent):
            yield _of(kind, agent, said, account)


def _wrong(lists: Lists, agent: Known) -> Iterator[tuple[GapKind, str]]:
    if is_gone(agent, lists.on):
        yield GapKind.LEFT, f"Parti le {shown(agent.left_on)} ; son compte est encore ouvert."
    elif lists.staff is not None and agent.email not in lists.staff:
        yield GapKind.OFF_STAFF, "Absent de la dernière liste du personnel ; son compte est ouvert."
    if agent.id not in lists.committed:
        yield GapKind.NO_COMMITMENT, "Aucun engagement de confidentialité en vigueur."
    until = lists.trained.get(agent.id)
    if until is None:
        yield GapKind.TRAINING, "Aucune formation à la protection des données."
    elif until < lists.on:
        yield GapKind.TRAINING, f"Formation finie le {shown(until)}."
    if agent.email not in lists.own:
        yield GapKind.DOMAIN, "Cette adresse n'est pas d'un domaine de la structure."


def _between(lists: Lists) -> Iterator[Gap]:
    """Give what the portal and the register say against each other."""
    if lists.portal is None:
        return
    there = {one.key: one for one in lists.portal}
    here = {one.key: one for one in lists.accounts if one.state in LIVE}
    declared = {one.email: one for one in lists.agents}
    for key, line in there.items():
        account = here.get(key)
        if account is not None:
            yield from _compared(line, account)
        elif line.state is not PortalState.INACTIVE and line.email in declared:
            yield _of(GapKind.UNKNOWN_HERE, declared[line.email], "Ouvert au portail, absent du registre.", line=line)
    for key, account in here.items():
        if key not in there and account.state in OPEN:
            yield _held(GapKind.UNKNOWN_THERE, account, "Actif au registre, absent de la liste du portail.")


def _compared(line: PortalLine, account: Held) -> Iterator[Gap]:
    if line.state is PortalState.INACTIVE and account.state in OPEN:
        yield _held(GapKind.UNKNOWN_THERE, account, "Actif au registre, inactif au portail.")
    if line.state is PortalState.ACTIVE and account.state in {State.REQUESTED, State.GRANTED}:
        yield _held(GapKind.PENDING, account, "Actif au portail, pas encore au registre : confirmez son ouverture.")
    pairs = (("nom", "last_name"), ("prénom", "first_name"), ("fonction", "fonction"), ("téléphone", "phone"))
    other = [
        f"{label} : « {getattr(line, field)} » au portail, « {getattr(account, field)} » au registre"
        for label, field in pairs
        if _differs(getattr(line, field), getattr(account, field))
    ]
    if other:
        yield _held(GapKind.DIFFERENT, account, " ; ".join(other) + ".")


def _differs(told: str | None, known: str | None) -> bool:
    return bool(told) and told != known and plain(told or "") != plain(known or "")


def _twice(lists: Lists) -> Iterator[Gap]:
    """Give the persons who seem to hold two accounts of the same profile, under two addresses."""
    said, seen = cache(plain), dict[tuple[str, str, Profile], set[str]]()
    one_of: dict[str, PortalLine | Held] = {}
    opened: list[PortalLine | Held] = [one for one in lists.accounts if one.state in LIVE]
    for one in (*opened, *(one for one in lists.portal or () if one.state is not PortalState.INACTIVE)):
        seen.setdefault((said(one.last_name), said(one.first_name), one.profile), set()).add(one.email)
        one_of.setdefault(one.email, one)
    for (_, _, profile), addresses in seen.items():
        if len(addresses) > 1:
            held = ", ".join(sorted(addresses))
            words = f"Plusieurs comptes de {profile} au même nom : {held}. Homonymes, ou doublon ?"
            first = one_of[min(addresses)]
            rule, weight = RULES[GapKind.TWICE]
            yield Gap(GapKind.TWICE, rule, weight, _name(first), first.email, words, profile)


def _full(rooms: Iterable[Room]) -> Iterator[Room]:
    return (one for one in rooms if one.standing is Standing.OVER or one.warns)


def _over(room: Room) -> Gap:
    rule = "A2" if room.profile is Profile.GESTIONNAIRE else "A3"
    said = (
        f"{room.held} comptes de {room.profile} pour {room.ceiling} permis."
        if room.standing is Standing.OVER
        else f"{room.held} comptes de {room.profile} : au-dessus du seuil à confirmer avec la caisse."
    )
    return Gap(GapKind.QUOTA, rule, RULES[GapKind.QUOTA][1], "La structure", "", said, room.profile)


def _gap(kind: GapKind, line: PortalLine, said: str) -> Gap:
    rule, weight = RULES[kind]
    return Gap(kind, rule, weight, _name(line), line.email, said, line.profile)


def _of(kind: GapKind, agent: Known, said: str, account: Held | None = None, line: PortalLine | None = None) -> Gap:
    rule, weight = RULES[kind]
    profile = account.profile if account else line.profile if line else None
    return Gap(kind, rule, weight, _name(agent), agent.email, said, profile, agent.id, account.id if account else None)


def _held(kind: GapKind, account: Held, said: str) -> Gap:
    rule, weight = RULES[kind]
    return Gap(kind, rule, weight, _name(account), account.email, said, account.profile, account.agent_id, account.id)


def _name(one: PortalLine | Held | Known) -> str:
    return f"{one.first_name} {one.last_name}"
