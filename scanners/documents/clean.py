"""Makes a copy of a file without what does not show, what was found masked. Runs in the limited child only."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import xlsxwriter

from scanners.documents.clean_office import clean_document
from scanners.documents.clean_pages import clean_pdf, clean_picture
from scanners.documents.clean_sheets import clean_table, clean_workbook
from scanners.documents.kinds import Kind, sniff
from scanners.documents.masks import Masks
from scanners.documents.passages import Item, Made, Unreadable

OLD = "Une copie nettoyée ne se fait pas dans cet ancien format : enregistrez le fichier en .docx ou .xlsx."
FOREIGN = "Une copie nettoyée ne se fait pas pour ce type de fichier."

CLEANERS: dict[Kind, Callable[[bytes, Masks], bytes]] = {
    Kind.PDF: clean_pdf,
    Kind.TIFF: clean_picture,
    Kind.PNG: clean_picture,
    Kind.JPEG: clean_picture,
    Kind.DOCX: clean_document,
    Kind.XLSX: clean_workbook,
    Kind.CSV: clean_table,
}


def warm_copies() -> None:
    """Load what the libraries load at first use: a confined child opens no file."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        book.add_worksheet("a").write(0, 0, "Amorce")
    clean_workbook(made.getvalue(), Masks())
    clean_document(made.getvalue(), Masks())


def cleaned(data: bytes, asked: Any) -> Iterator[Item]:
    """Yield the copy of a file; `asked` tells what to mask, as `Masks.told` says it. Raises `Unreadable`."""
    kind = sniff(data)
    if kind not in CLEANERS:
        raise Unreadable(OLD if kind in (Kind.DOC, Kind.XLS) else FOREIGN)
    yield Made(CLEANERS[kind](data, Masks.of(asked)))
