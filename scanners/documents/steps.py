"""Finds a picture again in a file by the steps that a reader gave: file joined, archive's entry, page, frame."""

import io
import zipfile
import zlib
from contextlib import closing

import pikepdf
import pypdfium2
from PIL import Image

from scanners.documents.ole import carved
from scanners.documents.passages import Unreadable
from scanners.documents.pictures import Picture, frame, grey, shrunk

LOST = "L'image annoncée ne se trouve plus dans le fichier."
MAX_ENTRY = 25_000_000  # bytes of a picture or file inside another
_TROUBLES = (zipfile.BadZipFile, zlib.error, LookupError, ValueError, OSError, RuntimeError, pikepdf.PdfError)
_FEWEST, _MOST = 200, 300  # points per inch that a page is drawn with
_LARGEST_PAGE = 20.0  # inches of a page's longer side; a poster is drawn smaller


def picture_at(data: bytes, steps: list[str]) -> Picture:
    """Return the picture that the steps lead to. Raises `Unreadable`."""
    *inward, last = steps
    for step in inward:
        data = _entered(data, *step.split(" ", 1))
    kind, _, number = last.partition(" ")
    if kind == "frame":
        return frame(data, int(number))
    if kind == "page":
        page, *box = number.split()
        return drawn_page(data, int(page), [float(side) for side in box])
    raise Unreadable(LOST)


def _entered(data: bytes, kind: str, name: str) -> bytes:
    """Return the bytes of the file that another holds."""
    try:
        if kind == "entry":
            with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(name) as entry:
                return entry.read(MAX_ENTRY)
        if kind == "carved":
            return carved(data)[int(name)]
        if kind == "joined":
            with pikepdf.open(io.BytesIO(data)) as document:
                found = document.get_object((int(name), 0))
                return found.read_bytes() if isinstance(found, pikepdf.Stream) else b""
    except (
        zipfile.BadZipFile,
        zlib.error,
        KeyError,
        IndexError,
        ValueError,
        OSError,
        RuntimeError,
        pikepdf.PdfError,
    ) as error:
        raise Unreadable(LOST) from error
    raise Unreadable(LOST)


def drawn_page(data: bytes, number: int, box: list[float]) -> Picture:
    """Return a PDF's page (from 1) as it shows, or the part of it in `box`: left, bottom, right, top in points.

    The words around the box are left out: they are written, not drawn. Raises `Unreadable`.
    """
    try:
        with closing(pypdfium2.PdfDocument(data)) as document:
            document.init_forms()
            page = document[number - 1]
            dpi = _resolution(page)
            image = page.render(scale=dpi / 72, grayscale=True, may_draw_forms=True).to_pil()
            height = page.get_height()
    except (pypdfium2.PdfiumError, IndexError, ValueError, OSError) as error:
        raise Unreadable(LOST) from error
    image = grey(image)
    if len(box) == 4:
        image = _kept(image, [side * dpi / 72 for side in box], height * dpi / 72)
    return Picture(shrunk(image), dpi)


def _kept(image: Image.Image, box: list[float], height: float) -> Image.Image:
    left, bottom, right, top = box
    edges = (max(int(left), 0), max(int(height - top), 0), min(int(right) + 1, image.width), image.height)
    edges = (*edges[:3], min(int(height - bottom) + 1, image.height))
    if edges[0] >= edges[2] or edges[1] >= edges[3]:
        raise Unreadable(LOST)
    alone = Image.new("L", image.size, 255)
    alone.paste(image.crop(edges), edges[:2])
    return alone


def _resolution(page: pypdfium2.PdfPage) -> int:
    """Return the points per inch worth drawing a page with: those of the scan it shows, within what is readable."""
    own = 0.0
    for thing in page.get_objects(max_depth=2):
        if isinstance(thing, pypdfium2.PdfImage):
            left, _, right, _ = thing.get_bounds()
            across, _ = thing.get_px_size()
            own = max(own, across * 72 / max(right - left, 1))
    longest = max(page.get_size()) / 72
    most = min(_MOST, _MOST * _LARGEST_PAGE / longest) if longest > _LARGEST_PAGE else _MOST
    return max(36, round(min(max(own, _FEWEST), most)))
