"""Reviews of invented accounts, for the tests of what is done with them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from governance.conventions.values.accounts import Profile
from governance.core.clock import day
from governance.people.rules import Actor, Role, command
from reviews.closing import Effect, Policy, Silence
from reviews.deciding import Seen, answer
from reviews.ending import Todo, Ways
from reviews.facts import Frame, Held, population
from reviews.moving import postpone
from reviews.opening import Opening, last_facts, open_review
from reviews.rules import Answer, Cause, Choice, Motive
from reviews.tables import ReviewEntry, ReviewNotice, ReviewRequest, ReviewSetting
from tests.conftest import Demonstration

KEEP, SUSPEND = Policy(Silence.KEEP), Policy(Silence.SUSPEND, 5)
REVOKE = Answer(Choice.REVOKE, Motive.LEFT)


@dataclass
class Portal:
    """Stands for the accounts: remembers which were ended, and refuses a caisse's last gestionnaire."""

    active: dict[str, Profile] = field(default_factory=dict)
    ended: list[str] = field(default_factory=list)

    def end(self, session: Session, todo: Todo, at: datetime) -> Effect:
        """End an account."""
        gestionnaires = [one for one, profile in self.active.items() if profile is Profile.GESTIONNAIRE]
        if gestionnaires == [todo.account]:
            return Effect.RETAINED
        self.active.pop(todo.account, None)
        self.ended.append(todo.account)
        return Effect.SUSPENDED if todo.is_silent else Effect.REVOKED

    def ways(self, others: Mapping[str, int] | None = None) -> Ways:
        """Return what ending a review asks for."""
        return Ways(
            end=self.end,
            others=lambda session, campaign: others or {},
            next_on=lambda session, campaign, at: day(at) + timedelta(days=180),
            certify=lambda session, campaign, at: "{}",
        )


def account(number: int, at: datetime, **facts: object) -> Held:
    """Return an account with nothing amiss; the first two are gestionnaires'."""
    profile = Profile.GESTIONNAIRE if number <= 2 else Profile.TECHNICIEN
    usual = {
        "account": f"c{number}", "holder": f"h{number}", "caisse": "artois", "profile": profile,
        "name": f"Agent Numero{'abcdefghijklmnopqrstuvwxyz'[number % 26]}{number}", "email": f"a{number}@ccas.example",
        "function": "Accueil", "committed_on": date(2026, 1, 5), "trained_until": day(at) + timedelta(days=365),
    }  # fmt: skip
    return Held(**(usual | facts))  # type: ignore[arg-type]


def opened(
    sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime, held: Iterable[Held] = (),
    policy: Policy = KEEP, key: str = "essai", days: int = 21,
) -> str:  # fmt: skip
    """Open a review of these accounts under S0, four by default, and return its identifier."""
    known = tuple(held) or tuple(account(number, at) for number in range(1, 5))
    opening = Opening(
        demonstration.structure, "S0", Cause.CHOICE, key, day(at) + timedelta(days=days), policy,
        fallback=demonstration.people[Role.DPO],
    )  # fmt: skip
    with sessions.begin() as session:
        before = last_facts(session, demonstration.structure, "S0")
        entries = population(known, Frame(day(at)), before)
        return open_review(session, opening, entries, by=command(demonstration.structure), at=at)


def entries(sessions: sessionmaker[Session], campaign: str) -> dict[str, ReviewEntry]:
    """Return the lines of a review, by account."""
    with sessions() as session:
        mine = select(ReviewEntry).where(ReviewEntry.campaign_id == campaign)
        return {row.account: row for row in session.scalars(mine.order_by(ReviewEntry.rank))}


def reply(sessions: sessionmaker[Session], campaign: str, given: Mapping[str, Answer], by: Actor, at: datetime) -> None:
    """Answer for accounts, each in its own act."""
    for name, one in given.items():
        row = entries(sessions, campaign)[name]
        with sessions.begin() as session:
            answer(session, Seen(row.id, row.version, at), one, by=by, at=at)


def whole(session: Session, structure: str, dpo: str, gestionnaire: str, at: datetime) -> dict[str, str]:
    """Fill every table of reviews once, and return the identifiers by what they are of."""
    by, on = command(structure), day(at)
    opening = Opening(structure, "S0", Cause.CHOICE, "essai", on + timedelta(days=21), KEEP, fallback=dpo)
    known = population([account(number, at) for number in range(1, 5)], Frame(on), {})
    campaign = open_review(session, opening, known, by=by, at=at)
    mine = select(ReviewEntry).where(ReviewEntry.campaign_id == campaign).order_by(ReviewEntry.rank)
    entry = session.scalars(mine).all()[-1]
    answer(session, Seen(entry.id, 0, at), Answer(Choice.KEEP), by=by, at=at)
    postpone(session, campaign, on + timedelta(days=22), "congés", by=by, at=at)
    place = {"structure_id": structure, "convention": "S0"}
    session.add(ReviewSetting(**place, months=6, days=21, silence="garder", grace=0))
    session.add(ReviewRequest(**place, caisse="artois", asked_at=at, asked_by="essai", answer_by=on))
    notice = {"person": gestionnaire, "kind": "ouverture", "message": "essai", "at": at}
    session.add(ReviewNotice(campaign_id=campaign, structure_id=structure, **notice))
    session.flush()
    return {"review": campaign, "entry": entry.id}
