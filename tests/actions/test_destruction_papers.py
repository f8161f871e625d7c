"""The certificate as people keep it: a signed PDF/A that carries the file which is checked without the service.

No program that judges PDF/A whole (veraPDF) is in the registries this repository draws from: what ISO 19005-3 asks and
pikepdf can see is looked at here, on the document that leaves.
"""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Dictionary, Name

from governance.core.storage import reading
from governance.destruction import papers, queries
from governance.papers.certificates import Signatory
from tests.actions.destroyed import verified
from tests.actions.destroying import SECRET, destroy, fill, install, open_and_agree
from tests.conftest import on_sqlite

FORBIDDEN = {"/JavaScript", "/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide", "/SetOCGState"}


@pytest.fixture
def certificate(tmp_path: Path, database_url: str) -> Iterator[pikepdf.Pdf]:
    """Give the signed PDF of a destruction."""
    here = install(tmp_path, database_url)
    fill(here)
    identifier = open_and_agree(here)
    assert destroy(here, identifier)
    with reading(here.sessions) as session:
        made = queries.certificates(session, identifier)[0]
        content = papers.certificate(SECRET, made, Signatory(SECRET, "vigie.ccas.example"), {})
    with pikepdf.open(io.BytesIO(content)) as document:
        yield document


def dictionaries(document: pikepdf.Pdf) -> Iterator[Dictionary]:
    return (one for one in document.objects if isinstance(one, Dictionary | pikepdf.Stream))


@on_sqlite
def test_the_certificate_holds_what_pdf_a_3_asks_and_nothing_that_it_forbids(certificate: pikepdf.Pdf) -> None:
    root = certificate.Root
    said = root.Metadata.read_bytes().decode()
    [intent] = root.OutputIntents
    found = list(dictionaries(certificate))

    assert 'pdfaid:part="3"' in said and 'pdfaid:conformance="A"' in said
    assert (intent.S, intent.DestOutputProfile.N) == (Name.GTS_PDFA1, 3)
    assert intent.DestOutputProfile.read_bytes()[36:40] == b"acsp"  # an ICC profile (ISO 15076-1, 7.2)
    assert not certificate.is_encrypted and "/ID" in certificate.trailer
    assert not FORBIDDEN & {str(one.get("/S")) for one in found}
    assert not [one for one in found if str(one.get("/Filter")) == "/LZWDecode" or ("/F" in one and "/FFilter" in one)]
    assert "/AA" not in root and not [page for page in certificate.pages if "/AA" in page]


@on_sqlite
def test_every_font_of_the_certificate_is_inside_with_what_tells_its_letters(certificate: pikepdf.Pdf) -> None:
    fonts = [one for one in dictionaries(certificate) if one.get("/Type") == Name.Font and "/DescendantFonts" in one]
    alone = [
        one
        for one in dictionaries(certificate)
        if one.get("/Type") == Name.Font
        and one.get("/Subtype") not in (Name.CIDFontType0, Name.CIDFontType2, Name.Type0)
    ]
    described = [font.DescendantFonts[0].FontDescriptor for font in fonts] + [font.FontDescriptor for font in alone]

    assert fonts
    assert all({"/FontFile", "/FontFile2", "/FontFile3"} & set(one.keys()) for one in described)
    assert all("/ToUnicode" in one for one in fonts)


@on_sqlite
def test_the_file_that_the_certificate_carries_is_the_one_that_is_checked(
    certificate: pikepdf.Pdf, tmp_path: Path
) -> None:
    [carried] = certificate.Root.AF
    inside = certificate.attachments["attestation.json"].get_file().read_bytes()
    ids = [f"--ids={path}" for path in sorted((tmp_path / "ledger").glob("*.ids"))]
    (tmp_path / "sorti.json").write_bytes(inside)

    status, said = verified(tmp_path / "sorti.json", *ids)

    assert (carried.AFRelationship, carried.EF.F.Subtype) == (Name.Data, Name("/application/json"))
    assert (status, json.loads(inside)["certificate"]["state"]) == (0, "provisional"), said
    assert [field.FT for field in certificate.Root.AcroForm.Fields] == [Name.Sig]


def test_the_example_of_the_documentation_is_checked_without_the_service_and_names_what_is_changed(
    tmp_path: Path,
) -> None:
    example = Path(__file__).parents[2] / "docs" / "exemples"
    ids = f"--ids={example / 'identifiants.txt'}"
    changed = tmp_path / "change.json"
    changed.write_text((example / "attestation.json").read_text().replace('"after": 0', '"after": 2'))

    good, bad = verified(example / "attestation.json", ids), verified(changed, ids)

    assert (good[0], bad[0], "il reste 2 ligne(s)" in bad[1]) == (0, 1, True)
