"""The second reading of weak pages, in a process of its own: it has threads, so that it never forks."""

import io
import socket
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from scanners.documents import frames
from scanners.documents.budgets import MAX_BYTES
from scanners.documents.confine import address_space, confine
from scanners.documents.passages import Box, Item, Passage, Place, Sight, Where
from scanners.documents.pictures import grey
from scanners.documents.tasks import MEGABYTE, Allowance

_ALLOWED = Allowance(cpu=86_400, wall=0, memory=2_500 * MEGABYTE)
_NOWHERE = Place(Where.PART)


def main(channel_number: int) -> None:
    """Read the pictures that come through a channel, until it closes."""
    from rapidocr import RapidOCR  # noqa: PLC0415  # an extra: 170 MB that few install

    engine = RapidOCR()
    Image.init()
    engine(_sample())  # loads its three models: a confined process opens no file
    with socket.socket(fileno=channel_number) as channel:  # asks of what kind it is: a confined process may not
        confine(address_space(), _ALLOWED)
        while True:
            data = frames.receive(channel, MAX_BYTES)
            frames.send(channel, frames.encoded(list(_read(engine, data))))
            frames.send(channel, frames.ending())


def _sample() -> NDArray[np.uint8]:
    image = Image.new("RGB", (400, 100), "white")
    ImageDraw.Draw(image).text((20, 30), "Bonjour 123", font=ImageFont.load_default(32), fill="black")
    return np.asarray(image)


def _read(engine: object, data: bytes) -> Iterator[Item]:
    with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
        points = np.asarray(grey(image).convert("RGB"))
    said = engine(points)  # type: ignore[operator]
    lines = [] if said.txts is None else list(zip(said.txts, said.scores, said.boxes, strict=True))
    text, boxes, length = [], [], 0
    for words, _, corners in lines:
        shares = np.asarray(corners) / (points.shape[1], points.shape[0])
        sides = np.clip((*shares.min(axis=0), *shares.max(axis=0)), 0, 1)
        boxes.append(Box(length, length + len(words), *(round(float(side), 4) for side in sides)))
        text.append(words)
        length += len(words) + 1
    if lines:
        yield Passage(_NOWHERE, "\n".join(text), tuple(boxes))
    sure = round(100 * sum(float(score) for _, score, _ in lines) / len(lines), 1) if lines else 0.0
    yield Sight(_NOWHERE, sum(len(words.split()) for words in text), sure, 0, 0.0, 0.0)
