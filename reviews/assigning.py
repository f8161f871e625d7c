"""Who is asked to answer for which account: never for one's own."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from governance.conventions.values.accounts import Profile
from reviews.facts import Entry, Held
from reviews.rules import NotYours, OwnAccount, Reviewer, is_own

CAISSE = "caisse"  # nobody else may: the caisse answers for the only gestionnaire


@dataclass(frozen=True, slots=True)
class Panel:
    """Who may be asked, in the order in which they are: gestionnaires, the fallback chosen at opening, the DPO."""

    gestionnaires: tuple[Reviewer, ...]
    fallback: Reviewer | None = None
    dpo: Reviewer | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks to answer for an account: who it was given to, and what the person is here."""

    reviewer: Reviewer
    is_gestionnaire: bool
    is_dpo: bool


def assign(entries: Sequence[Entry], panel: Panel) -> dict[str, str]:
    """Return who is asked about each account: its own gestionnaire when another person, else who has fewest.

    Without a gestionnaire who may, the fallback reviewer is asked; then the DPO for a technicien; then the caisse.
    """
    who = holders(entry.held for entry in entries)
    managers = _managers(entries, panel, who)
    given: Counter[str] = Counter()
    assigned = {}
    for entry in entries:
        reviewer = _reviewer(entry.held, panel, who[entry.held.holder], managers.get(entry.held.manager or ""), given)
        assigned[entry.held.account] = reviewer
        given[reviewer] += 1
    return assigned


def check_may_answer(asked: Asked, given_to: str, is_doubtful: bool, accounts: Iterable[Held]) -> None:
    """Refuse (OwnAccount) one's own account, and (NotYours) one that somebody else must answer for.

    `accounts` are all those of the holder; `is_doubtful` that a reviewer answered « ne sait pas », which is the DPO's.
    """
    known = tuple(accounts)
    if is_own(asked.reviewer, [one.email for one in known], [one.name for one in known]):
        raise OwnAccount("C'est votre propre compte : une autre personne le revoit.")
    if asked.reviewer.caisse is not None:
        if given_to != CAISSE:
            raise NotYours("Ce compte est revu par le partenaire.")
        return
    if not asked.is_gestionnaire and given_to != asked.reviewer.id and not (asked.is_dpo and is_doubtful):
        raise NotYours("Ce compte est confié à une autre personne : elle peut vous le déléguer.")


def holders(accounts: Iterable[Held]) -> Mapping[str, tuple[Held, ...]]:
    """Return the accounts of each holder."""
    found: dict[str, list[Held]] = defaultdict(list)
    for one in accounts:
        found[one.holder].append(one)
    return {holder: tuple(group) for holder, group in found.items()}


def _is(reviewer: Reviewer, accounts: Iterable[Held]) -> bool:
    known = tuple(accounts)
    return is_own(reviewer, [one.email for one in known], [one.name for one in known])


def _managers(entries: Iterable[Entry], panel: Panel, who: Mapping[str, tuple[Held, ...]]) -> dict[str, Reviewer]:
    accounts = [entry.held for entry in entries if entry.held.profile is Profile.GESTIONNAIRE]
    return {
        one.account: reviewer for one in accounts for reviewer in panel.gestionnaires if _is(reviewer, who[one.holder])
    }


def _reviewer(
    one: Held, panel: Panel, own: tuple[Held, ...], manager: Reviewer | None, given: Mapping[str, int]
) -> str:
    able = [reviewer for reviewer in panel.gestionnaires if not _is(reviewer, own)]
    if manager in able and manager is not None:
        return manager.id
    if able:
        return min(able, key=lambda reviewer: (given.get(reviewer.id, 0), reviewer.id)).id
    spare = [panel.fallback, panel.dpo if one.profile is Profile.TECHNICIEN else None]
    return next((reviewer.id for reviewer in spare if reviewer is not None and not _is(reviewer, own)), CAISSE)
