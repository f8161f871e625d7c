"""The certificate of a review: who decided what, when, how, and what came of it; as data, and on paper."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.conventions.queries import find_convention
from governance.conventions.shown import caisse_names
from governance.core.keys import Keys
from governance.core.outbox.tables import OutboxMessage
from governance.papers.signing import signed_json
from reviews.ending import policy_of
from reviews.facts import Flag, from_json
from reviews.pacing import Meter
from reviews.people import names_of
from reviews.queries import Given, answers, meter, structure_names
from reviews.tables import ReviewCampaign, ReviewDecision, ReviewEntry, ReviewMove, ReviewNotice

KIND = "reviews.certificate"
ARTICLE = "CU, art. 4.2"
_CHUNK = 1_000  # entries in one query


def certify(session: Session, campaign_id: str, keys: Keys, at: datetime) -> str:
    """Return the signed certificate of a review, as JSON (RFC 8785, Ed25519)."""
    return signed_json(keys, KIND, value_of(session, campaign_id), at=at).decode()


def value_of(session: Session, campaign_id: str) -> dict[str, Any]:
    """Return what the certificate says, before it is signed."""
    row = session.get_one(ReviewCampaign, campaign_id)
    entries = _entries(session, campaign_id)
    given = _answers(session, [one.id for one in entries])
    who = {row.opened_by, row.signer or "", *(one.reviewer for one in entries)}
    names = names_of(session, who | {answer.by for all_of in given.values() for answer in all_of})
    return {
        **_head(session, row, names),
        **story_of(session, campaign_id),
        "reviewers": _reviewers(session, campaign_id, names),
        "whole": _measured(meter(session, campaign_id)),
        "counts": dict(sorted(Counter(one.effect or "" for one in entries).items())),
        "accounts": [_account(one, given.get(one.id, ()), names) for one in entries],
    }


def story_of(session: Session, campaign_id: str) -> dict[str, Any]:
    """Return what moved in a review and who was written to, as its certificate will tell it."""
    moves, notices = _moves(session, campaign_id), _notices(session, campaign_id)
    who = {one.by for one in moves} | {one.person for one, _ in notices}
    names = names_of(session, who | {person for one in moves for person in (one.before, one.after)})
    return {
        "moves": [_move(one, names) for one in moves],
        "contacts": [_contact(one, message, names) for one, message in notices],
    }


def extract(value: Mapping[str, Any], caisse: str) -> dict[str, Any]:
    """Return what a caisse is shown of a certificate: its own accounts; reviewers and times stay whole."""
    mine = [one for one in value["accounts"] if one["caisse"] == caisse]
    return {**value, "extract": caisse, "accounts": mine, "counts": dict(Counter(one["effect"] for one in mine))}


def _head(session: Session, row: ReviewCampaign, names: Mapping[str, str]) -> dict[str, Any]:
    convention = find_convention(session, row.convention, row.structure_id)
    return {
        "review": row.id,
        "structure": structure_names(session, {row.structure_id}).get(row.structure_id, ""),
        "convention": {"code": row.convention, "title": convention.title, "article": ARTICLE},
        "caisses": dict(caisse_names(convention)),
        "cause": row.cause,
        "opened": {"at": _said(row.opened_at), "by": names.get(row.opened_by, row.opened_by)},
        "due": {"first": row.first_due.isoformat(), "last": row.due.isoformat()},
        "answer_by": row.answer_by and row.answer_by.isoformat(),
        "policy": {"silence": policy_of(row).silence.value, "grace_days": row.grace},
        "signed": {"at": _said(row.signed_at), "by": names.get(row.signer or "", row.signer)},
        "closed_at": _said(row.closed_at),
        "next_on": row.next_on and row.next_on.isoformat(),
    }


def _entries(session: Session, campaign_id: str) -> list[ReviewEntry]:
    wanted = select(ReviewEntry).where(ReviewEntry.campaign_id == campaign_id).order_by(ReviewEntry.rank)
    return list(session.scalars(wanted.execution_options(populate_existing=True)))


def _answers(session: Session, entries: list[str]) -> dict[str, tuple[Given, ...]]:
    found: dict[str, tuple[Given, ...]] = {}
    for start in range(0, len(entries), _CHUNK):
        found |= answers(session, entries[start : start + _CHUNK])
    return found


def _account(row: ReviewEntry, given: Iterable[Given], names: Mapping[str, str]) -> dict[str, Any]:
    held, history = from_json(json.loads(row.facts)), tuple(given)
    last = history[-1] if history else None
    said = {
        "account": row.account, "name": held.name, "profile": row.profile, "caisse": row.caisse, "change": row.change,
        "flags": [Flag(one).value for one in row.flags], "effect": row.effect, "answers": len(history),
        "asked": names.get(row.reviewer, row.reviewer),
    }  # fmt: skip
    if last is None:
        return said
    return said | {
        "choice": last.choice.value, "motive": last.motive and last.motive.value, "words": last.words,
        "by": names.get(last.by, last.by), "at": _said(last.at), "together": last.batch is not None,
    }  # fmt: skip


def _reviewers(session: Session, campaign_id: str, names: Mapping[str, str]) -> list[dict[str, Any]]:
    wanted = select(ReviewDecision.by).where(ReviewDecision.campaign_id == campaign_id).distinct()
    people = session.scalars(wanted.order_by(ReviewDecision.by)).all()
    return [{"name": names.get(one, one), **(_measured(meter(session, campaign_id, one)) or {})} for one in people]


def _measured(found: Meter | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "answers": found.answers, "together": found.together, "share_together_percent": found.share,
        "seconds": found.seconds, "seconds_each": found.each, "seconds_alone_median": found.alone,
        "pace": found.pace.value,
    }  # fmt: skip


def _moves(session: Session, campaign_id: str) -> list[ReviewMove]:
    wanted = select(ReviewMove).where(ReviewMove.campaign_id == campaign_id).order_by(ReviewMove.at, ReviewMove.id)
    return list(session.scalars(wanted))


def _move(row: ReviewMove, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "what": row.what, "at": _said(row.at), "by": names.get(row.by, row.by), "words": row.words,
        "before": names.get(row.before, row.before), "after": names.get(row.after, row.after), "count": row.count,
    }  # fmt: skip


def _notices(session: Session, campaign_id: str) -> list[tuple[ReviewNotice, OutboxMessage | None]]:
    rows = session.execute(
        select(ReviewNotice, OutboxMessage)
        .outerjoin(OutboxMessage, OutboxMessage.id == ReviewNotice.message)
        .where(ReviewNotice.campaign_id == campaign_id)
        .order_by(ReviewNotice.at, ReviewNotice.person, ReviewNotice.kind)
    )
    return [(notice, message) for notice, message in rows]


def _contact(row: ReviewNotice, message: OutboxMessage | None, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "person": names.get(row.person, row.person), "kind": row.kind, "at": _said(row.at),
        "message_id": message and message.message_id, "state": message and message.state,
    }  # fmt: skip


def _said(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")
