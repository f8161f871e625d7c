"""What becomes of a table's rows when a convention ends (ARCHITECTURE, decision 8)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Destroyed:
    """The rows go with the convention they belong to (convention métier, destruction clause)."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The rows stay for a stated time, for a stated reason."""

    during: str
    article: str


Fate = Destroyed | Kept
