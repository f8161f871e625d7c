"""An Office file as a zip of XML parts, opened under a budget, its XML read without DTD."""

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pyexpat import ExpatError, ParserCreate
from typing import Protocol

from scanners.documents.budgets import MAX_BYTES, MAX_ENTRIES, MAX_EXPANDED, MAX_RATIO, RATIO_FROM
from scanners.documents.passages import Passage, Unreadable

DAMAGED = "Le fichier est abîmé : il ne s'ouvre pas."
TOO_BIG = f"Le fichier, une fois décompressé, dépasse {MAX_EXPANDED // 1_000_000} Mo : il n'a pas été lu."
LOCKED = "Le fichier est protégé par un mot de passe."
BOMB = "Le fichier enfle anormalement quand on le décompresse : il n'a pas été lu."
DTD = "Le fichier contient une déclaration XML interdite (DTD) : il n'a pas été lu."

_CHUNK = 65_536
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # ECMA-376 part 2, annex B; zipfile bounds no other method
_XML = (".xml", ".rels", ".vml", ".svg", ".xhtml")


class Broken(Exception):
    """One part of the archive cannot be read to its end."""


class Walker(Protocol):
    """What hears the elements of one part and keeps the passages they make."""

    passages: list[Passage]

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Hear an element begin."""

    def end(self, name: str) -> None:
        """Hear an element end."""

    def words(self, text: str) -> None:
        """Hear text."""

    def close(self) -> None:
        """Make passages of what is still open: the part has ended, well or broken."""


class Package:
    """The parts of one Office file."""

    def __init__(self, data: bytes) -> None:
        """Open the archive and spend its budget before a single part is decompressed.

        Raises `Unreadable` when it is damaged, locked, or too big once decompressed.
        """
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, OSError, EOFError) as error:
            raise Unreadable(DAMAGED) from error
        self.entries = [entry for entry in self._archive.infolist() if entry.file_size and not entry.is_dir()]
        self.parts = [entry for entry in self.entries if path_of(entry).lower().endswith(_XML)]
        expanded = sum(part.file_size for part in self.parts)
        if len(self.entries) > MAX_ENTRIES or expanded > MAX_EXPANDED:
            raise Unreadable(TOO_BIG)
        if expanded > max(RATIO_FROM, MAX_RATIO * len(data)):
            raise Unreadable(BOMB)
        if any(entry.flag_bits & 1 for entry in self.entries):
            raise Unreadable(LOCKED)

    def walk(self, part: zipfile.ZipInfo, walker: Walker) -> Iterator[Passage]:
        """Yield the passages a walker makes of a part, as they come.

        Raises `Broken` when the part is damaged (what came before stands), `Unreadable` when it holds a DTD.
        """
        yield from walk(self._chunks(part), walker)

    def whole(self, entry: zipfile.ZipInfo) -> bytes | None:
        """Return the bytes of a file that is not XML, None when it is damaged or too big."""
        if entry.file_size > MAX_BYTES:
            return None
        try:
            return b"".join(self._chunks(entry))
        except Broken:
            return None

    def _chunks(self, part: zipfile.ZipInfo) -> Iterator[bytes]:
        """Yield the bytes of a part, then an empty chunk. zipfile itself stops at the size declared and budgeted."""
        if part.compress_type not in _METHODS:
            raise Broken
        try:
            with self._archive.open(part) as stream:
                while chunk := stream.read(_CHUNK):
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, OSError, EOFError) as error:
            raise Broken from error
        yield b""


def walk(chunks: Iterable[bytes], walker: Walker) -> Iterator[Passage]:
    """Yield the passages a walker makes of an XML text whose last chunk is empty. Raises as `Package.walk`."""
    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = walker.start
    parser.EndElementHandler = walker.end
    parser.CharacterDataHandler = walker.words
    parser.StartDoctypeDeclHandler = _refuse_dtd
    try:
        for chunk in chunks:
            parser.Parse(chunk, not chunk)
            yield from _drain(walker)
    except (ExpatError, LookupError, ValueError, OSError) as error:  # the last three: an encoding nobody knows
        raise Broken from error
    finally:
        walker.close()
        yield from _drain(walker)


def path_of(entry: zipfile.ZipInfo) -> str:
    """Return an entry's path with forward slashes and no leading one."""
    return entry.filename.replace("\\", "/").lstrip("/")


@lru_cache(maxsize=4096)
def local(name: str) -> str:
    """Return an element's or attribute's name without its prefix: producers choose their own.

    >>> local("w:p"), local("p")
    ('p', 'p')
    """
    return name.rpartition(":")[2]


def _refuse_dtd(*_: object) -> None:
    raise Unreadable(DTD)


def _drain(walker: Walker) -> list[Passage]:
    passages = walker.passages[:]
    walker.passages.clear()
    return passages
