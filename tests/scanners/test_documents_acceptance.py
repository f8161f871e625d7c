"""How many files, how big, named how: the portal's limits are told in French before anything is read."""

import pytest

from scanners.documents.acceptance import Limits, shown, why_refused, why_too_many
from scanners.documents.kinds import Kind

LIMITS = Limits(files=8, bytes_each=5_000_000, kinds=(Kind.PDF, Kind.JPEG, Kind.CSV))


@pytest.mark.parametrize(("name", "size"), [("a.pdf", 1), ("Été n° 2.PDF", 5_000_000), ("a.jpg", 9), ("a.jpeg", 9)])
def test_an_ordinary_file_is_accepted(name, size):
    assert why_refused(name, size, LIMITS) is None


@pytest.mark.parametrize(
    ("name", "size", "said"),
    [
        ("a.pdf", 5_000_001, "Ce fichier dépasse 5 Mo."),
        ("a.pdf", 0, "Ce fichier est vide."),
        ("  ", 9, "Ce fichier n'a pas de nom."),
        ("x" * 300 + ".pdf", 9, "Le nom de ce fichier dépasse 255 caractères : renommez-le."),
        ("a\x00.pdf", 9, "Le nom de ce fichier contient des caractères invisibles : renommez-le."),
        ("a\u202efdp.pdf", 9, "Le nom de ce fichier contient des caractères invisibles : renommez-le."),
        ("a\ud800.pdf", 9, "Le nom de ce fichier contient des caractères invisibles : renommez-le."),
        ("a.exe", 9, "Ce type de fichier n'est pas accepté. Types acceptés : pdf, jpeg, jpg, csv."),
        ("pdf", 9, "Ce type de fichier n'est pas accepté. Types acceptés : pdf, jpeg, jpg, csv."),
    ],
)
def test_a_file_out_of_limits_is_refused_with_its_reason(name, size, said):
    assert why_refused(name, size, LIMITS) == said


def test_a_ninth_file_is_refused():
    names = [f"{number}.pdf" for number in range(9)]

    assert why_too_many(names[:8], LIMITS) is None
    assert why_too_many(names, LIMITS) == "9 fichiers : 8 au plus sont acceptés."


@pytest.mark.parametrize(
    "name", ["", "a\u202e\x00b.pdf", "x" * 300 + ".pdf", "C:\\dossier\\a.pdf", "../../a.pdf", "\ud800"]
)
def test_any_name_can_be_shown(name):
    seen = shown(name)

    assert 0 < len(seen) <= 60
    assert seen.isprintable()
    assert "/" not in seen
    assert "\\" not in seen
