"""Words that no list holds but that are built as only medicine builds them: the second tier, which never refuses.

Greek and Latin endings name operations and diseases; the stems of the WHO's international nonproprietary names (INN,
public domain) name medicines. Common French words are left alone: what is likely is only what nobody says otherwise.
"""

import re
from collections.abc import Iterator

from scanners.collective import is_collective
from scanners.findings import Category, Finding, Level
from scanners.marks import marks_of_all
from scanners.names import is_name, is_street
from scanners.text import Text

SHORTEST = 8
RULE = "sante.probable"
_ILLNESS = (
    "ectomie otomie ostomie oscopie oplastie algie algique plegie plegique pathie pathique rragie rragique rrhee "
    "trophie penie cytose lymphome sarcome carcinome blastome emie emique ectasie sclerose encephale arthrite "
    "arthrose urie"
)
_MEDICINE = (
    "cilline mycine floxacine cycline prazole sartan statine azepam azolam tinib umab zumab ximab vudine triptan "
    "gliptine gliflozine glinide parine setron dronate oxetine azepine peridone piprazole thiazide dipine fibrate "
    "conazole nidazole profene coxib barbital morphine codone triptyline pramine xaban grelor terol solone "
    "lidocaine xylocaine"
)
_BUILT = re.compile(rf"[a-z]{{3,}}(?:{'|'.join((_ILLNESS + ' ' + _MEDICINE).split())})s?")
_OTHERWISE = re.compile(
    r"[a-z]*(?:spath|stereo|spectro|rotosc|seigneu|aurie|euphem|telepath|academ|polysem|fleurie)[a-z]*"
)
WHY = "Ce mot est construit comme un terme médical ou un nom de médicament : à vérifier."


def find_likely(text: Text) -> Iterator[Finding]:
    """Find the words that are probably medical, where no stronger finding stands."""
    unknown = set(filter(_is_likely, text.unknown))
    if not unknown:
        return
    words = text.words
    for index, word in enumerate(words):
        if word in unknown and not _is_nothing(text, index):
            yield Finding(*text.original_span(index, index), Category.SANTE, Level.A_VERIFIER, RULE, WHY)


def _is_likely(word: str) -> bool:
    return len(word) >= SHORTEST and _BUILT.fullmatch(word) is not None and _OTHERWISE.fullmatch(word) is None


def _is_nothing(text: Text, index: int) -> bool:
    first, end = text.sentence(index)
    sentence = text.words[first:end]
    before = " ".join(text.words[first : index + 1])
    marks = marks_of_all(sentence, digits=text.digits > 0)
    return (
        is_street(text.words, index)
        or is_name(text, index, index)
        or is_collective(before, "", before, " ".join(sentence), marks)
    )
