"""Numbers that a machine misread on a picture are told; ordinary numbers of a letter are not."""

import pytest

from scanners.detectors.misread import find_misread


@pytest.mark.parametrize(
    "line",
    [
        "1 85 07 78 006 000 13",
        "l 85 O7 78 006 000 l3",
        "1 85 07 78 006 OOO 13",
        "4 85 07 78 006 000 13",
        "1 85 17 78 006 000 13",
        "1 85 07 78 06 000 13",
        "1 85 07 78 006 0000 13",
        "2 99 01 2A 004 000 58",
        "185077800600013",
        "I85O778OO6OOO13",
        "1850778006000 13",
        "NIR : 485077800600013",
    ],
)
def test_a_number_nearly_built_like_a_nir_is_found(line):
    (found,) = find_misread(f"Assurée depuis le\n{line} à Versailles")

    assert found.rule == "nir.mal_lu"


@pytest.mark.parametrize(
    "line",
    [
        "Tél. 01 39 20 20 20, fax 01 39 20 20 21",
        "IBAN FR76 3000 6000 0112 3456 7890 189",
        "Facture 2024 0000 1234 5678",
        "le 12/05/2024 et le 13/06/2024",
        "SIRET 552 100 554 00025",
        "485077800600013",
        "100 200 300 400 500",
        "BISOLLBOSSIOS",
        "4970 1012 3456 7890",
    ],
)
def test_an_ordinary_number_is_left_alone(line):
    assert list(find_misread(f"Madame,\n{line}\nCordialement")) == []
