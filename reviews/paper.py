"""The certificate of a review as its printed page shows it: rows of tables, in words."""

from collections.abc import Mapping
from typing import Any

from governance.conventions.shown import unbroken
from governance.papers.rules import Party
from reviews import words
from reviews.closing import Effect
from reviews.facts import Change, Flag
from reviews.moving import DEADLINE
from reviews.pacing import Pace
from reviews.rules import Choice, Motive

MOST = 300  # accounts printed: a page holds some thirty, and takes a third of a second to lay out

# With the width of each, per cent of the paper's.
COLUMNS = (("Personne", 15), ("Profil", 17), ("Constat", 17), ("Réponse", 17), ("Par", 23), ("Effet", 11))

_STATES = {
    "queued": "en attente", "sending": "en cours d'envoi", "sent": "pris par le serveur", "delivered": "remis",
    "failed": "en échec", "expired": "échu",
}  # fmt: skip


def on_paper(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the template of the certificate shows: accounts kept with others stay in the data it carries."""
    alone = [one for one in value["accounts"] if not (one.get("together") and one["effect"] == Effect.KEPT)]
    shown = value["accounts"] if len(value["accounts"]) <= MOST else alone[:MOST]
    caisses = value.get("caisses", {})  # certificates made before told codes alone
    return {
        "value": value,
        "words": words,
        "issuer": value["structure"],
        "reference": value["review"][:8],
        "parties": [Party("Structure", value["structure"]), Party("Convention", value["convention"]["title"])],
        "counted": [(words.EFFECTS[Effect(effect)][0], count) for effect, count in value["counts"].items()],
        "people": [_person(one) for one in value["reviewers"]],
        "contacts": [
            (one["person"], words.notice(one["kind"]), words.on(one["at"]), _STATES.get(one["state"] or "", "effacé"))
            for one in value["contacts"]
        ],
        "moves": [(words.on(one["at"]), one["by"], _moved(one), one["words"]) for one in value["moves"]],
        "accounts": [_account(one, caisses) for one in shown],
        "extract": caisses.get(value.get("extract"), value.get("extract")),
        "columns": COLUMNS,
        "left_out": len(value["accounts"]) - len(shown),
    }


def _person(one: Mapping[str, Any]) -> tuple[Any, ...]:
    if "pace" not in one:
        return (one["name"], 0, "", "", "")
    together = f"{one['share_together_percent']} %"
    return (one["name"], one["answers"], together, words.lasting(one["seconds"]), words.PACES[Pace(one["pace"])][0])


def _moved(one: Mapping[str, Any]) -> str:
    if one["what"] == DEADLINE:
        return f"échéance, du {words.on(one['before'])} au {words.on(one['after'])}"
    return f"{one['count']} comptes, de {one['before']} à {one['after']}"


def _account(one: Mapping[str, Any], caisses: Mapping[str, str]) -> tuple[Any, ...]:
    signs = [words.CHANGES[Change(one["change"])][0], *(words.FLAGS[Flag(flag)] for flag in one["flags"])]
    said = words.CHOICES[Choice(one["choice"])][0] if one.get("choice") else "sans réponse"
    motive = f" ({words.MOTIVES[Motive(one['motive'])]})" if one.get("motive") else ""
    note = f" « {one['words']} »" if one.get("words") else ""
    by = f"{one['by']}, {words.on(one['at'])}" if one.get("by") else ""
    profile = f"{one['profile']}, {caisses.get(one['caisse'], one['caisse'])}"
    effect = words.EFFECTS[Effect(one["effect"])][0] if one["effect"] else ""
    return (one["name"], profile, unbroken(" ; ".join(signs)), unbroken(said + motive + note), by, effect)
