"""What is typed about a breach must make sense: texts of a readable length, something that happened."""

from governance.conventions.values.breach import Trigger
from governance.core.refusals import Invalid

LIMITS = {"told": 5_000, "why": 2_000, "late_reason": 2_000, "lessons": 5_000, "body": 5_000, "title": 300}
_SHORT = 300


def check_text(text: str, field: str, *, required: bool = False) -> None:
    """Refuse (Invalid) a text that is missing, too long, or holds what cannot be read."""
    if required and not text.strip():
        raise Invalid("Ce texte est attendu.", field=field)
    limit = LIMITS.get(field, _SHORT)
    if len(text) > limit:
        raise Invalid(f"Ce texte dépasse {limit} caractères.", field=field)
    if any(ord(one) < ord(" ") and one not in "\n\r\t" for one in text):
        raise Invalid("Ce texte contient un caractère illisible.", field=field)


def check_triggers(triggers: frozenset[Trigger]) -> None:
    """Refuse (Invalid) an incident in which nothing happened."""
    if not triggers:
        raise Invalid("Dites ce qui s'est passé : choisissez au moins une réponse.", field="triggers")
