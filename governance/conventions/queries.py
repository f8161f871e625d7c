"""Which conventions are known: the product's five, and those a DPO registered, latest text first."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from sqlalchemy import ColumnElement, case, select
from sqlalchemy.orm import Session

from governance.conventions.reader import read
from governance.conventions.shipped import CODES, shipped
from governance.conventions.tables import ImportedConvention
from governance.conventions.terms import Convention
from governance.core.refusals import NotFound
from governance.core.storage import remembered


class UnknownConvention(NotFound):
    """No convention has that code."""


def find_convention(session: Session, code: str, structure: str | None = None) -> Convention:
    """Return the latest text registered under a code, as it binds a structure; raises UnknownConvention.

    An amendment of a convention of the product binds the structure that registered it alone: each signed its own.
    Without a structure, what binds none of them in particular. A page asks dozens of times.
    """
    return remembered(session, ("convention", code, structure), lambda: _latest(session, code, structure))


def _latest(session: Session, code: str, structure: str | None) -> Convention:
    wanted = select(ImportedConvention).where(ImportedConvention.code == code, binding(structure))
    row = session.scalars(wanted.order_by(own().desc(), ImportedConvention.edition.desc()).limit(1)).first()
    if row is not None:
        return _parsed(row.toml, row.edition)
    if code in shipped():
        return shipped()[code]
    raise UnknownConvention("Aucune convention ne porte ce code.", field="convention")


def all_conventions(session: Session, structure: str | None = None) -> tuple[Convention, ...]:
    """Return the latest text of every convention, by code, as it binds a structure (see `find_convention`)."""
    wanted = select(ImportedConvention).where(binding(structure))
    rows = session.scalars(wanted.order_by(ImportedConvention.code, own(), ImportedConvention.edition))
    latest = {row.code: row for row in rows}
    known = dict(shipped()) | {code: _parsed(row.toml, row.edition) for code, row in latest.items()}
    return tuple(known[code] for code in sorted(known))


def every_text(session: Session) -> "Texts":
    """Return the latest text of every convention, whatever structure it binds; for what looks over several."""
    rows = session.scalars(select(ImportedConvention).order_by(ImportedConvention.code, ImportedConvention.edition))
    latest = {(row.binds or None, row.code): row for row in rows}
    return Texts({place: _parsed(row.toml, row.edition) for place, row in latest.items()})


@dataclass(frozen=True, slots=True)
class Texts:
    """The latest texts, by the structure that they bind (None: any) and their code."""

    latest: Mapping[tuple[str | None, str], Convention]

    def binding(self, structure: str, code: str) -> Convention | None:
        """Return the text that binds a structure under a code, None when no text bears it."""
        return self.latest.get((structure, code)) or self.latest.get((None, code)) or shipped().get(code)

    def names(self, caisse: str) -> bool:
        """Say whether some text names a caisse."""
        return any(one.caisse(caisse) for one in (*self.latest.values(), *shipped().values()))


def holder_of(session: Session, code: str) -> str | None:
    """Return the structure that first registered a text under a code, None for the product's own or nobody's."""
    if code in CODES:
        return None
    return session.scalars(
        select(ImportedConvention.structure)
        .where(ImportedConvention.code == code)
        .order_by(ImportedConvention.edition)
        .limit(1)
    ).one_or_none()


def binding(structure: str | None) -> ColumnElement[bool]:
    """Return the condition under which a text binds a structure."""
    return ImportedConvention.binds.in_(sorted({"", structure or ""}))


def own() -> ColumnElement[int]:
    """Return 1 for a text that binds a structure alone, 0 for another: what comes first."""
    return case((ImportedConvention.binds != "", 1), else_=0)


@lru_cache(maxsize=64)
def _parsed(toml: str, edition: int) -> Convention:
    return replace(read(toml, "convention enregistrée"), edition=edition)
