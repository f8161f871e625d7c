"""What stands in one file, before any convention judges it: reading takes seconds, judging none."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from scanners.attachments import found_in
from scanners.documents.examined import Antivirus, Examined, State
from scanners.documents.kinds import Kind
from scanners.documents.legibility import Legibility, worst_of
from scanners.documents.passages import Item, Reading, not_read
from scanners.documents.passages import Outcome as Read
from scanners.documents.reading import read_document
from scanners.engine import LONGEST, Scanner
from scanners.findings import Finding
from scanners.own_words import OwnWords
from scanners.persons import persons_in
from scanners.rules import INFECTED, NEVER_OPENED


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as it was given; nothing of it appears in a `repr`."""

    name: str = field(repr=False)
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Instruments:
    """What a check is made with: the engine, and the antivirus where there is one."""

    scanner: Scanner
    antivirus: Antivirus | None = None

    def examined(self, data: bytes) -> Examined:
        """Return what the antivirus knows of a file."""
        return Examined(State.ABSENT) if self.antivirus is None else self.antivirus.examine(data)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was read and found in a file: for each finding, its place in French and its words, which are never kept.

    `persons` stand for those whom the file names, without naming them; `is_plain` says that all was read and that
    nothing is to be said of how.
    """

    examined: Examined
    kind: Kind | None
    read: Read
    notes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = field(default=(), repr=False)
    places: tuple[str, ...] = field(default=(), repr=False)
    words: tuple[str, ...] = field(default=(), repr=False)
    persons: frozenset[str] = field(default=frozenset(), repr=False)
    legibility: Legibility | None = None
    is_plain: bool = True


@dataclass(frozen=True, slots=True)
class Watch:
    """Who follows a check: whose turn it takes, who hears what is read of which file, and what is known already."""

    owner: str = ""
    told: Callable[[int, Item], None] | None = None
    known: Callable[[Attachment], Seen | None] = lambda _: None
    done: Callable[[int, Attachment, Seen, Reading], None] | None = None


ALONE = Watch()


def see(position: int, attachment: Attachment, tools: Instruments, own: OwnWords, watch: Watch = ALONE) -> Seen:
    """Return what stands in a file, from what is known of the same bytes when they were read a moment ago."""
    known = watch.known(attachment)
    if known is not None:
        return known
    examined = tools.examined(attachment.data)
    reading = _read(position, attachment, examined, watch)
    seen = seen_in(reading, examined, tools.scanner, own)
    if watch.done is not None:
        watch.done(position, attachment, seen, reading)
    return seen


def seen_in(reading: Reading, examined: Examined, scanner: Scanner, own: OwnWords) -> Seen:
    """Return what stands in what was read of a file."""
    flow = reading.flow()
    findings = found_in(reading, flow, scanner, own)
    is_whole = reading.outcome is Read.READ and len(flow.text) <= LONGEST
    return Seen(
        examined=examined,
        kind=reading.kind,
        read=Read.IN_PART if reading.outcome is Read.READ and not is_whole else reading.outcome,
        notes=(*reading.missing, *reading.remarks),
        findings=findings,
        places=tuple(flow.place_at(finding.start).label for finding in findings),
        words=tuple(flow.text[finding.start : finding.end] for finding in findings),
        persons=persons_in(flow.text[:LONGEST], findings),
        legibility=worst_of(reading.sights),
        is_plain=is_whole and not reading.remarks,
    )


def _read(position: int, attachment: Attachment, examined: Examined, watch: Watch) -> Reading:
    # The antivirus comes first: nothing opens a file in which it recognised something.
    if examined.state is State.INFECTED:
        name = f" ({examined.name})" if examined.name else ""
        return not_read(f"{INFECTED}{name}. {NEVER_OPENED}")
    told = partial(watch.told, position) if watch.told is not None else None
    return read_document(attachment.name, attachment.data, watch.owner, told)
