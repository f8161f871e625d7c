"""Reads an .xlsx: a zip of XML parts opened under a budget, its XML heard element by element, without DTD.

openpyxl keeps either formulas or their results, drops merges when it reads by streaming, and raises what it likes on a
damaged file; three hundred lines of a list need little, and each cell must be named to whoever has to correct it.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pyexpat import ExpatError, ParserCreate
from typing import Protocol

from governance.habilitations.lists.cells import Cells, Links, Sheets, Strings
from governance.habilitations.lists.grids import BadFile, Grid, TooLong, checked

MAX_ENTRIES = 1_000
MAX_EXPANDED = 60_000_000  # bytes of XML once decompressed: 5,000 lines of 30 columns make 10
MAX_RATIO = 200
RATIO_FROM = 5_000_000  # under this the ratio does not matter

# What zipfile, zlib and expat raise on bytes made to be so.
_DAMAGES = (zipfile.BadZipFile, zlib.error, ExpatError, struct.error, EOFError, OSError, ValueError, LookupError)
_CHUNK = 65_536
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAMAGED = "Le classeur est abîmé : il ne s'ouvre pas. Enregistrez-le de nouveau, ou en CSV."
_LOCKED = "Le classeur est protégé par un mot de passe : enregistrez-le sans."
_BOMB = "Le classeur enfle anormalement quand on le décompresse : il n'a pas été lu."
_DTD = "Le classeur contient une déclaration XML interdite (DTD) : il n'a pas été lu."


class Walker(Protocol):
    """What hears the elements of one part."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Hear an element begin."""

    def end(self, name: str) -> None:
        """Hear an element end."""

    def words(self, text: str) -> None:
        """Hear text."""


def read_workbook(content: bytes) -> Grid:
    """Return the cells of the first visible sheet that holds any; raises BadFile, TooLong."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return checked(_read(archive, len(content)))
    except (NotImplementedError, RuntimeError) as error:  # a method of compression, a password
        raise BadFile(_LOCKED, field="file") from error
    except _DAMAGES as error:
        raise BadFile(_DAMAGED, field="file") from error


def _read(archive: zipfile.ZipFile, size: int) -> Grid:
    parts = _budgeted(archive, size)
    sheets, links, strings = Sheets(), Links(), Strings()
    for path, walker in (
        ("xl/workbook.xml", sheets),
        ("xl/_rels/workbook.xml.rels", links),
        ("xl/sharedStrings.xml", strings),
    ):
        if path in parts:
            _walk(archive, parts[path], walker)
    if "xl/workbook.xml" not in parts:
        raise BadFile(_DAMAGED, field="file")
    heard = ((one.name, _sheet(archive, parts, links.path(one.link), strings)) for one in sheets.visible)
    found = [(name, cells) for name, cells in heard if cells is not None]
    if not found:
        raise BadFile("Aucune feuille visible du classeur ne contient de ligne.", field="file")
    name, cells = found[0]
    others = [f"Seule la feuille « {name} » est lue : le classeur en a {len(found)}."] if len(found) > 1 else []
    return cells.grid(tuple(others), sheets.epoch_1904)


def _sheet(archive: zipfile.ZipFile, parts: dict[str, zipfile.ZipInfo], path: str, strings: Strings) -> Cells | None:
    if path not in parts:
        return None
    cells = Cells(strings.values)
    _walk(archive, parts[path], cells)
    return cells if cells.lines else None


def _budgeted(archive: zipfile.ZipFile, size: int) -> dict[str, zipfile.ZipInfo]:
    entries = archive.infolist()
    expanded = sum(entry.file_size for entry in entries)
    if any(entry.flag_bits & 1 for entry in entries):
        raise BadFile(_LOCKED, field="file")
    if len(entries) > MAX_ENTRIES or expanded > MAX_EXPANDED:
        raise TooLong(f"Le classeur, une fois décompressé, dépasse {MAX_EXPANDED // 1_000_000} Mo.", field="file")
    if expanded > max(RATIO_FROM, MAX_RATIO * size):
        raise BadFile(_BOMB, field="file")
    return {entry.filename.replace("\\", "/").lstrip("/"): entry for entry in entries}


def _walk(archive: zipfile.ZipFile, part: zipfile.ZipInfo, walker: Walker) -> None:
    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = walker.start
    parser.EndElementHandler = walker.end
    parser.CharacterDataHandler = walker.words
    parser.StartDoctypeDeclHandler = _refuse_dtd
    for chunk in _chunks(archive, part):
        parser.Parse(chunk, not chunk)


def _chunks(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the bytes of a part, then an empty chunk; zipfile stops at the size declared, which was budgeted."""
    if part.compress_type not in _METHODS:
        raise NotImplementedError
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk
    yield b""


def _refuse_dtd(*_: object) -> None:
    raise BadFile(_DTD, field="file")
