"""From an item to a result: the engine, then the verdict under a convention's terms, or under general law alone."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from app.commands.scanning.items import IN_NAME, Attached, Found, Item, Result, Unread, Written
from governance.conventions.terms import Terms
from scanners.bulk import spread
from scanners.documents.examined import Antivirus
from scanners.dossier import CheckedFile, Dossier, check_attachment
from scanners.engine import LONGEST, Scanner, TextTooLong
from scanners.own_words import OwnWords
from scanners.rules import (
    FOR_ATTACHMENT,
    FOR_COMMENT,
    Outcome,
    Reason,
    UnreadableText,
    Writer,
    Zone,
    check_readable,
    judge,
)
from scanners.seeing import Attachment, Instruments

UNREADABLE = "\ufffd"


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks items one by one; a reason counts in the zones that offer it."""

    scanner: Scanner
    terms: Terms | None = None
    writer: Writer = Writer.PARTNER
    reason: Reason | None = None
    antivirus: Antivirus | None = None

    def results(self, items: Iterable[Item], jobs: int = 1) -> Iterator[Result]:
        """Give the result of each item, in order; raises WorkerLost when one of several processes dies."""
        if jobs == 1:  # each as it comes, for who types or pipes
            return (self.check(item) for item in items)
        self.scanner.scan("")  # the vocabulary, loaded once, before the processes are forked
        return chain.from_iterable(spread(self._checked, items, jobs, weigh=lambda item: item.size))

    def _checked(self, items: Sequence[Item]) -> list[Result]:
        return [self.check(item) for item in items]

    def check(self, item: Item) -> Result:
        """Return what an item's check says; it raises nothing of its own."""
        match item:
            case Written():
                return self._written(item)
            case Attached():
                return self._attached(item)
            case Unread():
                return Result(item.id, item.source, item.line, item.size, error=item.error)

    def _written(self, item: Written) -> Result:
        try:
            findings = self.scanner.scan(item.text)
        except TextTooLong:
            return Result(item.id, item.source, item.line, item.size, error=f"texte de plus de {LONGEST} caractères")
        reason = self.reason if self.reason in FOR_COMMENT else None
        verdict = judge(findings, self.terms, Zone.COMMENT, self.writer, reason)
        found = tuple(Found(one, None, item.text[one.finding.start : one.finding.end]) for one in verdict.remarks)
        outcome, notes = verdict.outcome, _unreadable(item.text)
        if notes and outcome is Outcome.ACCEPTE and reason is None:
            outcome = Outcome.A_VERIFIER  # a character that nobody can read may hide a word
        return Result(item.id, item.source, item.line, item.size, outcome, found, notes, text=item.text)

    def _attached(self, item: Attached) -> Result:
        attachment = Attachment(item.name, item.data)
        checked = check_attachment(0, self._dossier(attachment), self.terms, self._tools, OwnWords())
        found = (*_in_name(checked, item.name), *_in_content(checked))
        return Result(item.id, item.source, item.line, item.size, checked.outcome, found, checked.notes)

    @property
    def _tools(self) -> Instruments:
        return Instruments(self.scanner, self.antivirus)

    def _dossier(self, attachment: Attachment) -> Dossier:
        reasons = {0: self.reason} if self.reason in FOR_ATTACHMENT and self.reason is not None else {}
        for_name = self.reason if self.reason in FOR_COMMENT else None
        return Dossier(None, (attachment,), self.writer, for_name, reasons)


def _unreadable(text: str) -> tuple[str, ...]:
    if text.isprintable() and UNREADABLE not in text:
        return ()
    try:
        check_readable(text)
    except UnreadableText as refusal:
        return (refusal.message,)
    return ()


def _in_name(checked: CheckedFile, name: str) -> Iterator[Found]:
    for remark in checked.name_verdict.remarks:
        yield Found(remark, IN_NAME, name[remark.finding.start : remark.finding.end])


def _in_content(checked: CheckedFile) -> Iterator[Found]:
    for remark, place, words in zip(checked.verdict.remarks, checked.places, checked.words, strict=True):
        yield Found(remark, place, words)
