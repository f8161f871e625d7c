"""Makes the documents of the tests: invented people, NIR whose order number is 000."""

import io
import zipfile
import zlib
from functools import cache

import docx
import openpyxl
import pikepdf
from docx.shared import Mm
from openpyxl.comments import Comment
from openpyxl.worksheet.datavalidation import DataValidation
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"

# A square of 64 points, half black, half white, as a PNG: ink, and no word.
_ROWS = zlib.compress(b"".join(b"\x00" + b"\x00" * 32 + b"\xff" * 32 for _ in range(64)))


def _chunk(name: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4, "big") + name + content + zlib.crc32(name + content).to_bytes(4, "big")


_HEADER = (64).to_bytes(4, "big") * 2 + b"\x08\x00\x00\x00\x00"
PNG = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", _HEADER) + _chunk(b"IDAT", _ROWS) + _chunk(b"IEND", b"")
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
TIFF = b"II*\x00\x08\x00\x00\x00\x00\x00"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def nir(town: int) -> str:
    """Return fifteen digits nobody bears (order 000), a different number for each town code below 1,000."""
    number = f"1850578{town:03d}000"
    return f"{number}{97 - int(number) % 97:02d}"


def ole(stream: str) -> bytes:
    """Return the beginning of an OLE file whose directory names a stream."""
    return OLE + f"{stream}\0".encode("utf-16-le") + bytes(512)


def with_parts(package: bytes, parts: dict[str, str | bytes]) -> bytes:
    """Return a zip with some of its files replaced or added."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename not in parts:
                new.writestr(entry, old.read(entry))
        for path, content in parts.items():
            new.writestr(path, content)
    return made.getvalue()


def document(*paragraphs: str) -> bytes:
    """Return a docx of some paragraphs."""
    made = docx.Document()
    for paragraph in paragraphs:
        made.add_paragraph(paragraph)
    return _saved(made)


def document_of(body: str, **parts: str) -> bytes:
    """Return a docx whose body is WordprocessingML; `parts` are others, by their path with _ for the slash."""
    namespaces = (
        f'xmlns:w="{WORD}" xmlns:a="{DRAWING}" xmlns:r="{RELATIONS}" xmlns:v="urn:schemas-microsoft-com:vml" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    )
    wrapped = {
        path.replace("_", "/", 1) + ".xml": text.replace("NAMESPACES", namespaces) for path, text in parts.items()
    }
    main = f"<w:document {namespaces}><w:body>{body}</w:body></w:document>"
    return with_parts(document("Bonjour."), {"word/document.xml": main, **wrapped})


def document_with_table(*rows: tuple[str, ...]) -> bytes:
    """Return a docx holding a table."""
    made = docx.Document()
    table = made.add_table(len(rows), len(rows[0]))
    for row, words in zip(table.rows, rows, strict=True):
        for cell, word in zip(row.cells, words, strict=True):
            cell.text = word
    return _saved(made)


def document_with_edges(header: str, footer: str, title: str) -> bytes:
    """Return a docx with a header, a footer and a title property."""
    made = docx.Document()
    made.sections[0].header.paragraphs[0].text = header
    made.sections[0].footer.paragraphs[0].text = footer
    made.core_properties.title = title
    return _saved(made)


def document_with_picture() -> bytes:
    """Return a docx of one paragraph and one picture."""
    made = docx.Document()
    made.add_paragraph("Voir la copie ci-dessous.")
    made.add_picture(io.BytesIO(PNG), Mm(60))
    return _saved(made)


def workbook(rows: list[list[object]], name: str = "Suivi") -> openpyxl.Workbook:
    """Return an openpyxl workbook of one sheet, to be completed then `saved`."""
    made = openpyxl.Workbook()
    made.active.title = name
    for row in rows:
        made.active.append(row)
    return made


def saved(book: openpyxl.Workbook) -> bytes:
    """Return a workbook's bytes."""
    return _saved(book)


def workbook_of(cells: str, strings: str = "") -> bytes:
    """Return an xlsx whose only sheet has these cells (`<c>`) in its first row, and these shared strings (`<si>`)."""
    row = f'<sheetData><row r="1">{cells}</row></sheetData>'
    parts = {
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{SHEET}">{row}</worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{SHEET}">{strings}</sst>',
    }
    return with_parts(_saved(workbook([["a"]])), parts)


def workbook_with_everything(words: dict[str, str]) -> bytes:
    """Return an xlsx that hides `words[place]` in each place that openpyxl knows."""
    book = workbook([["Nom", "Suivi"]])
    sheet = book.active
    sheet["A2"] = words["cellule"]
    sheet["A3"] = int(words["nombre"])
    sheet["A4"] = f'=CONCATENATE("{words["formule"]}","")'
    sheet["A5"] = words["ligne masquée"]
    sheet.row_dimensions[5].hidden = True
    sheet["Z1"] = words["colonne masquée"]
    sheet.column_dimensions["Z"].hidden = True
    sheet["B2"].comment = Comment(words["commentaire"], "Un auteur inventé")
    sheet["B3"].hyperlink = f"https://exemple.invalid/?q={words['lien']}"
    sheet.oddHeader.center.text = f"Liste {words['en-tête']}"
    sheet.add_data_validation(DataValidation("list", f'"{words["validation"]},autre"', sqref="C1"))
    book.create_sheet(words["nom de feuille"])
    hidden = book.create_sheet("Cachée")
    hidden["A1"] = words["feuille masquée"]
    hidden.sheet_state = "veryHidden"
    book.properties.title = words["propriété"]
    return _saved(book)


def pdf(*pages: str) -> bytes:
    """Return a PDF with one page for each text; a line feed begins another line."""
    made = io.BytesIO()
    drawing = canvas.Canvas(made)
    for page in pages:
        for number, line in enumerate(page.split("\n")):
            drawing.drawString(40, 800 - 12 * number, line)
        drawing.showPage()
    drawing.save()
    return made.getvalue()


def pdf_letter_by_letter(text: str, step: float) -> bytes:
    """Return a PDF whose text is drawn one character at a time, every `step` points, as in Cerfa boxes."""
    made = io.BytesIO()
    drawing = canvas.Canvas(made)
    drawing.setFont("Courier", 10)
    for index, letter in enumerate(text):
        drawing.drawString(40 + step * index, 700, letter)
    drawing.save()
    return made.getvalue()


def pdf_with_image(text: str = "") -> bytes:
    """Return a PDF of one page showing an image, and a text if any."""
    made = io.BytesIO()
    drawing = canvas.Canvas(made)
    if text:
        drawing.drawString(40, 800, text)
    drawing.drawImage(ImageReader(io.BytesIO(PNG)), 40, 200, 400, 400)
    drawing.save()
    return made.getvalue()


def pdf_with_everything(words: dict[str, str]) -> bytes:
    """Return a PDF that hides `words[place]` in each place outside its page's text."""
    made = io.BytesIO()
    drawing = canvas.Canvas(made)
    drawing.setTitle(words["titre"])
    drawing.drawString(40, 800, "Une page ordinaire.")
    drawing.bookmarkPage("debut")
    drawing.addOutlineEntry(words["signet"], "debut")
    drawing.linkURL(f"https://exemple.invalid/{words['lien']}", (40, 700, 200, 720))
    drawing.textAnnotation(words["annotation"], (40, 600, 60, 620))
    drawing.acroForm.textfield(name="champ", value=words["champ"], x=40, y=500, width=200, height=20)
    drawing.save()
    return _with_structure(made.getvalue(), words)


def _with_structure(data: bytes, words: dict[str, str]) -> bytes:
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as document:
        with document.open_metadata(update_docinfo=False) as metadata:
            metadata["dc:description"] = words["xmp"]
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String(f"app.alert('{words['script']}')"))
        document.Root.OpenAction = script
        document.attachments["copie.txt"] = words["pièce jointe"].encode()
        document.save(made)
    return made.getvalue()


def locked_pdf() -> bytes:
    """Return a PDF that asks for a password."""
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf("Secret."))) as document:
        document.save(made, encryption=pikepdf.Encryption(owner="a", user="b"))
    return made.getvalue()


def pdf_bomb(gigabytes: int = 2) -> bytes:
    """Return a PDF of a few kB whose only page's content is compressed twice and swells without end."""
    packed = _spaces(gigabytes * 1024)
    made = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        stream = pikepdf.Stream(document, zlib.compress(packed, 9))
        stream.Filter = pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode])
        document.pages[0].Contents = document.make_indirect(stream)
        document.save(made, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return made.getvalue()


def _spaces(megabytes: int) -> bytes:
    # What zlib makes of them without compressing gigabytes: one block again and again, then Adler-32 in closed form.
    once = zlib.compressobj(9)
    block, end = once.compress(b" " * 2**20) + once.flush(zlib.Z_FULL_FLUSH), b"\x03\x00"
    length = megabytes * 2**20
    low, high = 1 + 32 * length, length + 32 * length * (length + 1) // 2
    sums = (high % 65521) << 16 | low % 65521
    return block + block[2:] * (megabytes - 1) + end + sums.to_bytes(4, "big")


def pdf_of_forms(levels: int, copies: int, *, endless: bool = False) -> bytes:
    """Return a small PDF whose page draws a form that draws others `copies` times, on so many levels, or itself."""
    made = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        forms = [_form(document) for _ in range(levels)]
        for index, form in enumerate(forms):
            below = forms[(index + 1) % levels] if endless or index + 1 < levels else None
            if below is not None:
                form.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=below))
                form.write(b"/F Do " * copies)
        document.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=forms[0]))
        document.pages[0].Contents = document.make_indirect(pikepdf.Stream(document, b"/F Do"))
        document.save(made)
    return made.getvalue()


def _form(document: pikepdf.Pdf) -> pikepdf.Stream:
    stream = pikepdf.Stream(document, b"0 0 m 9 9 l S")
    stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
    stream.BBox = pikepdf.Array([0, 0, 600, 800])
    return document.make_indirect(stream)


def pdf_that_hides(words: dict[str, str]) -> bytes:
    """Return a PDF whose page holds `words[way]` without showing them, by each way that is known."""
    made = io.BytesIO()
    drawing = canvas.Canvas(made)
    drawing.drawString(40, 800, "Une page ordinaire.")
    drawing.drawString(40, 700, words["rectangle noir"])
    drawing.rect(35, 690, 300, 22, fill=1)
    drawing.setFillColorRGB(1, 1, 1)
    drawing.drawString(40, 650, words["blanc sur blanc"])
    drawing.setFillColorRGB(0, 0, 0)
    drawing.rect(35, 590, 300, 22, fill=1)
    drawing.setFillColorRGB(1, 1, 1)
    drawing.drawString(40, 595, words["blanc sur noir, qui se voit"])
    drawing.setFillColorRGB(0, 0, 0)
    invisible = drawing.beginText(40, 500)
    invisible.setTextRenderMode(3)
    invisible.textOut(words["non peint"])
    invisible.setTextRenderMode(0)
    drawing.drawText(invisible)
    drawing.drawString(-600, 400, words["hors de la page"])
    drawing.setFillAlpha(0)
    drawing.drawString(40, 300, words["transparent"])
    drawing.save()
    return made.getvalue()


def pdf_with_dynamic_form(words: str) -> bytes:
    """Return a PDF with a form that only Adobe's reader shows."""
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf("Une page ordinaire."))) as document:
        form = document.make_stream(f"<xfa><champ>{words}</champ></xfa>".encode())
        document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(), XFA=form)
        document.save(made)
    return made.getvalue()


def pdf_holding(name: str, data: bytes) -> bytes:
    """Return a PDF to which a file is attached."""
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf("Une page ordinaire."))) as document:
        document.attachments[name] = data
        document.save(made)
    return made.getvalue()


def ole_of(streams: dict[str, bytes]) -> bytes:
    """Return an OLE file of some streams, each padded to the 4,096 bytes under which they are stored otherwise."""
    sectors, table, entries = [], [], []
    for name, content in streams.items():
        padded = content.ljust(4096, b"\0")
        padded += bytes(-len(padded) % 512)
        first = len(sectors)
        sectors += [padded[at : at + 512] for at in range(0, len(padded), 512)]
        table += [*range(first + 1, len(sectors)), 0xFFFFFFFE]
        entries.append(_entry(name, 2, first, len(padded)))
    chained = [entry[:72] + (index + 2).to_bytes(4, "little") + entry[76:] for index, entry in enumerate(entries[:-1])]
    root = _entry("Root Entry", 5, 0xFFFFFFFE, 0)
    root = root[:76] + (1).to_bytes(4, "little") + root[80:]
    directory = b"".join((root, *chained, *entries[-1:])).ljust(-(-(len(entries) + 1) // 4) * 512, b"\0")
    first = len(sectors)
    sectors += [directory[at : at + 512] for at in range(0, len(directory), 512)]
    table += [*range(first + 1, len(sectors)), 0xFFFFFFFE, 0xFFFFFFFD]
    fat = b"".join(number.to_bytes(4, "little") for number in table).ljust(512, b"\xff")
    header = OLE[:8] + bytes(16) + b"\x3e\0\x03\0\xfe\xff\x09\0\x06\0" + bytes(10)
    numbers = (1, first, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, len(sectors))
    header += b"".join(number.to_bytes(4, "little") for number in numbers) + b"\xff" * 432
    return header + b"".join(sectors) + fat


def _entry(name: str, kind: int, first: int, size: int) -> bytes:
    letters = f"{name}\0".encode("utf-16-le")
    about = letters.ljust(64, b"\0") + len(letters).to_bytes(2, "little") + bytes([kind, 1]) + b"\xff" * 12
    return about + bytes(36) + first.to_bytes(4, "little") + size.to_bytes(8, "little")


def macros(source: str, beside: str = "PROJECT") -> bytes:
    """Return an OLE file of one module of macros, its text in chunks that compress nothing (MS-OVBA 2.4.1)."""
    text = f'Attribute VB_Name = "Module1"\r\n{source}'.encode("cp1252")
    body = b"".join(b"\0" + text[at : at + 8] for at in range(0, len(text), 8))
    return ole_of({beside: b"\0", "VBA Module1": b"\x01" + (0xB000 | len(body) - 1).to_bytes(2, "little") + body})


@cache
def zip_bomb(path: str, megabytes: int) -> bytes:
    """Return an Office file one part of which swells to `megabytes`."""
    made = io.BytesIO()
    archive = zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED)
    with archive, archive.open(path, "w", force_zip64=True) as bomb:
        bomb.write(b"<a>")
        for _ in range(megabytes):
            bomb.write(b" " * 2**20)
        bomb.write(b"</a>")
    return made.getvalue()


def lying_bomb(path: str, megabytes: int) -> bytes:
    """Return the same, whose directory declares ten bytes."""
    bomb = zip_bomb(path, megabytes)
    directory = bomb.rindex(b"PK\x01\x02")
    return bomb[: directory + 24] + (10).to_bytes(4, "little") + bomb[directory + 28 :]


def _saved(made: "docx.document.Document | openpyxl.Workbook") -> bytes:
    to = io.BytesIO()
    made.save(to)
    return to.getvalue()
