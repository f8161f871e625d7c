"""The NIR in every way people write it, and the numbers that only look like one (LAW.md part 3)."""

import pytest
from stdnum.fr import nir as oracle

from evaluation.marked import unmarked
from scanners.engine import scan
from scanners.findings import Category, Level
from scanners.nir import has_key, has_structure

FICTIONAL = (
    "1 85 07 78 006 000 13",
    "2 99 01 2A 004 000 58",
    "1 87 12 2B 033 000 29",
    "1 69 03 20 004 000 31",
    "1 74 99 99 341 000 40",
    "2 01 02 97 411 000 66",
    "1 98 06 98 735 000 36",
    "1 55 01 91 352 000 65",
    "2 61 20 99 350 000 63",
    "1 55 50 99 350 000 14",
    "1 85 07 78 042 000 97",
    "1 85 07 78 084 000 01",
)
WRITTEN = (
    "[nir:1 85 07 78 006 000 13]",
    "[nir:1850778006000 13]",
    "[nir:185077800600013]",
    "[nir:1.85.07.78.006.000.13]",
    "[nir:1-85-07-78-006-000/13]",
    "[nir:1 85 07 78 006 000 clé 13]",
    "[nir:1 85 07 78 006 000 (13)]",
    "n° sécu [nir:1850778006000]",
    "[nir:1:85:07:78:006:000:13]",
    "n° sécu [nir:1 85 07 78 00 60 00]",
    "numéro d'assuré [nir:1 85 07 78 006 000]",
    "scan[nir:185077800600013].pdf",
    "n° sécu [nirv:2 99 01 2A *** ***]",
    "n° sécu [nirv:1850778xxxxxx]",
    "n° sécu [nirv:1 85 07 78 ??? ???]",
    "son num de sécu commence par [nirv:1 85 07 78]…",
    "n°SS : [nir:1 85 07 78 006 000]",
    "NSS [nir:1850778006000]",
    "n° de sécurité sociale [nir:1850778006000]",
    "numéro INSEE [nir:1850778006000]",
    "immatriculé sous le [nir:1850778006000]",
    "[nir:1\u00a085\u00a007\u00a078\u00a0006\u00a0000\u00a013]",
    "[nir:1\u200985\u200907\u200978\u2009006\u2009000\u200913]",
    "[nir:1\t85\t07\t78\t006\t000\t13]",
    "[nir:1 85 07 78\n006 000 13]",
    "[nir:１８５０７７８００６０００１３]",
    "[nir:1\u200b85\u200b07\u200b78\u200b006\u200b000\u200b13]",
    "[nir:2 99 01 2a 004 000 58]",
    "[nir:l 85 O7 78 OO6 OOO I3]",
    "[nir:1 8S 07 78 006 000 13]",
    "[nirv:1 85 07 78 *** ***]",
    "[nirv:1 85 07 78 006 000 14]",
    "NIR [nir:1 85 07 78 006 000 14]",
    "[nirv:1850778006000]",
    "NIR [nirv:1 85 07 78]",
    "numéro provisoire : [nir:7 1 750 00000000]",
    "[nir:un, quatre-vingt-cinq, zéro sept, soixante-dix-huit, zéro zéro six, zéro zéro zéro, treize]",
    "[nir:un quatre vingt cinq zero sept soixante dix huit zero zero six zero zero zero treize]",
    "[nirv:deux, soixante et un, vingt, quatre-vingt-dix-neuf, trois cent cinquante, zéro, zéro, zéro]",
    "dossier_[nir:185077800600013].pdf",
    "n° sécu : commence par [nir:1 85 07 78, la suite est 006 000 et la clé 13]",
    "[nirv:1 85 07 78 puis 006 000]",
    "son numéro : [nir:un, 85, zéro sept, 78, zéro zéro six, trois zéros]",
    "Réf. [nirv:1 85 07 78 006 000]",
    "NIR [nirv:1850778006000135]",
    "numéro provisoire : [nir:7 85 07 99 123 000]",
    "Mail objet : RE: [nir:185077800600013]",
)
LOOKALIKES = (
    "SIRET 356 000 000 00048",
    "SIRET 73282932000074",
    "IBAN FR76 3000 6000 0112 3456 7890 189",
    "RIB 30006 00001 12345678901 89",
    "06 12 34 56 78 / 01 44 55 66 77",
    "+33 6 12 34 56 78",
    "Colis 1A 123 456 7890 1",
    "numéro de suivi 1850778006000",
    "Dossier n° 2850778006000",
    "code EAN 2850778006007",
    "le 12 07 1985 62 000 euros",
    "né le 12/07/1985, dpt 62",
    "Réf. 185077800600013999",
    "Facture 1850778006000-2",
    "RPPS 10001234567",
    "N° unique 062 0185 0778 0060 00",
    "1851378006000",
    "Réf. 1851378006000",
    "1 enfant né en 2012, puis 2 en 2015, fin 2018",
    "deux enfants, trois pièces, quatre étages, cinq mois, six relances, sept courriers, huit appels",
    "1850700006000",
)


@pytest.mark.parametrize("written", FICTIONAL)
def test_every_fictional_vector_is_a_certain_nir(written: str) -> None:
    (finding,) = scan(f"Voici {written} pour le dossier.")

    assert (finding.category, finding.level, finding.rule) == (Category.NIR, Level.BLOQUANT, "nir.cle_juste")


@pytest.mark.parametrize("written", FICTIONAL)
def test_our_key_and_the_oracle_agree(written: str) -> None:
    compact = written.replace(" ", "").lower()

    assert has_structure(compact[:13]) and has_key(compact) and oracle.is_valid(compact.upper())


@pytest.mark.parametrize("marked", WRITTEN)
def test_a_nir_is_found_in_every_written_form(marked: str) -> None:
    text, (mark,) = unmarked(marked)

    found = [(f.start, f.end, f.level) for f in scan(text) if f.category is Category.NIR]

    assert found == [(mark.start, mark.end, mark.level)]


@pytest.mark.parametrize("text", LOOKALIKES)
def test_what_only_looks_like_a_nir_is_left_in_peace(text: str) -> None:
    found = [f for f in scan(text) if f.category is Category.NIR]

    assert found == []


@pytest.mark.parametrize("text", ["295109912611199", "253072C07300443"])
def test_a_published_number_that_must_fail_is_never_certain(text: str) -> None:
    assert not [f for f in scan(text) if f.level is Level.BLOQUANT]
