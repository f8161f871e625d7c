"""From bytes to what they say: the kind is found, its reader called. Runs in the limited child only."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from scanners.documents.budgets import within_budget
from scanners.documents.doc import read_doc
from scanners.documents.kinds import Kind, sniff
from scanners.documents.office import read_document, read_workbook
from scanners.documents.passages import Drawn, Item, Joined, Missing, Passage, Recognised, Unreadable, capital
from scanners.documents.pdf import read_pdf
from scanners.documents.pictures import read_picture
from scanners.documents.table import read_table
from scanners.documents.xls import read_xls

READERS: dict[Kind, Callable[[bytes], Iterator[Item]]] = {
    Kind.PDF: read_pdf,
    Kind.DOC: read_doc,
    Kind.DOCX: read_document,
    Kind.XLS: read_xls,
    Kind.XLSX: read_workbook,
    Kind.CSV: read_table,
    Kind.TIFF: read_picture,
    Kind.PNG: read_picture,
    Kind.JPEG: read_picture,
}
UNKNOWN = "Le type de ce fichier n'est pas reconnu : il n'a pas été lu."
LOCKED = "Le fichier est protégé par un mot de passe : il n'a pas été lu."
MAX_DEPTH, MAX_JOINED = 2, 20  # files inside files, and how many in each
FOREIGN = "Ce type de fichier ne se dépose pas : il n'a pas été lu."


def read(data: bytes) -> Iterator[Item]:
    """Yield what the bytes are, then what they say and what was not read. Raises `Unreadable`."""
    kind = sniff(data)
    yield Recognised(kind)
    if kind not in READERS:
        raise Unreadable(_why_not(kind))
    yield from within_budget(_opened(READERS[kind](data), 0))


def _opened(items: Iterator[Item], depth: int) -> Iterator[Item]:
    """Yield items, with what is said by the files that the file holds."""
    count = 0
    for item in items:
        if not isinstance(item, Joined):
            yield item
            continue
        count += 1
        if depth >= MAX_DEPTH or count > MAX_JOINED:
            yield Missing(f"{capital(item.part)} : trop de fichiers les uns dans les autres, il n'a pas été lu.")
        else:
            yield from _inside(item, depth + 1)


def _inside(joined: Joined, depth: int) -> Iterator[Item]:
    """Yield what a file inside another says, each place under the name of the file that holds it."""
    kind = sniff(joined.data)
    if kind not in READERS:
        yield Missing(f"{capital(joined.part)} : {_why_not(kind)}")
        return
    try:
        for item in _opened(READERS[kind](joined.data), depth):
            match item:
                case Passage(place) | Drawn(place):
                    part = ", ".join(word for word in (joined.part, place.part) if word)
                    there = replace(place, part=part, hidden=True)
                    steps = (joined.step, *item.steps) if isinstance(item, Drawn) else ()
                    yield replace(item, place=there) if not steps else Drawn(there, steps)
                case Missing(reason):
                    yield Missing(f"{capital(joined.part)} : {reason}")
    except Unreadable as refused:
        yield Missing(f"{capital(joined.part)} : {refused.reason}")


def _why_not(kind: Kind | None) -> str:
    if kind is None:
        return UNKNOWN
    return LOCKED if kind is Kind.PROTECTED else FOREIGN
