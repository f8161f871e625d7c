"""What a failed model says, in French, without what was typed."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

SENTENCES: Mapping[str, str] = {
    "missing": "Ce champ est obligatoire.",
    "extra_forbidden": "Ce champ n'existe pas.",
    "string_type": "Un texte est attendu.",
    "string_unicode": "Le texte contient des caractères invalides.",
    "string_too_short": "Au moins {min_length} caractères sont attendus.",
    "string_too_long": "Au plus {max_length} caractères sont permis.",
    "string_pattern_mismatch": "La forme attendue n'est pas respectée.",
    "too_short": "Au moins {min_length} éléments sont attendus.",
    "too_long": "Au plus {max_length} éléments sont permis.",
    "int_type": "Un nombre entier est attendu.",
    "int_parsing": "Un nombre entier est attendu.",
    "bool_type": "Vrai ou faux est attendu.",
    "bool_parsing": "Vrai ou faux est attendu.",
    "list_type": "Une liste est attendue.",
    "dict_type": "Un objet est attendu.",
    "model_type": "Un objet est attendu.",
    "model_attributes_type": "Un objet est attendu.",
    "enum": "La valeur ne fait pas partie des choix : {expected}.",
    "literal_error": "La valeur ne fait pas partie des choix : {expected}.",
    "date_type": "Une date AAAA-MM-JJ est attendue.",
    "date_parsing": "Une date AAAA-MM-JJ est attendue.",
    "date_from_datetime_parsing": "Une date AAAA-MM-JJ est attendue.",
    "datetime_parsing": "Un instant ISO 8601 est attendu.",
    "greater_than_equal": "La valeur doit être au moins {ge}.",
    "less_than_equal": "La valeur doit être au plus {le}.",
}
OTHERWISE = "La valeur n'est pas acceptée."


def explain(error: ValidationError) -> tuple[tuple[str, str], ...]:
    """Return a JSON pointer (RFC 6901) and a sentence for each error of the model."""
    details = error.errors(include_input=False, include_url=False)
    return tuple((_pointer(detail["loc"]), _sentence(detail["type"], detail.get("ctx", {}))) for detail in details)


def _sentence(kind: str, context: Mapping[str, Any]) -> str:
    try:
        return SENTENCES.get(kind, OTHERWISE).format(**context)
    except KeyError:
        return OTHERWISE


def _pointer(location: tuple[int | str, ...]) -> str:
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in location)
