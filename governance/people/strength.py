"""Whether a password resists: long enough by CNIL's measure, not a known one, and not made of its owner's names."""

import math
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib import resources

from zxcvbn import zxcvbn  # type: ignore[import-untyped]

from governance.core.refusals import Invalid
from governance.people import data
from governance.people.rules import PASSWORD_LIMIT

# CNIL, délibération 2022-100 du 21 juillet 2022: 80 bits when the password stands alone. Its own example of 12
# characters of 4 classes, with 37 signs, makes 12 × log2(99) = 79,55, which it rounds.
BITS = 79.5
_ALPHABETS = {"upper": 26, "lower": 26, "digit": 10, "sign": 37}

_SCORE = 3  # zxcvbn, from 0 to 4: « safely unguessable », 10^8 to 10^10 guesses
_READ = 72  # what zxcvbn reads; a longer password is judged on its beginning
_FEW = 2
_NAME = 4  # letters from which a name counts: shorter ones are in many words


def check_password(password: str, about: Iterable[str] = ()) -> None:
    """Refuse (Invalid) a password that could be guessed; `about` holds its owner's name, address and structure."""
    if len(password) > PASSWORD_LIMIT:
        raise Invalid(f"Le mot de passe ne peut pas dépasser {PASSWORD_LIMIT} caractères.", field="password")
    if bits(password) < BITS:
        raise Invalid(
            "Le mot de passe est trop court : 12 caractères avec majuscules, minuscules, chiffres et signes, "
            "ou 14 caractères avec trois de ces quatre sortes, ou une phrase de 7 mots (CNIL, délibération 2022-100).",
            field="password",
        )
    plain, names = _plain(password), _names(about)
    if any(name in plain for name in names):
        raise Invalid(
            "Le mot de passe contient votre nom, votre adresse ou le nom de votre structure : c'est ce qu'on essaie "
            "d'abord.",
            field="password",
        )
    if is_ornate(plain) or int(zxcvbn(plain[:_READ], user_inputs=[*common()])["score"]) < _SCORE:
        raise Invalid(
            "Le mot de passe est de ceux qu'on devine : un mot, un prénom, une ville, une suite ou une date suivis de "
            "quelques signes. Ajoutez des mots sans rapport entre eux.",
            field="password",
        )


def bits(password: str) -> float:
    """Return log2(N^L): L characters out of the N of the classes used (CNIL, délibération 2022-100).

    >>> round(bits("Ab3!Ab3!Ab3!"), 2)
    79.55
    """
    size = sum(_ALPHABETS[kind] for kind in {_class_of(character) for character in password})
    return len(password) * math.log2(size) if size else 0.0


def is_ornate(plain: str) -> bool:
    """Say whether a text is one or two common words with figures and signs around: what people do, and tools try.

    >>> is_ornate("chouchou-1985!"), is_ornate("girafe-tabouret-17")
    (True, False)
    """
    rest, words = _words().subn("", plain)
    return 0 < words <= _FEW and sum(character.isalpha() for character in rest) <= _FEW


@cache
def _words() -> re.Pattern[str]:
    longest_first = sorted((word for word in common() if len(word) >= _NAME), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)))


@cache
def common() -> tuple[str, ...]:
    """Return the words French speakers choose most, without accents."""
    text = resources.files(data).joinpath("common_fr.txt").read_text("utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


def _names(about: Iterable[str]) -> frozenset[str]:
    words = (word for text in about for word in re.findall(r"\w+", _plain(text)))
    return frozenset(word for word in words if len(word) >= _NAME)


def _plain(text: str) -> str:
    """Return a text in lower case without accents, as guessing tools try it."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _class_of(character: str) -> str:
    if character.isupper():
        return "upper"
    if character.islower():
        return "lower"
    return "digit" if character.isdigit() else "sign"
