"""`vigie destruction`: what a destruction would do, how it goes, carrying it on, its certificate."""

import json
from pathlib import Path

import click

from app import settings
from app.commands import service
from app.commands.endings import CLEAN, REFUSED, tell
from app.destruction import setup
from app.keyring import load_keys
from governance.core import clock
from governance.core.clock import PARIS
from governance.core.domains import Domain
from governance.core.storage import reading
from governance.destruction import certificates as papers
from governance.destruction import queries
from governance.destruction.acting import runner
from governance.destruction.acting.means import Means, Setup
from governance.destruction.words import STATES, STEP_STATES, step_title
from governance.people.rules import command

_structure = click.option("--structure", metavar="NOM", help="La structure : son nom ou son identifiant.")


@click.group("destruction", subcommand_metavar="COMMANDE [ARGUMENTS]…")
def destruction() -> None:
    """Voir ce qu'une destruction ferait, la suivre, la poursuivre, en lire l'attestation."""


@destruction.command()
@click.argument("code", metavar="CODE")
@_structure
def plan(code: str, structure: str | None) -> None:
    """Dire ce que détruire les données d'une convention emporterait, et ce qui resterait ; rien n'est détruit."""
    with service.database() as sessions:
        where = service.structure_named(sessions, structure)
        with reading(sessions) as session:
            found = queries.plan(session, _setup(), Domain(where.id, code), clock.now())
    click.echo(f"{where.name}, convention {code} : {found.rows} ligne(s) à détruire\n\nDétruit")
    for table in found.going:
        click.echo(f"  {table.name:<32} {table.count}")
    key = "déjà détruite" if found.is_key_destroyed else f"{found.key_versions} version(s), détruite(s)"
    click.echo(f"  clé de données : {key}\n  clé maître : {found.master}, remplacée\n\nConservé")
    for table in found.staying:
        count = "" if table.count is None else f" {table.count} ligne(s),"
        click.echo(f"  {table.name:<32}{count} {table.during} ({table.article})")
    click.echo("\nSauvegardes qui portent ces données")
    for backup in found.backups:
        click.echo(f"  {backup.id:<32} jusqu'au {backup.expires_at.astimezone(PARIS):%d/%m/%Y}")
    click.echo("" if found.backups else "  aucune que le service ait faite")


@destruction.command("list")
def list_() -> int:
    """Lister les destructions, la dernière ouverte d'abord.

    Codes de sortie : 0 rien n'attend ; 1 une au moins est commencée et pas finie.
    """
    with service.database() as sessions, reading(sessions) as session:
        rows = queries.destructions(session, command(""))
        for row in rows:
            click.echo(f"{row.id}  {row.convention:<6} {STATES[row.state][0]}, fin le {row.ended_on:%d/%m/%Y}")
        return REFUSED if any(row.state == "underway" for row in rows) else CLEAN


@destruction.command()
@click.argument("identifier", metavar="IDENTIFIANT")
def show(identifier: str) -> None:
    """Montrer où en est chaque étape d'une destruction."""
    with service.database() as sessions, reading(sessions) as session:
        row = queries.find_row(session, identifier, command(""))
        click.echo(f"{row.convention} : {STATES[row.state][0]}")
        for step in queries.steps(session, row):
            counted = "" if step.before is None else f" {step.before} → {step.after if step.after is not None else '?'}"
            why = f" : {step.error}" if step.error else ""
            click.echo(f"  {step_title(step.name):<55} {STEP_STATES[step.state][0]}{counted}{why}")


@destruction.command()
@click.argument("identifier", metavar="IDENTIFIANT")
def run(identifier: str) -> int:
    """Poursuivre maintenant une destruction commencée, sans attendre la tâche de chaque minute.

    Codes de sortie : 0 finie ; 1 une étape au moins attend ou a échoué.
    """
    with service.database() as sessions:
        with reading(sessions) as session:
            queries.find_row(session, identifier, command(""))
        is_over = runner.carry_on(Means(sessions, _setup()), identifier, clock.now())
    click.echo("Tout est fait." if is_over else "Une étape attend ou a échoué : « vigie destruction show ».")
    return CLEAN if is_over else REFUSED


@destruction.command()
@click.argument("identifier", metavar="IDENTIFIANT")
@click.option("--output", metavar="DOSSIER", type=click.Path(path_type=Path), help="Où écrire ; la sortie sinon.")
def certificate(identifier: str, output: Path | None) -> int:
    """Écrire la dernière attestation (JSON), avec les identifiants détruits si un dossier est donné.

    Codes de sortie : 0 écrite ; 1 aucune n'existe encore.
    """
    keys = load_keys(settings.load())
    with service.database() as sessions, reading(sessions) as session:
        queries.find_row(session, identifier, command(""))
        rows = queries.certificates(session, identifier)
        if not rows:
            tell("Aucune attestation : la destruction n'est pas finie.")
            return REFUSED
        body = papers.document(keys, rows[0].body, rows[0].signature, rows[0].stamp)
        text = json.dumps(body, indent=1, ensure_ascii=False)
        if output is None:
            click.echo(text)
            return CLEAN
        _write(output, identifier, text, Means(sessions, _setup()))
    return CLEAN


def _write(folder: Path, identifier: str, text: str, means: Means) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"attestation-{identifier}.json").write_text(text + "\n", "utf-8")
    for entry in means.ledger.entries():
        if entry.name.startswith(identifier):
            lines = "".join(f"{table}\t{row}\n" for table, row in means.ledger.rows(entry))
            (folder / f"identifiants-{entry.name}.txt").write_text(lines, "utf-8")
    click.echo(str(folder))


def _setup() -> Setup:
    found = settings.load()
    return setup(found, load_keys(found))
