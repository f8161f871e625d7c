"""The two tiers of health data as a DPO reads them: what each looks for, whether it is on, and why it is not."""

from collections.abc import Mapping
from dataclasses import dataclass

from scanners.forms import SwitchForm
from scanners.queries import SwitchedOff
from scanners.tiers import Tier

TITLES = {Tier.NAMED: "Ce qui est nommé", Tier.LIKELY: "Ce qui n'est que probable"}
EXPLAINED = {
    Tier.NAMED: (
        "Les mots et tournures du vocabulaire fourni (maladies, soins, médicaments, handicaps, grossesse, prestations "
        "liées à la santé) : bloquants ou à vérifier."
    ),
    Tier.LIKELY: (
        "Un mot inconnu construit comme un terme médical (« …scopie », « …cilline »), ou une phrase qui ressemble à ce "
        "qui s'écrit de la santé d'une personne : à vérifier, jamais bloquant."
    ),
}
WITHOUT = {
    Tier.NAMED: (
        "Sans cet étage, une maladie, un soin ou un médicament écrits en toutes lettres ne bloquent plus : un "
        "commentaire qui en contient peut être accepté. Restent relevés les NIR, les coordonnées, les mots que vous "
        "avez ajoutés et, si l'autre étage est en service, une partie des phrases, à vérifier."
    ),
    Tier.LIKELY: "Sans cet étage, ces mots et ces phrases ne sont plus à vérifier ; ce qui est nommé n'en dépend pas.",
}


@dataclass(frozen=True, slots=True)
class TierView:
    """A tier, what it looks for, what is lost without it, since when it is off, and the form that switches it off."""

    tier: Tier
    title: str
    explained: str
    without: str
    off: SwitchedOff | None
    form: SwitchForm


def tier_views(off: Mapping[Tier, SwitchedOff], tried: Mapping[Tier, SwitchForm]) -> tuple[TierView, ...]:
    """Return both tiers; `tried` is the form of the one that somebody could not switch off."""
    return tuple(
        TierView(
            tier, TITLES[tier], EXPLAINED[tier], WITHOUT[tier], off.get(tier), tried.get(tier) or SwitchForm.of(tier)
        )
        for tier in Tier
    )
