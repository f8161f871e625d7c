"""Opens the old Office container (OLE): its streams within a budget, and whatever words lie in their raw bytes."""

import io
import re
from collections.abc import Iterator
from itertools import islice

import olefile

from scanners.documents.passages import Drawn, Item, Missing, Passage, Place, Unreadable, Where
from scanners.documents.vba import macro_texts

DAMAGED = "Le fichier est abîmé : il ne s'ouvre pas."
RAW = "texte non affiché, resté dans le fichier"
TROUBLES = (
    OSError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    EOFError,
    RecursionError,
)

_MAX_STREAMS, _MAX_STREAM = 2_000, 25_000_000
_SHORTEST = 6  # characters of a stretch worth telling; shorter ones are chance
_ACCENTED = "ÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŒÆàâäçéèêëîïôöùûüœæ"
_LETTERS = f"A-Za-z0-9{_ACCENTED}"
_WRITTEN = re.compile(rf"[{_LETTERS} .,;:!?'’\"«»()/@&%€$#*+=_<>°\[\]\-\t]{{{_SHORTEST},}}")
_TOLD = re.compile(rf"[A-Za-z{_ACCENTED}]{{4}}|\d{{5}}")
_PROPERTIES = {
    "title": "titre", "subject": "sujet", "author": "auteur", "keywords": "mots-clés", "comments": "commentaires",
    "last_saved_by": "dernier auteur", "category": "catégorie", "manager": "responsable", "company": "société",
}  # fmt: skip
_PNG, _PNG_END, _JPEG, _JPEG_END = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82", b"\xff\xd8\xff", b"\xff\xd9"
_MAX_PICTURES = 60


class Ole:
    """The streams of one OLE file, by path."""

    def __init__(self, data: bytes) -> None:
        """Open the container. Raises `Unreadable`."""
        try:
            self._file = olefile.OleFileIO(io.BytesIO(data))
            self.paths: list[str] = ["/".join(path) for path in self._file.listdir(streams=True)][:_MAX_STREAMS]
        except TROUBLES as error:
            raise Unreadable(DAMAGED) from error

    def read(self, path: str) -> bytes:
        """Return a stream's bytes, none when it is missing or damaged."""
        try:
            with self._file.openstream(path) as stream:
                read: bytes = stream.read(_MAX_STREAM)
                return read
        except TROUBLES:
            return b""

    def properties(self) -> Iterator[Item]:
        """Yield the words of the document's properties, those that people add included."""
        try:
            found = self._file.get_metadata()
        except TROUBLES:
            yield Missing("Les propriétés du document n'ont pas pu être lues.")
            return
        for name, french in _PROPERTIES.items():
            text = _text(getattr(found, name, None))
            if text:
                place = Place(Where.METADATA, part=f"propriétés du document « {french} »", hidden=True)
                yield Passage(place, text)

    def macros(self) -> Iterator[Item]:
        """Yield the source of the macros."""
        for path in self.paths:
            if "vba" in path.lower():
                for text in macro_texts(self.read(path)):
                    yield Passage(Place(Where.PART, part="macro", hidden=True), text)

    def raw(self, told: str) -> Iterator[Item]:
        """Yield the words that lie in the streams and that `told` does not hold: what was erased may remain."""
        known = _squeezed(told)
        for path in self.paths:
            if "vba" in path.lower() or path.startswith("\x01"):
                continue
            fresh = [run for run in runs(_without_pictures(self.read(path))) if _squeezed(run) not in known]
            if fresh:
                yield Passage(Place(Where.PART, part=RAW, hidden=True), "\n".join(dict.fromkeys(fresh)))


def runs(data: bytes) -> Iterator[str]:
    """Yield the stretches of readable text in raw bytes, written in one byte a letter or two, at either alignment."""
    wide = (data[start:].decode("utf-16-le", "replace") for start in (0, 1))
    for text in (data.decode("cp1252", "replace"), *wide):
        for found in _WRITTEN.finditer(text):
            run = found.group().strip()
            if len(run) >= _SHORTEST and _TOLD.search(run):
                yield run


def carved(data: bytes) -> list[bytes]:
    """Return the PNG and JPEG pictures that lie whole in the streams of an OLE file, always in the same order."""
    ole = Ole(data)
    found = (stream[start:end] for stream in map(ole.read, ole.paths) for start, end in _pictures(stream))
    return list(dict.fromkeys(islice(found, _MAX_PICTURES)))


def _pictures(stream: bytes) -> Iterator[tuple[int, int]]:
    """Yield where pictures begin and end."""
    for start_mark, end_mark in ((_PNG, _PNG_END), (_JPEG, _JPEG_END)):
        start = stream.find(start_mark)
        while start >= 0:
            following = stream.find(start_mark, start + 8)
            end = stream.rfind(end_mark, start, following if following > 0 else len(stream))
            if end > 0:
                yield start, end + len(end_mark)
            start = following


def _without_pictures(stream: bytes) -> bytes:
    for start, end in _pictures(stream):
        stream = stream[:start] + bytes(end - start) + stream[end:]
    return stream


def drawn(data: bytes) -> Iterator[Item]:
    """Yield the pictures of an OLE file, for another child to read."""
    for index in range(len(carved(data))):
        yield Drawn(Place(Where.PART, part=f"image {index + 1} du document"), (f"carved {index}", "frame 1"))


def _squeezed(text: str) -> str:
    return re.sub(rf"[^{_LETTERS}]", "", text).lower()


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("cp1252", "replace").replace("\x00", "").strip()
    return value.replace("\x00", "").strip() if isinstance(value, str) else ""
