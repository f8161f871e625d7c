"""Draws a small picture of a page, boxes round what was found on it. Runs in the limited child only."""

import io
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Any

import pypdfium2
from PIL import Image, ImageDraw

from scanners.documents.clean_pages import written
from scanners.documents.masks import Corners, Masks
from scanners.documents.passages import Item, Made, Unreadable
from scanners.documents.steps import LOST, picture_at

_WIDE, _HIGH = 900, 1300  # points: words stay readable
_MARGIN, _LINE, _RED = 4, 3, (176, 0, 32)


def pointed(data: bytes, asked: Any) -> Iterator[Item]:
    """Yield a JPEG of the page or picture that steps lead to; `asked` tells the steps, the words, the boxes."""
    masks, kind = Masks(tuple(asked["words"])), asked["steps"][0].partition(" ")[0]
    boxes = [(box[0], box[1], box[2], box[3]) for box in asked["boxes"]]
    if kind == "page":
        image, found = _page(data, int(asked["steps"][0].split()[1]), masks)
    else:
        image, found = picture_at(data, asked["steps"]).image, []
    made = io.BytesIO()
    boxed(image, [*boxes, *found]).save(made, "JPEG", quality=70)
    yield Made(made.getvalue())


def boxed(image: Image.Image, boxes: Iterable[Corners]) -> Image.Image:
    """Return a picture small enough to be looked at, boxes drawn round what they hold."""
    small = image.convert("RGB")
    small.thumbnail((_WIDE, _HIGH))
    drawing = ImageDraw.Draw(small)
    for left, top, right, bottom in _lines(boxes):
        corners = (left * small.width, top * small.height, right * small.width, bottom * small.height)
        drawing.rectangle(
            (corners[0] - _MARGIN, corners[1] - _MARGIN, corners[2] + _MARGIN, corners[3] + _MARGIN),
            outline=_RED,
            width=_LINE,
        )
    return small


def _page(data: bytes, number: int, masks: Masks) -> tuple[Image.Image, list[Corners]]:
    try:
        with closing(pypdfium2.PdfDocument(data)) as document:
            document.init_forms()
            page = document[number - 1]
            scale = min(_WIDE / page.get_width(), _HIGH / page.get_height(), 4)
            found = list(written(page, page.get_textpage(), masks))
            return page.render(scale=scale, may_draw_forms=True).to_pil(), found
    except (pypdfium2.PdfiumError, IndexError, ValueError, ZeroDivisionError) as error:
        raise Unreadable(LOST) from error


def _lines(boxes: Iterable[Corners]) -> Iterator[Corners]:
    """Yield one box for letters or words that follow one another on a line."""
    held: Corners | None = None
    for box in boxes:
        if held is not None and abs(box[1] - held[1]) < 0.01 and -0.005 < box[0] - held[2] < 0.03:
            held = (held[0], min(held[1], box[1]), box[2], max(held[3], box[3]))
            continue
        if held is not None:
            yield held
        held = box
    if held is not None:
        yield held
