"""What `vigie scan` passes from hand to hand: items to check, and results."""

from dataclasses import dataclass, field

from scanners.rules import Outcome, Remark

IN_NAME = "nom du fichier"

Identifier = str | int | float | None


@dataclass(frozen=True, slots=True)
class Written:
    """A text to check as a comment: where it stands (`line` from 1, 0 for a whole file), the bytes read for it."""

    id: Identifier
    source: str
    line: int
    size: int
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Attached:
    """A document to check as an attachment."""

    id: Identifier
    source: str
    line: int
    size: int
    name: str = field(repr=False)
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Unread:
    """What could not be taken in, and why."""

    id: Identifier
    source: str
    line: int
    size: int
    error: str


Item = Written | Attached | Unread


@dataclass(frozen=True, slots=True)
class Found:
    """A remark; `place` tells where it stands in a document, `words` what was found."""

    remark: Remark
    place: str | None = None
    words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Result:
    """What an item's check says; `outcome` is None exactly when `error` says why nothing was checked."""

    id: Identifier
    source: str
    line: int
    size: int
    outcome: Outcome | None = None
    found: tuple[Found, ...] = ()
    notes: tuple[str, ...] = ()
    error: str | None = None
    text: str | None = field(default=None, repr=False)
