"""Makes ancien.doc and ancien.xls with LibreOffice, once: `python -m tests.scanners.data.make_legacy`.

Each place where words hide holds a NIR of its own, whose town tells the place (DOC, XLS below).
"""

import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import docx
from docx.shared import Mm

from tests.scanners import pictures, samples
from tests.scanners.samples import nir

HERE = Path(__file__).parent
DOC = {
    "paragraphe": 101, "tableau": 102, "en-tête": 103, "pied de page": 104, "texte masqué": 105, "supprimé": 109,
    "inséré": 110, "titre": 111, "champ": 112, "lien": 113, "image": 114,
}  # fmt: skip
XLS = {
    "cellule": 201, "nombre": 202, "formule": 203, "ligne masquée": 204, "colonne masquée": 205, "commentaire": 206,
    "lien": 207, "en-tête": 208, "validation": 209, "nom de feuille": 210, "feuille masquée": 211, "propriété": 212,
}  # fmt: skip


def document() -> bytes:
    """Return the docx that becomes ancien.doc."""
    said = {place: nir(town) for place, town in DOC.items()}
    run = "<w:r>{}<w:t>{}</w:t></w:r>"
    field = f'<w:fldSimple w:instr="QUOTE {said["champ"]}"><w:r><w:t>champ</w:t></w:r></w:fldSimple>'
    address = f'HYPERLINK "https://exemple.invalid/{said["lien"]}"'
    link = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {address} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>voir</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    author = 'w:id="1" w:author="Un auteur inventé" w:date="2026-01-01T00:00:00Z"'
    body = "".join(
        f"<w:p>{inside}</w:p>"
        for inside in (
            run.format("", f"Le dossier porte le numéro {said['paragraphe']}."),
            run.format("<w:rPr><w:vanish/></w:rPr>", f"Masqué {said['texte masqué']}"),
            f"<w:ins {author}>{run.format('', said['inséré'])}</w:ins>",
            f"<w:del {author}><w:r><w:delText>{said['supprimé']}</w:delText></w:r></w:del>",
            field,
            link,
        )
    )
    body += f"<w:tbl><w:tr><w:tc><w:p>{run.format('', said['tableau'])}</w:p></w:tc></w:tr></w:tbl><w:p/>"
    package = samples.document_with_edges(said["en-tête"], said["pied de page"], said["titre"])
    return samples.with_parts(package, _body(package, body))


def _body(package: bytes, body: str) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        xml = archive.read("word/document.xml").decode()
    start, end = xml.index("<w:body>") + len("<w:body>"), xml.index("<w:sectPr")
    return {"word/document.xml": xml[:start] + body + xml[end:]}


def workbook() -> bytes:
    """Return the xlsx that becomes ancien.xls."""
    return samples.workbook_with_everything({place: nir(town) for place, town in XLS.items()})


def converted(data: bytes, name: str, kind: str) -> bytes:
    """Return a file in another format, by LibreOffice."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / name
        source.write_bytes(data)
        command = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/p", "--convert-to", kind]
        subprocess.run([*command, "--outdir", folder, source], check=True, capture_output=True, timeout=180)
        return source.with_suffix(f".{kind}").read_bytes()


def picture() -> bytes:
    """Return the docx of one picture that becomes image.doc."""
    made, to = docx.Document(), io.BytesIO()
    made.add_paragraph("Voir la copie.")
    drawn = pictures.page("Copie de la carte,", f"au numéro {nir(DOC['image'])} noté.", size=(1000, 250))
    made.add_picture(io.BytesIO(pictures.saved(drawn)), Mm(150))
    made.save(to)
    return to.getvalue()


if __name__ == "__main__":
    sys.stdout.write("ancien.doc, ancien.xls, image.doc\n")
    (HERE / "ancien.doc").write_bytes(converted(document(), "ancien.docx", "doc"))
    (HERE / "ancien.xls").write_bytes(converted(workbook(), "ancien.xlsx", "xls"))
    (HERE / "image.doc").write_bytes(converted(picture(), "image.docx", "doc"))
