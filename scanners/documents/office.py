"""Reads Word documents and Excel workbooks: every part that holds words, and names those that it does not read."""

import re
from collections.abc import Collection, Iterable, Iterator
from zipfile import ZipInfo

from scanners.documents.markup import StyleNames, Words
from scanners.documents.ole import Ole
from scanners.documents.package import DAMAGED, Broken, Package, Walker, path_of
from scanners.documents.passages import Drawn, Item, Joined, Missing, Place, Unreadable, Where, capital
from scanners.documents.sheets import Cells, Links, Sheet, Strings, Workbook

_BODY = re.compile(r"word/document[^/]*\.xml$", re.IGNORECASE)
_SHEET = re.compile(r"xl/(work|chart|dialog|macro)sheets/[^/]*\.xml$", re.IGNORECASE)
_FREE_XML = re.compile(r"customXml/[^/]*\.xml$", re.IGNORECASE)
_METADATA = re.compile(r"docProps/.*\.xml$", re.IGNORECASE)
_RELATIONS, _BOOK, _STRINGS = "xl/_rels/workbook.xml.rels", "xl/workbook.xml", "xl/sharedStrings.xml"

# What a part is, by its path: the first that matches.
_PARTS = tuple(
    (re.compile(pattern, re.IGNORECASE), part)
    for pattern, part in (
        (r".*\.rels$", "adresses des liens"),
        (r"word/header", "en-tête"),
        (r"word/footer", "pied de page"),
        (r"(word|xl)/(threaded)?comments", "commentaire"),
        (r"word/footnotes", "note de bas de page"),
        (r"word/endnotes", "note de fin"),
        (r"word/glossary", "bloc réutilisable"),
        (r"(word|xl)/charts?/", "graphique"),
        (r"(word|xl)/diagrams/", "schéma"),
        (r"(word|xl)/(drawings|media)/", "dessin ou zone de texte"),
        (r"word/people|xl/persons", "auteurs des commentaires"),
        (r"xl/tables/", "tableau"),
        (r"xl/revisions/", "modification suivie"),
        (r"xl/pivot", "cache d'un tableau croisé"),
        (r"xl/externalLinks/", "données d'un classeur lié"),
        (r"xl/(connections|queryTables)", "connexion à des données"),
        (r"customXml/", "données XML jointes"),
        (r"word/|xl/", "réglages"),
        (r"", "autre partie"),
    )
)
# Files without words of the author: the printer's settings, fonts, names of styles (« toc 1 »), the small picture.
_WORDLESS = re.compile(
    r"xl/printerSettings/|word/(fonts/|theme/|(stylesWithEffects|fontTable|webSettings)\.xml$)|xl/theme/|"
    r"docProps/thumbnail\.(jpe?g|png)$",
    re.IGNORECASE,
)
_UNREAD = tuple(
    (re.compile(pattern, re.IGNORECASE), reason)
    for pattern, reason in (
        (
            r".*\.(emf|wmf|emz|wmz|wdp)$",
            "Le document contient une image d'un type ancien : les mots qu'elle montre n'ont pas été lus.",
        ),
        (r"", "Une partie du document est d'un type que Vigie ne lit pas."),
    )
)
_STYLES = re.compile(r"word/styles\.xml$", re.IGNORECASE)
_PICTURE = re.compile(r".*\.(png|jpe?g|jfif|gif|bmp|tiff?)$", re.IGNORECASE)
_MACROS = re.compile(r".*vbaProject[^/]*\.bin$", re.IGNORECASE)
_EMBEDDED = re.compile(r".*/(embeddings|activeX)/", re.IGNORECASE)
IMAGE, EMBEDDED = "image du document", "fichier incorporé"
_NO_BODY = "Le fichier n'a pas le contenu attendu : il n'a pas été lu."
_BROKEN = "Une partie du document est abîmée : elle n'a pas été lue jusqu'au bout."


def read_document(data: bytes) -> Iterator[Item]:
    """Yield what a docx holds. Raises `Unreadable`."""
    package = Package(data)
    body = [(part, _words(part)) for part in package.parts if _BODY.match(path_of(part))]
    yield from _read_body(package, body)
    yield from _read_rest(package, {path_of(part) for part, _ in body})


def read_workbook(data: bytes) -> Iterator[Item]:
    """Yield what an xlsx holds. Raises `Unreadable`."""
    package = Package(data)
    book, links, strings = Workbook(), Links(), Strings()
    walkers: tuple[tuple[str, Walker], ...] = ((_RELATIONS, links), (_BOOK, book), (_STRINGS, strings))
    for path, walker in walkers:
        yield from _read_parts(package, [(part, walker) for part in package.parts if path_of(part) == path])
    sheets = {links.find(sheet.link): sheet for sheet in book.sheets}
    orphan = Sheet("", "", hidden=True)
    named = [(part, sheets.get(path_of(part), orphan)) for part in package.parts if _SHEET.match(path_of(part))]
    yield from _read_body(package, [(part, Cells(sheet, strings)) for part, sheet in named])
    yield from strings.forgotten()
    yield from _read_rest(package, {_BOOK, _STRINGS, *(path_of(part) for part, _ in named)})


def _read_body(package: Package, body: Collection[tuple[ZipInfo, Walker]]) -> Iterator[Item]:
    if not body:
        raise Unreadable(_NO_BODY)
    gaps: list[Item] = []
    is_read = False
    for item in _read_parts(package, body):
        if isinstance(item, Missing):
            gaps.append(item)
        else:
            is_read = True
            yield item
    if gaps and not is_read:
        raise Unreadable(DAMAGED)
    yield from gaps


def _read_rest(package: Package, done: Collection[str]) -> Iterator[Item]:
    rest = [part for part in package.parts if path_of(part) not in done and not _WORDLESS.match(path_of(part))]
    yield from _read_parts(package, ((part, _words(part)) for part in rest))
    parts = {path_of(part) for part in package.parts}
    known: set[int] = set()  # a picture is often there several times: it is looked at once
    for entry in package.entries:
        if path_of(entry) not in parts and not _WORDLESS.match(path_of(entry)):
            yield from _read_file(package, entry, known)


def _read_file(package: Package, entry: ZipInfo, known: set[int]) -> Iterator[Item]:
    """Yield what a file that is not XML says: a picture, macros, another document."""
    path = path_of(entry)
    if _PICTURE.match(path):
        if entry.CRC not in known:
            yield Drawn(Place(Where.PART, part=IMAGE), (f"entry {entry.filename}", "frame 1"))
        known.add(entry.CRC)
    elif _MACROS.match(path):
        yield from _macros(package, entry)
    elif _EMBEDDED.match(path):
        data = package.whole(entry)
        yield Missing(f"{capital(EMBEDDED)} : {_BROKEN}") if data is None else _joined(entry, data)
    else:
        yield Missing(next(reason for pattern, reason in _UNREAD if pattern.match(path)))


def _joined(entry: ZipInfo, data: bytes) -> Item:
    return Joined(EMBEDDED, f"entry {entry.filename}", data)


def _macros(package: Package, entry: ZipInfo) -> Iterator[Item]:
    data = package.whole(entry)
    try:
        found = list(Ole(data or b"").macros())
    except Unreadable:
        found = []
    yield from found or [Missing("Le document contient des macros : elles n'ont pas été lues.")]


def _read_parts(package: Package, walks: Iterable[tuple[ZipInfo, Walker]]) -> Iterator[Item]:
    for part, walker in walks:
        try:
            yield from package.walk(part, walker)
        except Broken:
            yield Missing(_BROKEN)


def _words(part: ZipInfo) -> Walker:
    path = path_of(part)
    if _BODY.match(path):
        return Words(Place(Where.PARAGRAPH))
    if _METADATA.match(path):
        return Words(Place(Where.METADATA, part="propriétés du document", hidden=True))
    if _STYLES.match(path):
        return StyleNames()
    named = next(name for pattern, name in _PARTS if pattern.match(path))
    return Words(Place(Where.PART, part=named), every_attribute=bool(_FREE_XML.match(path)))
