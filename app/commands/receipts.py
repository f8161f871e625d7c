"""`vigie receipts`: tell a genuine receipt from another, with the service's public key."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import click

from app import settings
from app.commands.endings import CLEAN, REFUSED
from app.commands.files import content
from app.keyring import load_keys
from governance.core.clock import PARIS
from scanners.receipts import NotAReceipt, Seal, is_genuine
from scanners.tiers import SAID_OF, Tier

MAX_BYTES = 1_000_000  # a receipt of eight files takes a few thousand
PARTS = {"receipt", "signature"}


@click.group("receipts", subcommand_metavar="COMMANDE [ARGUMENTS]…")
def receipts() -> None:
    """Vérifier un reçu de contrôle."""


@receipts.command()
@click.argument("file", metavar="FICHIER")
@click.option("--public-key", metavar="BASE64", help="Clé publique du service ; celle de cette installation sinon.")
def verify(file: str, public_key: str | None) -> int:
    """Dire si un reçu est celui que le service a signé, sans un mot de changé.

    Codes de sortie : 0 authentique ; 1 modifié, ou signé par un autre service ; 2 ce n'est pas un reçu.
    """
    document = parsed(content(file, MAX_BYTES))
    if not is_genuine(document, public_key if public_key is not None else own_public_key()):
        click.echo("Ce reçu a été modifié, ou un autre service l'a signé : il ne prouve rien.")
        return REFUSED
    click.echo(_said(document["receipt"]))
    return CLEAN


@receipts.command("public-key")
def public() -> None:
    """Donner la clé publique de cette installation, à remettre à qui vérifie ses reçus."""
    click.echo(own_public_key())


def own_public_key() -> str:
    """Return the public key of this installation; raises BadSettings, NoSecret."""
    return Seal.of(load_keys(settings.load())).public


def parsed(raw: bytes) -> Mapping[str, Any]:
    """Return a receipt as it was downloaded; raises NotAReceipt.

    Nothing may stand beside what is signed, and no key twice: a reader would see what the signature does not cover.
    """
    try:
        document = json.loads(raw, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise NotAReceipt("Ce document n'est pas un reçu de contrôle.") from error
    if not isinstance(document, dict) or set(document) != PARTS:
        raise NotAReceipt("Ce document n'est pas un reçu de contrôle.")
    return document


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def _said(receipt: Mapping[str, Any]) -> str:
    at = datetime.fromisoformat(receipt["at"]).astimezone(PARIS)
    convention = receipt["convention"]
    return (
        f"Reçu authentique : {receipt['id']}\n"
        f"Contrôle du {at:%d/%m/%Y à %H h %M} (heure de Paris), "
        f"convention {convention['code']} (texte n° {convention['edition']}), résultat : {receipt['outcome']}."
        f"{_unlooked(receipt)}"
    )


def _unlooked(receipt: Mapping[str, Any]) -> str:
    """Return what the check did not look for, by choice of the structure; older receipts do not tell."""
    on = receipt.get("health_tiers", list(Tier))
    missing = [SAID_OF[tier] for tier in Tier if tier not in on]
    if not missing:
        return ""
    said = f"{missing[0]} n'a pas été cherché" if len(missing) == 1 else "elles n'ont pas été cherchées"
    return f"\nDonnées de santé : {said} (choix de la structure)."
