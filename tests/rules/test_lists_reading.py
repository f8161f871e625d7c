"""What is understood of a list: its encoding, its columns, its days; and every mistake, by line and column."""

import io
import zipfile
from datetime import date

import pytest

from governance.conventions.values.accounts import Profile
from governance.core.refusals import Invalid, TooLarge
from governance.habilitations.lists.grids import MAX_LINES, BadFile, TooLong
from governance.habilitations.lists.lines import ListKind, PortalLine, PortalState, Reading, StaffLine
from governance.habilitations.lists.rules import read_list
from tests.rules.lists_files import PORTAL, STAFF, csv_of, repacked, workbook_of

ADA = ("Lumière", "Zoé", "zoe.lumiere@ccas.example", "Technicien", "Actif", "03/11/2026")
BOB = ("Éberlé", "Noël", "noel.eberle@ccas.example", "Gestionnaire", "Inactif", "")


def portal(content: bytes) -> Reading:
    return read_list(ListKind.PORTAL, content)


def told(reading: Reading) -> list[tuple[int, str]]:
    return [(one.line, one.column) for one in reading.mistakes]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_csv_is_read_whatever_its_encoding_and_its_separator(encoding: str, separator: str) -> None:
    reading = portal(csv_of(PORTAL, [ADA, BOB], separator, encoding))

    assert reading.mistakes == ()
    assert [(one.last_name, one.first_name) for one in reading.lines] == [("Lumière", "Zoé"), ("Éberlé", "Noël")]


def test_a_line_is_understood_whole() -> None:
    reading = portal(csv_of(PORTAL, [ADA]))

    assert reading.lines == (
        PortalLine(
            2, "zoe.lumiere@ccas.example", "Lumière", "Zoé", Profile.TECHNICIEN, PortalState.ACTIVE,
            last_seen_on=date(2026, 11, 3),
        ),
    )  # fmt: skip


def test_columns_are_found_in_any_order_under_other_names_beneath_a_title() -> None:
    rows = [
        ("Extraction du portail le 23/11/2026",),
        (),
        ("Rôle", "MAIL", "PRENOM", "Identifiant", "Nom d'usage"),
        ("technicien", "Zoe.Lumiere@CCAS.example", "Zoé", "zl01", "Lumière"),
    ]

    reading = portal(workbook_of(rows))

    assert [(one.line, one.email) for one in reading.lines] == [(4, "zoe.lumiere@ccas.example")]
    assert reading.ignored == ("Identifiant",)
    assert ("MAIL", "Adresse e-mail") in reading.columns


def test_days_are_read_as_serials_as_dates_and_as_people_write_them() -> None:
    seen = date(2026, 11, 3)
    told_as = (seen, "03/11/2026", 46329)
    rows = [(*BOB[:2], f"n{number}@ccas.example", *BOB[3:5], day) for number, day in enumerate(told_as)]

    reading = portal(workbook_of([PORTAL, *rows]))

    assert {one.last_seen_on for one in reading.lines} == {seen}


def test_a_workbook_that_counts_from_1904_is_read_so() -> None:
    rows = [PORTAL, (*ADA[:5], date(2026, 11, 3))]

    reading = portal(workbook_of(rows, options={"date_1904": True}))

    assert [one.last_seen_on for one in reading.lines] == [date(2026, 11, 3)]


def test_a_telephone_that_excel_took_for_a_number_gets_its_zero_back() -> None:
    reading = portal(workbook_of([(*PORTAL[:4], "Téléphone"), (*ADA[:4], 321000000)]))

    assert [one.phone for one in reading.lines] == ["0321000000"]


def test_every_mistake_is_told_by_its_line_and_its_column() -> None:
    rows = [
        ("", "Zoé", "zoe@ccas.example", "Technicien", "Actif", ""),
        ("Lumière", "Zoé", "pas une adresse", "Chef", "Actif", "32/13/2026"),
        ("Lumière", "Zoé", "", "Technicien", "Peut-être", ""),
    ]

    reading = portal(csv_of(PORTAL, rows))

    assert told(reading) == [
        (2, "Nom"),
        (3, "Adresse e-mail"), (3, "Dernière connexion"), (3, "Profil"),
        (4, "Adresse e-mail"), (4, "État"),
    ]  # fmt: skip


def test_a_line_that_repeats_an_account_or_lends_an_address_is_told_with_the_other_line() -> None:
    twice = portal(csv_of(PORTAL, [ADA, ADA]))
    lent = portal(csv_of(PORTAL, [ADA, ("Autre", "Personne", *ADA[2:3], "Gestionnaire", "Actif", "")]))

    assert "ligne 2" in twice.mistakes[0].message
    assert (told(twice), told(lent)) == ([(3, "Adresse e-mail")], [(3, "Adresse e-mail")])


def test_A8_the_same_person_with_both_profiles_is_two_accounts_and_no_mistake() -> None:
    reading = portal(csv_of(PORTAL, [ADA, (*ADA[:3], "Gestionnaire", "Actif", "")]))

    assert reading.mistakes == ()
    assert {one.profile for one in reading.lines if isinstance(one, PortalLine)} == set(Profile)


def test_homonyms_are_told_and_never_merged() -> None:
    reading = portal(csv_of(PORTAL, [ADA, ("LUMIERE", "Zoe", "zoe.l@ccas.example", *ADA[3:])]))

    assert len(reading.lines) == 2
    assert "Lignes 2, 3" in reading.notes[0]


def test_a_formula_is_read_by_its_result_and_asked_for_without_it() -> None:
    rows = [PORTAL, ADA, (*ADA[:2], "", *ADA[3:])]
    book = workbook_of(rows)
    with_formula = sheet_with(book, b'<c r="C3" t="str"><f>A3&amp;"x"</f><v>deux@ccas.example</v></c>')
    without = sheet_with(book, b'<c r="C3" t="str"><f>A3&amp;"x"</f></c>')

    read, asked = portal(with_formula), portal(without)

    assert [one.email for one in read.lines][1] == "deux@ccas.example"
    assert told(asked) == [(3, "Adresse e-mail")]
    assert "C3" in asked.mistakes[0].message
    assert "formule" in asked.mistakes[0].message


def test_merged_cells_are_named_rather_than_guessed() -> None:
    rows = [PORTAL, ADA, ("", "Paul", "paul@ccas.example", *ADA[3:])]
    book = repacked(workbook_of(rows), {})
    merged = sheet_with(book, b"", b'<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>')

    reading = portal(merged)

    assert told(reading) == [(3, "Nom")]
    assert "fusionnées" in reading.mistakes[0].message


def test_a_signature_without_its_day_proves_nothing() -> None:
    row = ("Lumière", "Zoé", "zoe@ccas.example", "Assistante", "", "", "oui", "non", "")

    reading = read_list(ListKind.STAFF, csv_of(STAFF, [row]))

    assert told(reading) == [(2, "Engagement")]


def test_a_member_of_staff_is_understood_whole() -> None:
    row = (
        "Lumière", "Zoé", "zoe@ccas.example", "Assistante", "01/02/2020", "", "02/02/2020", "03/03/2026", "03/03/2029"
    )  # fmt: skip

    reading = read_list(ListKind.STAFF, csv_of(STAFF, [row]))

    assert reading.lines == (
        StaffLine(
            2, "zoe@ccas.example", "Lumière", "Zoé", fonction="Assistante", joined_on=date(2020, 2, 1),
            committed_on=date(2020, 2, 2), trained_on=date(2026, 3, 3), trained_until=date(2029, 3, 3),
        ),
    )  # fmt: skip


def test_a_departure_before_the_arrival_is_a_mistake_of_the_line() -> None:
    row = ("Lumière", "Zoé", "zoe@ccas.example", "", "01/02/2020", "01/01/2020", "", "", "")

    reading = read_list(ListKind.STAFF, csv_of(STAFF, [row]))

    assert told(reading) == [(2, "Départ")]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "vide"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, ".xls"),
        (b"PK\x03\x04 et puis rien", "abîmé"),
        (b"PK\x05\x06" + b"\0" * 18, "abîmé"),
        (b"un texte\0sans colonnes", "CSV"),
        (b"bonjour", "Colonnes non trouvées"),
        (";".join(PORTAL).encode(), "aucune ligne"),
        (csv_of(PORTAL, [('"ouvert', *ADA[1:])]), "guillemet"),
        (csv_of((*PORTAL, "Courriel"), [ADA]), "Deux colonnes"),
        (csv_of(PORTAL, [("x" * 1_001, *ADA[1:])]), "1000 caractères"),
        (csv_of(PORTAL, [("x;" * 101, *ADA[1:])]), "100 colonnes"),
        (b"\x81\x8d;\xff\xfe;x\n", "Windows-1252"),
    ],
)
def test_what_is_no_list_is_refused_in_words(content: bytes, says: str) -> None:
    with pytest.raises(BadFile, match=says):
        portal(content)


def test_five_thousand_lines_are_a_list_and_one_more_is_two() -> None:
    rows = [("Nom", "Prénom", f"p{i}@ccas.example", "Technicien", "Actif", "") for i in range(MAX_LINES + 1)]

    fits = portal(csv_of(PORTAL, rows[:MAX_LINES]))
    with pytest.raises(TooLong, match="5001 lignes"):
        portal(csv_of(PORTAL, rows))

    assert len(fits.lines) == MAX_LINES


def test_a_file_that_swells_is_not_opened() -> None:
    bomb = repacked(workbook_of([PORTAL, ADA]), {"xl/sharedStrings.xml": b" " * 20_000_000})
    huge = repacked(workbook_of([PORTAL, ADA]), {"xl/sharedStrings.xml": b" " * 70_000_000})

    with pytest.raises(BadFile, match="enfle"):
        portal(bomb)
    with pytest.raises(TooLarge, match="60 Mo"):
        portal(huge)


def test_a_workbook_that_declares_entities_is_not_read() -> None:
    evil = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><workbook><sheets/></workbook>'

    with pytest.raises(BadFile, match="DTD"):
        portal(repacked(workbook_of([PORTAL, ADA]), {"xl/workbook.xml": evil}))


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"])
def test_a_workbook_that_lacks_a_part_or_holds_it_broken_is_refused(part: str) -> None:
    book = workbook_of([PORTAL, ADA])

    for broken in (None, b"<row", b"\xff\xfe\0"):
        with pytest.raises(Invalid):
            portal(repacked(book, {part: broken}))


def test_only_the_first_visible_sheet_is_read_and_the_others_are_told() -> None:
    hidden = b'<sheet name="Liste" sheetId="1" r:id="rId1"'
    book = workbook_of([PORTAL, ADA])
    workbook = read_part(book, "xl/workbook.xml").replace(hidden, hidden + b' state="hidden"')

    with pytest.raises(BadFile, match="visible"):
        portal(repacked(book, {"xl/workbook.xml": workbook}))


def sheet_with(book: bytes, cell: bytes, after: bytes = b"") -> bytes:
    """Return a workbook whose cell C3 is another, and whose sheet says more after its cells."""
    sheet = read_part(book, "xl/worksheets/sheet1.xml")
    if cell:
        start = sheet.index(b'<row r="3"')
        here = sheet.index(b'<c r="D3"', start)
        kept = sheet[:here]
        kept = kept[: kept.index(b'<c r="C3"', start)] if b'<c r="C3"' in kept[start:] else kept
        sheet = kept + cell + sheet[here:]
    return repacked(book, {"xl/worksheets/sheet1.xml": sheet.replace(b"</sheetData>", b"</sheetData>" + after)})


def read_part(book: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        return archive.read(name)
