"""What a review found to modify and nobody has modified since: whose account, what was said, and the page that does it.

A review says in words what is wrong; the new value is for a person to give. For a gestionnaire it goes to the caisse,
which alone modifies their account (A9).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.conventions.values.accounts import AccountField, Profile
from governance.core.trail import TrailEntry
from governance.habilitations.rules import LIVE
from governance.habilitations.tables import Account, AccountChange, Agent, Attestation
from reviews.closing import Effect
from reviews.facts import Flag
from reviews.queries import Campaign, Line, lines_of
from reviews.rules import State, plain_name
from reviews.tables import ReviewEntry

ASKED_DURING = timedelta(days=60)  # our own choice: the next review asks again

_WORDS: tuple[tuple[str, AccountField], ...] = (
    ("tel", AccountField.TELEPHONE), ("numero", AccountField.TELEPHONE), ("portable", AccountField.TELEPHONE),
    ("mail", AccountField.EMAIL), ("courriel", AccountField.EMAIL), ("adresse", AccountField.EMAIL),
    ("fonction", AccountField.FONCTION), ("poste", AccountField.FONCTION), ("service", AccountField.FONCTION),
    ("nom", AccountField.NOM),
)  # fmt: skip
_ATTESTED = frozenset({Flag.NO_COMMITMENT, Flag.TRAINING})


@dataclass(frozen=True, slots=True)
class ToModify:
    """An account to modify: its line in the review, the button, and the page that it opens."""

    entry: str
    verb: str
    href: str = field(repr=False)


def field_of(words: str) -> AccountField | None:
    """Return which data of a gestionnaire words speak of, where they do.

    >>> field_of("Nouveau numéro de téléphone"), field_of("Elle a changé de nom"), field_of("à voir")
    (<AccountField.TELEPHONE: 'téléphone'>, <AccountField.NOM: 'nom'>, None)
    """
    said = plain_name(words).split()
    return next((one for start, one in _WORDS if any(word.startswith(start) for word in said)), None)


def to_modify(session: Session, campaigns: Iterable[Campaign], at: datetime) -> Mapping[str, tuple[ToModify, ...]]:
    """Return what is left to modify after reviews signed in the last two months, by review, in the order of each."""
    signed = {one.id: one.signed_at for one in campaigns if one.state is not State.OPEN and one.signed_at}
    recent = {one: when for one, when in signed.items() if at - when < ASKED_DURING}
    wanted = select(ReviewEntry).where(
        ReviewEntry.campaign_id.in_(sorted(recent)), ReviewEntry.effect == Effect.TO_MODIFY.value
    )
    rows = session.scalars(wanted.order_by(ReviewEntry.campaign_id, ReviewEntry.rank)).all()
    since = {row.id: recent[row.campaign_id] for row in rows}
    done = _done(session, rows, since)
    left = [(row, line) for row, line in zip(rows, lines_of(session, rows), strict=True) if row.id not in done]
    return {
        campaign: tuple(_asked(line) for row, line in left if row.campaign_id == campaign)
        for campaign in sorted({row.campaign_id for row, _ in left})
    }


def _asked(line: Line) -> ToModify:
    held, words = line.entry.held, line.answer.words if line.answer else ""
    what = field_of(words)
    if what is None and _ATTESTED.intersection(line.entry.flags):
        return ToModify(line.id, "Attester", f"/agents/{held.holder}")
    if held.profile is Profile.GESTIONNAIRE:
        chosen = f"?quoi={what.name.lower()}" if what else ""
        return ToModify(line.id, "Demander à la caisse", f"/comptes/{held.account}/modification{chosen}")
    return ToModify(line.id, "Corriger", f"/agents/{held.holder}/corriger")


def _done(session: Session, rows: Sequence[ReviewEntry], since: Mapping[str, datetime]) -> frozenset[str]:
    """Return the lines whose account closed or was asked to change since, or whose holder was corrected, attested."""
    accounts, holders = {row.account for row in rows}, {row.holder for row in rows}
    open_ones = set(session.scalars(select(Account.id).where(Account.id.in_(accounts), Account.state.in_(LIVE))))
    asked = _latest(session, accounts)
    attested, corrected = _attested(session, holders), _corrected(session, rows, since)
    agents = {row.id: row for row in session.scalars(select(Agent).where(Agent.id.in_(holders)).order_by(Agent.id))}
    return frozenset(
        row.id
        for row, line in zip(rows, lines_of(session, rows), strict=True)
        if row.account not in open_ones
        or any(one >= since[row.id] for one in (asked.get(row.account), attested.get(row.holder)) if one)
        or _is_corrected(line, agents.get(row.holder), row.holder in corrected)
    )


def _latest(session: Session, accounts: Collection[str]) -> dict[str, datetime]:
    wanted = select(AccountChange.account_id, AccountChange.asked_at).where(AccountChange.account_id.in_(accounts))
    return {row.account_id: row.asked_at for row in session.execute(wanted.order_by(AccountChange.asked_at))}


def _attested(session: Session, holders: Collection[str]) -> dict[str, datetime]:
    wanted = select(Attestation.agent_id, Attestation.attested_at).where(Attestation.agent_id.in_(holders))
    return {row.agent_id: row.attested_at for row in session.execute(wanted.order_by(Attestation.attested_at))}


def _corrected(session: Session, rows: Sequence[ReviewEntry], since: Mapping[str, datetime]) -> frozenset[str]:
    """Return the holders whose sheet was corrected since, whatever changed: a review keeps no telephone to compare."""
    if not rows:
        return frozenset()
    wanted = select(TrailEntry.subject, TrailEntry.at).where(
        TrailEntry.structure.in_({row.structure_id for row in rows}), TrailEntry.at >= min(since.values()),
        TrailEntry.action == "agent.corrected",
    )  # fmt: skip
    last = {one.subject: one.at for one in session.execute(wanted.order_by(TrailEntry.at))}
    return frozenset(row.holder for row in rows if row.holder in last and last[row.holder] >= since[row.id])


def _is_corrected(line: Line, agent: Agent | None, since: bool) -> bool:
    held = line.entry.held
    if agent is None or held.profile is Profile.GESTIONNAIRE:
        return agent is None
    if since:
        return True
    now = (plain_name(f"{agent.first_name} {agent.last_name}"), agent.email, agent.fonction)
    return now != (plain_name(held.name), held.email, held.function)
