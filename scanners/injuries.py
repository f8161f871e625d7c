"""What persons do to their own bodies (« s'est cassé le bras en descendant du bus »): no image, save idioms."""

import re
from collections.abc import Sequence

_HURT = re.compile(
    r"(?:^| )(?:s est|s etait|s etre|me suis|s est fait|se serait|vient de se) (?:fait |encore |bien |re)?"
    r"(?:cass|fractur|fel|foul|tord|luxe?|dechir|romp|deboit|demis|demettre|coinc|bloqu|claqu|froiss|pet|niqu|ruin|"
    r"esquint|bousill|flingu|ouvert|entaill|coup|sectionn|arrach|ecras|broy|brul|ebouillant|bless|abim|defonc|explos)"
    r"\w*(?: deux| trois| \d)?(?: (?:le|la|l|les|un|une|deux|trois|son|sa|ses|\d))$"
)
_ONESELF = frozenset("s se suis".split())  # one of them is in all that is said so
# « s'y est cassé les dents », « s'est cassé la tête », « s'est brûlé les ailes »: what French says so of no body.
_SAID_SO = frozenset("dents nez pieds tete voix ailes doigts reins moral figure gueule".split())


def is_bite(word: str) -> bool:
    """Tell whether a folded word says what no thing does: beasts bite (« le chien l'a mordu »)."""
    return word.startswith(("mord", "griff"))


def is_hurt(before: Sequence[str], organ: str) -> bool:
    """Tell whether the folded words before a part of the body say that a person hurt it.

    >>> is_hurt("madame s est casse le".split(), "bras"), is_hurt("il s est casse les".split(), "dents")
    (True, False)
    """
    return organ not in _SAID_SO and not _ONESELF.isdisjoint(before) and _HURT.search(" ".join(before)) is not None
