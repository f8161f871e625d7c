"""What a text says in the vocabulary's own spelling: mistakes corrected, and what is typed as it sounds spelled out."""

from scanners.spelling import Speller, common_words
from scanners.text import Text, lazy
from scanners.texting import in_the_plural, spelled_out
from scanners.vocabulary import Vocabulary


class Dictation:
    """Reads texts for a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._speller = Speller(vocabulary.spellable, vocabulary.words)

    @lazy
    def _ear(self) -> Speller:
        french = filter(str.isalpha, self._vocabulary.words & common_words())
        return Speller(french, self._vocabulary.singles.keys(), by_ear=True)

    def read(self, text: Text) -> tuple[Text, list[str]]:
        """Return the text as it is spelled and its words, mistakes brought back to the vocabulary."""
        spelled = spelled_out(text, self._is_known)
        words = self._speller.corrected(spelled.words, spelled.unknown)
        if spelled is text:
            return text, words
        words = self._ear.corrected(words, set(words) - common_words())
        return spelled, in_the_plural(words, self._vocabulary.words)

    def _is_known(self, word: str) -> bool:
        return word in self._vocabulary.words or self._ear.hears(word)
