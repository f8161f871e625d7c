"""A dossier under check: the comment and the files that go with it, each read, scanned and judged."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from governance.conventions.terms import Terms
from governance.core.refusals import Invalid, Refusal, TooLarge
from scanners.documents.acceptance import Limits, shown, why_refused, why_too_many
from scanners.documents.kinds import Kind
from scanners.documents.passages import Outcome as Read
from scanners.documents.reading import read_document
from scanners.engine import LONGEST, Scanner
from scanners.own_words import OwnWords
from scanners.rules import Outcome, Reason, Verdict, Writer, Zone, check_length, check_readable, judge

_WORST_FIRST = (Outcome.REFUSE, Outcome.A_VERIFIER, Outcome.ACCEPTE)


class NothingToCheck(Invalid):
    """Neither a comment nor a file was given."""


class BadFile(Invalid):
    """A file cannot be deposited: its name, its type, its emptiness."""


class TooManyFiles(TooLarge):
    """More files than the portal takes."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as it was given; nothing of it appears in a `repr`."""

    name: str = field(repr=False)
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Dossier:
    """What a person or a machine asks to have checked; `file_reasons` are by position from 0."""

    comment: str | None = field(repr=False)
    attachments: Sequence[Attachment] = ()
    writer: Writer = Writer.PARTNER
    reason: Reason | None = None
    file_reasons: Mapping[int, Reason] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The portal's limits under a convention: length of the comment, files."""

    comment: int
    files: Limits


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """What was read of a file and what it means.

    For each remark of `verdict`, `places` tells in French where it stands, and `words` are those found (never kept).
    """

    position: int
    name: str = field(repr=False)
    kind: Kind | None
    read: Read
    notes: tuple[str, ...]
    verdict: Verdict
    name_verdict: Verdict
    places: tuple[str, ...] = field(repr=False)
    words: tuple[str, ...] = field(repr=False)

    @property
    def outcome(self) -> Outcome:
        """Return the worst of what the content and the name call for."""
        return worst((self.verdict.outcome, self.name_verdict.outcome))


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer for a whole dossier."""

    comment: Verdict | None
    files: tuple[CheckedFile, ...]

    @property
    def outcome(self) -> Outcome:
        """Return the worst outcome of the parts."""
        own = (self.comment.outcome,) if self.comment is not None else ()
        return worst((*own, *(file.outcome for file in self.files)))

    def verdicts(self) -> Iterator[Verdict]:
        """Give every verdict: the comment's, then each file's content and name."""
        if self.comment is not None:
            yield self.comment
        for file in self.files:
            yield from (file.verdict, file.name_verdict)


def worst(outcomes: Sequence[Outcome]) -> Outcome:
    """Return the gravest outcome; nothing to say is accepted.

    >>> worst([Outcome.ACCEPTE, Outcome.REFUSE]).value
    'refuse'
    """
    return next((one for one in _WORST_FIRST if one in outcomes), Outcome.ACCEPTE)


def check_dossier(dossier: Dossier, terms: Terms, bounds: Bounds, scanner: Scanner, own: OwnWords) -> Checked:
    """Return what stands in a dossier and what it means under the terms; nothing is kept.

    Raises NothingToCheck, CommentTooLong, UnreadableText, TooManyFiles, BadFile, WrongReason.
    """
    for fault in faults(dossier, bounds):
        raise fault
    comment = dossier.comment if dossier.comment and dossier.comment.strip() else None
    judged = None
    if comment is not None:
        judged = judge(scanner.scan(comment, own), terms, Zone.COMMENT, dossier.writer, dossier.reason)
    files = tuple(check_attachment(i, dossier, terms, scanner, own) for i in range(len(dossier.attachments)))
    return Checked(judged, files)


def faults(dossier: Dossier, bounds: Bounds) -> Iterator[Refusal]:
    """Give every reason why a dossier cannot even be checked, each with its field, before anything is read."""
    text = dossier.comment or ""
    if not text.strip() and not dossier.attachments:
        yield NothingToCheck("Écrivez un commentaire ou ajoutez une pièce.", field="comment")
    for check in (partial(check_length, text, bounds.comment), partial(check_readable, text)):
        try:
            check()
        except Refusal as refusal:
            yield refusal
    if refused := why_too_many([one.name for one in dossier.attachments], bounds.files):
        yield TooManyFiles(refused, field="files")
    for position, one in enumerate(dossier.attachments):
        if refused := why_refused(one.name, len(one.data), bounds.files):
            error = TooManyFiles if len(one.data) > bounds.files.bytes_each else BadFile
            yield error(f"{shown(one.name)} : {refused}", field=f"files/{position}")


def check_attachment(
    position: int, dossier: Dossier, terms: Terms | None, scanner: Scanner, own: OwnWords
) -> CheckedFile:
    """Return what stands in one file of a dossier; without terms, general law alone speaks. Raises WrongReason."""
    attachment = dossier.attachments[position]
    reason = dossier.file_reasons.get(position)
    reading = read_document(attachment.name, attachment.data)
    flow = reading.flow()
    whole = reading.outcome is Read.READ and len(flow.text) <= LONGEST
    findings = scanner.scan(flow.text[:LONGEST], own)
    verdict = judge(findings, terms, Zone.ATTACHMENT, dossier.writer, reason)
    if (not whole or reading.remarks) and verdict.outcome is Outcome.ACCEPTE and reason is None:
        # What was not read, or does not match its name, never passes as clean: a person must say so.
        verdict = Verdict(Outcome.A_VERIFIER, verdict.remarks)
    return CheckedFile(
        position=position,
        name=shown(attachment.name),
        kind=reading.kind,
        read=reading.outcome if whole else Read.IN_PART if reading.outcome is Read.READ else reading.outcome,
        notes=(*reading.missing, *reading.remarks),
        verdict=verdict,
        name_verdict=_on_name(attachment.name, dossier, terms, scanner, own),
        places=tuple(flow.place_at(finding.start).label for finding in findings),
        words=tuple(flow.text[finding.start : finding.end] for finding in findings),
    )


def _on_name(name: str, dossier: Dossier, terms: Terms | None, scanner: Scanner, own: OwnWords) -> Verdict:
    # A file's name is read by everybody, before the file is: it is judged as a comment is.
    return judge(scanner.scan(name, own), terms, Zone.COMMENT, dossier.writer, dossier.reason)
