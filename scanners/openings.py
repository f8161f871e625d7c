"""The first words of long forms: what tells, for one look at a few words, that no long form begins there."""

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from typing import Any

_FEW = 8  # words: a tuple of so many is as fast as a set, and four times smaller


class _AnyWord:
    def __contains__(self, word: object) -> bool:
        return True


_ANY = _AnyWord()


class Openings:
    """First, second and third words of the forms of two words and more; immutable once built."""

    def __init__(self, forms: Iterable[str]) -> None:
        found: dict[str, dict[str, set[str]]] = {}
        for first, second, *more in (form.split(" ", 3) for form in forms if " " in form):
            found.setdefault(first, {}).setdefault(second, set()).add(more[0] if more else "")
        self._thirds = _compact(found)

    @classmethod
    def of(cls, state: dict[str, Any]) -> "Openings":
        """Return the openings that a state was taken from."""
        made = cls(())
        made._thirds = _compact(state)
        return made

    def state(self) -> dict[str, dict[str, list[str]]]:
        """Return what JSON can hold of the openings."""
        return {
            first: {second: [""] if held is _ANY else sorted(held) for second, held in seconds.items()}
            for first, seconds in self._thirds.items()
        }

    def indices(self, words: Sequence[str], alone: Container[str]) -> list[int]:
        """Return the indices of the words that begin a form, those that are one `alone` included."""
        thirds = self._thirds
        padded = [*words, "", ""]
        return [
            index
            for index, word in enumerate(words)
            if word in alone or (word in thirds and padded[index + 2] in thirds[word].get(padded[index + 1], ()))
        ]

    def has(self, words: Sequence[str], index: int) -> bool:
        """Tell whether a form of several words may begin at an index."""
        seconds = self._thirds.get(words[index])
        if seconds is None or index + 1 >= len(words):
            return False
        thirds = seconds.get(words[index + 1], ())
        return (words[index + 2] if index + 2 < len(words) else "") in thirds


def _compact(found: Mapping[str, Mapping[str, Collection[str]]]) -> dict[str, dict[str, Any]]:
    """Return the same, each word once in memory, and any third word where two words are a form."""
    known: dict[str, str] = {}

    def held(words: Collection[str]) -> Any:
        if "" in words:
            return _ANY
        once = (known.setdefault(word, word) for word in words)
        return tuple(once) if len(words) <= _FEW else frozenset(once)

    return {
        first: {known.setdefault(second, second): held(words) for second, words in seconds.items()}
        for first, seconds in found.items()
    }
