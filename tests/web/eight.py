"""Eight pieces of an invented person, as many as the portal takes: read whole, in part, or not at all."""

from playwright.sync_api import FilePayload

from tests.scanners import pictures, samples


def eight() -> list[FilePayload]:
    """Return eight pieces: read, read in part, not read."""
    number = "NIR 1 85 07 78 006 000 13"
    scan = pictures.page("Attestation", number)
    files = {
        "attestation.pdf": samples.pdf("Attestation de droits.", number),
        "scan.pdf": pictures.pdf(scan),
        "note.docx": samples.document("Madame est diabétique."),
        "suivi.xlsx": samples.saved(samples.workbook([["nom", number]])),
        "liste.csv": number.encode(),
        "photo.jpg": pictures.saved(scan, "JPEG"),
        "certificat.pdf": samples.locked_pdf(),
        "blanc.png": samples.PNG,
    }
    return [
        {"name": name, "mimeType": "application/octet-stream", "buffer": content} for name, content in files.items()
    ]
