"""A dossier under check: the comment and the files that go with it, each read, scanned and judged."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from governance.conventions.terms import Terms
from governance.core.refusals import Invalid, Refusal, TooLarge
from scanners.attachments import found_in
from scanners.documents.acceptance import Limits, shown, why_refused, why_too_many
from scanners.documents.examined import Antivirus, Examined, State
from scanners.documents.kinds import Kind
from scanners.documents.legibility import Legibility, worst_of
from scanners.documents.passages import Outcome as Read
from scanners.documents.passages import Reading, not_read
from scanners.documents.reading import read_document
from scanners.engine import LONGEST, Scanner
from scanners.own_words import OwnWords
from scanners.rules import Held, Outcome, Reason, Verdict, Writer, Zone, check_length, check_readable, hold, judge

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
class Instruments:
    """What a check is made with: the engine, and the antivirus where there is one."""

    scanner: Scanner
    antivirus: Antivirus | None = None

    def examined(self, data: bytes) -> Examined:
        """Return what the antivirus knows of a file."""
        return Examined(State.ABSENT) if self.antivirus is None else self.antivirus.examine(data)


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
    virus: State = State.ABSENT
    legibility: Legibility | None = None

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


def check_dossier(dossier: Dossier, terms: Terms, bounds: Bounds, tools: Instruments, own: OwnWords) -> Checked:
    """Return what stands in a dossier and what it means under the terms; nothing is kept.

    Raises NothingToCheck, CommentTooLong, UnreadableText, TooManyFiles, BadFile, WrongReason.
    """
    for fault in faults(dossier, bounds):
        raise fault
    comment = dossier.comment if dossier.comment and dossier.comment.strip() else None
    judged = None
    if comment is not None:
        judged = judge(tools.scanner.scan(comment, own), terms, Zone.COMMENT, dossier.writer, dossier.reason)
    files = tuple(check_attachment(i, dossier, terms, tools, own) for i in range(len(dossier.attachments)))
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
    position: int, dossier: Dossier, terms: Terms | None, tools: Instruments, own: OwnWords
) -> CheckedFile:
    """Return what stands in one file of a dossier; without terms, general law alone speaks. Raises WrongReason."""
    attachment, reason = dossier.attachments[position], dossier.file_reasons.get(position)
    examined = tools.examined(attachment.data)
    held = hold(examined, terms)
    reading = _read(attachment, held, examined)
    flow = reading.flow()
    findings = found_in(reading, flow, tools.scanner, own)
    judged = judge(findings, terms, Zone.ATTACHMENT, dossier.writer, reason)
    asked = worst((held.outcome, _as_read(reading, len(flow.text))))
    return CheckedFile(
        position=position,
        name=shown(attachment.name),
        kind=reading.kind,
        read=Read.IN_PART if reading.outcome is Read.READ and len(flow.text) > LONGEST else reading.outcome,
        notes=(*reading.missing, *reading.remarks),
        verdict=_held(judged, asked, reason),
        name_verdict=_on_name(attachment.name, dossier, terms, tools.scanner, own),
        places=tuple(flow.place_at(finding.start).label for finding in findings),
        words=tuple(flow.text[finding.start : finding.end] for finding in findings),
        virus=examined.state,
        legibility=worst_of(reading.sights),
    )


def _read(attachment: Attachment, held: Held, examined: Examined) -> Reading:
    # The antivirus comes first: nothing opens a file in which it recognised something.
    if examined.state is State.INFECTED:
        return not_read(held.note or "")
    reading = read_document(attachment.name, attachment.data)
    return replace(reading, remarks=(*reading.remarks, held.note)) if held.note else reading


def _as_read(reading: Reading, length: int) -> Outcome:
    # What was not read, or does not match its name, never passes as clean: a person must say so.
    is_whole = reading.outcome is Read.READ and length <= LONGEST
    return Outcome.ACCEPTE if is_whole and not reading.remarks else Outcome.A_VERIFIER


def _held(judged: Verdict, asked: Outcome, reason: Reason | None) -> Verdict:
    """Return the verdict on what was found, or a graver one that the file calls for; a reason answers a doubt."""
    if asked is Outcome.A_VERIFIER and reason is not None:
        return judged
    outcome = worst((judged.outcome, asked))
    return judged if outcome is judged.outcome else Verdict(outcome, judged.remarks)


def _on_name(name: str, dossier: Dossier, terms: Terms | None, scanner: Scanner, own: OwnWords) -> Verdict:
    # A file's name is read by everybody, before the file is: it is judged as a comment is.
    return judge(scanner.scan(name, own), terms, Zone.COMMENT, dossier.writer, dossier.reason)
