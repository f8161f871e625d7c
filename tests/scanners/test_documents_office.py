"""Where words hide in Word documents and Excel workbooks: each place is read and named."""

import pytest
from openpyxl.worksheet.table import Table

from scanners.documents.office import read_document, read_workbook
from scanners.documents.passages import Outcome, Reading, Unreadable, gather
from tests.scanners import samples
from tests.scanners.samples import nir

RUN = "<w:r><w:t>{}</w:t></w:r>"


def label_of(reading: Reading, words: str) -> str:
    """Return the place where words stand in a reading's text."""
    flow = reading.flow()
    return flow.place_at(flow.text.index(words)).label


def read_docx(body: str, **parts: str) -> Reading:
    return gather(read_document(samples.document_of(body, **parts)))


@pytest.mark.parametrize(
    ("body", "label"),
    [
        (f"<w:p>{RUN}</w:p>", "paragraphe 1"),
        (f"<w:p/><w:p><w:ins>{RUN}</w:ins></w:p>", "paragraphe 2"),
        (
            "<w:p><w:del><w:r><w:delText>{}</w:delText></w:r></w:del></w:p>",
            "texte supprimé (suivi des modifications), paragraphe 1 (masqué)",
        ),
        (
            "<w:p><w:moveFrom><w:r><w:t>{}</w:t></w:r></w:moveFrom></w:p>",
            "texte supprimé (suivi des modifications), paragraphe 1 (masqué)",
        ),
        (f"<w:sdt><w:sdtContent><w:p>{RUN}</w:p></w:sdtContent></w:sdt>", "paragraphe 1"),
        ('<w:sdt><w:sdtPr><w:alias w:val="{}"/></w:sdtPr></w:sdt>', "mentions non affichées (masqué)"),
        ("<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>{}</w:t></w:r></w:p>", "paragraphe 1 (masqué)"),
        ("<w:p><w:r><w:instrText>{}</w:instrText></w:r></w:p>", "code de champ, paragraphe 1 (masqué)"),
        ('<w:p><w:fldSimple w:instr="{}"/></w:p>', "mentions non affichées (masqué)"),
        ('<w:p><wp:docPr descr="{}"/></w:p>', "mentions non affichées (masqué)"),
        (
            f"<w:p><w:r><w:t>Avant</w:t><w:txbxContent><w:p>{RUN}</w:p></w:txbxContent></w:r></w:p>",
            "zone de texte, paragraphe 1",
        ),
        ('<w:p><v:shape><v:textpath string="{}"/></v:shape></w:p>', "mentions non affichées (masqué)"),
    ],
)
def test_each_place_of_a_document_is_read_and_named(body, label):
    reading = read_docx(body.replace("{}", nir(6)))

    assert label_of(reading, nir(6)) == label
    assert reading.outcome is Outcome.READ


@pytest.mark.parametrize(
    ("part", "label"),
    [
        ("word_header9", "en-tête, paragraphe 1"),
        ("word_footer9", "pied de page, paragraphe 1"),
        ("word_comments", "commentaire, paragraphe 1"),
        ("word_footnotes", "note de bas de page, paragraphe 1"),
        ("word_endnotes", "note de fin, paragraphe 1"),
    ],
)
def test_each_part_around_a_document_is_read_and_named(part, label):
    text = f"<w:x NAMESPACES><w:p>{RUN.replace('{}', nir(7))}</w:p></w:x>"

    reading = read_docx("<w:p/>", **{part: text})

    assert label_of(reading, nir(7)) == label


def test_headers_and_properties_made_by_a_word_processor_are_read():
    data = samples.document_with_edges(nir(1), nir(2), nir(3))

    reading = gather(read_document(data))

    assert label_of(reading, nir(1)) == "en-tête, paragraphe 1"
    assert label_of(reading, nir(2)) == "pied de page, paragraphe 1"
    assert label_of(reading, nir(3)) == "propriétés du document « titre » (masqué)"


def test_a_datum_split_over_bold_and_italic_runs_is_whole():
    body = "<w:p>{}<w:r><w:rPr><w:b/></w:rPr><w:t>{}</w:t></w:r>\n   <w:r><w:t>{}</w:t></w:r></w:p>"
    number = nir(8)

    reading = read_docx(body.format(RUN.format(number[:5]), number[5:9], number[9:]))

    assert number in reading.flow().text


def test_a_deletion_does_not_stick_to_what_replaces_it():
    body = f"<w:p><w:del><w:r><w:delText>{nir(1)}</w:delText></w:r></w:del><w:ins>{RUN.format(nir(2))}</w:ins></w:p>"

    reading = read_docx(body)

    texts = [passage.text for passage in reading.passages]
    assert nir(1) in texts
    assert nir(2) in texts


def test_a_text_box_written_twice_for_old_readers_is_told_once():
    box = f"<w:txbxContent><w:p>{RUN.format(nir(3))}</w:p></w:txbxContent>"
    twice = f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"

    reading = read_docx(f"<w:p><w:r>{twice}</w:r></w:p>")

    assert reading.flow().text.count(nir(3)) == 1


def test_the_address_of_a_link_is_read_decoded():
    rels = (
        '<Relationships><Relationship Id="r1" TargetMode="External" '
        'Target="mailto:a@exemple.invalid?subject=suivi%20pour%20asthme"/></Relationships>'
    )
    data = samples.with_parts(samples.document("Bonjour"), {"word/_rels/document.xml.rels": rels})

    reading = gather(read_document(data))

    assert label_of(reading, "suivi pour asthme") == "adresses des liens, mentions non affichées (masqué)"


def test_xml_that_others_put_in_a_document_is_read_with_every_attribute():
    data = samples.with_parts(samples.document("Bonjour"), {"customXml/item9.xml": f'<a b="{nir(4)}">{nir(5)}</a>'})

    text = gather(read_document(data)).flow().text

    assert nir(4) in text
    assert nir(5) in text


def test_a_document_in_utf_16_with_other_prefixes_is_read():
    xml = f'<?xml version="1.0" encoding="UTF-16"?><d xmlns="{samples.WORD}"><p><r><t>{nir(6)}</t></r></p></d>'
    data = samples.with_parts(samples.document("Bonjour"), {"word/document.xml": xml.encode("utf-16")})

    reading = gather(read_document(data))

    assert label_of(reading, nir(6)) == "paragraphe 1"


def test_a_table_of_a_document_keeps_the_two_halves_of_a_number_together():
    data = samples.document_with_table(("NIR", "Clé"), (nir(9)[:13], nir(9)[13:]))

    text = gather(read_document(data)).flow().text

    assert f"{nir(9)[:13]}\n{nir(9)[13:]}" in text


PLACES = {
    "cellule": "feuille « Suivi », cellule A2",
    "nombre": "feuille « Suivi », cellule A3",
    "formule": "feuille « Suivi », cellule A4, formule (masqué)",
    "ligne masquée": "feuille « Suivi », cellule A5, ligne masquée (masqué)",
    "colonne masquée": "feuille « Suivi », cellule Z1, colonne masquée (masqué)",
    "feuille masquée": "feuille « Cachée », cellule A1, feuille masquée (masqué)",
    "commentaire": "cellule B2, commentaire",
    "lien": "feuille « Suivi », cellule B3",
    "en-tête": "feuille « Suivi », en-tête ou pied d'impression (masqué)",
    "validation": "feuille « Suivi », validation ou mise en forme conditionnelle (masqué)",
    "nom de feuille": "nom de feuille",
    "propriété": "propriétés du document « titre » (masqué)",
}


def test_each_place_of_a_workbook_is_read_and_named():
    words = {place: nir(number) for number, place in enumerate(PLACES, 10)}

    reading = gather(read_workbook(samples.workbook_with_everything(words)))

    assert {place: label_of(reading, words[place]) for place in PLACES} == PLACES
    assert reading.flow().text.count(words["lien"]) == 2, "the address, and the cell that shows it"
    assert reading.outcome is Outcome.READ


def test_a_number_kept_in_scientific_notation_is_read_in_full():
    data = samples.workbook_of('<c r="A1"><v>1.85057800600071E14</v></c>')

    assert "185057800600071" in gather(read_workbook(data)).flow().text


def test_a_number_cut_in_two_cells_is_whole_around_a_tab():
    book = samples.workbook([["NIR", "Clé"], [int(nir(2)[:13]), nir(2)[13:]]])

    text = gather(read_workbook(samples.saved(book))).flow().text

    assert f"{nir(2)[:13]}\t{nir(2)[13:]}" in text


def test_a_shared_string_in_several_styles_is_whole_and_apart_from_its_phonetic_guide():
    strings = "<si><r><t>185057</t></r><r><t>8006</t></r><rPh><t>guide</t></rPh></si>"

    text = gather(read_workbook(samples.workbook_of('<c r="A1" t="s"><v>0</v></c>', strings))).flow().text

    assert "1850578006 guide" in text


def test_what_was_typed_then_erased_and_still_lies_in_the_shared_strings_is_read():
    strings = f"<si><t>visible</t></si><si><t>{nir(3)}</t></si>"

    reading = gather(read_workbook(samples.workbook_of('<c r="B1" t="s"><v>0</v></c>', strings)))

    assert label_of(reading, "visible") == "feuille « Suivi », cellule B1"
    assert label_of(reading, nir(3)) == "texte d'une cellule effacée (masqué)"


def test_the_cache_of_a_pivot_table_a_defined_name_and_a_table_are_read():
    book = samples.workbook([[nir(4), "b"], ["1", "2"]])
    book.active.add_table(Table(displayName="Suivi_asthme", ref="A1:B2"))
    cache = f'<pivotCacheRecords><r><s v="{nir(5)}"/></r></pivotCacheRecords>'
    data = samples.with_parts(samples.saved(book), {"xl/pivotCache/pivotCacheRecords1.xml": cache})

    reading = gather(read_workbook(data))

    assert label_of(reading, "Suivi_asthme") == "tableau, mentions non affichées (masqué)"
    assert label_of(reading, nir(5)) == "cache d'un tableau croisé, mentions non affichées (masqué)"


def test_far_apart_cells_cost_nothing():
    book = samples.workbook([["ici"]])
    book.active["XFD1048576"] = "là-bas"

    reading = gather(read_workbook(samples.saved(book)))

    assert label_of(reading, "là-bas") == "feuille « Suivi », cellule XFD1048576"
    assert len(reading.flow().text) < 1000


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("word/vbaProject.bin", "Le document contient des macros : elles n'ont pas été lues."),
        ("word/embeddings/a.xlsx", "Fichier incorporé : le fichier n'a pas été lu."),
        ("word/media/a.png", "Image du document : les mots que montre l'image n'ont pas été lus."),
        (
            "word/media/a.emf",
            "Le document contient une image d'un type ancien : les mots qu'elle montre n'ont pas été lus.",
        ),
        ("word/afchunk.mht", "Une partie du document est d'un type que Vigie ne lit pas."),
    ],
)
def test_what_is_not_read_of_a_document_is_told(path, said):
    data = samples.with_parts(samples.document("Bonjour"), {path: b"..."})

    reading = gather(read_document(data))

    assert reading.outcome is Outcome.IN_PART
    assert reading.missing == (said,)


def test_a_picture_in_a_document_makes_it_read_in_part():
    reading = gather(read_document(samples.document_with_picture()))

    assert reading.outcome is Outcome.IN_PART


@pytest.mark.parametrize("entity", ["internal", "external"])
def test_a_document_with_a_dtd_is_not_read(entity):
    definition = {"internal": '"' + "a" * 50 + '"', "external": 'SYSTEM "file:///etc/hostname"'}[entity]
    xml = f"<!DOCTYPE d [<!ENTITY x {definition}>]><d><p><t>&x;</t></p></d>"

    reading = gather(read_document(samples.with_parts(samples.document("a"), {"word/document.xml": xml})))

    assert reading.outcome is Outcome.NOT_READ
    assert "DTD" in reading.missing[0]


@pytest.mark.parametrize("make", [samples.zip_bomb, samples.lying_bomb])
@pytest.mark.parametrize("path", ["word/document.xml", "word/comments.xml"])
@pytest.mark.parametrize("megabytes", [20, 200])
def test_a_zip_bomb_is_refused_before_it_swells(make, path, megabytes):
    reading = gather(read_document(make(path, megabytes)))

    assert reading.outcome is Outcome.NOT_READ
    assert reading.passages == ()


@pytest.mark.parametrize("element", ["p", "a"])
def test_bottomless_nesting_is_refused(element):
    data = samples.with_parts(samples.document("a"), {"word/document.xml": f"<d>{f'<{element}>' * 200_000}"})

    assert gather(read_document(data)).outcome is Outcome.NOT_READ


def test_thousands_of_entries_are_refused():
    data = samples.with_parts(samples.document("a"), {f"word/{number}.xml": "<a/>" for number in range(10_001)})

    with pytest.raises(Unreadable, match="décompressé"):
        list(read_document(data))


def test_a_damaged_body_is_not_read_and_a_damaged_comment_is_told():
    body = samples.with_parts(samples.document("Bonjour"), {"word/document.xml": "<w:document"})
    comment = samples.with_parts(samples.document("Bonjour"), {"word/comments.xml": "<w:comments><w:p>"})

    assert gather(read_document(body)).outcome is Outcome.NOT_READ
    assert gather(read_document(comment)).outcome is Outcome.IN_PART


def test_what_precedes_the_damage_of_a_body_is_read():
    data = samples.with_parts(samples.document("a"), {"word/document.xml": f"<d><p><t>{nir(1)}</t></p><p><t>suite"})

    reading = gather(read_document(data))

    assert reading.outcome is Outcome.IN_PART
    assert nir(1) in reading.flow().text


@pytest.mark.parametrize("read", [read_document, read_workbook])
def test_an_archive_without_the_expected_content_is_not_read(read):
    reading = gather(read(samples.zip_bomb("word/autre.xml", 1)))

    assert reading.outcome is Outcome.NOT_READ
