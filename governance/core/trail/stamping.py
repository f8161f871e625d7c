"""Time stamps: an authority outside says that a checkpoint existed at an instant (RFC 3161)."""

import urllib.request
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.x509 import Certificate
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from governance.core.refusals import Unavailable
from governance.core.storage import reading
from governance.core.trail.checkpoints import signed_bytes
from governance.core.trail.tables import TrailCheckpoint, TrailStamp

TIMEOUT_SECONDS = 15
LARGEST_ANSWER = 100_000  # an answer with its certificates takes three to ten thousand bytes

_REQUEST = "application/timestamp-query"


class NoStamp(Unavailable):
    """The authority did not answer, or what it answered is not a time stamp of what was sent."""


@dataclass(frozen=True, slots=True)
class Authority:
    """Where a time-stamping authority answers, and the certificates that we trust to name it."""

    url: str
    roots: tuple[Certificate, ...]


def stamp_latest(sessions: sessionmaker[Session], authority: Authority, at: datetime) -> int | None:
    """Have the last checkpoint stamped, unless it is; return its rank, or None. It covers all those before it.

    The authority is asked outside any transaction. Raises NoStamp.
    """
    with reading(sessions) as session:
        last = session.execute(_LATEST).one_or_none()
    if last is None or last.stamped is not None:
        return None
    answer = ask(authority, signed_bytes(last.body))
    with sessions.begin() as session:
        if session.get(TrailStamp, last.id) is None:
            session.add(TrailStamp(checkpoint_id=last.id, at=at, token=answer))
    position: int = last.position
    return position


def ask(authority: Authority, content: bytes) -> bytes:
    """Return the authority's answer for these bytes, checked; raises NoStamp."""
    query = TimestampRequestBuilder().data(content).hash_algorithm(HashAlgorithm.SHA256).build()
    raw = post(authority, query.as_bytes())
    stamped_at(raw, content, authority.roots, query.nonce)
    return raw


def post(authority: Authority, query: bytes) -> bytes:
    """Return what the authority answers to a request (RFC 3161, § 3.4), unchecked; raises NoStamp."""
    headers = {"Content-Type": _REQUEST}
    request = urllib.request.Request(authority.url, query, headers)  # noqa: S310  # http(s): see Settings
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as reply:  # noqa: S310
            raw: bytes = reply.read(LARGEST_ANSWER)
    except OSError as error:
        raise NoStamp("L'autorité d'horodatage ne répond pas.") from error
    return raw


def stamped_at(raw: bytes, content: bytes, roots: tuple[Certificate, ...], nonce: int | None = None) -> datetime:
    """Return the instant at which an authority that these roots name stamped these bytes; raises NoStamp."""
    try:
        answer = decode_timestamp_response(raw)
        _verifier(roots, nonce).verify_message(answer, content)
    except (VerificationError, ValueError) as error:
        raise NoStamp("L'horodatage reçu n'est pas celui de ce point de contrôle.") from error
    return _instant(answer)


def _verifier(roots: tuple[Certificate, ...], nonce: int | None) -> Any:
    builder = VerifierBuilder(nonce=nonce)
    for root in roots:
        builder = builder.add_root_certificate(root)
    return builder.build()


def _instant(answer: TimeStampResponse) -> datetime:
    at: datetime = answer.tst_info.gen_time
    return at


_LATEST = (
    select(
        TrailCheckpoint.id, TrailCheckpoint.position, TrailCheckpoint.body, TrailStamp.checkpoint_id.label("stamped")
    )
    .outerjoin(TrailStamp, TrailStamp.checkpoint_id == TrailCheckpoint.id)
    .order_by(TrailCheckpoint.id.desc())
    .limit(1)
)
