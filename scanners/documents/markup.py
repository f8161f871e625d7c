"""Hears the words of any Office part: paragraphs, tracked changes, field codes, loose text, telling attributes."""

from dataclasses import dataclass, field
from urllib.parse import unquote

from scanners.documents.package import Broken, local
from scanners.documents.passages import Passage, Place, Where

DELETED = "texte supprimé (suivi des modifications)"
BOXED = "zone de texte"
CODES = "code de champ"
UNSEEN = "mentions non affichées"

# Attributes that hold words, whatever their element: alternative texts, tooltips, prompts, names given by people.
_TELLING = frozenset(
    "alt author caption command connection connectionString descr description display displayName error "
    "errorTitle formula fullName help href instr name oddHeader oddFooter prompt promptTitle src string tag target "
    "Target text title tooltip v userId".split()
)
# Elements whose `val` holds words (w:alias, w:lvlText…); the `val` of the others is a setting.
_TELLING_VALUES = frozenset(
    "alias tag default listItem listEntry helpText statusText docVar lvlText "
    "placeholder docPart description category".split()
)
# What a bibliography says of its own layout (« APA.XSL »).
_SETTINGS = frozenset(("SelectedStyle", "StyleName"))
_INSERTED = frozenset(("ins", "moveTo"))
_DELETED = frozenset(("del", "moveFrom"))
_CODES = frozenset(("instrText", "delInstrText"))
_RUN_TEXT = frozenset(("t", "delText", "instrText", "delInstrText", "r"))
_DRAWN = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_DEEPEST = 64  # paragraphs inside paragraphs; office software stops at text boxes within text boxes
_OFF = frozenset(("0", "false", "off"))
_LOOSE_LINKS = frozenset(("t", "r", "rPr", "rPh"))  # their end breaks no word of a loose text
_METADATA = {
    "creator": "auteur",
    "lastModifiedBy": "dernier auteur",
    "title": "titre",
    "subject": "sujet",
    "description": "commentaires",
    "keywords": "mots-clés",
    "category": "catégorie",
    "Company": "société",
    "Manager": "responsable",
    "HyperlinkBase": "base des liens",
}


@dataclass(slots=True)
class _Paragraph:
    number: int
    boxed: bool
    now: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    changed: bool = False
    hidden: bool = False


class Words:
    """Makes passages of one part; `place` is where they stand, `every_attribute` is for parts of unknown shape."""

    def __init__(self, place: Place, *, every_attribute: bool = False) -> None:
        self.passages: list[Passage] = []
        self._place = place
        self._every = every_attribute
        self._open: list[_Paragraph] = []
        self._loose: list[str] = []
        self._unseen: dict[str, None] = {}
        self._count = self._inserted = self._deleted = self._runs = 0
        self._leaf = self._cell = ""
        self._told: set[Passage] = set()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Hear an element begin."""
        element = local(name)
        self._leaf = element
        if element == "p":
            if len(self._open) > _DEEPEST:
                raise Broken
            self._count += not self._open
            self._open.append(_Paragraph(self._count, boxed=bool(self._open)))
        elif element == "r":
            self._runs += 1
        elif element in _INSERTED:
            self._inserted += 1
        elif element in _DELETED:
            self._deleted += 1
        elif self._open and element in _DRAWN and (self._runs or element == "br"):
            self._add(_DRAWN[element])
        elif element == "vanish" and self._runs and self._open:
            self._open[-1].hidden |= _value(attributes) not in _OFF
        if attributes:
            self._keep(element, attributes)

    def end(self, name: str) -> None:
        """Hear an element end."""
        element = local(name)
        self._leaf = ""
        if element == "p":
            self._close(self._open.pop())
        elif element == "r":
            self._runs -= 1
        elif element in _INSERTED:
            self._inserted -= 1
        elif element in _DELETED:
            self._deleted -= 1
        elif self._loose and element not in _LOOSE_LINKS:
            self._close_loose(element)

    def words(self, text: str) -> None:
        """Hear text; white space between elements is layout of the XML, not words."""
        if self._leaf in _RUN_TEXT or not text.isspace():
            self._add(text)

    def close(self) -> None:
        """Make passages of what a broken part left open, then of the attributes that hold words."""
        while self._open:
            self._close(self._open.pop())
        if self._loose:
            self._close_loose("")
        where = Where.METADATA if self._place.where is Where.METADATA else Where.PART
        self._emit("\n".join(self._unseen), Place(where, part=self._named(UNSEEN), hidden=True))

    def _add(self, text: str) -> None:
        if not self._open:
            self._loose.append(text)
            return
        paragraph = self._open[-1]
        if self._leaf in _CODES:
            paragraph.codes.append(text)
            return
        paragraph.changed |= bool(self._deleted)
        if not self._deleted:
            paragraph.now.append(text)
        if not self._inserted:
            paragraph.before.append(text)

    def _close(self, paragraph: _Paragraph) -> None:
        """A text box is written twice, for new and old readers: told once while its paragraph is open."""
        part = BOXED if paragraph.boxed else ""
        self._emit("".join(paragraph.now), self._at(paragraph, part, hidden=paragraph.hidden))
        if paragraph.changed:
            self._emit("".join(paragraph.before), self._at(paragraph, DELETED, hidden=True))
        self._emit("".join(paragraph.codes), self._at(paragraph, CODES, hidden=True))
        if not self._open:
            self._told.clear()

    def _at(self, paragraph: _Paragraph, what: str, *, hidden: bool) -> Place:
        where = Where.METADATA if self._place.where is Where.METADATA else Where.PARAGRAPH
        return Place(where, paragraph.number, cell=self._cell, part=self._named(what), hidden=hidden)

    def _close_loose(self, element: str) -> None:
        text, part, where = "".join(self._loose), self._place.part, self._place.where
        self._loose.clear()
        if where is Where.METADATA and element not in _METADATA:
            self._unseen[text] = None
            return
        part = f"{part} « {_METADATA[element]} »" if where is Where.METADATA else part
        where = Where.CELL if self._cell else where
        self._emit(text, Place(where, cell=self._cell, part=part, hidden=self._place.hidden))

    def _keep(self, element: str, attributes: dict[str, str]) -> None:
        if element in ("comment", "threadedComment"):
            self._cell = attributes.get("ref", "")
        for name, value in attributes.items():
            plain = local(name)
            told = plain in _TELLING or (plain in ("val", "displayText", "name") and element in _TELLING_VALUES)
            kept = told or (self._every and plain not in _SETTINGS and not name.startswith("xmlns"))
            if value and kept:
                self._unseen[unquote(value)] = None

    def _emit(self, text: str, place: Place) -> None:
        passage = Passage(place, text)
        if text.strip() and passage not in self._told:
            self.passages.append(passage)
        if self._open:
            self._told.add(passage)

    def _named(self, what: str) -> str:
        return ", ".join(word for word in (self._place.part, what) if word)


class StyleNames:
    """Hears the styles of a document and keeps the names that people gave; « toc 1 » is the software's own."""

    def __init__(self) -> None:
        self.passages: list[Passage] = []
        self._is_custom = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Hear an element begin."""
        element = local(name)
        plain = {local(key): value for key, value in attributes.items()}
        if element == "style":
            self._is_custom = plain.get("customStyle", "0") not in _OFF
        elif element in ("name", "aliases") and self._is_custom and plain.get("val", "").strip():
            self.passages.append(Passage(Place(Where.PART, part="nom de style", hidden=True), plain["val"]))

    def end(self, name: str) -> None:
        """Hear an element end."""

    def words(self, text: str) -> None:
        """Hear text."""

    def close(self) -> None:
        """Hear the part end."""


def _value(attributes: dict[str, str]) -> str:
    return next((value for name, value in attributes.items() if local(name) == "val"), "")
