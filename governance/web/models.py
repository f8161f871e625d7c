"""What every model of the API shares: nothing beside its fields, nothing repeated, described by its fields only."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, WithJsonSchema


def _fields_only(schema: dict[str, Any]) -> None:
    """Take off titles and docstrings, which are in English: what readers need is said, in French, by the fields."""
    schema.pop("title", None)
    schema.pop("description", None)
    for field in schema.get("properties", {}).values():
        field.pop("title", None)


def words(values: Iterable[StrEnum]) -> WithJsonSchema:
    """Return how a field that holds one of some words is described."""
    return WithJsonSchema({"type": "string", "enum": [value.value for value in values]})


class Model(BaseModel):
    """A model that refuses unknown fields and keeps what was sent out of its errors."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, json_schema_extra=_fields_only)
