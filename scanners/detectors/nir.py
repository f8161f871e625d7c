"""Find NIRs in every way people write them, and leave the numbers that only look like one."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scanners.findings import Category, Finding, Level
from scanners.nir import SEXES, has_key, has_structure, is_grouped, is_provisional, is_usual
from scanners.text import Text

_GAP = r"[ \n.,:|\-/_']{0,3}"
# Asked of the character just read: a pattern that begins with it lets the engine skip to the next one.
_ALONE = r"(?:(?<![a-z0-9].)|(?<=nir.)|(?<=nss.)|(?<=ss.)|(?<=secu.)|(?<=num.))"
_MASK = r"(?!(?!xx)[a-z0-9])"  # « 1850778xxxxxx » ends where its mask begins
_CORSE = rf"(?:(?<=2)|(?<=2 ))[ab](?={_GAP}\d|[^a-z0-9]|xx|$)"
_RUN = re.compile(rf"\d{_ALONE}(?:{_GAP}(?:\d|{_CORSE}))*{_MASK}")
_GLUED = re.compile(r"[12](?<=[a-z].)\d{14}(?![a-z0-9])")
_SCANNED = re.compile(rf"[12il]{_ALONE}(?:{_GAP}[0-9oilsb]){{11,14}}(?![a-z0-9])")
_GROUP = re.compile(r"[0-9ab]+")
_KEY = re.compile(
    r"[ ,;:.\n\-/(]{0,4}(?:(?:et )?(?:la )?(?:clef?|key|cl|k|c)(?: de controle| de securite| est| n#)?[ :.=(#\-]{0,3}"
    r"|[/(] ?)(\d\d)\)?(?![a-z0-9])"
)
_KEY_SAID = re.compile(r"[^0-9\n]{1,16}\bcle\b[^0-9\n]{0,8}(\d\d)(?![a-z0-9])")
_LETTERS = re.compile("[a-z]+")
_JOINS = frozenset("suite fin finit termine reste puis ensuite derniers dernier apres complete continue".split())
_HIDDEN = re.compile(r"(?:[ .\-]?[*x#._?\-]{2,4}){1,3}")
_ABOUT = re.compile(
    r"\b(?:nir|nia|nss|nnp|mig|secu|securite sociale|insee|immat\w*|matricule|ins|vitale|ameli|assure sociale?|"
    r"assuree?(?=[ :#(n]{1,5}$)|"
    r"(?:n|num|numero)[# .]*(?:d')?(?:assuree?|attente|immat\w*)|"
    r"(?:n|num|numero)[# .]*(?:de )?(?:ss|secu\w*|s\.s\.?)|ss|numero provisoire|"
    r"(?:numero|n#|num) (?:qui )?(?:commence|debute) par)\b"
)
_OTHER = re.compile(
    r"\b(?:"
    r"dossier|ref|reference|demande|commande|colis|paquet|numero de suivi|n# ?(?:de )?suivi|"
    r"suivi (?:colis|chronopost|poste)|lettre suivie|recommande|lrar|ar|facture|contrat|client|compteur|pdl|prm|ean|"
    r"gencod|code barres?|isbn|siret|siren|imei|carte bancaire|cb|allocataire|bail|telepaiement|"
    r"chronopost|colissimo|virement|mandat|rum|devis|police|adherent|quittance|bordereau|ticket|"
    r"transaction|serie|borne|tournee|bon|cheque|avis de passage|suivi|"
    r"caf|urssaf|finess|rpps|lot"
    r")\b[^\n]{0,24}$"
)
_VAGUE = re.compile(r"(?:ref|reference|(?:dossier|demande) (?:de|d'|du|au nom))\b")  # announces anything, a NIR too
_OCR = str.maketrans("oils", "0115")
_AS_PRINTED = [1, 2, 2, 2, 3, 3]  # the groups of a NIR on an attestation
NEAR = 40
_CANDIDATES = "nir"
AFTER = 30
FEWEST_SPLIT, BETWEEN = 12, 60  # digits of a number given in pieces; characters between two of them
MOST_PIECES = 8
SHORTEST, SHORTEST_HIDDEN = 7, 5  # characters of a partial NIR: sex, year, month, département; of one with a masked end
NEARLY, LONGEST = 11, 17  # of one with figures forgotten, or too many
FEWEST, MANY = 6, 9  # true digits in a number that a scanner misread: with a right key, without

_WHY = {
    "cle_juste": "Quinze caractères construits comme un NIR, clé juste.",
    "contexte": "Un numéro construit comme un NIR, annoncé comme tel.",
    "cle_fausse": "Quinze caractères construits comme un NIR, clé fausse : un NIR mal recopié ?",
    "sans_cle": "Treize chiffres construits comme un NIR : NIR sans clé ou numéro fiscal, à retirer dans les deux cas.",
    "mal_ecrit": "Un numéro annoncé comme un NIR, qui n'en a pas tout à fait la forme : mal recopié ?",
    "provisoire": "Un numéro provisoire d'immatriculation, annoncé comme tel.",
    "en_morceaux": "Un NIR donné en plusieurs morceaux.",
    "partiel": "Le début d'un NIR révèle déjà le sexe, l'année et le mois de naissance.",
}


@dataclass(frozen=True, slots=True)
class _Candidate:
    start: int
    end: int
    number: str
    whole: bool
    grouped: bool
    run: bool = False
    printed: bool = False


def find_certain_nirs(text: Text) -> Iterator[Finding]:
    """Find the numbers of 15 characters whose key is right: certain whatever stands around them."""
    for candidate in _candidates_of(text):
        certain = len(candidate.number) == 15 and has_structure(candidate.number[:13]) and has_key(candidate.number)
        if certain and text.is_free(candidate.start, candidate.end):
            yield _found(text, candidate, Level.BLOQUANT, "cle_juste")


def find_likely_nirs(text: Text) -> Iterator[Finding]:
    """Find the numbers that only a context, or a person, can tell: wrong key, no key, provisional, partial."""
    folded = text.folded.text
    for candidate in _candidates_of(text):
        if text.is_free(candidate.start, candidate.end):
            about, other = _context(folded, candidate)
            if other and is_usual(candidate.number) and (candidate.printed or _is_vague(folded, candidate)):
                about = other = False
            judged = _judged(candidate, about, other)
            if judged is not None:
                yield _found(text, candidate, *judged)


def _judged(candidate: _Candidate, about: bool, other: bool) -> tuple[Level, str] | None:
    number = candidate.number
    if len(number) in (13, 15) and has_structure(number[:13]):
        if not (candidate.whole or candidate.grouped or (about and not other and candidate.run)):
            return None
        if about and not other:
            return Level.BLOQUANT, "contexte"
        if other and not (about and len(number) == 15):
            return None
        return Level.A_VERIFIER, "cle_fausse" if len(number) == 15 else "sans_cle"
    if about and not other and len(number) in (13, 15) and is_provisional(number[:13]):
        return Level.BLOQUANT, "provisoire"
    if about and not other and candidate.whole and number[0] in SEXES:
        return Level.A_VERIFIER, "mal_ecrit"
    return None


def find_split_nirs(text: Text) -> Iterator[Finding]:
    """Find the NIRs given in pieces (« commence par 1 85 07 78, la suite est 006 000 et la clé 13 »)."""
    if _JOINS.isdisjoint(text.distinct):
        return
    folded = text.folded.text
    runs = [run for run in _RUN.finditer(folded) if text.is_free(*run.span())]
    for first, run in enumerate(runs):
        candidate = _joined(folded, runs[first : first + MOST_PIECES]) if run.group()[0] in SEXES else None
        if candidate is not None and text.is_free(candidate.start, candidate.end):
            about, other = _context(folded, candidate)
            if not other or about:
                certain = about or (len(candidate.number) == 15 and has_key(candidate.number))
                yield _found(text, candidate, Level.BLOQUANT if certain else Level.A_VERIFIER, "en_morceaux")


def _joined(folded: str, runs: Sequence[re.Match[str]]) -> _Candidate | None:
    """Return the number that the first run makes with those that continue it, if it is built like a NIR."""
    end, number = runs[0].end(), re.sub(r"[^0-9ab]", "", runs[0].group())
    for run in runs[1:]:
        between = folded[end : run.start()]
        if len(between) > BETWEEN or _JOINS.isdisjoint(_LETTERS.findall(between)):
            break
        end, number = run.end(), number + re.sub(r"[^0-9ab]", "", run.group())
        if len(number) in (13, 15) and has_structure(number[:13]):
            key = _KEY_SAID.match(folded, end) if len(number) == 13 else None
            return _Candidate(
                runs[0].start(), key.end() if key else end, number + (key.group(1) if key else ""), True, True
            )
    return None


def find_partial_nirs(text: Text) -> Iterator[Finding]:
    """Find a NIR that is not whole: announced as one, or followed by a masked end."""
    folded = text.folded.text
    for run in text.numbers(_RUN, SHORTEST_HIDDEN):
        digits = re.sub(r"[^0-9ab]", "", run.group())
        hidden = _HIDDEN.match(folded, run.end())
        if not _may_be_part(digits, masked=hidden is not None) or not text.is_free(*run.span()):
            continue
        end = hidden.end() if hidden else run.end()
        part = _Candidate(run.start(), end, digits, True, True)
        about, other = _context(folded, part)
        if about and not other:
            yield _found(text, part, Level.A_VERIFIER, "partiel" if len(digits) < NEARLY else "mal_ecrit")
        elif hidden and len(digits) >= SHORTEST and _begins_one(digits):
            yield _found(text, part, Level.A_VERIFIER, "partiel")


def _begins_one(digits: str) -> bool:
    return has_structure((digits + "01001001")[:13])


def _may_be_part(digits: str, *, masked: bool) -> bool:
    """Tell whether digits begin a NIR, or are about as many as one has: some were forgotten, or typed twice."""
    if len(digits) in (13, 15) or digits[0] not in SEXES:
        return False
    begins = (SHORTEST_HIDDEN if masked else SHORTEST) <= len(digits) <= LONGEST and _begins_one(digits)
    return begins or NEARLY <= len(digits) <= LONGEST


def _candidates_of(text: Text) -> list[_Candidate]:
    """Return the numbers that may be a NIR, looked for once a text."""
    known = text.remembered.get(_CANDIDATES)
    if known is None:
        known = text.remembered[_CANDIDATES] = list(_candidates(text))
    return known


def _candidates(text: Text) -> Iterator[_Candidate]:
    folded = text.folded.text
    for run in text.numbers(_RUN, FEWEST):
        if run.end() - run.start() >= 13:
            yield from _windows(folded, run.start(), run.end())
    for glued in text.numbers(_GLUED, 15):  # « scan185… » : only its key will tell
        yield _Candidate(*glued.span(), glued.group(), False, False)
    yield from _read_by_machine(text)


def _windows(folded: str, start: int, end: int) -> Iterator[_Candidate]:
    """Return the stretches of whole groups, 15 then 13 characters in all, of one run of digits."""
    groups = [m.span() for m in _GROUP.finditer(folded, start, end)]
    for length in (15, 13):
        for first, last in _stretches([b - a for a, b in groups], length):
            whole = first == 0 and last == len(groups) - 1
            lengths = [b - a for a, b in groups[first : last + 1]]
            if whole or is_grouped(lengths):
                yield _with_key(folded, groups[first][0], groups[last][1], whole, lengths)


def _stretches(lengths: list[int], wanted: int) -> Iterator[tuple[int, int]]:
    """Return the first and last of the neighbours whose lengths add up to what is wanted.

    >>> list(_stretches([1, 2, 2, 3], 5))
    [(0, 2), (2, 3)]
    """
    first, total = 0, 0
    for last, length in enumerate(lengths):
        total += length
        while total > wanted:
            total -= lengths[first]
            first += 1
        if total == wanted:
            yield first, last


def _with_key(folded: str, start: int, end: int, whole: bool, lengths: list[int]) -> _Candidate:
    number = re.sub(r"[^0-9ab]", "", folded[start:end])
    key = _KEY.match(folded, end) if len(number) == 13 else None
    grouped, printed = is_grouped(lengths), lengths[:6] == _AS_PRINTED
    if key is None:
        return _Candidate(start, end, number, whole and grouped, grouped and len(lengths) > 2, whole, printed)
    return _Candidate(start, key.end(), number + key.group(1), whole, grouped, printed=printed)


def _read_by_machine(text: Text) -> Iterator[_Candidate]:
    """Return the numbers in which a scanner took digits for letters (O, I, l, S, B)."""
    for run in text.numbers(_SCANNED, FEWEST):
        raw = re.sub(r"[^0-9a-z]", "", run.group())
        digits = sum(c.isdigit() for c in raw)
        if digits >= FEWEST and not raw.isdigit() and len(raw) in (13, 15):
            middle = raw[5:7] if raw[5:7] in ("2a", "2b") else raw[5:7].replace("b", "8")
            number = (raw[:5].replace("b", "8") + middle + raw[7:].replace("b", "8")).translate(_OCR)
            yield _Candidate(*run.span(), number, digits >= MANY, False)


def _context(folded: str, candidate: _Candidate) -> tuple[bool, bool]:
    """Tell whether the number is announced as a NIR, and whether it is announced as something else."""
    before = folded[max(0, candidate.start - NEAR) : candidate.start]
    after = folded[candidate.end : candidate.end + AFTER]
    about = max((m.end() for m in _ABOUT.finditer(before)), default=-1)
    other = _OTHER.search(before)
    if other is not None and other.start() > about:
        return about >= 0, True
    return about >= 0 or _ABOUT.search(after) is not None, False


def _is_vague(folded: str, candidate: _Candidate) -> bool:
    """Tell whether the number is announced by a word that says nothing of what it is."""
    other = _OTHER.search(folded[max(0, candidate.start - NEAR) : candidate.start])
    return other is not None and _VAGUE.match(other.group()) is not None


def _found(text: Text, candidate: _Candidate, level: Level, rule: str) -> Finding:
    text.take(candidate.start, candidate.end)
    start, end = text.folded.span(candidate.start, candidate.end)
    return Finding(start, end, Category.NIR, level, f"nir.{rule}", _WHY[rule])
