"""Tells the text that a PDF's page holds without showing it: invisible, white on white, under a black rectangle."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

COVERED, INVISIBLE, OUTSIDE = "texte sous un rectangle noir", "texte invisible", "texte hors de la page"
Box = tuple[float, float, float, float]  # left, bottom, right, top, in points

_FORM_DEPTH = 3
_MOST_THINGS = 20_000  # on one page; a map or a plan has more, and hides nothing worth the time
_DARK, _PALE = 96, 245  # of 255: what hides as a marker does, what paper is
_TINY = 1.5  # points: nobody reads smaller letters
_UNPAINTED = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)


@dataclass
class Unseen:
    """A page's text as it shows, and what it hides, by the name of the way it is hidden."""

    shown: str = field(repr=False)
    parts: dict[str, str] = field(repr=False)


def things(page: pypdfium2.PdfPage, depth: int = _FORM_DEPTH) -> Iterator[Any]:
    """Yield the objects of a page in the order they are painted, those of its forms included."""
    total = min(pdfium.FPDFPage_CountObjects(page), _MOST_THINGS)
    for index in range(total):
        yield from _inside(pdfium.FPDFPage_GetObject(page, index), depth)


def bounds(thing: Any) -> Box:
    """Return the box of a page's object."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(thing, left, bottom, right, top)
    return left.value, bottom.value, right.value, top.value


def unseen(page: pypdfium2.PdfPage, layer: pypdfium2.PdfTextPage, text: str) -> Unseen | None:
    """Return what a page hides, or None when all of its text shows."""
    if not text.strip():
        return None
    hidden = _hidden(page)
    if not hidden:
        return None
    shown: list[str] = []
    parts: dict[str, list[str]] = {}
    kept = shown
    for index in range(pdfium.FPDFText_CountChars(layer)):
        owner = pdfium.FPDFText_GetTextObject(layer, index)
        if owner:  # spaces and line ends that pdfium adds belong to nobody: they follow what precedes
            why = hidden.get(_address(owner))
            kept = parts.setdefault(why, []) if why else shown
        kept.append(_character(layer, index))
    said = {why: "".join(letters) for why, letters in parts.items()}
    return Unseen("".join(shown), {why: words for why, words in said.items() if words.strip()})


def _hidden(page: pypdfium2.PdfPage) -> dict[int, str]:
    """Return, by address, the text objects that do not show, and why."""
    found: dict[int, str] = {}
    painted: list[tuple[Box, bool]] = []
    texts: list[tuple[int, Box]] = []
    sheet = page.get_bbox()
    for thing in things(page, 0):  # what a form holds stands in coordinates of its own
        kind = pdfium.FPDFPageObj_GetType(thing)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            box = bounds(thing)
            texts.append((_address(thing), box))
            if why := _why_unseen(thing, box, sheet, painted):
                found[_address(thing)] = why
        elif kind == pdfium.FPDF_PAGEOBJ_PATH and (dark := _filled(thing)) is not None:
            box = bounds(thing)
            painted.append((box, dark))
            if dark:
                found |= {known: COVERED for known, under in texts if known not in found and _covers(box, under)}
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            painted.append((bounds(thing), True))
    return found


def _why_unseen(thing: Any, box: Box, sheet: Box, painted: list[tuple[Box, bool]]) -> str:
    mode = pdfium.FPDFTextObj_GetTextRenderMode(thing)
    if mode in _UNPAINTED:
        return INVISIBLE
    if box[2] < sheet[0] or box[0] > sheet[2] or box[3] < sheet[1] or box[1] > sheet[3]:
        return OUTSIDE
    if box[3] - box[1] and max(box[3] - box[1], box[2] - box[0]) < _TINY:
        return INVISIBLE
    colour = _colour(thing)
    if colour is None:
        return ""
    if not colour[3]:
        return INVISIBLE
    on_paper = next((not dark for under, dark in reversed(painted) if _covers(under, box)), True)
    return INVISIBLE if on_paper and min(colour[:3]) >= _PALE else ""


def _filled(path: Any) -> bool | None:
    """Say whether a path fills its shape with something dark, or None when it fills nothing."""
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, mode, stroke)
    colour = _colour(path) if mode.value else None
    if colour is None or colour[3] < 250:
        return None
    return max(colour[:3]) <= _DARK


def _colour(thing: Any) -> tuple[int, int, int, int] | None:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not pdfium.FPDFPageObj_GetFillColor(thing, red, green, blue, alpha):
        return None
    return red.value, green.value, blue.value, alpha.value


def _covers(box: Box, under: Box) -> bool:
    """Say whether a box hides nearly all of another."""
    across = min(box[2], under[2]) - max(box[0], under[0])
    down = min(box[3], under[3]) - max(box[1], under[1])
    area = (under[2] - under[0]) * (under[3] - under[1])
    return across > 0 and down > 0 and across * down >= 0.7 * area > 0


def _inside(thing: Any, depth: int) -> Iterator[Any]:
    yield thing
    if depth and pdfium.FPDFPageObj_GetType(thing) == pdfium.FPDF_PAGEOBJ_FORM:
        for index in range(min(pdfium.FPDFFormObj_CountObjects(thing), _MOST_THINGS)):
            yield from _inside(pdfium.FPDFFormObj_GetObject(thing, index), depth - 1)


def _address(thing: Any) -> int:
    return ctypes.cast(thing, ctypes.c_void_p).value or 0


def _character(layer: pypdfium2.PdfTextPage, index: int) -> str:
    code = pdfium.FPDFText_GetUnicode(layer, index)
    return "\n" if code == 13 else chr(code) if code not in (10, 0xFFFE) and code < 0x110000 else ""
