"""`vigie scan`: its options; what does the work is loaded when they are good, for it takes seconds."""

from datetime import date
from pathlib import Path

import click

from app.commands.days import DAY
from app.commands.scanning.options import Asked


@click.command("scan", options_metavar="[OPTIONS]")
@click.argument("paths", metavar="FICHIER…", nargs=-1, required=True)
@click.option(
    "--convention",
    metavar="CODE",
    envvar="VIGIE_CONVENTION",
    show_envvar=True,
    help="Convention du produit (S0 à S4), ou fichier TOML d'une autre ; sans elle, seul le droit général est cité.",
)
@click.option(
    "--structure",
    metavar="NOM",
    help="Structure qui vérifie : son texte, et un refus si la convention a pris fin pour elle (demande la base).",
)
@click.option("--on", "day", type=DAY, help="Jour du signalement ; aujourd'hui par défaut.")
@click.option(
    "--writer", type=click.Choice(["partenaire", "caisse"]), default="partenaire", show_default=True, help="Qui écrit."
)
@click.option("--reason", metavar="MOTIF", help="Motif pour lequel une personne laisse passer ce qui est à vérifier.")
@click.option(
    "--format",
    "output",
    type=click.Choice(["text", "json", "jsonl", "sarif"]),
    default="text",
    show_default=True,
    help="Écriture des résultats.",
)
@click.option(
    "--input-format",
    "form",
    type=click.Choice(["auto", "text", "jsonl", "csv"]),
    default="auto",
    show_default=True,
    help='Écriture des entrées ; « jsonl » : des lignes {"id", "text"}.',
)
@click.option("--column", metavar="NOM", help="Colonne à vérifier dans un tableau CSV ou Parquet, ligne par ligne.")
@click.option("--show", is_flag=True, help="Montrer les mots trouvés, masqués sinon.")
@click.option("--names", is_flag=True, help="Chercher aussi les noms de tiers avec le modèle de langue (plus lent).")
@click.option(
    "--recognizers",
    type=click.Path(path_type=Path),
    envvar="VIGIE_RECOGNIZERS",
    metavar="FICHIER",
    help="Registre YAML de détecteurs Presidio à ajouter aux nôtres.",
)
@click.option(
    "--antivirus",
    envvar="VIGIE_ANTIVIRUS",
    metavar="ADRESSE",
    help="Démon ClamAV à interroger sur chaque document : unix:/chemin ou tcp:machine:port.",
)
@click.option(
    "--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Processus qui vérifient en même temps."
)
@click.option(
    "--output", "target", type=click.Path(dir_okay=False, path_type=Path), metavar="FICHIER", help="Où écrire."
)
@click.option("--resume", is_flag=True, help="Continuer le fichier de --output (jsonl) là où il s'est arrêté.")
def scan(day: date | None, **options: object) -> int:
    """Vérifier des textes et des fichiers, sans base de données ni réseau.

    FICHIER est un texte, un document (pdf, docx, xlsx, csv), un dossier parcouru en entier, ou « - » pour l'entrée
    standard. Un texte est jugé comme un commentaire, un document comme une pièce jointe.

    Codes de sortie : 0 rien à redire ; 1 refusé, ou à vérifier sans motif ; 2 une entrée n'a pas pu être lue.
    """
    from app.commands.scanning.running import scan  # noqa: PLC0415  # the engine: four seconds that --help must not cost

    return scan(Asked.of(day, options))
