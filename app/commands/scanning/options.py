"""What was asked of `vigie scan`, as it was typed."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Asked:
    """The options, checked as far as their own form goes."""

    paths: tuple[str, ...]
    convention: str | None
    structure: str | None
    day: date | None
    writer: str
    reason: str | None
    output: str
    form: str
    column: str | None
    show: bool
    names: bool
    recognizers: Path | None
    jobs: int
    antivirus: str | None
    target: Path | None
    resume: bool

    @classmethod
    def of(cls, day: date | None, options: dict[str, Any]) -> "Asked":
        """Return the options as the command received them."""
        return cls(day=day, **options)
