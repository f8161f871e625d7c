"""A check as people read it: words, symbols, places and sentences, ready for the templates."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate

from scanners.actions import LONGEST_WORD
from scanners.documents.legibility import Legibility
from scanners.documents.passages import Outcome as Read
from scanners.dossier import Checked, CheckedFile, Dossier
from scanners.doubts import Disputes
from scanners.findings import Category, Level
from scanners.own_words import key
from scanners.presenting_doubts import DisputeView, disputes_of
from scanners.rewording import Rewording, masked, reword
from scanners.rules import Outcome, Reason, Remark, Verdict

SHOWN_REMARKS = 100
SHOWN_PLACES = 10
_PASSAGE = 60
_BREAKING = re.compile(r" (?=[:;!?»])|(?<=«) |(?<=\bart\.) ")

LEVELS = {Level.BLOQUANT: "Bloquant", Level.A_VERIFIER: "À vérifier", Level.INFO: "Pour information"}
CATEGORIES = {
    Category.NIR: "numéro de sécurité sociale (NIR)",
    Category.SANTE: "donnée de santé",
    Category.TELEPHONE: "numéro de téléphone",
    Category.EMAIL: "adresse électronique",
    Category.IBAN: "compte bancaire (IBAN)",
    Category.ADRESSE: "adresse postale",
    Category.NOM_TIERS: "nom d'un tiers",
    Category.DATE_NAISSANCE: "date de naissance",
}
LEGIBILITY = {
    Legibility.LEGIBLE: "lisible",
    Legibility.MIDDLING: "lisibilité moyenne",
    Legibility.ILLEGIBLE: "à rescanner",
    Legibility.BLANK: "page blanche",
}
READ = {Read.READ: "lue", Read.IN_PART: "lue en partie", Read.NOT_READ: "non lue"}
OUTCOMES = {
    Outcome.ACCEPTE: "Rien ne s'oppose à l'envoi",
    Outcome.A_VERIFIER: "À vérifier avant l'envoi",
    Outcome.REFUSE: "À corriger : le signalement ne peut pas partir ainsi",
}
FILE_OUTCOMES = {Outcome.ACCEPTE: "Acceptée", Outcome.A_VERIFIER: "À vérifier", Outcome.REFUSE: "Refusée"}
NOTHING = "Rien n'a été relevé."

_Same = tuple[Level, Category, str, str, str | None, str | None]
Link = Callable[[str | None], str | None]


@dataclass(frozen=True, slots=True)
class RemarkView:
    """A remark on the comment; `start` and `end` count as browsers do, in UTF-16 units."""

    number: int
    level: Level
    category: str
    passage: str = field(repr=False)
    line: int
    why: str
    article: str
    href: str | None
    instead: Rewording
    start: int
    end: int
    word: str | None = field(repr=False)

    @property
    def level_word(self) -> str:
        """Return the level in words."""
        return LEVELS[self.level]


@dataclass(frozen=True, slots=True)
class CommentView:
    """What was found in the comment; `pieces`, its stretches with their levels; `disputes`, its refusals by number."""

    outcome: Outcome
    summary: str
    remarks: tuple[RemarkView, ...]
    masked: str = field(repr=False)
    pieces: tuple[tuple[str, Level | None], ...] = field(repr=False)
    disputes: Mapping[int, DisputeView] = field(default_factory=dict)

    @property
    def listed(self) -> tuple[RemarkView, ...]:
        """Return the remarks that are listed one by one."""
        return self.remarks[:SHOWN_REMARKS]

    @property
    def hidden(self) -> int:
        """Return how many remarks are not."""
        return len(self.remarks) - len(self.listed)


@dataclass(frozen=True, slots=True)
class FileRemark:
    """Remarks of one kind in a file, and where they stand; the words themselves are not repeated."""

    level: Level
    category: str
    why: str
    article: str
    href: str | None
    advice: str | None
    count: int
    places: tuple[str, ...] = field(repr=False)

    @property
    def level_word(self) -> str:
        """Return the level in words."""
        return LEVELS[self.level]


@dataclass(frozen=True, slots=True)
class FileView:
    """What was read of a file and what it calls for."""

    name: str = field(repr=False)
    outcome: Outcome
    kind: str | None
    read: str
    legibility: str | None
    notes: tuple[str, ...]
    remarks: tuple[FileRemark, ...]
    on_name: tuple[FileRemark, ...]
    reason: Reason | None
    reasons: tuple[Reason, ...]

    @property
    def outcome_word(self) -> str:
        """Return the outcome in words."""
        return FILE_OUTCOMES[self.outcome]


@dataclass(frozen=True, slots=True)
class ResultView:
    """The answer to a dossier."""

    outcome: Outcome
    title: str
    advice: str
    receipt: str
    comment: CommentView | None
    reason: Reason | None
    files: tuple[FileView, ...]
    names_need_reason: bool
    notes: tuple[str, ...]
    consent: str | None


def typographic(text: str) -> str:
    """Return a sentence whose French spaces do not break: before « : ; ! ? », inside quotation marks, after « art. ».

    >>> typographic("Quoi ? « Rien » : art. 5") == "Quoi\\xa0? «\\xa0Rien\\xa0»\\xa0: art.\\xa05"
    True
    """
    return _BREAKING.sub("\u00a0", text)


def summary(levels: Iterable[Level]) -> str:
    """Return how many remarks of each level, the gravest first.

    >>> summary([Level.INFO, Level.BLOQUANT, Level.BLOQUANT, Level.A_VERIFIER])
    '2 points bloquants, 1 à vérifier, 1 pour information'
    """
    counts = Counter(levels)
    words = {Level.BLOQUANT: ("bloquant", "bloquants"), Level.A_VERIFIER: ("à vérifier",) * 2}
    said = [
        f"{counts[level]} {words.get(level, ('pour information',) * 2)[counts[level] > 1]}"
        for level in LEVELS
        if counts[level]
    ]
    if not said:
        return NOTHING
    number, _, rest = said[0].partition(" ")
    return ", ".join([f"{number} point{'s' if int(number) > 1 else ''} {rest}", *said[1:]])


def comment_view(text: str, verdict: Verdict, link: Link, known: Disputes | None) -> CommentView:
    """Return the remarks on a comment, in the order of the text."""
    position = _utf16(text)
    remarks = tuple(_remark(text, number, remark, position, link) for number, remark in enumerate(verdict.remarks))
    return CommentView(
        outcome=verdict.outcome,
        summary=summary(remark.level for remark in verdict.remarks),
        remarks=remarks,
        masked=masked(text, (remark.finding for remark in verdict.remarks), Level.INFO),
        pieces=_pieces(text, verdict.remarks),
        disputes=disputes_of(text, verdict, known),
    )


def result_view(
    dossier: Dossier, checked: Checked, kept: str, consent: str | None, link: Link, known: Disputes | None
) -> ResultView:
    """Return the answer to a dossier whose receipt was kept; `consent` says how the person's agreement is proved."""
    text, given = dossier.comment or "", dossier.file_reasons
    return ResultView(
        outcome=checked.outcome,
        title=OUTCOMES[checked.outcome],
        advice=_advice(checked),
        receipt=kept,
        comment=comment_view(text, checked.comment, link, known) if checked.comment is not None else None,
        reason=checked.comment.reason if checked.comment is not None else None,
        files=tuple(file_view(one, given.get(one.position), link) for one in checked.files),
        names_need_reason=any(one.name_verdict.outcome is Outcome.A_VERIFIER for one in checked.files),
        notes=checked.notes,
        consent=consent if checked.outcome is Outcome.ACCEPTE else None,
    )


def _remark(text: str, number: int, remark: Remark, position: Callable[[int], int], link: Link) -> RemarkView:
    finding = remark.finding
    passage = " ".join(text[finding.start : finding.end].split())
    return RemarkView(
        number=number,
        level=remark.level,
        category=CATEGORIES[finding.category],
        passage=passage if len(passage) <= _PASSAGE else f"{passage[: _PASSAGE - 1]}…",
        line=text.count("\n", 0, finding.start) + 1,
        why=finding.why,
        article=remark.article,
        href=link(remark.clause),
        instead=reword(finding),
        start=position(finding.start),
        end=position(finding.end),
        word=passage if finding.category is Category.SANTE and _is_word(passage) else None,
    )


def _is_word(passage: str) -> bool:
    return 2 <= len(passage) <= LONGEST_WORD and passage.isprintable() and bool(key(passage))


def _pieces(text: str, remarks: Iterable[Remark]) -> tuple[tuple[str, Level | None], ...]:
    pieces: list[tuple[str, Level | None]] = []
    done = 0
    for remark in remarks:
        start, end = remark.finding.start, remark.finding.end
        pieces += [(text[done:start], None), (text[start:end], remark.level)]
        done = end
    return (*pieces, (text[done:], None))


def _utf16(text: str) -> Callable[[int], int]:
    if max(text, default="") <= "\uffff":
        return lambda offset: offset
    before = list(accumulate((2 if character > "\uffff" else 1 for character in text), initial=0))
    return before.__getitem__


def _advice(checked: Checked) -> str:
    if checked.outcome is Outcome.REFUSE:
        return "Corrigez ce qui bloque : chaque remarque dit quoi écrire à la place. Puis vérifiez à nouveau."
    if checked.outcome is Outcome.A_VERIFIER:
        return "Corrigez, ou choisissez un motif dans la liste, puis vérifiez à nouveau."
    what = "Copiez le texte dans le portail" if checked.comment is not None else "Déposez les pièces dans le portail"
    return f"{what}. Relisez tout de même : un contrôle automatique ne voit pas tout."


def file_view(file: CheckedFile, given: Reason | None, link: Link) -> FileView:
    """Return what was read of a file, with the reasons that a person may give."""
    placed = tuple(zip(file.verdict.remarks, file.places, strict=True))
    named = tuple((remark, "nom du fichier") for remark in file.name_verdict.remarks)
    only_habilitated = file.offered == (Reason.HABILITATED,)
    asked = file.verdict.outcome is Outcome.A_VERIFIER or given is not None or only_habilitated
    return FileView(
        name=file.name,
        outcome=file.outcome,
        kind=file.kind.label if file.kind else None,
        read=READ[file.read],
        legibility=LEGIBILITY[file.legibility] if file.legibility else None,
        notes=file.notes,
        remarks=_grouped(placed, link),
        on_name=_grouped(named, link),
        reason=given,
        reasons=file.offered if asked else (),
    )


def _grouped(placed: Iterable[tuple[Remark, str]], link: Link) -> tuple[FileRemark, ...]:
    groups: dict[_Same, list[str]] = {}
    for remark, place in placed:
        same = (remark.level, remark.finding.category, remark.finding.why, remark.article, remark.advice, remark.clause)
        groups.setdefault(same, []).append(place)
    ordered = sorted(groups.items(), key=lambda group: -group[0][0].weight)
    return tuple(_group(same, places, link) for same, places in ordered)


def _group(same: _Same, places: list[str], link: Link) -> FileRemark:
    level, category, why, article, advice, clause = same
    some = tuple(dict.fromkeys(places))[:SHOWN_PLACES]
    return FileRemark(level, CATEGORIES[category], why, article, link(clause), advice, len(places), some)
