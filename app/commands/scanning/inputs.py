"""From what is named on the command line to items: standard input, files, folders, lines, columns."""

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from io import BufferedReader
from pathlib import Path

from app.commands.scanning.columns import column_items
from app.commands.scanning.items import Attached, Item, Unread, Written
from app.commands.scanning.lines import line_items
from app.commands.scanning.parquet import parquet_items
from scanners.documents.budgets import MAX_BYTES
from scanners.documents.kinds import extension, looks_utf16
from scanners.documents.table import decode

STDIN = "-"
STDIN_NAME = "stdin"
# Four bytes for the longest character of UTF-8: beyond, the engine would refuse the text anyway.
MAX_TEXT_BYTES = 8_000_000

_WRITTEN = frozenset({"", "txt", "text", "md", "log"})
_LINES = frozenset({"jsonl", "ndjson"})
_COLUMNS = frozenset({"csv", "tsv"})
_PARQUET = "parquet"
_HEAD = 65_536
_SIGNATURES = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"{\\rtf")
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1a\x1b")) + b"\x7f"


class Form(StrEnum):
    """How inputs are written; `auto` goes by each file's extension."""

    AUTO = "auto"
    TEXT = "text"
    JSONL = "jsonl"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads inputs of a form; `column` is the one to check in a CSV table."""

    form: Form = Form.AUTO
    column: str | None = None

    def items(self, paths: Sequence[str]) -> Iterator[Item]:
        """Give the items of every path, in order; what cannot be read is an item that says so."""
        for path in paths:
            if path == STDIN:
                yield from self._opened(0, STDIN_NAME, "")
            else:
                for found in walk(path):
                    yield from [found] if isinstance(found, Unread) else self._file(found)

    def _file(self, path: Path) -> Iterator[Item]:
        if self.form is Form.AUTO and extension(path.name) == _PARQUET:
            return parquet_items(path, self.column)
        return self._opened(path, str(path), extension(path.name))

    def _opened(self, file: Path | int, source: str, ending: str) -> Iterator[Item]:
        try:
            with open(file, "rb", closefd=file != 0) as stream:  # a path or the descriptor of the input
                yield from self._stream(stream, source, self._form_of(ending))
        except OSError as error:
            yield Unread(source, source, 0, 0, why(error))

    def _stream(self, stream: BufferedReader, source: str, form: Form | None) -> Iterator[Item]:
        if form is Form.JSONL:
            yield from line_items(stream, source)
        elif form is Form.CSV and self.column is not None:
            yield from column_items(stream, source, self.column)
        else:
            yield whole(stream, source, is_written=form is Form.TEXT)

    def _form_of(self, ending: str) -> Form | None:
        """Return how a file is written: None for a document."""
        if self.form is not Form.AUTO:
            return self.form if self.form is not Form.CSV or self.column is not None else None
        if ending in _LINES:
            return Form.JSONL
        if self.column is not None and (ending in _COLUMNS or not ending):
            return Form.CSV
        return Form.TEXT if ending in _WRITTEN else None


def whole(stream: BufferedReader, source: str, *, is_written: bool) -> Item:
    """Return a stream as one item: a text when it is one, else a document."""
    data = stream.read(MAX_BYTES + 1)
    if is_written and is_text(data[:_HEAD]):
        if len(data) > MAX_TEXT_BYTES:
            return Unread(source, source, 0, len(data), f"texte de plus de {MAX_TEXT_BYTES // 1_000_000} Mo")
        return Written(source, source, 0, len(data), decode(data))
    return Attached(source, source, 0, len(data), Path(source).name, data)


def is_text(head: bytes) -> bool:
    """Say whether bytes are plain text rather than a document or noise.

    >>> is_text("Usagère reçue".encode("cp1252")), is_text(b"%PDF-1.7"), is_text(bytes(range(256)))
    (True, False, False)
    """
    if head.startswith(_SIGNATURES):
        return False
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or looks_utf16(head):
        return True
    return (len(head) - len(head.translate(None, _CONTROLS))) * 100 <= len(head)


def walk(path: str) -> Iterator[Path | Unread]:
    """Give a file, or every ordinary file under a folder in alphabetical order; links to folders are not followed."""
    if not Path(path).is_dir():
        yield Path(path)
        return
    refused: list[Unread] = []
    for folder, folders, names in os.walk(path, onerror=lambda e: refused.append(_refused(e))):
        folders.sort()
        for name in sorted(names):
            file = Path(folder, name)
            yield file if _is_ordinary(file) else Unread(str(file), str(file), 0, 0, "n'est pas un fichier ordinaire")
    yield from refused


def why(error: OSError) -> str:
    """Return why something cannot be read, in French."""
    if isinstance(error, FileNotFoundError):
        return "introuvable"
    if isinstance(error, PermissionError):
        return "lecture refusée"
    return "illisible"


def _refused(error: OSError) -> Unread:
    name = os.fsdecode(error.filename or "dossier")
    return Unread(name, name, 0, 0, why(error))


def _is_ordinary(file: Path) -> bool:
    try:
        return stat.S_ISREG(file.stat().st_mode)
    except OSError:
        return True  # opening it will say why
