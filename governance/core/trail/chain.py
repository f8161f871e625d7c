"""How entries are hashed and chained: bytes in, bytes out, so that anyone can do it again in another language."""

import hashlib
import hmac
import json
import struct
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

DIGEST_BYTES = 32
GENESIS = bytes(DIGEST_BYTES)
VERSION = 1

_MAC = b"vigie-trail/1"
_NUMBERS = struct.Struct(">qqq")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

# For what an entry may hold (rules.py: no float, keys and codes in ASCII) this is RFC 8785 to the byte, five times
# faster than the library; a property holds the two together.
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_quoted = json.encoder.encode_basestring


def canonical(value: Mapping[str, Any]) -> bytes:
    """Return the one way to write an entry (RFC 8785)."""
    return _encode(value).encode()


def in_order(details: Mapping[str, Any]) -> dict[str, Any]:
    """Return details as they are to be kept: in the order in which they are hashed, so that their text can be too."""
    ordered: dict[str, Any] = json.loads(canonical(details))
    return ordered


def written(row: Any) -> bytes:
    """Return `canonical(content(row))`, twice as fast: a property holds the two together.

    Raises TypeError or ValueError when a column does not hold what it should.
    """
    return joined(row, row.at.isoformat(timespec="microseconds"), _encode(row.details))


def joined(row: Any, at: str, details: str) -> bytes:
    """Return the same, of an instant of 32 signs and of details that are text already.

    Other details give other bytes, whatever they are: quotes in the other columns are escaped, so nothing that stands
    for the end of a column can be moved; a property tries it. Raises TypeError or ValueError, as `written`.
    """
    role, salt, structure = _nullable(row.role), _nullable(row.salt), _nullable(row.structure)
    return (
        f'{{"action":{_quoted(row.action)},"actor":{_quoted(row.actor)},"at":"{at}","details":{details},'
        f'"id":{row.id:d},"role":{role},"salt":{salt},"structure":{structure},'
        f'"subject":{_quoted(row.subject)},"v":{VERSION}}}'
    ).encode()


def _nullable(text: str | None) -> str:
    return "null" if text is None else _quoted(text)


def content(row: Any) -> dict[str, Any]:
    """Return what the hash of an entry covers: every column of its row."""
    return {
        "action": row.action,
        "actor": row.actor,
        "at": row.at.isoformat(timespec="microseconds"),
        "details": row.details,
        "id": row.id,
        "role": row.role,
        "salt": row.salt,
        "structure": row.structure,
        "subject": row.subject,
        "v": VERSION,
    }


def leaf(row: Any) -> bytes:
    """Return the hash of an entry: a leaf of RFC 6962, § 2.1, over its canonical JSON; its salt hides what it held."""
    return hashed(written(row))


def hashed(entry: bytes) -> bytes:
    """Return the hash of an entry's canonical JSON."""
    return hashlib.sha256(b"\0" + entry).digest()


def seal(key: bytes, previous: bytes, position: int, entry: int, sealed_at: datetime, leaf_hash: bytes) -> bytes:
    """Return the seal of an entry: HMAC-SHA256 (RFC 2104) of the seal before, its rank, its row, its instant, its hash.

    The entry's content is behind its hash: it can be pruned, and the chain still verifies.
    """
    numbers = _NUMBERS.pack(position, entry, (sealed_at - _EPOCH) // _MICROSECOND)
    made = _begun(key).copy()
    made.update(previous + numbers + leaf_hash)
    return made.digest()


@lru_cache(maxsize=8)
def _begun(key: bytes) -> hmac.HMAC:
    return hmac.new(key, _MAC, "sha256")
