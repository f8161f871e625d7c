"""Registering a convention, or a later text of one."""

from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from governance.conventions.queries import UnknownConvention, find_convention, holder_of
from governance.conventions.reader import read, text_of
from governance.conventions.rules import check_successor
from governance.conventions.tables import ImportedConvention
from governance.conventions.terms import Convention
from governance.core import trail
from governance.core.refusals import Conflict


class CodeTaken(Conflict):
    """Another structure holds that code, or took it a moment ago."""


def import_convention(
    session: Session, source: bytes | str, *, by: str, structure: str | None, at: datetime, name: str = "fichier"
) -> Convention:
    """Register a convention from its TOML and return it; `name` is what messages call the file.

    Raises BadConvention, ConventionTooLarge, Rewrites, NothingNew or CodeTaken.
    """
    # The permission is required on this line, before anything is read.
    text = text_of(source, name)
    proposed = read(text, name)
    convention = replace(proposed, edition=_next_edition(session, proposed, structure))
    _add(session, convention, text, ImportedConvention(imported_by=by, imported_at=at, structure=structure))
    trail.record(
        session, "convention.imported", convention.code, by=by, structure=structure, at=at, edition=convention.edition
    )
    return convention


def _next_edition(session: Session, proposed: Convention, structure: str | None) -> int:
    try:
        known = find_convention(session, proposed.code)
    except UnknownConvention:
        return 1
    holder = holder_of(session, proposed.code)
    if holder is not None and holder != structure:
        raise CodeTaken("Ce code est déjà pris : choisissez-en un autre.", field="file")
    check_successor(known, proposed)
    return known.edition + 1


def _add(session: Session, convention: Convention, text: str, row: ImportedConvention) -> None:
    row.code, row.edition, row.toml = convention.code, convention.edition, text
    row.sha256 = sha256(text.encode()).hexdigest()
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise CodeTaken("Un autre texte vient d'être enregistré sous ce code : recommencez.", field="file") from error
