"""Where the reading of pictures finds what it needs, and whether it can read at all."""

import os
from functools import cache
from importlib.util import find_spec
from pathlib import Path

FRENCH, ORIENTATION = "fra.traineddata", "osd.traineddata"
LACKING = "La lecture des images n'est pas installée (paquet tesseract-ocr-fra)"

_FOLDERS = ("/usr/share/tesseract-ocr/*/tessdata", "/usr/share/tessdata", "/usr/local/share/tessdata")


def folders() -> tuple[Path, ...]:
    """Return the folders where Tesseract's data may stand: the one the environment names, then the usual ones."""
    named = os.environ.get("TESSDATA_PREFIX", "")
    usual = (path for pattern in _FOLDERS for path in sorted(Path("/").glob(pattern.lstrip("/")), reverse=True))
    return (*([Path(named)] if named else []), *usual)


@cache
def find_data() -> Path | None:
    """Return the folder that holds the French data, or None: pictures cannot be read."""
    if find_spec("tesserocr") is None:
        return None
    return next((folder for folder in folders() if (folder / FRENCH).is_file()), None)


def turns_pages() -> bool:
    """Say whether pages lying on their side are put upright before they are read."""
    data = find_data()
    return data is not None and (data / ORIENTATION).is_file()


def has_second_reading() -> bool:
    """Say whether weak pages can be read a second time, by another engine (extra « second-reading »)."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None
