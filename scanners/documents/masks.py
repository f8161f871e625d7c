"""What a copy must not show: words wherever they stand, and places on pages and pictures."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

BLACK = "█"
Corners = tuple[float, float, float, float]  # left, top, right, bottom, as shares of the page


@dataclass(frozen=True, slots=True)
class Masks:
    """Words to mask in a text, and boxes to blacken; boxes are told by the step that leads to their picture."""

    words: tuple[str, ...] = field(default=(), repr=False)
    boxes: Mapping[str, tuple[Corners, ...]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, told: Any) -> "Masks":
        """Return masks as JSON tells them."""
        boxes = {step: tuple((b[0], b[1], b[2], b[3]) for b in several) for step, several in told["boxes"].items()}
        return cls(tuple(told["words"]), boxes)

    def told(self) -> dict[str, object]:
        """Return masks as JSON can tell them."""
        return {"words": list(self.words), "boxes": {step: list(several) for step, several in self.boxes.items()}}

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where the words stand in a text, whatever white space cuts them and whatever their case.

        >>> list(Masks(("ab cd",)).spans("x AB\\nCD y"))
        [(2, 7)]
        """
        for word in self.words:
            letters = [re.escape(letter) for letter in word if not letter.isspace()]
            if letters:
                yield from (found.span() for found in re.finditer(r"\s*".join(letters), text, re.IGNORECASE))

    def masked(self, text: str) -> str:
        """Return a text whose words are black.

        >>> Masks(("secret",)).masked("un Secret bien gardé")
        'un ██████ bien gardé'
        """
        for start, end in self.spans(text):
            text = text[:start] + BLACK * (end - start) + text[end:]
        return text
