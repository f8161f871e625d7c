"""What a document is made of, and what keeps it from being made."""

from dataclasses import dataclass, field
from typing import NamedTuple

from governance.core.refusals import Unavailable


class NoPrinter(Unavailable):
    """PDF cannot be made here now: the library of page layout lacks, or is busy for too long."""


class Party(NamedTuple):
    """Who a document binds or concerns: in what capacity, under which name, and what else is said of them."""

    capacity: str
    name: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A file carried inside a PDF (PDF/A-3, ISO 19005-3): the data that the pages show, for machines."""

    name: str
    content: bytes = field(repr=False)
    media_type: str = "application/json"
    description: str = ""
