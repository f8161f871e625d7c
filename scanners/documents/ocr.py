"""Reads the words of a picture with Tesseract: how sure it is of each, and where each one stands."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median
from typing import Any, NamedTuple

from PIL import Image

from scanners.documents.ocr_data import find_data, turns_pages
from scanners.documents.passages import Box, Item, Passage, Place, Sight, Where
from scanners.documents.pictures import Picture
from scanners.documents.upright import evened, ink_of, skew_of, turned

_NOWHERE = Place(Where.PART)  # the child does not know where its picture stands: the service does
_SMALL, _SURE = 13, 93.0  # points of height under which words of a doubtful page are worth doubling; its confidence
_DOUBLED = 6_000_000  # points of the largest picture worth doubling
_FLAT_WIDTH = 8.27  # inches of an A4 page, when a picture does not say its resolution

_engines: list[Any] = []  # the one engine of the process, once it is loaded


class Word(NamedTuple):
    """A word, how sure the engine is of it (0 to 100), its box in points, and whether it ends a line."""

    text: str
    confidence: float
    box: tuple[int, int, int, int]
    ends_line: bool


@dataclass
class _Page:
    """Gathers words as text, each with its box as shares of the page."""

    size: tuple[int, int]
    degrees: float
    text: list[str] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    length: int = 0

    def add(self, word: Word) -> None:
        start = self.length
        self.text += [word.text, "\n" if word.ends_line else " "]
        self.length += len(word.text) + 1
        self.boxes.append(Box(start, start + len(word.text), *_shares(word.box, self.size, self.degrees)))


def load() -> None:
    """Load the engine and all its data, once, before any fork: a confined child opens no file."""
    data = find_data()
    if data is None or _engines:
        return
    import tesserocr  # noqa: PLC0415  # a library of 30 MB, useless where its data is not

    mode = tesserocr.PSM.AUTO_OSD if turns_pages() else tesserocr.PSM.AUTO
    engine = tesserocr.PyTessBaseAPI(path=f"{data}/", lang="fra", psm=mode)
    engine.SetVariable("debug_file", "")  # its remarks go nowhere, as the process's: it would open /dev/null, and die
    engine.SetImage(Image.new("L", (200, 100), 255))
    _engines.append(engine)
    engine.AnalyseLayout()  # loads what tells a page's orientation


def read_words(picture: Picture) -> Iterator[Item]:
    """Yield the text of a picture with the box of each word, then how it was read."""
    even = evened(picture.image)
    degrees = skew_of(even)
    flat = turned(even, degrees)
    words = _recognised(flat)
    if _is_small(words) and flat.width * flat.height <= _DOUBLED:
        words = max(words, _doubled(flat), key=_certainty)
    page = _Page(flat.size, degrees)
    for word in words:
        page.add(word)
    if words:
        yield Passage(_NOWHERE, "".join(page.text), tuple(page.boxes))
    yield Sight(_NOWHERE, len(words), _confidence(words), _dpi(picture), round(degrees, 1), round(ink_of(even), 4))


def _recognised(image: Image.Image) -> list[Word]:
    from tesserocr import RIL, iterate_level  # noqa: PLC0415  # see load

    engine = _engines[0]
    engine.SetImageBytes(image.tobytes(), image.width, image.height, 1, image.width)
    engine.SetSourceResolution(300)
    engine.Recognize()
    found = engine.GetIterator()
    words = []
    for one in iterate_level(found, RIL.WORD) if found else ():
        if one.Empty(RIL.WORD):
            continue
        text, box = one.GetUTF8Text(RIL.WORD), one.BoundingBox(RIL.WORD)
        if text.strip() and box:
            ends = one.IsAtFinalElement(RIL.TEXTLINE, RIL.WORD)
            words.append(Word(text.strip(), one.Confidence(RIL.WORD), box, ends))
    return words


def _doubled(image: Image.Image) -> list[Word]:
    large = image.resize((image.width * 2, image.height * 2), Image.Resampling.BICUBIC)
    halved = ((word, tuple(side // 2 for side in word.box)) for word in _recognised(large))
    return [word._replace(box=(box[0], box[1], box[2], box[3])) for word, box in halved]


def _is_small(words: list[Word]) -> bool:
    if not words or _confidence(words) >= _SURE:
        return False
    return median(min(box[2] - box[0], box[3] - box[1]) for box in (word.box for word in words)) < _SMALL


def _certainty(words: list[Word]) -> float:
    """Return the number of words that are nearly sure: what tells the better of two readings."""
    return sum(word.confidence > 60 for word in words) * _confidence(words)


def _confidence(words: list[Word]) -> float:
    return round(sum(word.confidence for word in words) / len(words), 1) if words else 0.0


def _dpi(picture: Picture) -> int:
    return picture.dpi or round(min(picture.image.size) / _FLAT_WIDTH)


def _shares(box: tuple[int, int, int, int], size: tuple[int, int], degrees: float) -> tuple[float, ...]:
    """Return a box of the turned picture as shares of the sides of the picture as it came."""
    left, top, right, bottom = box
    corners = [_unturned(x, y, size, degrees) for x in (left, right) for y in (top, bottom)]
    across = [min(max(x / size[0], 0.0), 1.0) for x, _ in corners]
    down = [min(max(y / size[1], 0.0), 1.0) for _, y in corners]
    return tuple(round(side, 4) for side in (min(across), min(down), max(across), max(down)))


def _unturned(x: float, y: float, size: tuple[int, int], degrees: float) -> tuple[float, float]:
    middle_x, middle_y, angle = size[0] / 2, size[1] / 2, math.radians(degrees)
    across, down = x - middle_x, y - middle_y
    return (
        middle_x + across * math.cos(angle) - down * math.sin(angle),
        middle_y + across * math.sin(angle) + down * math.cos(angle),
    )
