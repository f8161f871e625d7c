"""From a TOML file to a convention, or to a refusal that names every mistake with its file, rule and line."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from types import MappingProxyType
from typing import Any

from governance.conventions.cited import Cited
from governance.conventions.consistency import Entry, check_caisses, check_dates, check_entry
from governance.conventions.decoding import Mistake, Wrong, decode, decode_table, shown_key
from governance.conventions.lines import Lines
from governance.conventions.schema import RULES
from governance.conventions.terms import Caisse, Convention, Document, Precision, Unknown
from governance.core.refusals import Invalid, TooLarge

MAX_BYTES = 256 * 1024
MAX_LINE = 2000  # a longer one is no prose, and a key of thousands of parts makes tomllib quadratic
SHOWN = 50
CODE = re.compile(r"[A-Z][A-Z0-9-]{0,31}")
KINDS = {kind.id: kind.kind for kind in RULES}


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake of a file; `rule` is None for its header."""

    line: int
    rule: str | None
    message: str

    def __str__(self) -> str:
        where = f"ligne {self.line}, {'règle ' + self.rule if self.rule else 'en-tête'}"
        return f"{where} : {self.message}"


class BadConvention(Invalid):
    """The file is no convention; `problems` lists every mistake."""

    def __init__(self, name: str, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda one: one.line))
        told = [f"- {name}, {problem}." for problem in self.problems[:SHOWN]]
        rest = [f"- et {len(self.problems) - SHOWN} autres."] if len(self.problems) > SHOWN else []
        super().__init__("\n".join(["La convention n'a pas été lue :", *told, *rest]), field="file")


class ConventionTooLarge(TooLarge):
    """The file is bigger than any convention."""


@dataclass(frozen=True, slots=True)
class Header:
    """The keys of a file that stand before its rules."""

    code: str
    title: str
    adopted: date
    adopted_by: str
    caisses: tuple[Caisse, ...]
    documents: tuple[Document, ...]
    rules: Any
    precision: Precision = Precision.DAY
    signature: date | Unknown = Unknown.UNKNOWN
    effect: date | Unknown = Unknown.UNKNOWN
    end: date | None = None
    source: str | None = None
    scanned: bool = False

    def __post_init__(self) -> None:
        if not CODE.fullmatch(self.code):
            raise ValueError("le code (code) s'écrit en majuscules, chiffres et tirets, 32 signes au plus")
        if len({one.code for one in self.caisses}) < len(self.caisses):
            raise ValueError("deux caisses portent le même code")
        if self.end is not None and self.end < self.adopted:
            raise ValueError("la fin (end) précède l'adoption (adopted)")


def read(source: bytes | str, name: str) -> Convention:
    """Return the convention that a file holds; `name` is what messages call the file.

    Raises BadConvention with every mistake, ConventionTooLarge beyond 256 Kio.
    """
    text = text_of(source, name)
    lines = Lines(text)
    parsed = _parsed(text, name)
    problems: list[Problem] = []
    header = _header(parsed, lines, problems)
    versions = _versions(parsed.get("rules"), lines, problems)
    if header is None or problems:
        raise BadConvention(name, problems)
    known = frozenset(one.code for one in header.caisses)
    for rule, index, mistake in (*check_dates(versions, header.adopted), *check_caisses(versions, known)):
        problems.append(Problem(lines.of(rule, index, mistake.path), rule, _said(mistake)))
    if problems:
        raise BadConvention(name, problems)
    kept = {one.name: getattr(header, one.name) for one in fields(Header) if one.name != "rules"}
    return Convention(versions=MappingProxyType(versions), **kept)


def text_of(source: bytes | str, name: str) -> str:
    """Return the text of a file, from bytes in UTF-8 with or without a mark; raises as `read` does."""
    if len(source) > MAX_BYTES:
        raise ConventionTooLarge(f"{name} dépasse {MAX_BYTES // 1024} Kio : ce n'est pas une convention.", field="file")
    try:
        return (source.encode() if isinstance(source, str) else source).decode("utf-8-sig")
    except UnicodeError as error:
        line = 1 if isinstance(source, str) else _line_of(source, error)
        raise BadConvention(name, [Problem(line, None, "le fichier n'est pas en UTF-8")]) from error


def _line_of(source: bytes, error: UnicodeError) -> int:
    return source.count(b"\n", 0, getattr(error, "start", 0)) + 1


def _parsed(text: str, name: str) -> dict[str, Any]:
    for number, line in enumerate(text.splitlines(), start=1):
        if len(line) > MAX_LINE:
            raise BadConvention(name, [Problem(number, None, f"la ligne dépasse {MAX_LINE} signes")])
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise BadConvention(name, [Problem(1, None, "le TOML est imbriqué trop profondément")]) from error
    except ValueError as error:
        found = re.search(r"at line (\d+), column (\d+)", str(error))
        column = f" (colonne {found[2]})" if found else ""
        where = int(found[1]) if found else len(text.splitlines()) or 1
        raise BadConvention(name, [Problem(where, None, f"le TOML est illisible{column}")]) from error


def _header(parsed: dict[str, Any], lines: Lines, problems: list[Problem]) -> Header | None:
    try:
        header: Header = decode_table(Header, parsed, "")
    except Wrong as wrong:
        problems += [Problem(lines.of_header(one.path), None, _said(one)) for one in wrong.mistakes]
        return None
    return header


def _versions(raw: Any, lines: Lines, problems: list[Problem]) -> dict[str, tuple[Cited[Any], ...]]:
    written = raw if isinstance(raw, dict) else {}
    for rule in written:
        if rule not in KINDS:
            shown = shown_key(rule)
            problems.append(Problem(lines.of(rule, 0), shown, "règle inconnue"))
    return {rule: _history(rule, written.get(rule), lines, problems) for rule in KINDS}


def _history(rule: str, raw: Any, lines: Lines, problems: list[Problem]) -> tuple[Cited[Any], ...]:
    if raw is None:
        problems.append(
            Problem(lines.of(rule, 0), rule, 'règle absente du fichier (écrivez status = "absent" et reason)')
        )
        return ()
    if not isinstance(raw, list):
        problems.append(Problem(lines.of(rule, 0), rule, f"une liste de versions est attendue ([[rules.{rule}]])"))
        return ()
    history = []
    for index, one in enumerate(raw):
        try:
            history.append(_version(rule, one))
        except Wrong as wrong:
            problems += [Problem(lines.of(rule, index, two.path), rule, _said(two)) for two in wrong.mistakes]
    return tuple(history)


def _version(rule: str, raw: Any) -> Cited[Any]:
    entry: Entry = decode_table(Entry, raw, "")
    mistakes = [*check_entry(entry)]
    typed: dict[str, Any] = {}
    for key in ("value", "default"):
        if getattr(entry, key) is not None:
            try:
                typed[key] = decode(KINDS[rule], getattr(entry, key), key)
            except Wrong as wrong:
                mistakes += wrong.mistakes
    if mistakes:
        raise Wrong(*mistakes)
    default = typed.get("value") if entry.default_is_value else typed.get("default")
    same = {key: getattr(entry, key) for key in ("since", "status", "article", "quote", "note", "reference", "reason")}
    return Cited(rule=rule, value=typed.get("value"), default=default, **same)


def _said(mistake: Mistake) -> str:
    return f"« {mistake.path} » : {mistake.message}" if mistake.path else mistake.message
