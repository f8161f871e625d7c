"""Read as one the word that a hyphen or the end of a line cuts (« can-cer »), or that bears a sign for a letter.

Only where the whole is a word that is looked for: « rendez-vous » and « porte-monnaie » stay as they are.
"""

import re
from collections.abc import Callable, Container, Iterator, Sequence

from scanners.fold import Folded
from scanners.text import Text

FEWEST_LETTERS = 6  # of a word that was cut
_LONGEST = 40
_SIGNS = {"@": "a", "$": "s"}
_SIGN = frozenset(_SIGNS)
_WHOLE = str.maketrans(_SIGNS | dict.fromkeys("- \n", ""))
_HYPHENS = re.compile(r"-[ \n]{0,3}[a-z]")
_JOINTS = re.compile(r"(?:-[ \n]{0,3}|[@$])[a-z]")
_CUT = re.compile(r"[a-z]+(?:(?:-[ \n]{0,3}|[@$])[a-z]+)+")
_PART = re.compile(r"[a-z@$]+")


def rejoined(text: Text, known: Container[str], may_open: Callable[[Sequence[str], int], bool]) -> Text:
    """Return the text with the `known` words that were cut made whole, or the text itself where there is none.

    Parts that `may_open` a longer form are words of it (« burn-out »), and are left apart on one line.
    """
    if not _SIGN.isdisjoint(text.distinct):
        joints = _JOINTS
    elif "-" in text.folded.text:
        joints = _HYPHENS
    else:
        return text
    cuts = [
        cut
        for cut in _cuts(text.folded.text, joints)
        if cut.group().translate(_WHOLE) in known and not may_open(cut.group().split("-"), 0)
    ]
    return Text(text.original, _joined(text.folded, cuts)) if cuts else text


def _cuts(folded: str, joints: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """Give what may be a word in pieces, in order; a few letters on either side of a joint are looked at."""
    done = 0
    for joint in joints.finditer(folded):
        at = joint.start()
        if at > done and folded[at - 1].isalpha():
            start = folded.rfind(" ", max(done, at - _LONGEST), at) + 1
            cut = _CUT.search(folded, start or max(done, at - _LONGEST), at + _LONGEST)
            if cut is not None:
                done = cut.end()
                yield cut


def _joined(folded: Folded, cuts: list[re.Match[str]]) -> Folded:
    places = range(folded.length) if folded.origin is None else folded.origin
    pieces: list[str] = []
    origin: list[int] = []
    done = 0
    for cut in cuts:
        pieces += (folded.text[done : cut.start()], cut.group().translate(_WHOLE))
        origin.extend(places[done : cut.start()])
        for part in _PART.finditer(folded.text, *cut.span()):
            origin.extend(places[slice(*part.span())])
        done = cut.end()
    pieces.append(folded.text[done:])
    origin.extend(places[done:])
    return Folded("".join(pieces), origin, folded.length)
