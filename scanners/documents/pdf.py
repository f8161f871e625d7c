"""Reads a PDF page by page: its text layer, and which pages hold images or drawings that were not read."""

import ctypes
import re
from collections.abc import Iterator

import pypdfium2
import pypdfium2.raw as pdfium

from scanners.documents.budgets import MAX_PAGES
from scanners.documents.passages import Item, Missing, Pages, Passage, Place, Unreadable, Where
from scanners.documents.pdf_structure import read_structure

LOCKED = "Le PDF est protégé par un mot de passe."
DAMAGED = "Le PDF est abîmé : il ne s'ouvre pas."

_IMAGES = "l'image n'a pas été lue"
_NO_TEXT = "aucun texte à lire, la page est sans doute une image"
_ODD_TEXT = "le texte est codé d'une façon qui ne se lit pas"
_BROKEN = "la page est abîmée"

_LEAST_WIDTH, _LEAST_HEIGHT = 30, 8  # points: a smaller image is a rule or a bullet, no word fits in it
_FORM_DEPTH = 3
_MARKS = str.maketrans({"\x00": "", "\ufffe": ""})  # pdfium writes U+FFFE for the hyphen of a word cut at a line's end
_UNREADABLE = re.compile("[\ufffd\ue000-\uf8ff\x01-\x08\x0e-\x1f]")


def read_pdf(data: bytes) -> Iterator[Item]:
    """Yield the pages of a PDF, then its structure, then what was not read. Raises `Unreadable`."""
    document = _open(data)
    yield Pages(len(document))
    gaps: dict[str, list[int]] = {}
    for number in range(1, min(len(document), MAX_PAGES) + 1):
        try:
            text, gap = _read_page(document[number - 1])
        except pypdfium2.PdfiumError:
            text, gap = "", _BROKEN
        if text.strip():
            yield Passage(Place(Where.PAGE, number), text)
        if gap:
            gaps.setdefault(gap, []).append(number)
    if len(document) > MAX_PAGES:
        yield Missing(f"Le document a {len(document)} pages : seules les {MAX_PAGES} premières ont été lues.")
    yield from (Missing(f"{_numbered(pages)} : {gap}.") for gap, pages in gaps.items())
    yield from read_structure(data)


def _open(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD
        raise Unreadable(LOCKED if locked else DAMAGED) from error


def _read_page(page: pypdfium2.PdfPage) -> tuple[str, str]:
    """Return a page's text and what of it was not read (empty: nothing)."""
    layer = page.get_textpage()
    text = layer.get_text_range().replace("\r\n", "\n").translate(_MARKS)
    drawn, images = _count(page)
    layer.close()
    page.close()
    if not text.strip():
        return "", _NO_TEXT if drawn else ""
    if len(_UNREADABLE.findall(text)) * 5 > len(text.split()) + len(text):
        return text, _ODD_TEXT
    return text, _IMAGES if images else ""


def _count(page: pypdfium2.PdfPage) -> tuple[int, int]:
    """Return how many things a page shows, and how many are images large enough to hold words."""
    total = pdfium.FPDFPage_CountObjects(page)
    objects = (pdfium.FPDFPage_GetObject(page, index) for index in range(total))
    return total, sum(_images(thing, _FORM_DEPTH) for thing in objects)


def _images(thing: object, depth: int) -> int:
    kind = pdfium.FPDFPageObj_GetType(thing)
    if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
        return int(_is_large(thing))
    if kind != pdfium.FPDF_PAGEOBJ_FORM or not depth:
        return 0
    inside = range(pdfium.FPDFFormObj_CountObjects(thing))
    return sum(_images(pdfium.FPDFFormObj_GetObject(thing, index), depth - 1) for index in inside)


def _is_large(image: object) -> bool:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(image, left, bottom, right, top)
    return right.value - left.value >= _LEAST_WIDTH and top.value - bottom.value >= _LEAST_HEIGHT


def _numbered(pages: list[int]) -> str:
    """Return page numbers as a person would say them.

    >>> _numbered([2]), _numbered([1, 2, 3, 7])
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
