"""Fold a text to plain lower-case letters while remembering where each one stood.

Most French text folds one character for one (a 256-byte table, measured 5-21 µs a comment where NFD costs 350);
what does not (« œ », full-width digits, zero-width characters, combining accents) takes a slower path that keeps an
offset map.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Same length, other code page: spaces of all kinds, quotes and dashes that cp1252 lacks.
_SPACES = "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\u00a0\u2028\u2029"
_SAME_LENGTH = str.maketrans(
    dict.fromkeys(_SPACES, " ")
    | dict.fromkeys("\u2010\u2011\u2012\u2015\u2212", "-")
    | dict.fromkeys("\u2032\u02bc\u201b\u2035\uff07", "'")
    | {"\u0131": "i", "\u0142": "l"}
)
_UNEQUAL = "œŒæÆß\xad"  # of cp1252: those that fold to two letters, and the soft hyphen, to none
_IS_UNEQUAL = re.compile(f"[{_UNEQUAL}]")
_ODD = re.compile(f"[{_UNEQUAL}]|[^\x00-\xff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
_LINE_IN_SENTENCE = re.compile(r"\r?\n(?=[ \t]*[a-zà-öø-ÿœ])")
_OTHER = "\x01"  # stands for a letter that does not fold to one
# One pattern a separator: one that begins with a letter of its own is found several times faster.
_APART = tuple(re.compile(rf"{by}[a-z]{by}[a-z]{by}[a-z](?![a-z0-9])").search for by in (" ", "-", "_", r"\*"))
_DOTTED = re.compile(r"\.[a-z](?![a-z0-9])").search
_LETTERS_APART = re.compile(
    r"(?<![a-z0-9'])[a-z]([ .\-_*])[a-z](?:\1[a-z]){2,}(?![a-z0-9])|(?<![a-z0-9])[a-z](?:\.[a-z])+(?![a-z0-9])"
)


_SPECIAL = {
    "·": ".",
    "•": "-",
    "°": "#",
    "º": "#",
    "œ": "oe",
    "Œ": "oe",
    "æ": "ae",
    "Æ": "ae",
    "ß": "ss",
    "ẞ": "ss",
    "™": "#",
    "’": "'",
    "‘": "'",
    "´": "'",
    "`": "'",
    "–": "-",
    "—": "-",
    "\xa0": " ",
}


@lru_cache(4096)
def _plain(character: str) -> str:
    """Return the folded form of one character: base letters, lower-case; empty for what is not seen.

    >>> _plain("É"), _plain("œ"), _plain("３"), _plain("\\u200b")
    ('e', 'oe', '3', '')
    """
    if character in "\t\n\r":
        return " " if character == "\t" else "\n"
    if unicodedata.category(character) in ("Cf", "Mn", "Me"):
        return ""
    if character in _SPECIAL:
        return _SPECIAL[character]
    decomposed = unicodedata.normalize("NFKD", character).lower()
    return "".join(c for c in decomposed if not unicodedata.combining(c)) or character


def _byte(code: int) -> int:
    character = bytes([code]).decode("cp1252", "replace")
    plain = _plain(character)
    if character in _UNEQUAL:
        return ord(_OTHER)
    return ord(plain[0]) if plain and ord(plain[0]) < 0x80 else ord("#")


_TABLE = bytes(_byte(code) for code in range(256))
_LATIN_TABLE = _TABLE[:128] + b"?" * 32 + _TABLE[160:]  # the same for Latin-1, ten times faster to encode


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and, where it is not one for one, the origin of each of its characters."""

    text: str
    origin: list[int] | None
    length: int

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original text that a span of the folded text came from."""
        if self.origin is None:
            return start, end
        following = self.origin[end] if end < len(self.origin) else self.length
        return self.origin[start], max(self.origin[end - 1] + 1, following)


def fold(text: str) -> Folded:
    """Return the folded text; total on any string, linear in its length.

    >>> fold("Œdème, d i a b è t e").text
    'oedeme, diabete'
    """
    if "\n" in text:
        text = _LINE_IN_SENTENCE.sub(lambda m: " " * len(m.group()), text)
    plain, origin = _one_for_one(text), None
    if plain is None:
        plain, origin = _mapped(text)
    elif _OTHER in plain:
        plain, origin = _unequal(text, plain)
    folded = Folded(plain, origin, len(text))
    return _joined(folded) if _may_be_apart(plain) and _LETTERS_APART.search(plain) else folded


def _may_be_apart(plain: str) -> bool:
    return _DOTTED(plain) is not None or any(search(plain) for search in _APART)


def _one_for_one(text: str) -> str | None:
    """Return the text with a letter for each of its own, some of which stand for two; None if it has odd ones."""
    for name, table in (("latin-1", _LATIN_TABLE), ("cp1252", _TABLE)):
        try:
            return text.encode(name).translate(table).decode("latin-1")
        except UnicodeEncodeError:
            continue
    try:
        return text.translate(_SAME_LENGTH).encode("cp1252").translate(_TABLE).decode("latin-1")
    except UnicodeEncodeError:
        return None


def _unequal(text: str, plain: str) -> tuple[str, list[int]]:
    """Return the folded text with both letters of « œ », « æ », « ß », and where each of its letters comes from."""
    pieces: list[str] = []
    origin: list[int] = []
    done = 0
    for found in _IS_UNEQUAL.finditer(text):
        at, letters = found.start(), _plain(found.group())
        pieces += (plain[done:at], letters)
        origin.extend(range(done, at))
        origin.extend([at] * len(letters))
        done = at + 1
    pieces.append(plain[done:])
    origin.extend(range(done, len(text)))
    return "".join(pieces), origin


def _table(text: str) -> str:
    return text.encode("cp1252", "replace").translate(_TABLE).decode("latin-1")


def _mapped(text: str) -> tuple[str, list[int]]:
    text = text.translate(_SAME_LENGTH)
    pieces: list[str] = []
    origin: list[int] = []
    done = 0
    for odd in _ODD.finditer(text):
        at = odd.start()
        plain = _plain(odd.group())
        pieces += (_table(text[done:at]), plain)
        origin.extend(range(done, at))
        origin.extend([at] * len(plain))
        done = at + 1
    pieces.append(_table(text[done:]))
    origin.extend(range(done, len(text)))
    return "".join(pieces), origin


def _joined(folded: Folded) -> Folded:
    """Bring together letters written apart (« d i a b è t e », « V.I.H. »)."""
    origin = folded.origin if folded.origin is not None else list(range(folded.length))
    pieces: list[str] = []
    kept: list[int] = []
    done = 0
    for apart in _LETTERS_APART.finditer(folded.text):
        pieces.append(folded.text[done : apart.start()])
        kept.extend(origin[done : apart.start()])
        for at in range(apart.start(), apart.end(), 2):
            pieces.append(folded.text[at])
            kept.append(origin[at])
        done = apart.end()
    pieces.append(folded.text[done:])
    kept.extend(origin[done:])
    return Folded("".join(pieces), kept, folded.length)
