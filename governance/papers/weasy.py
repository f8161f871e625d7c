"""Layout by WeasyPrint: PDF/A-3a (ISO 19005-3) that says it is PDF/UA-1 (ISO 14289-1) too, and fetches nothing outside.

Imported when a document is first asked for: the library and the fonts take a second, and need Debian's libpango.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from weasyprint import HTML, Attachment
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from governance.papers.rules import File

# Its warnings quote what is being printed: personal data has no place in a log.
logging.getLogger("weasyprint").setLevel(logging.CRITICAL + 1)

STATIC = Path(__file__).parent / "static"
OURS = "papier:"  # papier:papier.css is a file of the package
_TYPES = {".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png"}

# A PDF/A says which properties of its metadata are not the standard's own (ISO 19005-3, 6.6.2.3).
_ACCESSIBLE = (
    b'<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>'
    b'<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
    b' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"'
    b' xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag>'
    b'<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>'
    b"<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    b"<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>"
    b'<rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>'
    b"<pdfaProperty:valueType>Integer</pdfaProperty:valueType>"
    b"<pdfaProperty:category>internal</pdfaProperty:category>"
    b"<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description>"
    b"</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description></rdf:RDF>"
)


class Ours(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Gives the files of this package and data: addresses; refuses any other, of the network or of the disk."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False, fail_on_errors=True)

    def fetch(self, url: str, headers: Any = None) -> Any:
        """Return what an address holds; raises ValueError."""
        if not url.startswith(OURS):
            return super().fetch(url, headers)
        path = STATIC / url.removeprefix(OURS)
        if path.parent != STATIC or path.suffix not in _TYPES or not path.is_file():
            raise ValueError("not a file of the documents")
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": _TYPES[path.suffix]})


def laid_out(html: str, files: Sequence[File], at: datetime) -> bytes:
    """Return the PDF of a page, files inside; the same bytes for the same page, files and instant.

    Raises ValueError when the page names something outside: a mistake of the template.
    """
    attached = [
        Attachment(
            string=one.content, name=one.name, description=one.description or one.name, created=at, modified=at,
            relationship="Data", url_fetcher=Ours(),
        )
        for one in files
    ]  # fmt: skip
    page = HTML(string=html, base_url=OURS, url_fetcher=Ours())
    same = sha256(html.encode()).hexdigest()[:32].encode()
    try:
        made: bytes = page.write_pdf(
            pdf_variant="pdf/a-3a", attachments=attached, finisher=_finish, pdf_identifier=same
        )
    except FatalURLFetchingError:  # it is no Exception: nothing else would stop it
        raise ValueError("a document shows only what the package holds") from None
    return made


def _finish(_: Any, pdf: Any) -> None:
    if "AF" in pdf.catalog:  # the layout names each file twice
        pdf.catalog["AF"][:] = list(dict.fromkeys(pdf.catalog["AF"]))
    number = int(pdf.catalog["Metadata"].split()[0])
    held = pdf.objects[number]
    held.stream = [b"".join(held.stream).replace(b"</rdf:RDF>", _ACCESSIBLE)]
