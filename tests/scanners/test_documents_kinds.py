"""What a file is comes from its bytes; its name may lie, and only its extension is ever repeated."""

import pytest

from scanners.documents.kinds import Kind, lie, lies, sniff
from tests.scanners import samples


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (samples.pdf("Bonjour"), Kind.PDF),
        (b"\n" * 900 + samples.pdf("Bonjour"), Kind.PDF),
        (samples.document("Bonjour"), Kind.DOCX),
        (samples.saved(samples.workbook([["Bonjour"]])), Kind.XLSX),
        (samples.zip_bomb("ppt/presentation.xml", 1), Kind.ARCHIVE),
        (samples.document("Bonjour")[:3000], Kind.DOCX),
        (samples.ole("WordDocument"), Kind.DOC),
        (samples.ole("Workbook"), Kind.XLS),
        (samples.ole("EncryptedPackage"), Kind.PROTECTED),
        (samples.ole("Autre"), Kind.OLE),
        (samples.PNG, Kind.PNG),
        (samples.JPEG, Kind.JPEG),
        (samples.TIFF, Kind.TIFF),
        (b"{\\rtf1 Bonjour}", Kind.RTF),
        (b"<html><table><tr><td>1", Kind.MARKUP),
        ("\ufeff<?xml version='1.0'?><a/>".encode(), Kind.MARKUP),
        ("né à Nîmes;1".encode("cp1252"), Kind.CSV),
        ("né à Nîmes;1".encode("utf-16"), Kind.CSV),
        ("nom;prénom\r\n".encode("utf-16-le"), Kind.CSV),
        (b"a", Kind.CSV),
        (b"", None),
        (b"\x00", None),
        (bytes(range(256)) * 20, None),
    ],
)
def test_the_kind_comes_from_the_bytes(data, kind):
    assert sniff(data) is kind


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("bilan.pdf", Kind.PDF, False),
        ("SCAN.JPG", Kind.JPEG, False),
        ("fax.tif", Kind.TIFF, False),
        ("bilan.pdf", Kind.DOCX, True),
        ("bilan.csv", Kind.MARKUP, True),
        ("bilan.docx", Kind.PROTECTED, False),
        ("bilan.pdf", None, True),
        ("bilan", Kind.PDF, False),
        ("bilan.exe", None, False),
    ],
)
def test_a_name_lies_when_it_promises_another_kind_of_the_portal(name, kind, expected):
    assert lies(name, kind) is expected


def test_telling_the_lie_repeats_the_extension_and_nothing_else_of_the_name():
    told = lie("certificat de Nadia Exemple.pdf", Kind.XLSX)

    assert told == "Ce fichier se nomme « .pdf » mais contient un classeur Excel."
