"""What the files of a dossier say together, and what becomes of those that a caisse sends."""

from datetime import date

import pytest

from governance.conventions.shipped import shipped
from scanners.dossier import Checked, Dossier, check_dossier
from scanners.engine import default
from scanners.own_words import OwnWords
from scanners.persons import persons_in
from scanners.queries import bounds_of
from scanners.rules import Outcome, Reason, Writer
from scanners.seeing import Attachment, Instruments
from tests.scanners.samples import nir


def checked(*texts: str, code: str = "S0", **more: object) -> Checked:
    """Check a dossier whose files bear these texts."""
    terms = shipped()[code].on(date(2026, 11, 22))
    files = [Attachment(f"piece{rank}.csv", text.encode()) for rank, text in enumerate(texts)]
    return check_dossier(Dossier(None, files, **more), terms, bounds_of(terms), Instruments(default()), OwnWords())


@pytest.mark.parametrize(
    "texts",
    [
        (f"NIR {nir(1)}", f"NIR {nir(2)}"),
        ("Nom : MARTIN", "Nom de naissance : DURAND"),
        (f"NIR {nir(1)}\nNIR {nir(2)}", "Rien."),
    ],
    ids=["numbers", "names", "in one file"],
)
def test_F1_documents_of_several_persons_are_told_with_the_article_and_pass(texts: tuple[str, ...]) -> None:
    answer = checked(*texts)

    assert answer.notes[0].startswith("Les pièces nomment plusieurs personnes")
    assert "(S0, CU art. 3.1" in answer.notes[0]
    assert answer.outcome is Outcome.ACCEPTE


@pytest.mark.parametrize(
    "texts",
    [
        (f"NIR {nir(1)}", f"NIR {nir(1)[:-3]}"),
        ("Nom : Martin", "NOM : MARTIN"),
        (f"NIR {nir(1)}", "Nom : MARTIN"),
        ("Rien.",),
    ],
    ids=["same number, with and without its key", "same name", "a number and a name", "nobody"],
)
def test_F1_documents_of_one_person_tell_nothing(texts: tuple[str, ...]) -> None:
    assert checked(*texts).notes == ()


def test_F5_a_document_that_a_caisse_sends_is_refused_until_someone_says_that_the_partner_is_habilitated() -> None:
    refused = checked("Rien.", writer=Writer.CAISSE)
    passed = checked("Rien.", writer=Writer.CAISSE, file_reasons={0: Reason.HABILITATED})

    assert refused.outcome is Outcome.REFUSE
    assert refused.files[0].offered == (Reason.HABILITATED,)
    assert "(S0, CU art. 1.2, 1.3 et 5)" in refused.files[0].notes[0]
    assert (passed.outcome, passed.files[0].notes) == (Outcome.ACCEPTE, ())


def test_N1_the_marks_of_persons_name_nobody() -> None:
    marks = persons_in("Nom : MARTIN", ())

    assert "martin" not in "".join(marks).casefold()


def test_the_same_file_eight_times_is_read_eight_times_in_order() -> None:
    answer = checked(*[f"NIR {nir(1)}"] * 8)

    assert [file.position for file in answer.files] == list(range(8))
    assert {file.verdict.remarks[0].finding.rule for file in answer.files} == {"nir.cle_juste"}
    assert answer.notes == ()
