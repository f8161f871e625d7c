"""`vigie conventions`: read, check and register conventions; only registering needs a database."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click

from app.commands import service
from app.commands.convention_life import life, record
from app.commands.days import DAY
from app.commands.endings import tell
from app.commands.files import content
from governance.conventions import queries
from governance.conventions.actions import import_convention
from governance.conventions.cited import Cited, describe
from governance.conventions.reader import MAX_BYTES, read
from governance.conventions.schema import RuleKind
from governance.conventions.shipped import shipped
from governance.conventions.terms import Convention, Terms
from governance.core import clock
from governance.core.storage import reading
from governance.people.rules import command

SHIPPED_ONLY = "Pas de base de données prête : seules les conventions du produit sont connues."


@click.group("conventions", subcommand_metavar="COMMANDE [ARGUMENTS]…")
def conventions() -> None:
    """Lire, vérifier, enregistrer des conventions."""


@conventions.command("list")
def list_() -> None:
    """Lister les conventions connues."""
    for one in _known():
        click.echo(f"{one.code:<8} {one.partner} – {one.title} (texte n° {one.edition})")


@conventions.command()
@click.argument("code", metavar="CODE")
@click.option("--on", "day", type=DAY, help="Jour dont on lit les règles ; aujourd'hui par défaut.")
def show(code: str, day: date | None) -> None:
    """Montrer ce qu'une convention exige, avec les articles."""
    convention = next((one for one in _known() if one.code == code), None)
    if convention is None:
        raise queries.UnknownConvention("Aucune convention ne porte ce code.")
    terms = convention.on(day or clock.day(clock.now()))
    click.echo("\n".join(_lines(convention, terms)))


@conventions.command()
@click.argument("file", metavar="FICHIER")
def check(file: str) -> None:
    """Dire ce qui ne va pas dans un fichier de convention, ou qu'il peut être enregistré."""
    convention = read(content(file, MAX_BYTES), Path(file).name)
    click.echo(f"{convention.code} : {len(convention.versions)} règles lues, rien à corriger.")


@conventions.command("import")
@click.argument("file", metavar="FICHIER")
@click.option("--structure", metavar="NOM", help="Structure qui l'enregistre : son nom ou son identifiant.")
def import_(file: str, structure: str | None) -> None:
    """Enregistrer une convention, ou un texte plus récent d'une convention."""
    source = content(file, MAX_BYTES)
    with service.database() as sessions:
        by = command(service.structure_named(sessions, structure).id)
        with sessions.begin() as session:
            done = import_convention(session, source, by=by, at=clock.now(), name=Path(file).name)
    click.echo(f"{done.code} : texte n° {done.edition} enregistré.")


conventions.add_command(life)
conventions.add_command(record)


def _known() -> tuple[Convention, ...]:
    try:
        with service.database() as sessions, reading(sessions) as session:
            return queries.all_conventions(session)
    except service.NoDatabase:
        tell(SHIPPED_ONLY)
        return tuple(shipped().values())


def _lines(convention: Convention, terms: Terms) -> Iterator[str]:
    yield f"{convention.code} – {convention.partner}"
    yield f"{convention.title} (texte n° {convention.edition}), règles au {terms.day:%d/%m/%Y}"
    section = ""
    for kind, cited in terms.rules():
        if kind.section != section:
            section = kind.section
            yield f"\n{section}"
        yield from _rule(kind, cited)


def _rule(kind: RuleKind, cited: Cited[Any]) -> Iterator[str]:
    said = "" if cited.value is None else describe(cited.value)
    status = "" if cited.is_firm else f"[{cited.status.french}]"
    yield f"  {kind.id:<4} {kind.label} : {' '.join(part for part in (said, status) if part)}"
    if cited.article:
        yield f"       {cited.article}" + (f" : « {cited.quote} »" if cited.quote else "")
    if cited.note:
        yield f"       → {cited.note}"
