"""What is true of every text."""

import string
import unicodedata
from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from scanners.engine import scan
from scanners.findings import Category, Level
from scanners.fold import fold
from scanners.nir import key

texts = st.text(max_size=400) | st.text(st.characters(exclude_categories=[]), max_size=200)
GAPS = st.sampled_from(["", " ", "\u00a0", "\u202f", ".", "-", "\u2009", "\n"])
CLEAN = st.sampled_from(
    ["Dossier reçu.", "Attestation de droits demandée.", "Merci de rappeler lundi.", "Loyer impayé depuis mars."]
)
DIRTY = st.sampled_from(
    [
        "Elle a un cancer.",
        "Suivi pour diabète.",
        "NIR 1 85 07 78 006 000 13.",
        "Hospitalisée à l'HP depuis mardi.",
        "Son fils est épileptique et prend de l'Abilify.",
        "Il toussait, il a été opéré du genou.",
        "Bénéficiaire de l'AAH.",
    ]
)


@st.composite
def nirs(draw: st.DrawFn) -> str:
    place = draw(st.sampled_from(["78", "62", "2a", "2B", "99", "97", "01", "95"]))
    month = draw(st.sampled_from([f"{m:02}" for m in range(1, 13)] + ["20", "50", "99"]))
    groups = [draw(st.sampled_from("12")), f"{draw(st.integers(0, 99)):02}", month, place]
    groups += [f"{draw(st.integers(1, 990)):03}", "000"]
    gap = draw(GAPS)
    return gap.join([*groups, f"{key(''.join(groups).lower()):02}"])


def without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


@given(texts)
@example("\ud800\udc00")
@example("œ" * 50)
@example("\x00\x01\x02")
def test_offsets_are_always_valid_and_findings_never_overlap(text: str) -> None:
    findings = scan(text)

    assert all(0 <= f.start < f.end <= len(text) for f in findings)
    assert all(a.end <= b.start for a, b in pairwise(findings))


@given(texts)
def test_scanning_twice_gives_the_same(text: str) -> None:
    assert scan(text) == scan(text)


@given(texts)
def test_folding_keeps_track_of_every_character(text: str) -> None:
    folded = fold(text)

    assert folded.origin is None or len(folded.origin) == len(folded.text)
    assert folded.origin is not None or len(folded.text) == len(text)


@given(nirs(), CLEAN)
def test_every_valid_nir_in_every_written_form_is_found(nir: str, clean: str) -> None:
    text = f"{clean} Voici {nir} pour la suite"

    found = [text[f.start : f.end] for f in scan(text) if f.category is Category.NIR and f.level is Level.BLOQUANT]

    assert found == [nir]


@st.composite
def lookalikes(draw: st.DrawFn) -> str:
    """Give a telephone, a SIRET (Luhn), an IBAN (modulo 97) or a date and an amount."""
    digits = draw(st.text("0123456789", min_size=21, max_size=21))
    gap = draw(st.sampled_from(["", " ", ".", "-"]))
    kind = draw(st.sampled_from(["telephone", "siret", "iban", "date"]))
    if kind == "telephone":
        return gap.join(["06", *(digits[i : i + 2] for i in range(0, 8, 2))])
    if kind == "siret":
        return next(number for last in "0123456789" if has_luhn(number := digits[:13] + last))
    if kind == "iban":
        return f"FR{98 - int(digits + '00' + '152700') % 97:02}{digits}00"
    return f"le {int(digits[:2]) % 28 + 1:02}/{int(digits[2:4]) % 12 + 1:02}/19{digits[4:6]}, {digits[6:9]} €"


def has_luhn(number: str) -> bool:
    doubled = [int(c) * (2 if i % 2 == len(number) % 2 else 1) for i, c in enumerate(number)]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


@given(lookalikes(), CLEAN)
def test_what_only_looks_like_a_nir_is_not_found_as_one(number: str, clean: str) -> None:
    text = f"{clean} Numéro {number} à noter."

    assert [f for f in scan(text) if f.category is Category.NIR] == []


@given(st.integers(10**12, 10**15 - 1))
def test_a_number_that_is_no_nir_is_never_certain(number: int) -> None:
    digits = str(number)
    genuine = len(digits) == 15 and digits[0] in "12" and int(digits[13:]) == key(digits[:13])

    assert genuine or not [f for f in scan(digits) if f.level is Level.BLOQUANT]


@given(DIRTY, CLEAN)
def test_a_clean_sentence_around_changes_nothing(dirty: str, clean: str) -> None:
    alone = [(f.category, f.level) for f in scan(dirty)]

    around = [(f.category, f.level) for f in scan(f"{clean} {dirty} {clean}")]

    assert around == alone


@given(DIRTY, DIRTY, st.sampled_from([" ", "\n", "\n\n"]))
def test_comments_joined_at_the_end_of_a_sentence_keep_their_findings(first: str, second: str, gap: str) -> None:
    apart = [(f.rule, f.level) for text in (first, second) for f in scan(text)]

    joined = [(f.rule, f.level) for f in scan(first + gap + second)]

    assert joined == apart


@given(
    DIRTY,
    st.sampled_from(
        [without_accents, str.upper, str.lower, lambda t: t.replace(" ", "\u00a0"), lambda t: t.replace("'", "’")]
    ),
)
def test_capitals_spaces_and_quotes_keep_the_level(dirty: str, change) -> None:  # type: ignore[no-untyped-def]
    assert [f.level for f in scan(change(dirty))] == [f.level for f in scan(dirty)]


@settings(max_examples=20)
@given(st.text(string.printable, min_size=2_000, max_size=5_000))
def test_a_long_text_is_scanned_whole(text: str) -> None:
    assert [f for f in scan(text + "\n\nElle a un cancer.") if f.end > len(text)]
