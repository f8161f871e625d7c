"""Opens pictures under a budget of points and frames, and reads what they say besides what they show."""

import io
import warnings
from collections.abc import Iterator
from typing import NamedTuple

from PIL import ExifTags, Image, ImageFile, ImageOps, IptcImagePlugin, TiffTags, UnidentifiedImageError

from scanners.documents.names import EXIF, GPS
from scanners.documents.passages import Drawn, Item, Missing, Pages, Passage, Place, Unreadable, Where

MAX_POINTS = 40_000_000  # of one picture: an A4 page at 600 dpi has 35 million
MAX_FRAMES = 200
LARGEST = 9_000_000  # points that are read: an A4 page at 300 dpi; beyond, nothing more is understood
DAMAGED = "L'image est abîmée : elle ne s'ouvre pas."
TOO_BIG = f"L'image dépasse {MAX_POINTS // 1_000_000} millions de points : elle n'a pas été lue."

FORMATS = ("TIFF", "PNG", "JPEG")
INSIDE = (*FORMATS, "GIF", "BMP")  # those that office documents hold besides
_TROUBLES = (OSError, ValueError, SyntaxError, TypeError, KeyError, IndexError, ZeroDivisionError, EOFError)
_GPS_IFD, _EXIF_IFD = 0x8825, 0x8769
_WORDLESS = frozenset(("MakerNote", "ColorSpace", "ExifVersion", "FlashPixVersion", "ComponentsConfiguration"))
_LAYOUT = frozenset(("StripOffsets", "StripByteCounts", "TileOffsets", "TileByteCounts", "JPEGTables"))
_SETTINGS = frozenset("exif icc_profile photoshop transparency jfif_density dpi compression".split())
_SHORTEST = 3


class Picture(NamedTuple):
    """A picture in shades of grey, upright as its camera says, and its points per inch (0: unknown)."""

    image: Image.Image
    dpi: int


def read_picture(data: bytes) -> Iterator[Item]:
    """Yield what a picture says of itself, and its frames, whose words are drawn. Raises `Unreadable`."""
    with opened(data) as image:
        frames = getattr(image, "n_frames", 1)
        if image.format == "TIFF":
            yield Pages(frames)
        yield from _metadata(image)
    for number in range(1, min(frames, MAX_FRAMES) + 1):
        place = Place(Where.PAGE, number) if image.format == "TIFF" else Place(Where.PART, part="image")
        yield Drawn(place, (f"frame {number}",))
        if image.format != "TIFF":
            return
    if frames > MAX_FRAMES:
        yield Missing(f"L'image a {frames} pages : seules les {MAX_FRAMES} premières ont été lues.")


def opened(data: bytes, formats: tuple[str, ...] = FORMATS) -> ImageFile.ImageFile:
    """Return a picture whose points are not decoded yet. Raises `Unreadable` when there are too many of them."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(data), formats=formats)
    except Image.DecompressionBombError as error:
        raise Unreadable(TOO_BIG) from error
    except (UnidentifiedImageError, *_TROUBLES) as error:
        raise Unreadable(DAMAGED) from error
    _check(image)
    return image


def frame(data: bytes, number: int) -> Picture:
    """Return one frame of a picture, from 1. Raises `Unreadable`."""
    image = opened(data, INSIDE)
    try:
        if number > 1:
            image.seek(number - 1)
        _check(image)
        dpi = _dpi(image)
        if image.format == "JPEG":
            image.draft("L", _fitting(image.size))
        return Picture(shrunk(grey(ImageOps.exif_transpose(image))), dpi)
    except _TROUBLES as error:
        raise Unreadable(DAMAGED) from error


def grey(image: Image.Image) -> Image.Image:
    """Return a picture in shades of grey, laid on white where it is transparent."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        image = image.convert("F").point(lambda value: value / 256)
    return image.convert("L")


def shrunk(image: Image.Image) -> Image.Image:
    """Return a picture no larger than what is worth reading."""
    size = _fitting(image.size)
    return image if size == image.size else image.resize(size, Image.Resampling.BOX)


def _fitting(size: tuple[int, int]) -> tuple[int, int]:
    share = min(1.0, (LARGEST / (size[0] * size[1])) ** 0.5)
    return max(1, round(size[0] * share)), max(1, round(size[1] * share))


def _check(image: Image.Image) -> None:
    if image.width * image.height > MAX_POINTS:
        raise Unreadable(TOO_BIG)


def _dpi(image: Image.Image) -> int:
    said = image.info.get("dpi")
    try:
        return round(float(said[0])) if said and 30 <= float(said[0]) <= 2400 else 0
    except (TypeError, ValueError, ZeroDivisionError):
        return 0


def _metadata(image: ImageFile.ImageFile) -> Iterator[Item]:
    try:
        yield from _exif(image)
        yield from _comments(image)
    except _TROUBLES:
        yield Missing("Les métadonnées de l'image n'ont pas toutes pu être lues.")


def _exif(image: ImageFile.ImageFile) -> Iterator[Item]:
    exif = image.getexif()
    own = {str(ExifTags.TAGS.get(tag) or TiffTags.lookup(tag).name): said for tag, said in exif.items()}
    inner = {str(ExifTags.TAGS.get(tag, tag)): said for tag, said in exif.get_ifd(_EXIF_IFD).items()}
    told = [_words(said) for name, said in (own | inner).items() if name not in _WORDLESS | _LAYOUT]
    yield from _told(EXIF, "\n".join(text for text in told if text))
    gps = {str(ExifTags.GPSTAGS.get(tag, tag)): said for tag, said in exif.get_ifd(_GPS_IFD).items()}
    if "GPSLatitude" in gps and "GPSLongitude" in gps:
        yield from _told(GPS, f"{_degrees(gps, 'GPSLatitude')} {_degrees(gps, 'GPSLongitude')}")


def _comments(image: ImageFile.ImageFile) -> Iterator[Item]:
    for name, said in image.info.items():
        if not isinstance(name, str) or name in (
            "exif",
            "icc_profile",
            "photoshop",
            "transparency",
            "jfif_density",
            "dpi",
        ):
            continue
        part = "propriétés de l'image (XMP)" if "xmp" in name.lower() else "commentaire de l'image"
        if isinstance(said, str | bytes):
            yield from _told(part, _words(said))
    for records in (IptcImagePlugin.getiptcinfo(image) or {}).values():
        several = records if isinstance(records, list) else [records]
        yield from _told("propriétés de l'image (IPTC)", "\n".join(_words(one) for one in several))


def _words(said: object) -> str:
    """Return the text of a property, empty when it is a number or holds no letter nor digit to read."""
    if isinstance(said, bytes):
        said = said.removeprefix(b"ASCII\0\0\0").removeprefix(b"UNICODE\0")
        wide = said.count(b"\0") * 3 > len(said)
        said = said.decode("utf-16-le" if wide else "utf-8", "replace")
    text = said.replace("\x00", " ").strip() if isinstance(said, str) else ""
    return text if len(text) >= _SHORTEST and text.count("\ufffd") * 4 < len(text) else ""


def _degrees(gps: dict[str, object], name: str) -> str:
    values = gps[name]
    parts = [float(value) for value in values] if isinstance(values, tuple) else []
    degrees = sum(value / 60**power for power, value in enumerate(parts))
    return f"{degrees:.5f} {gps.get(f'{name}Ref', '')}".strip()


def _told(part: str, text: str) -> Iterator[Item]:
    if text.strip():
        yield Passage(Place(Where.METADATA, part=part, hidden=True), text)
