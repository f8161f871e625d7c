"""Reads a PDF page by page: the text it shows, the text it hides, and where words are drawn for another to read."""

import ctypes
import re
from collections.abc import Iterator
from hashlib import sha256

import pypdfium2
import pypdfium2.raw as pdfium

from scanners.documents.budgets import MAX_PAGES
from scanners.documents.passages import Drawn, Item, Missing, Pages, Passage, Place, Unreadable, Where
from scanners.documents.pdf_structure import read_structure
from scanners.documents.pdf_unseen import Box, bounds, things, unseen

LOCKED = "Le PDF est protégé par un mot de passe."
DAMAGED = "Le PDF est abîmé : il ne s'ouvre pas."

_BROKEN = "la page est abîmée"
_LEAST_WIDTH, _LEAST_HEIGHT = 30, 8  # points: a smaller image is a rule or a bullet, no word fits in it
_MARKS = str.maketrans({"\x00": "", "\ufffe": ""})  # pdfium writes U+FFFE for the hyphen of a word cut at a line's end
_UNREADABLE = re.compile("[\ufffd\ue000-\uf8ff\x01-\x08\x0e-\x1f]")


def read_pdf(data: bytes) -> Iterator[Item]:
    """Yield the pages of a PDF, then its structure, then what was not read. Raises `Unreadable`."""
    document = _open(data)
    yield Pages(len(document))
    broken: list[int] = []
    known: set[bytes] = set()
    for number in range(1, min(len(document), MAX_PAGES) + 1):
        try:
            yield from _read_page(document[number - 1], number, known)
        except pypdfium2.PdfiumError:
            broken.append(number)
    if len(document) > MAX_PAGES:
        yield Missing(f"Le document a {len(document)} pages : seules les {MAX_PAGES} premières ont été lues.")
    if broken:
        yield Missing(f"{numbered(broken)} : {_BROKEN}.")
    yield from read_structure(data)


def _open(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD
        raise Unreadable(LOCKED if locked else DAMAGED) from error


def _read_page(page: pypdfium2.PdfPage, number: int, known: set[bytes]) -> Iterator[Item]:
    """Yield what a page says; `known` are the images met before: a logo on each page is looked at once."""
    layer = page.get_textpage()
    text = layer.get_text_range().replace("\r\n", "\n").translate(_MARKS)
    hidden = unseen(page, layer, text)
    if hidden is not None:
        text = hidden.shown.translate(_MARKS)
        for part, words in hidden.parts.items():
            yield Passage(Place(Where.PAGE, number, part=part, hidden=True), words.translate(_MARKS))
    if text.strip():
        yield Passage(Place(Where.PAGE, number), text)
    yield from _drawn(page, number, text, known)
    layer.close()
    page.close()


def _drawn(page: pypdfium2.PdfPage, number: int, text: str, known: set[bytes]) -> Iterator[Item]:
    if not text.strip():
        if pdfium.FPDFPage_CountObjects(page):
            yield Drawn(Place(Where.PAGE, number), (f"page {number}",))
    elif len(_UNREADABLE.findall(text)) * 5 > len(text.split()) + len(text):
        yield Drawn(Place(Where.PAGE, number), (f"page {number}",))
    elif box := _images(page, known):
        sides = " ".join(f"{side:.1f}" for side in box)
        yield Drawn(Place(Where.PAGE, number, part="image"), (f"page {number} {sides}",))


def _images(page: pypdfium2.PdfPage, known: set[bytes]) -> Box | None:
    """Return the box around the images of a page that are large enough to hold words and were not met before."""
    boxes = []
    for thing in things(page):
        if pdfium.FPDFPageObj_GetType(thing) == pdfium.FPDF_PAGEOBJ_IMAGE:
            box = bounds(thing)
            if box[2] - box[0] >= _LEAST_WIDTH and box[3] - box[1] >= _LEAST_HEIGHT and _is_new(thing, known):
                boxes.append(box)
    if not boxes:
        return None
    left, bottom, right, top = zip(*boxes, strict=True)
    return min(left), min(bottom), max(right), max(top)


def _is_new(image: object, known: set[bytes]) -> bool:
    size = pdfium.FPDFImageObj_GetImageDataRaw(image, None, 0)
    raw = (ctypes.c_char * size)()
    pdfium.FPDFImageObj_GetImageDataRaw(image, raw, size)
    mark = sha256(raw).digest()
    is_new = not size or mark not in known
    known.add(mark)
    return is_new


def numbered(pages: list[int]) -> str:
    """Return page numbers as a person would say them.

    >>> numbered([2]), numbered([1, 2, 3, 7])
    ('Page 2', 'Pages 1 à 3, 7')
    """
    spans: list[list[int]] = []
    for page in pages:
        if spans and page == spans[-1][1] + 1:
            spans[-1][1] = page
        else:
            spans.append([page, page])
    named = ", ".join(str(first) if first == last else f"{first} à {last}" for first, last in spans)
    return f"Page {named}" if len(pages) == 1 else f"Pages {named}"
