"""Lines of JSON, one text each: read one at a time, whatever they hold."""

import json
import math
from collections.abc import Iterator
from io import BufferedReader
from typing import Any

from app.commands.scanning.items import Identifier, Item, Unread, Written

MAX_LINE_BYTES = 32_000_000  # the longest text the engine takes, each character written as two escapes of six bytes
_BOM = b"\xef\xbb\xbf"


class BadLine(Exception):
    """The line is not `{"id", "text"}`; `id` is what could be read of it."""

    def __init__(self, reason: str, identifier: Identifier = None) -> None:
        super().__init__(reason)
        self.reason, self.id = reason, identifier


def line_items(stream: BufferedReader, source: str) -> Iterator[Item]:
    """Give the text of each line, or why it is not one; empty lines are skipped."""
    for number, line in enumerate(bounded(stream), 1):
        try:
            if line is None:
                raise BadLine(f"ligne de plus de {MAX_LINE_BYTES // 1_000_000} Mo")
            if line.strip():
                identifier, text = parsed(line.removeprefix(_BOM) if number == 1 else line)
                yield Written(identifier, source, number, len(line), text)
        except BadLine as bad:
            yield Unread(bad.id, source, number, len(line or b""), bad.reason)


def bounded(stream: BufferedReader) -> Iterator[bytes | None]:
    """Give the lines of a stream, None in the place of one too long to be held."""
    while line := stream.readline(MAX_LINE_BYTES + 1):
        if len(line) <= MAX_LINE_BYTES:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(MAX_LINE_BYTES)
        yield None


def parsed(line: bytes) -> tuple[Identifier, str]:
    """Return the identifier and the text of a line; raises BadLine.

    >>> parsed(b'{"id": 7, "text": "caf\\\\u00e9"}')
    (7, 'café')
    """
    record = _loaded(line)
    if not isinstance(record, dict):
        raise BadLine("un objet {id, text} est attendu")
    identifier = record.get("id")
    if not _identifies(identifier):
        raise BadLine("« id » doit être un texte ou un nombre")
    if not isinstance(record.get("text"), str):
        raise BadLine("« text » doit être un texte", identifier)
    return identifier, record["text"]


def _loaded(line: bytes) -> Any:
    try:
        return json.loads(line.decode())
    except UnicodeDecodeError as error:
        raise BadLine("la ligne n'est pas en UTF-8") from error
    except RecursionError as error:
        raise BadLine("le JSON est imbriqué trop profondément") from error
    except ValueError as error:
        raise BadLine("le JSON est illisible") from error


def _identifies(value: object) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, str | int) and not isinstance(value, bool)
