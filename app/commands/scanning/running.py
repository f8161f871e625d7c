"""Runs a scan: terms, engine, inputs, progress, results, exit status."""

import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from app.commands.endings import CLEAN, ERROR, REFUSED, tell
from app.commands.scanning.checking import Checker
from app.commands.scanning.inputs import Form, Reader
from app.commands.scanning.items import Result
from app.commands.scanning.options import Asked
from app.commands.scanning.outputs import ERRORS, AsJson, AsLines, AsText, Format, Writer, tally
from app.commands.scanning.progress import followed
from app.commands.scanning.resuming import written_to
from app.commands.scanning.sarif import AsSarif
from governance.conventions.reader import MAX_BYTES, read
from governance.conventions.shipped import shipped
from governance.conventions.terms import Convention, Terms
from governance.core import clock
from governance.core.refusals import Invalid, NotFound
from scanners import presidio
from scanners.documents.antivirus import BadAddress, Clamd
from scanners.engine import Scanner
from scanners.rules import FOR_ATTACHMENT, FOR_COMMENT, Outcome, Reason
from scanners.rules import Writer as Author

NO_MODEL = "Le modèle de langue n'est pas installé : les noms de tiers que rien n'annonce ne sont pas cherchés."
BINDING = "app.commands.scanning.binding"  # it needs a database, which takes half a second to load


class UnknownConvention(NotFound):
    """The product ships no convention of that code, and no file has that name."""


class UnknownReason(Invalid):
    """The reason is not one of the list."""


class BadRecognizers(Invalid):
    """The registry of Presidio recognizers cannot be read."""


def scan(asked: Asked) -> int:
    """Check all that was named and return the exit status: 0 clean, 1 refused, 2 something could not be read."""
    terms = _terms(asked)
    scanner, antivirus = _scanner(asked.names, asked.recognizers), _antivirus(asked.antivirus)
    checker = Checker(scanner, terms, Author(asked.writer), _reason(asked.reason), antivirus)
    if asked.resume and Format(asked.output) is not Format.JSONL:
        raise Invalid("--resume demande --format jsonl : une ligne par entrée se continue, un document non.")
    items = Reader(Form(asked.form), asked.column).items(asked.paths)
    with written_to(asked.target, resume=asked.resume) as begun, followed(asked.paths) as follow:
        writer = _writer(asked, terms)
        left = begun.left(items) if begun else items
        counts = _written(follow(checker.results(left, asked.jobs)), writer, begun.counts if begun else Counter())
        writer.end(counts)
    if counts[ERRORS]:
        return ERROR
    return REFUSED if counts[Outcome.REFUSE] or counts[Outcome.A_VERIFIER] else CLEAN


def _written(results: Iterable[Result], writer: Writer, counts: Counter[str]) -> Counter[str]:
    for result in results:
        writer.write(result)
        tally(counts, result)
    return counts


def _terms(asked: Asked) -> Terms | None:
    if asked.convention is None:
        return None
    day = asked.day or clock.day(clock.now())
    if asked.structure is not None:
        terms: Terms = import_module(BINDING).terms_binding(asked.structure, asked.convention, day)
        return terms
    return _convention(asked.convention).on(day)


def _convention(code: str) -> Convention:
    if code in shipped():
        return shipped()[code]
    path = Path(code)
    if path.suffix != ".toml" or not path.is_file():
        known = ", ".join(sorted(shipped()))
        raise UnknownConvention(f"Aucune convention du produit ne porte ce code ({known}, ou un fichier .toml).")
    with path.open("rb") as file:
        return read(file.read(MAX_BYTES + 1), path.name)


def _reason(word: str | None) -> Reason | None:
    if word is None:
        return None
    every = list(dict.fromkeys((*FOR_COMMENT, *FOR_ATTACHMENT)))
    if word not in every:
        raise UnknownReason(f"Motif inconnu ; au choix : {', '.join(every)}.")
    return Reason(word)


def _scanner(names: bool, recognizers: Path | None) -> Scanner:
    if names and presidio.model() is None:
        tell(NO_MODEL)
    try:
        return Scanner(names=names, configuration=recognizers)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadRecognizers("Le registre de détecteurs ne peut pas être lu.") from error


def _antivirus(address: str | None) -> Clamd | None:
    try:
        return Clamd(address) if address else None
    except BadAddress as error:
        raise Invalid(f"--antivirus : {error}.") from error


def _writer(asked: Asked, terms: Terms | None) -> Writer:
    frame: Mapping[str, Any] = {
        "convention": terms.convention if terms else None,
        "on": terms.day.isoformat() if terms else None,
    }
    match Format(asked.output):
        case Format.JSONL:
            return AsLines(asked.show)
        case Format.JSON:
            return AsJson(asked.show, frame)
        case Format.SARIF:
            return AsSarif(asked.show, frame)
        case Format.TEXT:
            return AsText(asked.show, _coloured if sys.stdout.isatty() else _plain)


def _plain(text: str, outcome: Outcome | None) -> str:
    return text


def _coloured(text: str, outcome: Outcome | None) -> str:
    colours = {Outcome.ACCEPTE: "green", Outcome.A_VERIFIER: "yellow"}
    return click.style(text, bold=True, fg=colours.get(outcome, "red") if outcome else "red")
