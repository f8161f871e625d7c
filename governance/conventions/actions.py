"""Registering a convention, or a later text of one."""

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from governance.conventions.queries import UnknownConvention, find_convention, holder_of
from governance.conventions.reader import read, text_of
from governance.conventions.rules import check_successor
from governance.conventions.shipped import CODES
from governance.conventions.tables import ImportedConvention
from governance.conventions.terms import Convention
from governance.core import trail
from governance.core.refusals import Conflict
from governance.people.rules import Actor, Permission, require


class CodeTaken(Conflict):
    """Another structure holds that code, or took it a moment ago."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A text that may be registered: the convention it makes, and the one it would follow, if any."""

    convention: Convention
    known: Convention | None
    text: str


def propose(session: Session, source: bytes | str, *, by: Actor, name: str = "fichier") -> Proposal:
    """Return what registering a TOML text would do, without doing it; `name` is what messages call the file.

    Raises Forbidden, BadConvention, ConventionTooLarge, Rewrites, NothingNew or CodeTaken.
    """
    require(Permission.IMPORT_CONVENTION, by, by.structure)
    text = text_of(source, name)
    convention = read(text, name)
    known = _predecessor(session, convention, by)
    edition = 1 if known is None else known.edition + 1
    return Proposal(replace(convention, edition=edition), known, text)


def import_convention(
    session: Session, source: bytes | str, *, by: Actor, at: datetime, name: str = "fichier"
) -> Convention:
    """Register a convention from its TOML and return it; refuses as `propose` does."""
    proposal = propose(session, source, by=by, name=name)
    convention, structure = proposal.convention, by.structure or None
    binds = by.structure if convention.code in CODES else ""
    row = ImportedConvention(imported_by=by.id, imported_at=at, structure=structure, binds=binds)
    _add(session, proposal, row)
    trail.record(
        session,
        "convention.imported",
        convention.code,
        by=by,
        structure=structure,
        at=at,
        edition=convention.edition,
    )
    return convention


def _predecessor(session: Session, proposed: Convention, by: Actor) -> Convention | None:
    try:
        known = find_convention(session, proposed.code, by.structure)
    except UnknownConvention:
        return None
    holder = holder_of(session, proposed.code)
    if holder is not None and holder != by.structure:
        raise CodeTaken("Ce code est déjà pris : choisissez-en un autre.", field="file")
    check_successor(known, proposed)
    return known


def _add(session: Session, proposal: Proposal, row: ImportedConvention) -> None:
    row.code, row.edition, row.toml = proposal.convention.code, proposal.convention.edition, proposal.text
    row.sha256 = sha256(proposal.text.encode()).hexdigest()
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise CodeTaken("Un autre texte vient d'être enregistré sous ce code : recommencez.", field="file") from error
