"""What a file is, told from its bytes and never from its name; and whether its name says otherwise."""

import io
import re
import zipfile
import zlib
from enum import StrEnum
from pathlib import PurePosixPath
from typing import NamedTuple


class Kind(StrEnum):
    """The kinds the portal takes (S0 annexe 2), then those recognised only to be refused by their name."""

    PDF = "pdf"
    DOC = "doc"
    DOCX = "docx"
    XLS = "xls"
    XLSX = "xlsx"
    CSV = "csv"
    TIFF = "tiff"
    PNG = "png"
    JPEG = "jpeg"
    PROTECTED = "protege"
    OLE = "ole"
    RTF = "rtf"
    MARKUP = "balises"
    ARCHIVE = "archive"

    @property
    def extensions(self) -> tuple[str, ...]:
        """Return the extensions a file of this kind may wear, lower case, without the dot."""
        return _ABOUT[self].extensions

    @property
    def label(self) -> str:
        """Return the kind as a French sentence would name it, article included."""
        return _ABOUT[self].label

    @property
    def is_picture(self) -> bool:
        """Say whether its words are drawn rather than written."""
        return self in (Kind.TIFF, Kind.PNG, Kind.JPEG)


class _About(NamedTuple):
    label: str
    extensions: tuple[str, ...]


_ABOUT = {
    Kind.PDF: _About("un document PDF", ("pdf",)),
    Kind.DOC: _About("un ancien document Word", ("doc",)),
    Kind.DOCX: _About("un document Word", ("docx",)),
    Kind.XLS: _About("un ancien classeur Excel", ("xls",)),
    Kind.XLSX: _About("un classeur Excel", ("xlsx",)),
    Kind.CSV: _About("du texte simple ou un tableau CSV", ("csv",)),
    Kind.TIFF: _About("une image TIFF", ("tiff", "tif")),
    Kind.PNG: _About("une image PNG", ("png",)),
    Kind.JPEG: _About("une image JPEG", ("jpeg", "jpg")),
    Kind.PROTECTED: _About("un document Office protégé par un mot de passe", ("doc", "docx", "xls", "xlsx")),
    Kind.OLE: _About("un fichier Office d'un type inconnu", ()),
    Kind.RTF: _About("un document RTF", ()),
    Kind.MARKUP: _About("une page web ou un fichier XML", ()),
    Kind.ARCHIVE: _About("une archive", ()),
}
_PORTAL = frozenset(extension for about in _ABOUT.values() for extension in about.extensions)

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"II*\x00", Kind.TIFF),
    (b"MM\x00*", Kind.TIFF),
    (b"II+\x00", Kind.TIFF),
    (b"MM\x00+", Kind.TIFF),
    (b"{\\rtf", Kind.RTF),
    (b"Rar!", Kind.ARCHIVE),
    (b"7z\xbc\xaf", Kind.ARCHIVE),
    (b"\x1f\x8b", Kind.ARCHIVE),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = (("WordDocument", Kind.DOC), ("Workbook", Kind.XLS), ("Book", Kind.XLS))
_MARKUP = re.compile(rb"\s*<(?:\?xml|!doctype|!--|html|head|body|table|svg)", re.IGNORECASE)
_MIME = re.compile(rb"\s*MIME-Version:", re.IGNORECASE)
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1a\x1b")) + b"\x7f"
_HEAD = 1024  # ISO 32000-1, annex H.3.4.1: readers look for « %PDF- » within the first 1,024 bytes.
_SAMPLE = 65_536


def sniff(data: bytes) -> Kind | None:
    """Return what the bytes are, or None when nothing is recognised.

    It looks inside archives: only the limited child process may call it on a stranger's file.

    >>> sniff(b"%PDF-1.7 ..."), sniff(b"nom;commentaire"), sniff(bytes(8))
    (<Kind.PDF: 'pdf'>, <Kind.CSV: 'csv'>, None)
    """
    if data.startswith(b"PK"):
        return _inside_zip(data)
    if b"%PDF-" in data[:_HEAD]:
        return Kind.PDF
    if data.startswith(_OLE):
        return _inside_ole(data)
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    return _written(data)


def extension(name: str) -> str:
    """Return the extension a name ends with, lower case, without the dot.

    >>> extension("Bilan.PDF"), extension("sans")
    ('pdf', '')
    """
    return PurePosixPath(name.replace("\\", "/").replace("\x00", "")).suffix[1:].lower()


def lies(name: str, kind: Kind | None) -> bool:
    """Say whether a name promises one of the portal's kinds and its bytes are another.

    >>> lies("bilan.pdf", Kind.DOCX), lies("scan.jpg", Kind.JPEG), lies("bilan.pdf", None)
    (True, False, True)
    """
    promised = extension(name)
    return promised in _PORTAL and (kind is None or promised not in kind.extensions)


def lie(name: str, kind: Kind | None) -> str | None:
    """Return the French sentence telling that the name lies, or None. Only the extension is repeated."""
    if not lies(name, kind):
        return None
    found = kind.label if kind else "un contenu qui n'est d'aucun type connu"
    return f"Ce fichier se nomme « .{extension(name)} » mais contient {found}."


def _inside_zip(data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [name.replace("\\", "/").lstrip("/").lower() for name in archive.namelist()]
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, OSError, EOFError):
        return _broken_zip(data)
    if any(name.startswith("word/") for name in names):
        return Kind.DOCX
    if any(name.startswith("xl/") for name in names) and "xl/workbook.bin" not in names:
        return Kind.XLSX
    return Kind.ARCHIVE


def _broken_zip(data: bytes) -> Kind:
    if b"word/" in data:
        return Kind.DOCX
    return Kind.XLSX if b"xl/w" in data else Kind.ARCHIVE


def _inside_ole(data: bytes) -> Kind:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return Kind.PROTECTED
    found = [(data.find(f"{stream}\0".encode("utf-16-le")), kind) for stream, kind in _OLE_STREAMS]
    return min(((at, kind) for at, kind in found if at >= 0), default=(0, Kind.OLE))[1]


def _written(data: bytes) -> Kind | None:
    head = data[:_SAMPLE]
    if not head:
        return None
    if _MARKUP.match(head.removeprefix(_BOMS[0])) or _MIME.match(head):
        return Kind.MARKUP
    if head.startswith(_BOMS) or looks_utf16(head):
        return Kind.CSV
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return Kind.CSV if controls * 100 <= len(head) else None


def looks_utf16(head: bytes) -> str | None:
    """Return the byte order of a text whose every other byte is NUL, as ASCII in UTF-16 is, or None."""
    if len(head) < 4:
        return None
    even, odd = head[0::2].count(0) * 2 / len(head), head[1::2].count(0) * 2 / len(head)
    if odd > 0.6 and even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > 0.6 and odd < 0.1 else None
