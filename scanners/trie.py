"""Whole forms and what they mean, in a trie: four hundred thousand in one megabyte, the longest found in one call."""

from array import array
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Sequence
from typing import Any

from marisa_trie import Trie


class Forms:
    """Forms of words joined by single spaces, each with a number; immutable, read back in a hundredth of a second."""

    def __init__(self, numbers: dict[str, int]) -> None:
        self._trie = Trie(numbers)
        self._numbers = array("H", (numbers[form] for form in self._by_place()))
        self._longest = max((form.count(" ") + 1 for form in numbers), default=0)

    def _by_place(self) -> Sequence[str]:
        return [self._trie.restore_key(place) for place in range(len(self._trie))]

    @classmethod
    def of(cls, state: dict[str, Any]) -> "Forms":
        """Return the forms that a state was taken from."""
        made = cls({})
        made._trie = Trie().frombytes(b64decode(state["trie"]))
        made._numbers = array("H", b64decode(state["numbers"]))
        made._longest = state["longest"]
        return made

    def state(self) -> dict[str, Any]:
        """Return what JSON can hold of the forms."""
        kept = {"trie": self._trie.tobytes(), "numbers": self._numbers.tobytes()}
        return {name: b64encode(held).decode() for name, held in kept.items()} | {"longest": self._longest}

    def items(self) -> list[tuple[str, int]]:
        """Return every form with its number, by place in the trie."""
        return list(zip(self._by_place(), self._numbers, strict=True))

    def shares(self) -> Counter[int]:
        """Return how many forms bear each number."""
        return Counter(self._numbers)

    def longest(self, words: Sequence[str], index: int) -> tuple[str, int] | None:
        """Return the longest form that begins at a word and ends where one does, and its number."""
        part = " ".join(words[index : index + self._longest])
        for form in reversed(self._trie.prefixes(part)):
            end = len(form)
            if end == len(part) or part[end] == " ":
                return form, self._numbers[self._trie[form]]
        return None
