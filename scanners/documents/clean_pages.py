"""Makes copies of PDFs and pictures: points only, black boxes painted over what was found, nothing else of the file."""

import io
from collections.abc import Iterable, Iterator
from contextlib import closing

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageDraw, ImageOps

from scanners.documents.masks import Corners, Masks
from scanners.documents.passages import Unreadable
from scanners.documents.pictures import MAX_FRAMES, opened, shrunk

MAX_PAGES = 40
TOO_LONG = f"Le document dépasse {MAX_PAGES} pages : une copie nettoyée ne se fait pas."
DAMAGED = "Le fichier est abîmé : une copie nettoyée n'a pas pu être faite."
_DPI = 150
_MARGIN = 0.004  # of the page's sides, around a box: letters overflow their boxes


def clean_pdf(data: bytes, masks: Masks) -> bytes:
    """Return a PDF of the pages as they show, each a picture: no text, no property, no attachment is left."""
    try:
        with closing(pypdfium2.PdfDocument(data)) as document:
            if len(document) > MAX_PAGES:
                raise Unreadable(TOO_LONG)
            document.init_forms()
            pages = [_page(document[number], number + 1, masks) for number in range(len(document))]
    except pypdfium2.PdfiumError as error:
        raise Unreadable(DAMAGED) from error
    return _saved(pages, "PDF", resolution=_DPI, quality=80)


def clean_picture(data: bytes, masks: Masks) -> bytes:
    """Return a picture of the same kind, upright, without metadata."""
    image = opened(data)
    kind = image.format or "PNG"
    try:
        frames = [_frame(image, number, masks) for number in range(1, getattr(image, "n_frames", 1) + 1)]
    except (OSError, ValueError, SyntaxError) as error:
        raise Unreadable(DAMAGED) from error
    if kind == "TIFF":
        return _saved(frames, kind, compression="tiff_deflate", dpi=(200, 200))
    return _saved(frames[:1], kind, **({"quality": 85} if kind == "JPEG" else {}))


def blackened(image: Image.Image, boxes: Iterable[Corners]) -> Image.Image:
    """Return a picture with black boxes, a little larger than asked."""
    drawing = ImageDraw.Draw(image)
    wide, high = image.size
    for left, top, right, bottom in boxes:
        corners = ((left - _MARGIN) * wide, (top - _MARGIN) * high, (right + _MARGIN) * wide, (bottom + _MARGIN) * high)
        drawing.rectangle(corners, fill=0)
    return image


def _frame(image: Image.Image, number: int, masks: Masks) -> Image.Image:
    if number > MAX_FRAMES:
        raise Unreadable(TOO_LONG)
    image.seek(number - 1)
    upright = ImageOps.exif_transpose(image)
    plain = upright.convert("L" if upright.mode in ("1", "L") else "RGB")
    fresh = Image.new(plain.mode, plain.size)
    fresh.paste(plain)
    return blackened(fresh, masks.boxes.get(f"frame {number}", ()))


def _page(page: pypdfium2.PdfPage, number: int, masks: Masks) -> Image.Image:
    layer = page.get_textpage()
    boxes = [*masks.boxes.get(f"page {number}", ()), *written(page, layer, masks)]
    scale = _DPI / 72
    if max(page.get_size()) * scale > 6000:
        scale = 6000 / max(page.get_size())
    image = page.render(scale=scale, may_draw_forms=True).to_pil().convert("RGB")
    return blackened(shrunk(image), boxes)


def written(page: pypdfium2.PdfPage, layer: pypdfium2.PdfTextPage, masks: Masks) -> Iterator[Corners]:
    """Yield the boxes of the characters that the words to mask are made of, as shares of the page."""
    codes = (pdfium.FPDFText_GetUnicode(layer, index) for index in range(pdfium.FPDFText_CountChars(layer)))
    text = "".join(chr(code) if 31 < code < 0xFFFE else " " for code in codes)
    left, bottom, right, top = page.get_bbox()
    wide, high = max(right - left, 1), max(top - bottom, 1)
    for start, end in masks.spans(text):
        for index in range(start, end):
            if not text[index].isspace():
                x1, y1, x2, y2 = layer.get_charbox(index, loose=True)
                yield (x1 - left) / wide, (top - y2) / high, (x2 - left) / wide, (top - y1) / high


def _saved(pages: list[Image.Image], kind: str, **options: object) -> bytes:
    made = io.BytesIO()
    if len(pages) > 1:
        options |= {"save_all": True, "append_images": pages[1:]}
    pages[0].save(made, kind, **options)
    return made.getvalue()
