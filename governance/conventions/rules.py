"""What a later text of a convention may change: it adds versions, and takes nothing back."""

from collections.abc import Iterator

from governance.conventions.terms import Convention
from governance.core.refusals import Conflict


class Rewrites(Conflict):
    """The text would change or remove what is already in force."""


class NothingNew(Conflict):
    """The text says what is already registered."""


def check_successor(known: Convention, proposed: Convention) -> None:
    """Refuse a text that does not keep all that its predecessor says; raises Rewrites or NothingNew.

    A version in force is never overwritten: evidence given under it must stay explainable (RGPD, art. 5(2)).
    """
    lost = (*_lost_header(known, proposed), *_lost_rules(known, proposed))
    if lost:
        raise Rewrites(
            f"Ce texte modifie ou retire ce qui est déjà enregistré sous le code {known.code} : {', '.join(lost)}. "
            "Gardez chaque version existante et ajoutez-en une, avec une date « since » postérieure.",
            field="file",
        )
    if _same(known, proposed):
        raise NothingNew(f"Ce texte n'ajoute rien à la convention {known.code} déjà enregistrée.", field="file")


def _lost_header(known: Convention, proposed: Convention) -> Iterator[str]:
    if proposed.adopted != known.adopted:
        yield "la date d'adoption (adopted)"
    if not set(known.caisses) <= set(proposed.caisses):
        yield "les caisses ([[caisses]])"


def _lost_rules(known: Convention, proposed: Convention) -> Iterator[str]:
    for rule, history in known.versions.items():
        if proposed.versions[rule][: len(history)] != history:
            yield f"la règle {rule}"


def _same(known: Convention, proposed: Convention) -> bool:
    header = (
        "title",
        "adopted_by",
        "caisses",
        "documents",
        "precision",
        "signature",
        "effect",
        "end",
        "source",
        "scanned",
    )
    return dict(known.versions) == dict(proposed.versions) and all(
        getattr(known, key) == getattr(proposed, key) for key in header
    )
