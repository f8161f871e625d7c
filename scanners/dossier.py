"""A dossier under check: the comment and the files that go with it, each read, scanned and judged."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from governance.conventions.terms import Terms
from governance.core.refusals import Invalid, Refusal, TooLarge
from scanners.documents.acceptance import Limits, shown, why_refused, why_too_many
from scanners.documents.examined import State
from scanners.documents.kinds import Kind
from scanners.documents.legibility import Legibility
from scanners.documents.passages import Outcome as Read
from scanners.engine import Scanner
from scanners.own_words import OwnWords
from scanners.persons import are_several
from scanners.rules import (
    Held,
    Outcome,
    Reason,
    Verdict,
    Writer,
    Zone,
    check_length,
    check_readable,
    check_reason,
    hold,
    judge,
    of_several,
    offered,
    outgoing,
)
from scanners.seeing import ALONE, Attachment, Instruments, Seen, Watch, see

_WORST_FIRST = (Outcome.REFUSE, Outcome.A_VERIFIER, Outcome.ACCEPTE)


class NothingToCheck(Invalid):
    """Neither a comment nor a file was given."""


class BadFile(Invalid):
    """A file cannot be deposited: its name, its type, its emptiness."""


class TooManyFiles(TooLarge):
    """More files than the portal takes."""


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

    For each remark of `verdict`, `places` tells in French where it stands, and `words` are those found (never kept);
    `offered` are the reasons that a person may give.
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
    offered: tuple[Reason, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """Return the worst of what the content and the name call for."""
        return worst((self.verdict.outcome, self.name_verdict.outcome))


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer for a whole dossier; `notes` are what its files say together."""

    comment: Verdict | None
    files: tuple[CheckedFile, ...]
    notes: tuple[str, ...] = ()

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


def check_dossier(
    dossier: Dossier, terms: Terms, bounds: Bounds, tools: Instruments, own: OwnWords, watch: Watch = ALONE
) -> Checked:
    """Return what stands in a dossier and what it means under the terms; nothing is kept. Files are read side by side.

    Raises NothingToCheck, CommentTooLong, UnreadableText, TooManyFiles, BadFile, WrongReason.
    """
    for fault in faults(dossier, bounds):
        raise fault
    comment = dossier.comment if dossier.comment and dossier.comment.strip() else None
    judged = None
    if comment is not None:
        judged = judge(tools.scanner.scan(comment, own), terms, Zone.COMMENT, dossier.writer, dossier.reason)
    for position in range(len(dossier.attachments)):
        check_reason(dossier.file_reasons.get(position), Zone.ATTACHMENT, terms)  # before seconds are spent
    seen = _seen(dossier, tools, own, watch)
    files = tuple(judge_file(position, one, dossier, terms, tools.scanner, own) for position, one in enumerate(seen))
    return Checked(judged, files, tuple(notes_of(seen, terms)))


def _seen(dossier: Dossier, tools: Instruments, own: OwnWords, watch: Watch) -> list[Seen]:
    given = list(enumerate(dossier.attachments))
    if len(given) < 2:
        return [see(position, one, tools, own, watch) for position, one in given]
    with ThreadPoolExecutor(len(given), "piece") as threads:
        return list(threads.map(lambda one: see(one[0], one[1], tools, own, watch), given))


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
    seen = see(position, dossier.attachments[position], tools, own)
    return judge_file(position, seen, dossier, terms, tools.scanner, own)


def judge_file(
    position: int, seen: Seen, dossier: Dossier, terms: Terms | None, scanner: Scanner, own: OwnWords
) -> CheckedFile:
    """Return what was seen in a file means under the terms. Raises WrongReason."""
    name, reason = dossier.attachments[position].name, dossier.file_reasons.get(position)
    held, sent = hold(seen.examined, terms), outgoing(terms, dossier.writer, reason)
    judged = judge(seen.findings, terms, Zone.ATTACHMENT, dossier.writer, reason)
    # What was not read, or does not match its name, never passes as clean: a person must say so.
    as_read = Outcome.ACCEPTE if seen.is_plain and not held.note else Outcome.A_VERIFIER
    said = (one.note for one in (held, sent) if one.note and one.note not in seen.notes)
    return CheckedFile(
        position=position,
        name=shown(name),
        kind=seen.kind,
        read=seen.read,
        notes=(*seen.notes, *said),
        verdict=_held(judged, worst((held.outcome, as_read, sent.outcome)), reason),
        name_verdict=_on_name(name, dossier, terms, scanner, own),
        places=seen.places,
        words=seen.words,
        virus=seen.examined.state,
        legibility=seen.legibility,
        offered=_offered(seen, dossier.writer, terms, sent),
    )


def _offered(seen: Seen, writer: Writer, terms: Terms | None, sent: Held) -> tuple[Reason, ...]:
    if sent.outcome is Outcome.REFUSE:
        return (Reason.HABILITATED,)  # nothing else lets it leave
    return offered(terms, writer, seen.examined.state, has_remarks=bool(seen.findings))


def notes_of(seen: Iterable[Seen], terms: Terms | None) -> Iterator[str]:
    """Give what the files of a dossier say together."""
    if are_several(mark for one in seen for mark in one.persons):
        yield of_several(terms)


def _held(judged: Verdict, asked: Outcome, reason: Reason | None) -> Verdict:
    """Return the verdict on what was found, or a graver one that the file calls for; a reason answers a doubt."""
    if asked is Outcome.A_VERIFIER and reason is not None:
        return judged
    outcome = worst((judged.outcome, asked))
    return judged if outcome is judged.outcome else Verdict(outcome, judged.remarks)


def _on_name(name: str, dossier: Dossier, terms: Terms | None, scanner: Scanner, own: OwnWords) -> Verdict:
    # A file's name is read by everybody, before the file is: it is judged as a comment is.
    return judge(scanner.scan(name, own), terms, Zone.COMMENT, dossier.writer, dossier.reason)
