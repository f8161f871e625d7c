"""Measure how files are read: `./vigie bench documents` (`--pages N` degraded scans, 24 unless told; `--from M`).

Files of 5 Mo against their targets, one child each; then pages of invented people, in several fonts and resolutions,
spoiled one way at a time, read as the service reads them.
"""

import argparse
import io
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from scanners.detectors.misread import find_misread
from scanners.documents.legibility import Legibility, judged
from scanners.documents.passages import Reading
from scanners.documents.reading import read_document
from scanners.engine import scan

FONTS = ("LiberationSerif-Regular", "LiberationSans-Regular", "DejaVuSans", "LiberationMono-Regular")
NIRS = 10  # on each page
WORDS = (
    "La personne demande un rendez-vous pour la mise à jour de son dossier et joint les pièces demandées par le "
    "service. Elle réside dans la commune depuis plusieurs années et souhaite connaître ses droits."
).split()


class Spoiled(NamedTuple):
    """A page, how it was made, and the numbers it bears."""

    way: str
    font: str
    dpi: int
    image: Image.Image
    numbers: tuple[str, ...]


def number(town: int) -> str:
    """Return a NIR nobody bears (order 000)."""
    built = f"{1 + town % 2}850578{town % 1000:03d}000"
    return f"{built}{97 - int(built) % 97:02d}"


def written(digits: str, way: int) -> str:
    """Return a NIR as people write it."""
    cuts = (1, 3, 5, 7, 10, 13)
    groups = [digits[a:b] for a, b in zip((0, *cuts), (*cuts, 15), strict=True)]
    return (" ".join(groups), digits, f"{digits[:13]} {digits[13:]}", ".".join(groups), "-".join(groups))[way % 5]


def page(font: str, dpi: int, points: float, rank: int) -> tuple[Image.Image, tuple[str, ...]]:
    """Return an A4 page of letters and numbers."""
    draw_of = random.Random(rank)
    image = Image.new("L", (round(8.27 * dpi), round(11.69 * dpi)), 255)
    drawing, face = ImageDraw.Draw(image), ImageFont.truetype(f"{font}.ttf", round(points * dpi / 72))
    numbers = tuple(number(rank * NIRS + index) for index in range(NIRS))
    for line in range(30):
        words = draw_of.sample(WORDS, 8)
        if line % 3 == 0:
            words[3:5] = ["NIR", written(numbers[line // 3], line // 3)]
        drawing.text((0.9 * dpi, (1 + line * 0.32) * dpi), " ".join(words), font=face, fill=0)
    return image, numbers


def _array(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[Image.Image], Image.Image]:
    return lambda image: Image.fromarray(np.clip(change(np.asarray(image, dtype=np.float32)), 0, 255).astype(np.uint8))


def _noise(sigma: float) -> Callable[[Image.Image], Image.Image]:
    return _array(lambda a: a + np.random.default_rng(7).normal(0, sigma, a.shape))


def _slope(shape: tuple[int, ...]) -> np.ndarray:
    """Return light that grows from a dark corner to the middle."""
    return np.minimum(1, np.add.outer(np.linspace(0, 1, shape[0]), np.linspace(0, 1, shape[1])))


def _jpeg(image: Image.Image) -> Image.Image:
    made = io.BytesIO()
    image.save(made, "JPEG", quality=12)
    return Image.open(io.BytesIO(made.getvalue())).copy()


def _fax(image: Image.Image) -> Image.Image:
    """Return a page as a fax of 204 × 98 points per inch gives it, black or white."""
    small = image.resize((1728, 1143)).point(lambda shade: 255 * (shade > 150))
    return small.resize((1728, 2286), Image.Resampling.NEAREST)


def _photo(image: Image.Image) -> Image.Image:
    """Return a page as a telephone sees it: in perspective, leaning, in the shade, slightly blurred."""
    wide, high = image.size
    corners = (-0.02 * wide, -0.01 * high, 0.01 * wide, 1.03 * high, 1.02 * wide, 1.0 * high, 0.98 * wide, 0.02 * high)
    seen = image.transform(image.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor=255)
    shaded = _array(lambda a: a * np.linspace(0.35, 0.9, a.shape[1])[None, :] + 10)(seen)
    return shaded.filter(ImageFilter.GaussianBlur(0.7))


WAYS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "clean": lambda image: image,
    "leaning 1°": lambda image: image.rotate(1, Image.Resampling.BICUBIC, fillcolor=255),
    "leaning 4°": lambda image: image.rotate(-4, Image.Resampling.BICUBIC, fillcolor=255),
    "leaning 8°": lambda image: image.rotate(8, Image.Resampling.BICUBIC, fillcolor=255),
    "on its side": lambda image: image.rotate(90, expand=True),
    "upside down": lambda image: image.rotate(180),
    "uneven light": _array(lambda a: a * np.linspace(0.25, 1, a.shape[1])[None, :]),
    "dark corner": _array(lambda a: a * (0.2 + 0.8 * _slope(a.shape))),
    "low contrast": _array(lambda a: 140 + a * 0.3),
    "noise 20": _noise(20),
    "noise 45": _noise(45),
    "noise 80": _noise(80),
    "blur 1": lambda image: image.filter(ImageFilter.GaussianBlur(1)),
    "blur 2": lambda image: image.filter(ImageFilter.GaussianBlur(2)),
    "blur 3.5": lambda image: image.filter(ImageFilter.GaussianBlur(3.5)),
    "JPEG 12": _jpeg,
    "fax": _fax,
    "telephone": _photo,
}


def bench(pages: int, first: int = 0) -> Iterator[Spoiled]:
    """Yield pages up to that many, from one on: each way in turn, over fonts, resolutions and sizes of letters."""
    makes = [(font, dpi, points) for dpi in (200, 150, 300, 100) for font in FONTS for points in (11.0, 8.0)]
    for rank in range(first, pages):
        way = list(WAYS)[rank % len(WAYS)]
        font, dpi, points = makes[(rank * 7 + rank // len(WAYS)) % len(makes)]
        image, numbers = page(font, dpi, points, rank)
        yield Spoiled(way, f"{font} {points:g}", dpi, WAYS[way](image), numbers)


def found(reading: Reading, numbers: tuple[str, ...]) -> tuple[int, int]:
    """Return how many numbers are told, as they are or nearly, and how many read without a fault."""
    text = reading.flow().text
    told = [one for one in (*scan(text), *find_misread(text)) if one.category == "nir"]
    spans = ["".join(c for c in text[one.start : one.end] if c.isalnum()) for one in told]
    exact = sum(any(digits in span for span in spans) for digits in numbers)
    near = sum(any(_is_near(digits, span) for span in spans) for digits in numbers)
    return near, exact


def _is_near(digits: str, span: str) -> bool:
    return digits in span or (
        len(span) in (13, 14, 15, 16) and sum(a != b for a, b in zip(digits, span, strict=False)) <= 4
    )


def scans(pages: int, first: int) -> None:
    """Read the bench and print how much of it is found, by judgement."""
    rows: dict[Legibility | str, list[tuple[int, int, int]]] = {}
    spent = []
    for one in bench(pages, first):
        made = io.BytesIO()
        one.image.save(made, "PNG", compress_level=1)
        at = time.monotonic()
        reading = read_document("page.png", made.getvalue())
        wall = time.monotonic() - at
        spent.append(wall)
        near, exact = found(reading, one.numbers)
        verdict = judged(reading.sights[0]) if reading.sights else "stopped"
        sure = reading.sights[0].confidence if reading.sights else 0
        rows.setdefault(verdict, []).append((near, exact, NIRS))
        print(
            f"| {one.way} | {one.font} | {one.dpi} | {sure:.0f} | {verdict} | {near} | {exact} | {wall:.1f} |",
            flush=True,
        )
    print("\n| judged | pages | NIR told | of them exact | of |\n|---|---|---|---|---|")
    for verdict, counts in rows.items():
        near, exact, total = (sum(column) for column in zip(*counts, strict=True))
        print(f"| {verdict} | {len(counts)} | {near} ({near / total:.1%}) | {exact} | {total} |")
    spent.sort()
    print(f"\nwall a page: median {spent[len(spent) // 2]:.2f} s, worst {spent[-1]:.2f} s")


def main() -> None:
    """Run what was asked."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--pages", type=int, default=24)
    asked.add_argument("--from", type=int, default=0, dest="first")
    asked.add_argument("--only", choices=("files", "scans"))
    options = asked.parse_args()
    if options.only != "scans":
        from benchmarks._document_files import files  # noqa: PLC0415  # its samples take seconds to make

        files()
    if options.only != "files":
        print("| spoiled | letters | dpi | confidence | judged | NIR told | exact | wall s |")
        print("|---|---|---|---|---|---|---|---|")
        scans(options.pages, options.first)


if __name__ == "__main__":
    main()
