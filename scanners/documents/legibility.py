"""Whether what a picture shows could be read, and what to do when it could not."""

from collections.abc import Sequence
from enum import StrEnum

from scanners.documents.passages import Sight

# Set on pages degraded step by step (benchmarks/documents.py, docs/benchmarks.md): to be looked at again on real scans.
LEGIBLE = 93.0  # mean confidence from which at least 99 % of the numbers are read
MIDDLING = 75.0  # under which a page teaches nothing: its words are guesses
LEAST_SURE = 92.0  # the most that a second reading can give a page
BLANK = 0.0002  # share of points that are not paper under which nothing is printed
FEW_WORDS = 3  # under which a confidence says nothing
_LEAST_DPI, _LOW_DPI, _STEEP = 50, 150, 3.0  # under the first, it is no page but a small picture


class Legibility(StrEnum):
    """How well a picture could be read."""

    LEGIBLE = "lisible"
    MIDDLING = "moyenne"
    ILLEGIBLE = "a_rescanner"
    BLANK = "blanche"


def judged(sight: Sight) -> Legibility:
    """Return how well a picture could be read; ink without a single word is illegible, never « nothing found ».

    Sharpness, contrast and resolution do not tell: measured, only the words' own confidence does.
    """
    if not sight.words:
        return Legibility.BLANK if sight.ink < BLANK else Legibility.ILLEGIBLE
    if sight.confidence < MIDDLING:
        return Legibility.ILLEGIBLE
    return Legibility.LEGIBLE if sight.confidence >= LEGIBLE else Legibility.MIDDLING


def worst_of(sights: Sequence[Sight]) -> Legibility | None:
    """Return the worst legibility of a file's pictures, None when it has none."""
    order = (Legibility.ILLEGIBLE, Legibility.MIDDLING, Legibility.LEGIBLE, Legibility.BLANK)
    return next((one for one in order if one in [judged(sight) for sight in sights]), None)


def advice(sight: Sight) -> str:
    """Return the French sentence that tells a person what to do with a picture that is not fully legible."""
    match judged(sight):
        case Legibility.LEGIBLE:
            return "lisible."
        case Legibility.BLANK:
            return "page blanche."
        case Legibility.MIDDLING:
            return f"lisibilité moyenne, relisez-la vous-même{_how(sight)}."
        case Legibility.ILLEGIBLE if not sight.words:
            return f"aucun mot n'y a été reconnu ; si elle en montre, elle est à rescanner{_how(sight)}."
        case Legibility.ILLEGIBLE:
            return f"illisible, à rescanner{_how(sight)}."


def _how(sight: Sight) -> str:
    """Return what would make a picture more legible, from what is known of it."""
    ways = []
    if _LEAST_DPI < sight.dpi < _LOW_DPI:
        ways.append(f"en 300 points par pouce (celle-ci en a {sight.dpi})")
    if abs(sight.skew) > _STEEP:
        ways.append("la feuille bien droite")
    if not ways:
        ways.append("en 300 points par pouce, feuille à plat, sans ombre ni flou")
    return f" : numérisez-la {', '.join(ways)}"
