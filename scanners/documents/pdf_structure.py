"""Reads what a PDF holds outside its pages' text: properties, annotations, forms, bookmarks, links, scripts."""

import io
import zlib
from collections.abc import Iterator

import pikepdf

from scanners.documents.budgets import MAX_PAGES
from scanners.documents.markup import Words
from scanners.documents.package import Broken, walk
from scanners.documents.passages import Item, Joined, Missing, Passage, Place, Unreadable, Where, capital

_BROKEN = "Les annotations, formulaires et propriétés du PDF n'ont pas pu être lus."
ATTACHED = "pièce jointe du PDF"
_XFA = "formulaire dynamique (XFA)"
_TOO_BIG = "Une partie du PDF est trop grande pour être lue."
_TROUBLES = (pikepdf.PdfError, ValueError, TypeError, KeyError, zlib.error, AttributeError, RuntimeError, OverflowError)

_ANNOTATION, _FIELD, _REPLACED = "annotation", "champ de formulaire", "texte de remplacement"
_SCRIPT, _NAME, _OTHER = "script", "nom ou description de fichier", "annotation ou formulaire"
_KEYS = {
    "/Contents": _ANNOTATION,
    "/RC": _ANNOTATION,
    "/Subj": _ANNOTATION,
    "/V": _FIELD,
    "/DV": _FIELD,
    "/RV": _FIELD,
    "/TU": _FIELD,
    "/Opt": _FIELD,
    "/CA": _FIELD,
    "/T": _OTHER,
    "/Title": "signet",
    "/URI": "lien",
    "/Alt": _REPLACED,
    "/ActualText": _REPLACED,
    "/E": _REPLACED,
    "/JS": _SCRIPT,
    "/F": _NAME,
    "/UF": _NAME,
    "/Desc": _NAME,
}
_SHOWN = (_ANNOTATION, _FIELD)
_INFO = {"/Title": "titre", "/Author": "auteur", "/Subject": "sujet", "/Keywords": "mots-clés"}
_PROPERTIES = "propriétés du document"
_MOST = 25_000_000  # bytes of a stream, once decompressed
_MOST_RAW = 100_000  # bytes of a stream compressed otherwise: at deflate's best, a thousand times that
_DEPTH = 16


def read_structure(data: bytes) -> Iterator[Item]:
    """Yield what stands outside the pages' text. Raises nothing: what fails is told as missing."""
    try:
        with pikepdf.open(io.BytesIO(data)) as document:
            yield from _properties(document)
            pages = _pages(document)
            properties = document.docinfo.objgen
            for thing in document.objects:
                if thing.objgen != properties:
                    yield from _read(thing, pages.get(thing.objgen, 0))
    except _TROUBLES:
        yield Missing(_BROKEN)


_DATES = ("/CreationDate", "/ModDate")


def _properties(document: pikepdf.Pdf) -> Iterator[Item]:
    for key, value in document.docinfo.items():
        part = f"{_PROPERTIES} « {_INFO[key]} »" if key in _INFO else _PROPERTIES
        if isinstance(value, pikepdf.String) and str(value).strip() and key not in _DATES:
            yield Passage(Place(Where.METADATA, part=part, hidden=True), str(value))


def _pages(document: pikepdf.Pdf) -> dict[tuple[int, int], int]:
    """Return the number of the page on which each annotation stands."""
    numbers: dict[tuple[int, int], int] = {}
    for number, page in enumerate(document.pages, 1):
        if number > MAX_PAGES:
            break
        numbers[page.obj.objgen] = number
        annotations = page.obj.get("/Annots")
        if isinstance(annotations, pikepdf.Array):
            numbers.update({annotation.objgen: number for annotation in annotations if annotation.is_indirect})
    return numbers


def _read(thing: pikepdf.Object, page: int) -> Iterator[Item]:
    """Yield the words of one indirect object; what it refers to comes at its own turn."""
    if isinstance(thing, pikepdf.Stream):
        yield from _read_stream(thing)
    waiting = [(thing, 0)]
    while waiting:
        holder, depth = waiting.pop()
        if isinstance(holder, pikepdf.Array):
            children = [("", child) for child in holder]
        elif isinstance(holder, pikepdf.Dictionary | pikepdf.Stream):
            children = list(holder.items())
        else:
            continue
        for key, child in children:
            yield from _tell(key, child, page)
            if depth < _DEPTH and isinstance(child, pikepdf.Object) and not child.is_indirect:
                waiting.append((child, depth + 1))


def _tell(key: str, value: object, page: int) -> Iterator[Item]:
    if key == "/XFA":
        yield from _dynamic_form(value)
    if key == "/EF" and isinstance(value, pikepdf.Dictionary):
        yield from _attached(value)
    if key not in _KEYS:
        return
    values = list(value) if isinstance(value, pikepdf.Array) else [value]
    text = "\n".join(str(word) for word in values if isinstance(word, pikepdf.String))
    if key in ("/JS", "/RC", "/RV") and isinstance(value, pikepdf.Stream):
        data = expanded(value)
        if data is None:
            yield Missing(_TOO_BIG)
            return
        text = data.decode("utf-8", "replace")
    if text.strip():
        part = _KEYS[key]
        yield Passage(Place(Where.PAGE if page else Where.PART, page, part=part, hidden=part not in _SHOWN), text)


def _dynamic_form(value: object) -> Iterator[Item]:
    """Yield the words of a form that only Adobe's reader shows: one XML text, in one stream or cut in several."""
    packets = value if isinstance(value, pikepdf.Array) else [value]
    parts = [expanded(packet) for packet in packets if isinstance(packet, pikepdf.Stream)]
    try:
        words = Words(Place(Where.PART, part=_XFA, hidden=True), every_attribute=True)
        yield from walk((*(part or b"" for part in parts), b""), words)
    except (Broken, Unreadable):
        yield Missing(f"{capital(_XFA)} : il n'a pas été lu jusqu'au bout.")


def _attached(files: pikepdf.Dictionary) -> Iterator[Item]:
    """Yield the file that a PDF holds; it is named twice, for systems of old (ISO 32000-1, 7.11.4)."""
    numbers = {found.objgen[0]: found for _, found in files.items() if isinstance(found, pikepdf.Stream)}
    for number, stream in numbers.items():
        data = expanded(stream)
        yield (
            Missing(f"{capital(ATTACHED)} : {_TOO_BIG}") if data is None else Joined(ATTACHED, f"joined {number}", data)
        )


def _read_stream(stream: pikepdf.Stream) -> Iterator[Item]:
    kind = stream.get("/Type")
    if kind != pikepdf.Name.Metadata:
        return
    data = expanded(stream)
    if data is None:
        yield Missing(_TOO_BIG)
        return
    try:
        yield from walk((data, b""), Words(Place(Where.METADATA, part=_PROPERTIES, hidden=True)))
    except (Broken, Unreadable):
        yield Missing(_BROKEN)


def expanded(stream: pikepdf.Stream) -> bytes | None:
    """Return a stream's bytes, decompressed within a budget, or None when they exceed it."""
    raw = stream.read_raw_bytes()
    if "/Filter" not in stream:
        return raw
    if stream.get("/Filter") == pikepdf.Name.FlateDecode and "/DecodeParms" not in stream:
        unpacked = zlib.decompressobj().decompress(raw, _MOST + 1)
        return unpacked if len(unpacked) <= _MOST else None
    return stream.read_bytes() if len(raw) <= _MOST_RAW else None
