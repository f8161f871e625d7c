"""`vigie keys`: the secret, the master key and the data keys of an installation."""

import click

from app import settings
from app.commands import service
from app.commands.endings import tell
from app.keyring import make_missing, unchecked_store
from governance.core import clock, resealing, trail
from governance.core.domains import Domain
from governance.core.keystore import RETIRED_FOR, KeyStore
from governance.core.sealing import keys_of
from governance.people.rules import command

SUBJECT = "keys"

_for_structure = click.option("--structure", metavar="NOM", help="La structure : son nom ou son identifiant.")
_for_convention = click.option("--convention", metavar="CODE", help="La convention de cette structure.")


@click.group("keys", subcommand_metavar="COMMANDE [ARGUMENTS]…")
def keys() -> None:
    """Créer, contrôler, remplacer les clés du service."""


@keys.command()
def init() -> None:
    """Créer ce qui manque des clés réglées : le secret, la clé maître (fichiers), le magasin des clés de données."""
    made = make_missing(settings.load())
    for line in made:
        click.echo(f"Créé : {line}")
    if not made:
        click.echo("Rien à créer : tout est déjà là.")
    tell("Gardez le secret et la clé maître hors des sauvegardes de la base : voir docs/cles.md.")


@keys.command()
def status() -> None:
    """Dire où sont les clés, et si un remplacement est inachevé ; aucune clé n'est montrée."""
    store = unchecked_store(settings.load())
    store.check()
    contents, held = store.contents(), store.master.generations()
    click.echo(f"Magasin : {store.folder} ({len(contents.domains)} domaine(s), {len(contents.destroyed)} détruit(s))")
    click.echo(f"Clé maître : {store.master.where}, {contents.master}")
    for left in held:
        if left != contents.master:
            click.echo(f"Clé maître à retirer ou à mettre en service : {left}")
    for name, domain_keys in sorted(contents.domains.items()):
        newest = domain_keys.versions[-1]
        waiting = "" if len(domain_keys.versions) == 1 else " (l'ancienne reste, le temps des sauvegardes)"
        click.echo(f"  {name:<45} clé n° {newest.version}{waiting}")
    for name, at in sorted(contents.destroyed.items()):
        click.echo(f"  {name:<45} détruit le {clock.day(at):%d/%m/%Y}")


@keys.command("rotate-master")
def rotate_master() -> None:
    """Remplacer la clé maître : les clés de données sont enveloppées à nouveau, l'ancienne clé maître disparaît."""
    with service.database() as sessions, sessions.begin() as session:
        trail.record(session, "keys.master_rotated", SUBJECT, by=command(""), structure=None, at=clock.now())
        store = keys_of(session)
        store.rotate_master()
    click.echo(
        f"Clé maître remplacée ({store.contents().master}) : mettez à jour sa copie de secours, détruisez l'ancienne."
    )


@keys.command("rotate-data")
@_for_structure
@_for_convention
def rotate_data(structure: str | None, convention: str | None) -> None:
    """Remplacer les clés de données et sceller à nouveau ce qu'elles protègent, service ouvert ; coupé, recommencez."""
    at = clock.now()
    with service.database() as sessions:
        with sessions() as session:
            store = keys_of(session)
        owner = service.structure_named(sessions, structure).id if structure else None
        for domain in _chosen(store, owner, convention):
            with sessions.begin() as session:
                trail.record(session, "keys.data_rotated", SUBJECT, by=command(""), structure=owner, at=at)
            done = resealing.rotate(sessions, store, domain, at)
            click.echo(f"{domain} : {done.values} valeur(s) scellée(s) à nouveau.")
            if done.broken:
                tell(f"{domain} : {done.broken} ligne(s) ne s'ouvrent pas, l'ancienne clé est gardée.")
    tell(f"La tâche quotidienne retire l'ancienne clé {RETIRED_FOR.days} jours après son remplacement.")


def _chosen(store: KeyStore, structure: str | None, convention: str | None) -> list[Domain]:
    known = [Domain.named(name) for name in sorted(store.contents().domains)]
    return [
        domain for domain in known if structure in (None, domain.structure) and convention in (None, domain.convention)
    ]
