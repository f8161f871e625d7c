"""Results as SARIF 2.1.0 (OASIS standard, 27 March 2020), which code review tools and dashboards read."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from app.commands.scanning.items import Found, Result
from app.commands.scanning.outputs import put
from app.commands.scanning.records import encoded
from scanners.engine import versions
from scanners.findings import Level

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Level.BLOQUANT: "error", Level.A_VERIFIER: "warning", Level.INFO: "note"}
_MOST_NOTIFIED = 1_000  # errors told one by one; memory must not grow with a file of bad lines


@dataclass(slots=True)
class AsSarif:
    """One SARIF log, written as results come; the rules that were met follow them."""

    show: bool
    frame: Mapping[str, Any]
    _rules: dict[str, str] = field(default_factory=dict)
    _errors: list[dict[str, Any]] = field(default_factory=list)
    _begun: bool = False
    _some: bool = False

    def write(self, result: Result) -> None:
        """Write the results of one item: as many as it has findings."""
        self._open()
        if result.outcome is None:
            self._note("error", result, result.error or "")
        for note in result.notes:
            self._note("warning", result, note)
        for found in result.found:
            self._rules.setdefault(found.remark.finding.rule, found.remark.finding.why)
            put(("," if self._some else "") + encoded(self._result(result, found)))
            self._some = True

    def end(self, counts: Mapping[str, int]) -> None:
        """Close the log with the tool, its rules, and what could not be read."""
        self._open()
        rules = [{"id": rule, "shortDescription": {"text": why}} for rule, why in sorted(self._rules.items())]
        driver = {"name": "Vigie", "version": str(versions()["engine"]), "rules": rules, "properties": versions()}
        failed = any(one["level"] == "error" for one in self._errors)
        invocation = {"executionSuccessful": not failed, "toolExecutionNotifications": self._errors}
        rest = {
            "tool": {"driver": driver},
            "invocations": [invocation],
            "properties": {**self.frame, "counts": dict(counts)},
        }
        put("]," + encoded(rest)[1:] + "]}\n")

    def _open(self) -> None:
        if not self._begun:
            self._begun = True
            put(f'{{"$schema":"{SCHEMA}","version":"2.1.0","runs":[{{"columnKind":"unicodeCodePoints","results":[')

    def _note(self, level: str, result: Result, message: str) -> None:
        if len(self._errors) < _MOST_NOTIFIED:
            location = {"physicalLocation": {"artifactLocation": {"uri": uri(result.source, result.line)}}}
            self._errors.append({"level": level, "message": {"text": message}, "locations": [location]})

    def _result(self, result: Result, found: Found) -> dict[str, Any]:
        remark, finding = found.remark, found.remark.finding
        properties = {"category": finding.category.value, "level": remark.level.value, "article": remark.article}
        if result.id != result.source:
            properties["id"] = result.id  # type: ignore[assignment]  # a number stays one
        if self.show:
            properties["text"] = found.words
        return {
            "ruleId": finding.rule,
            "level": _LEVELS[remark.level],
            "message": {"text": f"{finding.why} ({remark.article})"},
            "locations": [_location(result, found)],
            "properties": properties,
        }


def uri(source: str, line: int = 0) -> str:
    """Return a file as a URI reference; a text that is one line of it is its fragment, and offsets count from there.

    >>> uri("été/notes.jsonl", 12)
    '%C3%A9t%C3%A9/notes.jsonl#12'
    """
    return quote(os.fsencode(source)) + (f"#{line}" if line else "")


def _location(result: Result, found: Found) -> dict[str, Any]:
    finding = found.remark.finding
    region = {"charOffset": finding.start, "charLength": finding.end - finding.start}
    location: dict[str, Any] = {
        "physicalLocation": {"artifactLocation": {"uri": uri(result.source, result.line)}, "region": region}
    }
    return location | ({"message": {"text": found.place}} if found.place is not None else {})
