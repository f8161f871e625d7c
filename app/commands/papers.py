"""`vigie papers`: what a receiver needs to check signed documents, and checking one here."""

import json
from importlib import import_module

import click

from app import settings
from app.commands.endings import CLEAN, REFUSED
from app.commands.files import content
from app.keyring import load_keys
from governance.core import clock
from governance.core.french import instant
from governance.core.keys import Keys
from governance.papers import certificates, signing
from governance.papers.signing import ForgedDocument

MAX_BYTES = 50_000_000
PDF = b"%PDF-"


@click.group("papers", subcommand_metavar="COMMANDE [ARGUMENTS]…")
def papers() -> None:
    """Vérifier un document signé (PDF, JSON), donner de quoi le vérifier ailleurs."""


@papers.command()
def certificate() -> None:
    """Donner le certificat (PEM) de l'autorité de cette installation, à remettre à qui reçoit ses documents."""
    root = certificates.root(_keys())
    click.echo(certificates.pem(root), nl=False)
    click.echo(f"Empreinte SHA-256 : {certificates.fingerprint(root)}", err=True)


@papers.command("public-key")
def public() -> None:
    """Donner la clé publique qui vérifie les documents JSON de cette installation."""
    click.echo(signing.public_key(_keys()))


@papers.command()
@click.argument("file", metavar="FICHIER")
def verify(file: str) -> int:
    """Dire si un document (PDF ou JSON) est celui que cette installation a signé, sans rien de changé.

    Codes de sortie : 0 authentique ; 1 modifié, ou signé par un autre ; 2 ce n'est pas un document signé.
    """
    raw = content(file, MAX_BYTES)
    return _pdf(raw) if raw.startswith(PDF) else _json(raw)


def _pdf(raw: bytes) -> int:
    # Loaded for who checks a PDF: it takes a second.
    seen = import_module("governance.papers.checking").check_pdf(raw, certificates.root(_keys()), clock.now())
    if not seen.is_whole:
        click.echo("Ce document a été modifié depuis sa signature : il ne prouve rien.")
        return REFUSED
    if not seen.is_ours:
        click.echo("Ce document est signé, mais pas par cette installation.")
        return REFUSED
    when = f"signé le {instant(seen.signed_at)}" if seen.signed_at else "signé"
    stamped = f", horodaté le {instant(seen.stamped_at)}" if seen.stamped_at else ""
    click.echo(f"Document authentique : {when} par « {seen.by} »{stamped}.")
    return CLEAN


def _json(raw: bytes) -> int:
    try:
        said = signing.verify(raw, signing.public_key(_keys()))
    except ForgedDocument as refusal:
        click.echo(refusal.message)
        return REFUSED
    click.echo(f"Document authentique : {said.kind}, signé le {instant(said.at)}.")
    click.echo(json.dumps(said.value, ensure_ascii=False, indent=2))
    return CLEAN


def _keys() -> Keys:
    return load_keys(settings.load())
