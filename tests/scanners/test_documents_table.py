"""Plain text and CSV: whatever its encoding and separator, the words are read at their line."""

import pytest

from scanners.documents.passages import gather
from scanners.documents.table import read_table
from tests.scanners.samples import nir
from tests.scanners.test_documents_office import label_of

TEXT = "nom;suivi\r\nÉloïse;à vérifier\r\nNoël;très gêné"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "iso8859-15", "utf-16", "utf-16-le", "cp850", "mac_roman"]
)
def test_accents_are_read_in_every_usual_encoding(encoding):
    text = gather(read_table(TEXT.encode(encoding))).flow().text

    assert text == "nom\tsuivi\nÉloïse\tà vérifier\nNoël\ttrès gêné"


@pytest.mark.parametrize("separator", [";", ",", "\t", "|", '";"'])
def test_a_number_cut_in_two_columns_is_whole_around_a_tab(separator):
    rows = ["NIR" + separator + "Clé", nir(1)[:13] + separator + nir(1)[13:]]

    text = gather(read_table("\n".join(rows).encode())).flow().text

    assert f"{nir(1)[:13]}\t{nir(1)[13:]}" in text


def test_a_finding_is_placed_at_its_line():
    rows = [f"ligne {number}" for number in range(1, 3001)]
    rows[2499] = nir(2)

    reading = gather(read_table("\r\n".join(rows).encode()))

    assert label_of(reading, nir(2)) == "ligne 2500"


def test_the_commas_of_a_letter_are_left_alone():
    letter = "Bonjour, suite à notre échange, je vous écris.\nCordialement"

    assert gather(read_table(letter.encode())).flow().text == letter
