"""From bytes to what they say: the kind is found, its reader called. Runs in the limited child only."""

from collections.abc import Callable, Iterator

from scanners.documents.budgets import within_budget
from scanners.documents.kinds import Kind, sniff
from scanners.documents.office import read_document, read_workbook
from scanners.documents.passages import Item, Recognised, Unreadable
from scanners.documents.pdf import read_pdf
from scanners.documents.pictures import read_picture
from scanners.documents.table import read_table

READERS: dict[Kind, Callable[[bytes], Iterator[Item]]] = {
    Kind.PDF: read_pdf,
    Kind.DOCX: read_document,
    Kind.XLSX: read_workbook,
    Kind.CSV: read_table,
    Kind.TIFF: read_picture,
    Kind.PNG: read_picture,
    Kind.JPEG: read_picture,
}
UNKNOWN = "Le type de ce fichier n'est pas reconnu : il n'a pas été lu."
OLD = "Les anciens formats .doc et .xls ne se lisent pas encore : le fichier n'a pas été lu."
LOCKED = "Le fichier est protégé par un mot de passe : il n'a pas été lu."
FOREIGN = "Ce type de fichier ne se dépose pas : il n'a pas été lu."


def read(data: bytes) -> Iterator[Item]:
    """Yield what the bytes are, then what they say and what was not read. Raises `Unreadable`."""
    kind = sniff(data)
    yield Recognised(kind)
    if kind not in READERS:
        raise Unreadable(_why_not(kind))
    yield from within_budget(READERS[kind](data))


def _why_not(kind: Kind | None) -> str:
    if kind is None:
        return UNKNOWN
    if kind in (Kind.DOC, Kind.XLS):
        return OLD
    return LOCKED if kind is Kind.PROTECTED else FOREIGN
