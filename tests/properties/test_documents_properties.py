"""True of every file: it has an outcome, nothing is raised, nothing is clean by default."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanners.documents.acceptance import Limits, shown, why_refused
from scanners.documents.kinds import Kind, lie, sniff
from scanners.documents.passages import Outcome, Passage, Place, Reading, Where, cell_name, cell_position, gather
from scanners.documents.reading import read_document
from scanners.documents.table import decode, read_table
from tests.scanners import samples
from tests.scanners.samples import nir

SAMPLES = {
    "a.pdf": samples.pdf(f"NIR {nir(1)}", "Deuxième page"),
    "b.pdf": samples.pdf_with_everything(dict.fromkeys(
        ("titre", "xmp", "signet", "lien", "annotation", "champ", "script", "pièce jointe"), nir(2))),
    "a.docx": samples.document_of("<w:p><w:r><w:t>Bonjour</w:t></w:r></w:p>", word_header9="<w:p>1</w:p>"),
    "a.xlsx": samples.workbook_of('<c r="A1" t="s"><v>0</v></c><c r="C1"><v>1.5</v></c>', "<si><t>Bonjour</t></si>"),
    "a.csv": "nom;prénom\r\nExemple;Éloïse\r\n".encode("cp1252"),
}  # fmt: skip
LIMITS = Limits(8, 5_000_000, tuple(Kind))
MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FEW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def is_honest(reading: Reading) -> bool:
    """Say whether a reading's outcome agrees with what it says was missed."""
    return (reading.outcome is Outcome.READ) == (not reading.missing)


@st.composite
def mutations(draw: st.DrawFn) -> tuple[str, bytes]:
    """Make a sample with bytes changed, cut, repeated or taken from another."""
    name = draw(st.sampled_from(sorted(SAMPLES)))
    data = bytearray(SAMPLES[name])
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 200)))
        other = SAMPLES[draw(st.sampled_from(sorted(SAMPLES)))]
        middle = draw(st.one_of(st.binary(max_size=40), st.just(bytes(data[start:end]) * 2), st.just(other[:300])))
        data[start:end] = middle
    return name, bytes(data)


@MANY
@given(st.text(max_size=40), st.binary(max_size=2000))
def test_any_bytes_under_any_name_have_an_honest_outcome(name, data):
    assert is_honest(read_document(name, data))


@MANY
@given(mutations())
def test_a_mutated_sample_has_an_honest_outcome(mutated):
    assert is_honest(read_document(*mutated))


@FEW
@given(st.sampled_from(sorted(SAMPLES)), st.floats(0, 1))
def test_a_sample_cut_anywhere_is_never_read_whole_unless_it_says_so(name, share):
    data = SAMPLES[name][: int(len(SAMPLES[name]) * share)]

    assert is_honest(read_document(name, data))


@MANY
@given(st.binary(max_size=3000))
def test_bytes_of_no_kind_are_not_read(data):
    reading = read_document("a.bin", data)

    assert reading.kind is not None or reading.outcome is Outcome.NOT_READ


@MANY
@given(st.text(), st.one_of(st.none(), st.sampled_from(list(Kind))))
def test_any_name_can_be_judged_and_shown(name, kind):
    told = lie(name, kind)

    assert told is None or told.endswith(".")
    assert shown(name).isprintable()
    assert (why_refused(name, 1, LIMITS) or "Accepté.").endswith((".", "renommez-le."))


@MANY
@given(st.binary(max_size=500))
def test_any_bytes_decode_and_are_sniffed(data):
    assert isinstance(decode(data), str)
    assert sniff(data) is None or isinstance(sniff(data), Kind)


@MANY
@given(st.text(st.characters(codec="cp1252", categories=("L", "N", "P", "Zs")), min_size=1))
def test_a_text_is_read_as_it_was_written_in_utf_8(text):
    passages = [item for item in read_table(text.encode()) if isinstance(item, Passage)]

    assert "".join(passage.text for passage in passages) == text.encode().decode("utf-8-sig")


@MANY
@given(st.integers(1, 16_384), st.integers(1, 1_048_576))
def test_a_cell_has_one_name(column, row):
    assert cell_position(cell_name(column, row)) == (column, row)


@MANY
@given(st.lists(st.text(max_size=20), min_size=1, max_size=10), st.data())
def test_every_offset_of_the_flow_leads_back_to_its_passage(texts, data):
    reading = gather([Passage(Place(Where.PARAGRAPH, number), text) for number, text in enumerate(texts, 1)])
    number = data.draw(st.integers(1, len(texts)))
    within = data.draw(st.integers(0, len(texts[number - 1])))
    offset = sum(len(text) + 1 for text in texts[: number - 1]) + within

    assert reading.flow().place_at(offset).number == number


@FEW
@given(
    st.lists(
        st.lists(st.one_of(st.integers(0, 10**15), st.just(""), st.text("abé", max_size=5)), max_size=6), max_size=6
    )
)
def test_every_cell_is_found_at_its_place(rows):
    rows = [[f"{value}#{row}-{column}" if value != "" else None for column, value in enumerate(cells, 1)]
            for row, cells in enumerate(rows, 1)]  # fmt: skip
    flow = read_document("a.xlsx", samples.saved(samples.workbook(rows or [[None]]))).flow()

    for row, cells in enumerate(rows, 1):
        for column, value in enumerate(cells, 1):
            if value:
                assert flow.place_at(flow.text.index(value)).cell == cell_name(column, row)
