"""What the API reads and writes; the same words as the command line and SARIF."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from scanners.documents.kinds import Kind
from scanners.documents.legibility import Legibility
from scanners.documents.passages import Outcome as Read
from scanners.dossier import Checked, CheckedFile, Dossier
from scanners.findings import Category, Level
from scanners.models import Model, words
from scanners.own_words import OwnWords
from scanners.rewording import masked, reword
from scanners.rules import FOR_ATTACHMENT, FOR_COMMENT, Outcome, Reason, Remark, Verdict, Writer
from scanners.seeing import Attachment
from scanners.tiers import Tier

IN_NAME = "nom du fichier"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _written_day(value: object) -> object:
    # Pydantic would also take a number of seconds for a day.
    return value if isinstance(value, str) and _DAY.fullmatch(value) else "?"


def _read_list(value: object) -> object:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return value


def one_of(values: Sequence[StrEnum]) -> tuple[BeforeValidator, WithJsonSchema]:
    """Return how a field takes one of some words, says so in French, and is described."""
    known = {value.value: value for value in values}
    expected = ", ".join(f"« {word} »" for word in known)

    def chosen(value: object) -> object:
        if isinstance(value, str) and value in known:
            return known[value]
        raise PydanticCustomError("enum", "not one of {expected}", {"expected": expected})

    return BeforeValidator(chosen), words(values)


Day = Annotated[date, BeforeValidator(_written_day), WithJsonSchema({"type": "string", "format": "date"})]
Side = Annotated[Writer, *one_of(tuple(Writer))]
CommentReason = Annotated[Reason, *one_of(FOR_COMMENT)]
FileReason = Annotated[Reason, *one_of(FOR_ATTACHMENT)]
FileReasons = Annotated[
    list[FileReason | None],
    BeforeValidator(_read_list),
    WithJsonSchema({"type": "string", "contentMediaType": "application/json"}),
]


CategoryWord = Annotated[Category, words(Category)]
LevelWord = Annotated[Level, words(Level)]
OutcomeWord = Annotated[Outcome, words(Outcome)]
KindWord = Annotated[Kind, words(Kind)]
ReadWord = Annotated[Read, words(Read)]
TierWord = Annotated[Tier, words(Tier)]
LegibilityWord = Annotated[Legibility, words(Legibility)]


class ScanRequest(Model):
    """A comment to check."""

    convention: str = Field(description="Code d'une convention que la structure applique.", examples=["S3"])
    caisse: str | None = Field(None, description="Code de la caisse destinataire.", examples=["roubaix-tourcoing"])
    comment: str = Field(repr=False, description="Le texte, tel qu'il serait déposé sur le portail.")
    reason: CommentReason | None = Field(None, description="Motif pour lequel une personne laisse passer.")
    writer: Side | None = Field(None, description="Qui écrit ; par défaut, le côté de la structure.")
    on: Day | None = Field(None, description="Jour du signalement ; aujourd'hui par défaut.")

    def dossier(self, writer: Writer, attachments: Sequence[Attachment]) -> Dossier:
        """Return the dossier to check; `writer` is who writes when nothing says it."""
        return Dossier(self.comment, tuple(attachments), self.writer or writer, self.reason, self.reasons())

    def reasons(self) -> Mapping[int, Reason]:
        """Return the reason of each file, by position."""
        return {}


class ScanForm(ScanRequest):
    """A comment, files, or both; `file_reasons` is a JSON list of a reason or null for each file."""

    comment: str = Field("", repr=False, description="Le texte, s'il y en a un.")
    file_reasons: FileReasons = Field([], description="Liste JSON : un motif, ou null, pour chaque fichier.")

    def reasons(self) -> Mapping[int, Reason]:
        """Return the reason of each file, by position."""
        return {position: reason for position, reason in enumerate(self.file_reasons) if reason is not None}


class RemarkOut(Model):
    """A remark on the comment, by Python string offsets (code points), end excluded."""

    start: int
    end: int
    category: CategoryWord
    level: LevelWord
    rule: str
    article: str
    why: str
    write: str | None = Field(description="Phrase conforme à écrire à la place.")
    box: str | None = Field(description="Case du formulaire qui dit la même chose.")
    say: str | None = Field(description="Conseil, quand aucune phrase ne convient.")


class FileRemarkOut(Model):
    """A remark on a file, and where it stands in it; the words found are not repeated."""

    place: str
    category: CategoryWord
    level: LevelWord
    rule: str
    article: str
    why: str
    advice: str | None
    write: str | None
    box: str | None
    say: str | None


class CommentOut(Model):
    """What the comment calls for, and the comment with what was found masked."""

    outcome: OutcomeWord
    remarks: list[RemarkOut]
    masked: str


class FileOut(Model):
    """What was read of a file and what it calls for; `position` counts from 0."""

    position: int
    name: str
    kind: KindWord | None
    read: ReadWord
    legibility: LegibilityWord | None
    outcome: OutcomeWord
    notes: list[str]
    remarks: list[FileRemarkOut]


class ScanOut(Model):
    """The answer to a check; `id` is that of its receipt."""

    id: str
    outcome: OutcomeWord
    comment: CommentOut | None
    files: list[FileOut]
    notes: list[str] = Field(description="Ce que les pièces disent ensemble.")
    health_tiers: list[TierWord] = Field(
        description="Les étages du contrôle de santé en service dans la structure : ce qui est nommé, ce qui n'est que "
        "probable. Un étage absent n'a pas été cherché : un résultat sans remarque n'en dit rien."
    )


class ReceiptOut(Model):
    """A receipt as it is kept: facts and counts, never the text, and their signature (Ed25519, base64)."""

    receipt: dict[str, Any]
    signature: str


def scan_out(identifier: str, dossier: Dossier, checked: Checked, own: OwnWords) -> ScanOut:
    """Return the answer to a check whose receipt was kept, made under a structure's words."""
    comment = _comment(dossier.comment or "", checked.comment) if checked.comment is not None else None
    files = [file_out(file) for file in checked.files]
    return ScanOut(
        id=identifier, outcome=checked.outcome, comment=comment, files=files, notes=list(checked.notes),
        health_tiers=[tier for tier in Tier if tier not in own.off],
    )  # fmt: skip


def _comment(text: str, verdict: Verdict) -> CommentOut:
    hidden = masked(text, (remark.finding for remark in verdict.remarks), Level.INFO)
    remarks = [
        RemarkOut(start=remark.finding.start, end=remark.finding.end, **_said(remark)) for remark in verdict.remarks
    ]
    return CommentOut(outcome=verdict.outcome, remarks=remarks, masked=hidden)


def file_out(file: CheckedFile) -> FileOut:
    """Return what was read of a file and what it calls for."""
    return FileOut(
        position=file.position,
        name=file.name,
        kind=file.kind,
        read=file.read,
        legibility=file.legibility,
        outcome=file.outcome,
        notes=list(file.notes),
        remarks=[FileRemarkOut(place=place, advice=one.advice, **_said(one)) for one, place in _placed(file)],
    )


def _placed(file: CheckedFile) -> Iterator[tuple[Remark, str]]:
    yield from ((remark, IN_NAME) for remark in file.name_verdict.remarks)
    yield from zip(file.verdict.remarks, file.places, strict=True)


def _said(remark: Remark) -> dict[str, Any]:
    finding, rewording = remark.finding, reword(remark.finding)
    return {
        "category": finding.category,
        "level": remark.level,
        "rule": finding.rule,
        "article": remark.article,
        "why": finding.why,
        "write": rewording.write or None,
        "box": rewording.box,
        "say": rewording.say,
    }
