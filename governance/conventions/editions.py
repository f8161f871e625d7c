"""The texts registered under a code, as they were received."""

from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.conventions.queries import UnknownConvention, binding, own
from governance.conventions.shipped import CODES
from governance.conventions.tables import ImportedConvention


@dataclass(frozen=True, slots=True)
class Edition:
    """One text: its number, and when it was registered (None: it ships with the product)."""

    number: int
    registered_at: datetime | None


def editions(session: Session, code: str, structure: str | None = None) -> tuple[Edition, ...]:
    """Return every text of a convention that binds a structure, latest first."""
    rows = session.execute(
        select(ImportedConvention.edition, ImportedConvention.imported_at)
        .where(ImportedConvention.code == code, binding(structure))
        .order_by(own().desc(), ImportedConvention.edition.desc())
    )
    return (*(Edition(number, at) for number, at in rows), *([Edition(1, None)] if code in CODES else []))


def latest_toml(session: Session, code: str, structure: str | None = None) -> str:
    """Return the latest text that binds a structure, to keep or to complete; raises UnknownConvention."""
    toml = session.scalars(
        select(ImportedConvention.toml)
        .where(ImportedConvention.code == code, binding(structure))
        .order_by(own().desc(), ImportedConvention.edition.desc())
        .limit(1)
    ).one_or_none()
    if toml is not None:
        return toml
    if code in CODES:
        return (files("governance.conventions.data") / f"{code}.toml").read_text("utf-8")
    raise UnknownConvention("Aucune convention ne porte ce code.", field="convention")
