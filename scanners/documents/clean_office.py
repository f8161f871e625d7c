"""Makes copies of Word documents: the text as it shows, without comments, changes, hidden text or properties."""

import io
import posixpath
import re
import zipfile
from collections.abc import Container

from lxml import etree

from scanners.documents.clean_pages import clean_picture
from scanners.documents.masks import Masks
from scanners.documents.package import Package, path_of
from scanners.documents.passages import Unreadable

DAMAGED = "Le document est abîmé : une copie nettoyée n'a pas pu être faite."
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_KEPT = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|word/_rels/(document|header\d*|footer\d*|footnotes|endnotes)\.xml\.rels|"
    r"word/(document|header\d*|footer\d*|footnotes|endnotes|styles|numbering|fontTable|theme/[^/]+)\.xml|"
    r"word/media/[^/]+\.(png|jpe?g)"
)
_TEXTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_DROPPED = frozenset(
    f"{_W}{name}"
    for name in (
        "del moveFrom delText delInstrText rPrChange pPrChange sectPrChange tblPrChange trPrChange tcPrChange "
        "tblGridChange numberingChange cellIns cellDel cellMerge commentRangeStart commentRangeEnd commentReference "
        "annotationRef moveFromRangeStart moveFromRangeEnd moveToRangeStart moveToRangeEnd bookmarkStart bookmarkEnd "
        "proofErr permStart permEnd sdtPr sdtEndPr smartTagPr customXmlPr instrText fldChar object altChunk "
        "attachedTemplate docPartObj"
    ).split()
) | {f"{_MC}Fallback"}
_UNWRAPPED = frozenset(f"{_W}{name}" for name in "ins moveTo sdt sdtContent smartTag customXml fldSimple".split())
_NAMING = frozenset(("descr", "title", "name", "alt"))


def clean_document(data: bytes, masks: Masks) -> bytes:
    """Return a document of the parts that show. Raises `Unreadable`."""
    package = Package(data)
    kept = {path_of(entry): entry for entry in package.entries if _KEPT.fullmatch(path_of(entry))}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, entry in kept.items():
            content = package.whole(entry)
            if content is None:
                raise Unreadable(DAMAGED)
            archive.writestr(path, _part(path, content, kept.keys(), masks))
    return made.getvalue()


def _part(path: str, content: bytes, kept: Container[str], masks: Masks) -> bytes:
    if path.startswith("word/media/"):
        own = Masks(boxes={"frame 1": masks.boxes.get(f"entry {path}", ())})
        return clean_picture(content, own)
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except etree.XMLSyntaxError as error:
        raise Unreadable(DAMAGED) from error
    if root.getroottree().docinfo.doctype:
        raise Unreadable(DAMAGED)
    if path.endswith(".rels"):
        _keep_links(root, posixpath.dirname(posixpath.dirname(path)), kept)
    elif path == "[Content_Types].xml":
        parts = [(one, one.get("PartName", "").lstrip("/")) for one in root]
        _take_off(root, [one for one, part in parts if part and part not in kept])
    elif _TEXTS.fullmatch(path):
        _strip(root)
        _mask(root, masks)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _keep_links(root: "etree._Element", folder: str, kept: Container[str]) -> None:
    gone = []
    for link in root:
        target = link.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        if link.get("TargetMode") == "External" or path not in kept:
            gone.append(link)
    _take_off(root, gone)


def _take_off(root: "etree._Element", gone: "list[etree._Element]") -> None:
    for one in gone:
        root.remove(one)


def _strip(root: "etree._Element") -> None:
    """Take off what does not show, or tells more than it shows."""
    for run in list(root.iter(f"{_W}r")):
        if run.find(f"{_W}rPr/{_W}vanish") is not None:
            _remove(run)
    for one in list(root.iter()):
        if not isinstance(one.tag, str) or one.tag in _DROPPED:
            _remove(one)
        elif one.tag in _UNWRAPPED:
            _unwrap(one)
        elif one.tag == f"{_W}hyperlink":
            one.attrib.clear()
        else:
            _forget(one)


def _forget(one: "etree._Element") -> None:
    """Empty what people named, and take off what tells who wrote when."""
    for name in list(one.attrib):
        if name in _NAMING:
            one.attrib[name] = ""
        elif "rsid" in name:
            del one.attrib[name]


def _remove(one: "etree._Element") -> None:
    parent = one.getparent()
    if parent is not None:
        parent.remove(one)


def _unwrap(one: "etree._Element") -> None:
    parent = one.getparent()
    if parent is not None:
        at = parent.index(one)
        for child in reversed(list(one)):
            parent.insert(at, child)
        parent.remove(one)


def _mask(root: "etree._Element", masks: Masks) -> None:
    """Blacken the words of each paragraph, whatever runs they are cut in."""
    for paragraph in root.iter(f"{_W}p"):
        pieces = [one for one in paragraph.iter(f"{_W}t") if one.text]
        text = "".join(one.text or "" for one in pieces)
        hidden = masks.masked(text)
        if hidden != text:
            at = 0
            for one in pieces:
                length = len(one.text or "")
                one.text, at = hidden[at : at + length], at + length
