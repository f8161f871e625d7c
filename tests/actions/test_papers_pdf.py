"""Documents in PDF: what they say of themselves, what they carry, what they never fetch."""

import io
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from threading import Lock
from typing import Any

import pikepdf
import pypdfium2
import pytest
from jinja2 import ChoiceLoader, DictLoader, UndefinedError

from governance.papers import printing
from governance.papers.environment import environment
from governance.papers.printing import pdf
from governance.papers.rules import File, NoPrinter, Party

AT = datetime(2026, 5, 1, 15, 30, tzinfo=UTC)
HEAD = '{% extends "papers/paper.html" %}{% from "papers/macros.html" import clause, facts, signatures, table %}'
TEMPLATES = {
    "essai.html": HEAD
    + '{% block content %}{% call clause("S0, annexe 4, § 8") %}<p>{{ said }}</p>{% endcall %}'
    + '{{ table("Comptes", ["Nom", "Depuis"], rows) }}{% endblock %}',
    "dehors.html": HEAD + '{% block content %}<img alt="" src="{{ said }}">{% endblock %}',
}
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src='file:///etc/passwd'>",
    "<link rel=attachment href=file:///etc/passwd>",
    "</p></main><style>@page { background: url(http://127.0.0.1:9/) }</style>",
    "{{ 7 * 7 }} {% raw %}",
)


@pytest.fixture(autouse=True)
def _templates(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    loader = environment().loader
    assert loader is not None
    monkeypatch.setattr(environment(), "loader", ChoiceLoader([loader, DictLoader(TEMPLATES)]))
    yield


def printed(said: str = "Le partenaire prévient la caisse.", count: int = 2, **more: Any) -> bytes:
    rows = [(f"Personne {number}", "1er mai 2026") for number in range(count)]
    values: Mapping[str, Any] = {"said": said, "rows": rows, "issuer": "CCAS de Demonville", **more}
    return pdf("essai.html", values, "Tableau des comptes", [File("comptes.json", b'{"n": 2}')], at=AT)


def text_of(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    return " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in document)


def test_a_document_says_it_is_kept_for_long_and_readable_by_all() -> None:
    with pikepdf.open(io.BytesIO(printed())) as document:
        said = document.Root.Metadata.read_bytes().decode()

        assert 'pdfaid:part="3"' in said
        assert 'pdfaid:conformance="A"' in said
        assert 'pdfuaid:part="1"' in said
        assert (str(document.Root.Lang), bool(document.Root.MarkInfo.Marked)) == ("fr", True)
        assert bool(document.Root.ViewerPreferences.DisplayDocTitle)
        assert "/StructTreeRoot" in document.Root
        assert str(document.docinfo["/Title"]) == "Tableau des comptes"


def test_every_font_is_inside() -> None:
    with pikepdf.open(io.BytesIO(printed())) as document:
        fonts = [font for page in document.pages for font in page.Resources.Font.values()]
        described = [font.DescendantFonts[0].FontDescriptor if "/DescendantFonts" in font else font.FontDescriptor
                     for font in fonts]  # fmt: skip

        assert fonts
        assert all("/FontFile2" in one or "/FontFile3" in one for one in described)


def test_the_data_of_the_pages_go_with_them() -> None:
    with pikepdf.open(io.BytesIO(printed())) as document:
        assert document.attachments["comptes.json"].get_file().read_bytes() == b'{"n": 2}'
        assert [str(one.AFRelationship) for one in document.Root.AF] == ["/Data"]


def test_a_document_shows_its_title_parties_date_article_and_pages() -> None:
    parties = (Party("Partenaire", "CCAS de Demonville"), Party("Caisse", "CPAM de l'Artois", "Arras"))

    said = text_of(printed(count=80, parties=parties, reference="R-12", notice="Document signé."))

    for words in ("Tableau des comptes", "CPAM de l'Artois", "1er mai 2026, 17 h 30", "S0, annexe 4, § 8", "Réf. R-12",
                  "Page 1 / ", "Page 2 / ", "Personne 79", "Document signé."):  # fmt: skip
        assert words in said


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_text_and_brings_nothing_in(text: str) -> None:
    made = printed(text)

    with pikepdf.open(io.BytesIO(made)) as document:
        assert list(document.attachments) == ["comptes.json"]
    assert "".join(text.split()) in "".join(text_of(made).split())


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:9/a.png",
        "ftp://127.0.0.1/a",
        "/etc/passwd",
        "papier:../weasy.py",
        "papier:/etc/passwd",
    ],
)
def test_no_address_of_the_network_or_of_the_disk_is_fetched(address: str) -> None:
    with pytest.raises(ValueError, match="only what the package holds"):
        pdf("dehors.html", {"said": address}, "Essai", at=AT)


def test_a_drawing_in_the_page_brings_nothing_in_either(caplog: pytest.LogCaptureFixture) -> None:
    drawing = "%3Csvg xmlns='http://www.w3.org/2000/svg'%3E%3Cimage href='file:///etc/passwd'/%3E%3C/svg%3E"

    pdf("dehors.html", {"said": f"data:image/svg+xml,{drawing}"},
        "Essai", at=AT)  # fmt: skip

    assert not caplog.records, "a log would quote the page"


def test_the_same_document_is_the_same_bytes() -> None:
    assert printed() == printed()


def test_a_value_that_is_missing_is_a_mistake_and_not_a_blank() -> None:
    with pytest.raises(UndefinedError):
        pdf("essai.html", {}, "Essai", at=AT)


def test_a_printer_that_stays_busy_says_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    busy = Lock()
    busy.acquire()
    monkeypatch.setattr(printing, "_TURN", busy)
    monkeypatch.setattr(printing, "_PATIENCE_SECONDS", 0.01)

    with pytest.raises(NoPrinter):
        printed()


def test_without_the_library_the_service_says_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    def lacking(_: str) -> None:
        raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr(printing, "import_module", lacking)
    printing._layout.cache_clear()

    assert not printing.can_print()
    printing._layout.cache_clear()


def test_templates_are_found_in_the_package_their_name_begins_with() -> None:
    assert environment().get_template("papers/paper.html").name == "papers/paper.html"
