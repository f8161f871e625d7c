"""When a review may end, what silence comes to, and what closing does to each account."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from governance.conventions.values.accounts import Profile
from governance.core.french import end_of
from governance.core.refusals import Conflict
from reviews.rules import BadReview, Choice

GRACE_LIMIT = 30  # days


class Silence(StrEnum):
    """What is done with accounts that nobody answered for."""

    KEEP = "garder"
    SUSPEND = "suspendre"


class Effect(StrEnum):
    """What closing does to an account."""

    KEPT = "garde"
    TO_MODIFY = "a_modifier"
    REVOKED = "retire"
    KEPT_BY_SILENCE = "garde_sans_reponse"
    SUSPENDED = "suspendu_sans_reponse"
    RETAINED = "garde_dernier_gestionnaire"
    GONE = "deja_ferme"


class Undecided(Conflict):
    """Accounts are still without an answer."""


class NobodyLeft(Conflict):
    """A caisse would be left without an active gestionnaire."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What silence comes to, chosen at opening; `grace` counts the days between the deadline and a suspension."""

    silence: Silence
    grace: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.grace <= GRACE_LIMIT:
            raise BadReview(f"Le délai avant suspension va de 0 à {GRACE_LIMIT} jours.", field="grace")


@dataclass(frozen=True, slots=True)
class Standing:
    """An account at the end of a review; `choice` is None while nobody answered."""

    entry: str
    caisse: str
    profile: Profile
    choice: Choice | None

    @property
    def is_silent(self) -> bool:
        """Tell whether nobody knew: no answer, or « ne sait pas » left as it is."""
        return self.choice is None or self.choice is Choice.UNKNOWN


@dataclass(frozen=True, slots=True)
class Planned:
    """What closing will do to an account."""

    standing: Standing
    effect: Effect


_EFFECTS: Mapping[Choice, Effect] = {
    Choice.KEEP: Effect.KEPT,
    Choice.MODIFY: Effect.TO_MODIFY,
    Choice.REVOKE: Effect.REVOKED,
}
LEAVING = frozenset({Effect.REVOKED, Effect.SUSPENDED})


def covers(policy: Policy, due: date, at: datetime) -> bool:
    """Tell whether the no-response policy takes the place of missing answers, at an instant."""
    grace = policy.grace if policy.silence is Silence.SUSPEND else 0
    return at >= end_of(due + timedelta(days=grace))


def check_closable(standings: Iterable[Standing], policy: Policy, due: date, at: datetime) -> None:
    """Refuse (Undecided) to end a review while accounts are without an answer, unless its policy covers them now."""
    silent = sum(one.is_silent for one in standings)
    if silent and not covers(policy, due, at):
        count = f"{silent} comptes restent" if silent > 1 else "Un compte reste"
        raise Undecided(f"{count} sans réponse : décidez, ou attendez l'échéance prévue à l'ouverture.")


def plan(standings: Sequence[Standing], policy: Policy, others: Mapping[str, int]) -> tuple[Planned, ...]:
    """Return what closing does to each account, in the same order.

    `others` counts, by caisse, the active gestionnaires that the review does not hold. A caisse that would be left
    without any keeps one: an account that nobody answered for first, else one that was to be revoked.
    """
    planned = [Planned(one, _effect(one, policy)) for one in standings]
    for caisse in sorted({one.caisse for one in standings}):
        _keep_one(planned, caisse, others.get(caisse, 0))
    return tuple(planned)


def check_someone_left(standings: Sequence[Standing], others: Mapping[str, int]) -> None:
    """Refuse (NobodyLeft) answers that would leave a caisse without an active gestionnaire (CU, art. 2.2.3; A11)."""
    stay, leave = Counter(others), Counter[str]()
    for one in standings:
        if one.profile is Profile.GESTIONNAIRE:
            (leave if one.choice is Choice.REVOKE else stay)[one.caisse] += 1
    if any(not stay[caisse] for caisse in leave):
        raise NobodyLeft(
            "Vos réponses ne laisseraient aucun gestionnaire : donnez d'abord à la caisse les coordonnées du nouveau "
            "(CU, art. 2.2.3), ou gardez-en un."
        )


def _effect(one: Standing, policy: Policy) -> Effect:
    if one.choice is not None and one.choice is not Choice.UNKNOWN:
        return _EFFECTS[one.choice]
    return Effect.SUSPENDED if policy.silence is Silence.SUSPEND else Effect.KEPT_BY_SILENCE


def _keep_one(planned: list[Planned], caisse: str, others: int) -> None:
    ranks = [
        rank
        for rank, one in enumerate(planned)
        if one.standing.caisse == caisse and one.standing.profile is Profile.GESTIONNAIRE
    ]
    if others or not ranks or any(planned[rank].effect not in LEAVING for rank in ranks):
        return
    rank = min(ranks, key=lambda one: (planned[one].effect is Effect.REVOKED, one))
    planned[rank] = replace(planned[rank], effect=Effect.RETAINED)
