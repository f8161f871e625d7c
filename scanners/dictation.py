"""What a text says in the vocabulary's own spelling: mistakes corrected, and what is typed as it sounds spelled out."""

from scanners.cuts import FEWEST_LETTERS, rejoined
from scanners.spelling import Speller, common_words
from scanners.text import Text, lazy
from scanners.texting import in_the_plural, spelled_out
from scanners.vocabulary import Vocabulary


class Dictation:
    """Reads texts for a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._speller = Speller(vocabulary.spellable, vocabulary.words)
        alone = vocabulary.spellable & vocabulary.singles.keys()
        self._may_be_cut = frozenset(word for word in alone if len(word) >= FEWEST_LETTERS)

    @lazy
    def _ear(self) -> Speller:
        french = filter(str.isalpha, self._vocabulary.words & common_words())
        return Speller(french, self._vocabulary.singles.keys(), by_ear=True)

    def read(self, text: Text) -> tuple[Text, list[str]]:
        """Return the text as it is spelled and its words, mistakes brought back to the vocabulary."""
        spelled = spelled_out(text, self._is_known)
        whole = rejoined(spelled, self._may_be_cut, self._vocabulary.openings.has)
        words = self._speller.corrected(whole.words, whole.unknown)
        if spelled is text:
            return whole, words
        words = self._ear.corrected(words, set(words) - common_words())
        return whole, in_the_plural(words, self._vocabulary.words)

    def _is_known(self, word: str) -> bool:
        return word in self._vocabulary.words or self._ear.hears(word)
