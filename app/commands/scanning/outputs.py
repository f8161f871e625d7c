"""Results as text, JSON or lines of JSON, written as they come."""

import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from app.commands.scanning.items import IN_NAME, Found, Result
from app.commands.scanning.records import encoded, record
from scanners.engine import versions
from scanners.findings import Level
from scanners.rewording import MASKS, masked, reword
from scanners.rules import Outcome

ERRORS = "erreurs"
SAID = {Outcome.ACCEPTE: "accepté", Outcome.A_VERIFIER: "à vérifier", Outcome.REFUSE: "refusé"}


class Format(StrEnum):
    """How results are written."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    SARIF = "sarif"


class Writer(Protocol):
    """Writes results one by one; `end` is called once, after the last."""

    def write(self, result: Result) -> None:
        """Write a result."""

    def end(self, counts: Mapping[str, int]) -> None:
        """Write what follows the last result."""


def put(text: str) -> None:
    """Write to the output, at once: who reads waits for it."""
    sys.stdout.write(text)
    sys.stdout.flush()


def tally(counts: Counter[str], result: Result) -> None:
    """Count a result."""
    counts[result.outcome.value if result.outcome is not None else ERRORS] += 1


@dataclass(frozen=True, slots=True)
class AsLines:
    """One line of JSON for each result."""

    show: bool

    def write(self, result: Result) -> None:
        """Write a result."""
        put(encoded(record(result, show=self.show)) + "\n")

    def end(self, counts: Mapping[str, int]) -> None:
        """Write nothing more."""


@dataclass(slots=True)
class AsJson:
    """One JSON object, written as results come: memory does not grow with them."""

    show: bool
    frame: Mapping[str, Any]
    _begun: bool = False

    def write(self, result: Result) -> None:
        """Write a result."""
        put(("," if self._begun else self._opening()) + encoded(record(result, show=self.show)))

    def end(self, counts: Mapping[str, int]) -> None:
        """Close the list, then tell how many of each."""
        if not self._begun:
            put(self._opening())
        put(f'],"counts":{encoded(dict(counts))}}}\n')

    def _opening(self) -> str:
        self._begun = True
        return encoded({**self.frame, "versions": versions()})[:-1] + ',"results":['


@dataclass(frozen=True, slots=True)
class AsText:
    """What a person reads: only what asks for something, then how many of each."""

    show: bool
    style: Callable[[str, Outcome | None], str] = field(default=lambda text, _: text)

    def write(self, result: Result) -> None:
        """Write a result that has something to say."""
        name = seen(self._name(result))
        if result.outcome is None:
            put(f"{name} : {self.style('erreur', None)} ({result.error})\n")
        elif result.found or result.notes:
            lines = [f"{name} : {self.style(SAID[result.outcome], result.outcome)}"]
            lines += [line for found in result.found for line in self._remark(found, result.text)]
            lines += [f"  {note}" for note in result.notes]
            put("\n".join(lines) + "\n")

    def end(self, counts: Mapping[str, int]) -> None:
        """Write how many of each."""
        said = " ; ".join(
            f"{french} : {counts.get(word, 0)}"
            for word, french in ((Outcome.REFUSE, "refusés"), (Outcome.A_VERIFIER, "à vérifier"),
                                 (Outcome.ACCEPTE, "acceptés"), (ERRORS, "erreurs"))
        )  # fmt: skip
        put(f"vérifiés : {sum(counts.values())} ; {said}\n")

    def _name(self, result: Result) -> str:
        """Return what names an item; a datum found in a file's name is masked there too."""
        on_name = [found.remark.finding for found in result.found if found.place == IN_NAME]
        if self.show or not on_name:
            return str(result.id)
        path = Path(result.source)
        return str(path.with_name(masked(path.name, on_name, Level.INFO).replace("/", " ")))

    def _remark(self, found: Found, text: str | None) -> list[str]:
        remark = found.remark
        words = f"« {seen(found.words)} »" if self.show else MASKS[remark.finding.category]
        where = found.place if found.place is not None else _line_and_column(text or "", remark.finding.start)
        level = remark.level.value.replace("a_verifier", "à vérifier")
        lines = [f"  {seen(where)} · {level} · {words} · {remark.article}", f"    {remark.finding.why}"]
        advice = remark.advice or _written(found)
        return [*lines, f"    → {advice}"] if advice else lines


def seen(text: str) -> str:
    """Return a text that can be shown on a terminal: nothing in it commands the terminal.

    >>> seen("\\x1b[31mrouge")
    '�[31mrouge'
    """
    return "".join(character if character.isprintable() else "�" for character in text)


def _line_and_column(text: str, offset: int) -> str:
    before = text[:offset]
    return f"ligne {before.count(chr(10)) + 1}, caractère {offset - before.rfind(chr(10))}"


def _written(found: Found) -> str:
    rewording = reword(found.remark.finding)
    return f"Écrire : « {rewording.write} »" if rewording.write else rewording.say or ""
