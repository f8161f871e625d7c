"""Which conventions are known: the product's five, and those a DPO registered, latest text first."""

from dataclasses import replace
from functools import lru_cache

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance.conventions.reader import read
from governance.conventions.shipped import shipped
from governance.conventions.tables import ImportedConvention
from governance.conventions.terms import Convention
from governance.core.refusals import NotFound


class UnknownConvention(NotFound):
    """No convention has that code."""


def find_convention(session: Session, code: str) -> Convention:
    """Return the latest text registered under a code; raises UnknownConvention."""
    row = session.scalars(
        select(ImportedConvention)
        .where(ImportedConvention.code == code)
        .order_by(ImportedConvention.edition.desc())
        .limit(1)
    ).one_or_none()
    if row is not None:
        return _parsed(row.toml, row.edition)
    if code in shipped():
        return shipped()[code]
    raise UnknownConvention("Aucune convention ne porte ce code.", field="convention")


def all_conventions(session: Session) -> tuple[Convention, ...]:
    """Return the latest text of every convention, by code."""
    latest = select(ImportedConvention.code, func.max(ImportedConvention.edition).label("edition")).group_by(
        ImportedConvention.code
    )
    newest = latest.subquery()
    rows = session.scalars(
        select(ImportedConvention)
        .join(newest, (ImportedConvention.code == newest.c.code) & (ImportedConvention.edition == newest.c.edition))
        .order_by(ImportedConvention.code)
    )
    known = dict(shipped()) | {row.code: _parsed(row.toml, row.edition) for row in rows}
    return tuple(known[code] for code in sorted(known))


def holder_of(session: Session, code: str) -> str | None:
    """Return the structure that first registered a text under a code, None for the product's own or nobody's."""
    return session.scalars(
        select(ImportedConvention.structure)
        .where(ImportedConvention.code == code)
        .order_by(ImportedConvention.edition)
        .limit(1)
    ).one_or_none()


@lru_cache(maxsize=64)
def _parsed(toml: str, edition: int) -> Convention:
    return replace(read(toml, "convention enregistrée"), edition=edition)
