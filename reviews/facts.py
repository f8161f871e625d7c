"""What a reviewer is shown of an account: the facts of the day, what changed, what is amiss, what is advised."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import Any

from governance.conventions.values.accounts import Profile
from governance.core.spans import add_months
from reviews.rules import Choice, plain_name

DORMANT_MONTHS = 6  # our default: no convention says when an account sleeps


class Change(StrEnum):
    """What became of an account since its last review."""

    NEW = "nouveau"
    CHANGED = "modifie"
    UNCHANGED = "inchange"


class Flag(StrEnum):
    """What is amiss with an account."""

    LEAVER = "parti"
    UNDECLARED = "hors_effectif"
    DUPLICATE = "doublon"
    OVER_QUOTA = "hors_quota"
    OUTSIDE_DOMAIN = "hors_domaine"
    NO_COMMITMENT = "sans_engagement"
    TRAINING = "formation"
    NEVER_SIGNED_IN = "jamais_connecte"
    DORMANT = "dormant"


@dataclass(frozen=True, slots=True)
class Held:
    """An account on the day a review opens, with what is known of who holds it.

    `holder` is opaque, the same for both accounts of one person; `is_professional` says that the address is of the
    structure's domains; `sign_in_known` that the portal's list told when people signed in. `trained_until` is None for
    who never was.
    """

    account: str
    holder: str
    caisse: str
    profile: Profile
    name: str
    email: str
    is_professional: bool = True
    function: str = ""
    granted_on: date | None = None
    last_sign_in: date | None = None
    sign_in_known: bool = False
    declared: bool = True
    left_on: date | None = None
    committed_on: date | None = None
    trained_until: date | None = None
    manager: str | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """What accounts are looked at against: the day, and each caisse's ceilings by profile."""

    on: date
    ceilings: Mapping[Profile, int] = field(default_factory=dict)  # no line: no limit


@dataclass(frozen=True, slots=True)
class Entry:
    """An account as it is reviewed: frozen at opening."""

    held: Held
    change: Change
    differences: tuple[str, ...] = ()
    flags: tuple[Flag, ...] = ()

    @property
    def is_alone(self) -> bool:
        """Tell whether it is answered for on its own: new, changed or flagged."""
        return self.change is not Change.UNCHANGED or bool(self.flags)


@dataclass(frozen=True, slots=True)
class Advice:
    """What is advised, why, and the rule of the convention it comes from; it is never ticked beforehand."""

    choice: Choice
    reason: str
    rule: str | None = None


COMPARED: Mapping[str, str] = {
    "name": "le nom",
    "email": "l'adresse",
    "function": "la fonction",
    "profile": "le profil",
    "manager": "le gestionnaire",
}

# In the order in which they weigh: the first that applies is the advice.
ADVICE: Mapping[Flag, Advice] = {
    Flag.LEAVER: Advice(Choice.REVOKE, "la personne a quitté la structure", "A13"),
    Flag.UNDECLARED: Advice(Choice.REVOKE, "la personne n'est pas dans la liste du personnel", "A18"),
    Flag.DUPLICATE: Advice(Choice.REVOKE, "un autre compte de même profil porte ce nom : doublon ou homonyme", "A8"),
    Flag.OVER_QUOTA: Advice(Choice.REVOKE, "le nombre de comptes permis est dépassé", "A2"),
    Flag.OUTSIDE_DOMAIN: Advice(Choice.MODIFY, "l'adresse n'est pas d'un domaine de la structure", "A20"),
    Flag.NO_COMMITMENT: Advice(Choice.MODIFY, "aucun engagement de confidentialité n'est signé", "S6r"),
    Flag.TRAINING: Advice(Choice.MODIFY, "la formation à la protection des données manque ou a expiré", "S6r"),
    Flag.NEVER_SIGNED_IN: Advice(Choice.REVOKE, "le compte n'a jamais servi", "A13"),
    Flag.DORMANT: Advice(Choice.REVOKE, f"personne ne s'est connecté depuis {DORMANT_MONTHS} mois", "A13"),
}
KEPT = Advice(Choice.KEEP, "rien n'a changé depuis la dernière revue, rien n'est à signaler")
UNSEEN = Advice(Choice.KEEP, "rien n'est à signaler ; le compte n'a pas encore été revu")
MOVED = Advice(Choice.KEEP, "rien n'est à signaler ; vérifiez ce qui a changé")


def recommend(entry: Entry) -> Advice:
    """Return what is advised for an account, and why."""
    for flag, advice in ADVICE.items():
        if flag in entry.flags:
            is_technicien = flag is Flag.OVER_QUOTA and entry.held.profile is Profile.TECHNICIEN
            return Advice(advice.choice, advice.reason, "A3") if is_technicien else advice
    return {Change.NEW: UNSEEN, Change.CHANGED: MOVED, Change.UNCHANGED: KEPT}[entry.change]


def population(held: Sequence[Held], frame: Frame, before: Mapping[str, Held]) -> tuple[Entry, ...]:
    """Return the accounts to review, those that need a look first, then by name; `before` is their last review's."""
    shared = _duplicates(held)
    beyond = _beyond(held, frame)
    entries = (_entry(one, frame, before.get(one.account), shared, beyond) for one in held)
    return tuple(sorted(entries, key=_order))


def differences(before: Held, now: Held) -> tuple[str, ...]:
    """Return what changed of an account between two reviews, as names of `COMPARED`."""
    return tuple(name for name in COMPARED if getattr(before, name) != getattr(now, name))


def as_json(held: Held) -> dict[str, Any]:
    """Return the facts as JSON keeps them."""
    return {key: one.isoformat() if isinstance(one, date) else one for key, one in asdict(held).items()}


def from_json(kept: Mapping[str, Any]) -> Held:
    """Return facts that were kept; what a later version does not know is left out."""
    known = {one.name: kept[one.name] for one in fields(Held) if one.name in kept}
    for name in ("granted_on", "last_sign_in", "left_on", "committed_on", "trained_until"):
        if known.get(name):
            known[name] = date.fromisoformat(known[name])
    known["profile"] = Profile(known["profile"])
    return Held(**known)


def _entry(one: Held, frame: Frame, last: Held | None, shared: frozenset[str], beyond: frozenset[str]) -> Entry:
    changed = differences(last, one) if last else ()
    change = Change.NEW if last is None else Change.CHANGED if changed else Change.UNCHANGED
    flags = {
        Flag.LEAVER: one.left_on is not None and one.left_on <= frame.on,
        Flag.UNDECLARED: not one.declared and one.left_on is None,
        Flag.DUPLICATE: one.account in shared,
        Flag.OVER_QUOTA: one.account in beyond,
        Flag.OUTSIDE_DOMAIN: not one.is_professional,
        Flag.NO_COMMITMENT: one.committed_on is None,
        Flag.TRAINING: one.trained_until is None or one.trained_until < frame.on,
    } | _sleeping(one, frame.on)
    return Entry(one, change, changed, tuple(flag for flag in Flag if flags.get(flag)))


def _sleeping(one: Held, on: date) -> dict[Flag, bool]:
    limit = add_months(on, -DORMANT_MONTHS)
    old = one.granted_on is None or one.granted_on < limit
    if not one.sign_in_known:
        return {}
    return {
        Flag.NEVER_SIGNED_IN: one.last_sign_in is None and old,
        Flag.DORMANT: one.last_sign_in is not None and one.last_sign_in < limit,
    }


def _duplicates(held: Iterable[Held]) -> frozenset[str]:
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for one in held:
        for who in (one.holder, plain_name(one.name)):
            groups[(one.caisse, one.profile, who)].append(one.account)
    return frozenset(account for group in groups.values() if len(group) > 1 for account in group)


def _beyond(held: Iterable[Held], frame: Frame) -> frozenset[str]:
    return frozenset(_latest(sorted(held, key=lambda one: (one.granted_on or date.max, one.account)), frame))


def _latest(by_age: Iterable[Held], frame: Frame) -> Iterator[str]:
    counted: Counter[tuple[str, Profile]] = Counter()
    for one in by_age:
        counted[one.caisse, one.profile] += 1
        ceiling = frame.ceilings.get(one.profile)
        if ceiling is not None and counted[one.caisse, one.profile] > ceiling:
            yield one.account


def _order(entry: Entry) -> tuple[bool, bool, str, str]:
    return (not entry.flags, not entry.is_alone, plain_name(entry.held.name), entry.held.account)
