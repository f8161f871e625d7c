"""`vigie trail`: verify the journal, sign a checkpoint of it, take it out."""

from collections.abc import Iterator
from pathlib import Path

import click
from sqlalchemy.orm import Session

from app import settings
from app.commands import service
from app.commands.endings import CLEAN, REFUSED, tell
from app.commands.files import content
from app.keyring import load_keys
from app.trail import keeper
from governance.core import clock
from governance.core.clock import PARIS
from governance.core.keys import Keys
from governance.core.storage import reading
from governance.core.trail import checkpoints, verifying
from governance.core.trail.checkpoints import Checkpoint
from governance.core.trail.report import Break, Report
from governance.core.trail.tables import TrailCheckpoint
from governance.people.rules import command
from governance.trail import exports, queries
from governance.trail.keeping import write
from governance.trail.queries import Wanted

MAX_BYTES = 1_000_000  # a checkpoint takes six hundred


@click.group("trail", subcommand_metavar="COMMANDE [ARGUMENTS]…")
def trail() -> None:
    """Vérifier le journal, en signer un point de contrôle, l'exporter."""


@trail.command()
@click.option(
    "--checkpoint", "files", metavar="FICHIER", multiple=True, help="Point de contrôle gardé hors du service."
)
def verify(files: tuple[str, ...]) -> int:
    """Relire tout le journal et nommer la première ligne qui n'est plus telle qu'elle a été scellée.

    Sans point de contrôle gardé ailleurs, une fin de journal coupée ne se voit pas : donnez votre plus récent.

    Codes de sortie : 0 rien à redire ; 1 une ligne au moins a changé ; 2 erreur.
    """
    keys = _keys()
    held = [_read(name, keys) for name in files]
    with service.database() as sessions, reading(sessions) as session:
        report = verifying.verify(session, keys, held)
    for line in (*_counts(report), *(_told(one) for one in report.breaks[:10])):
        click.echo(line)
    return REFUSED if report.broken else CLEAN


@trail.command()
@click.option(
    "--output", metavar="DOSSIER", type=click.Path(path_type=Path), help="Dossier où l'écrire ; la sortie sinon."
)
def checkpoint(output: Path | None) -> int:
    """Signer maintenant un point de contrôle de tout le journal, à garder hors du service."""
    with service.database() as sessions:
        made = keeper(settings.load(), _keys()).signed(sessions, clock.now())
    if made is None:
        tell("Le journal est vide : rien à signer.")
        return REFUSED
    click.echo(made.document if output is None else str(write(output, made)), nl=output is not None)
    return CLEAN


@trail.command()
@click.option("--checkpoint", "file", metavar="FICHIER", help="Prouver devant ce point de contrôle ; le dernier sinon.")
@click.option("--structure", metavar="NOM", help="Les entrées d'une structure seulement, chacune avec sa preuve.")
def export(file: str | None, structure: str | None) -> None:
    """Écrire le journal en JSON Lines, avec de quoi le vérifier sans ce service (docs/journal.md)."""
    keys = _keys()
    held = None if file is None else _read(file, keys)
    with service.database() as sessions:
        chosen = None if structure is None else service.structure_named(sessions, structure).id
        with reading(sessions) as session:
            point = queries.point_of(session, held)
            for line in _export(session, keys, chosen, point):
                click.echo(line, nl=False)


@trail.command("public-key")
def public() -> None:
    """Donner la clé publique qui vérifie les points de contrôle, à garder avec eux."""
    click.echo(checkpoints.public_key(_keys()))


def _export(session: Session, keys: Keys, structure: str | None, point: TrailCheckpoint | None) -> Iterator[str]:
    if structure is None:
        return exports.complete(session, keys, point)
    rows = queries.every(session, Wanted(structure), by=command(structure))
    return exports.proven(session, keys, rows, point)


def _keys() -> Keys:
    return load_keys(settings.load())


def _read(name: str, keys: Keys) -> Checkpoint:
    return checkpoints.read(content(name, MAX_BYTES), checkpoints.public_key(keys))


def _counts(report: Report) -> list[str]:
    lines = [
        f"{report.entries} entrées scellées, dont {report.pruned} purgées ; "
        f"{report.checkpoints} points de contrôle comparés."
    ]
    if report.pending and report.pending_since:
        since = report.pending_since.astimezone(PARIS)
        lines.append(f"{report.pending} entrées attendent leur sceau, la plus ancienne du {since:%d/%m/%Y à %H h %M}.")
    if report.late:
        lines.append(
            f"{report.late} entrées portent une heure antérieure à un point de contrôle qui les précède : "
            "horloge reculée, ou ligne ajoutée après coup."
        )
    lines.append(f"{report.broken} rupture(s)." if report.broken else "Le journal est entier.")
    return lines


def _told(one: Break) -> str:
    where = f"Rang {one.position}" if one.since is None else f"Entre les rangs {one.since} et {one.position}"
    entry = f" (entrée n° {one.entry})" if one.entry is not None and one.since is None else ""
    return f"{where}{entry} : {one.flaw.value}."
