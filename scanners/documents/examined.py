"""What an antivirus can say of a file."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class State(StrEnum):
    """What is known of a file."""

    CLEAN = "sain"
    INFECTED = "infecte"
    UNREACHABLE = "non_verifie"
    ABSENT = "sans_antivirus"


@dataclass(frozen=True, slots=True)
class Examined:
    """The antivirus's answer; `name` is that of what it recognised."""

    state: State
    name: str = ""


class Antivirus(Protocol):
    """Whatever can tell whether bytes hold something harmful."""

    def examine(self, data: bytes) -> Examined:
        """Return what is known of the bytes; it raises nothing."""
