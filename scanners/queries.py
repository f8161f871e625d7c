"""What may be read: a receipt, the terms and limits of a check, the words of a structure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session

from governance.conventions.life.queries import check_open, closed_lives
from governance.conventions.queries import UnknownConvention, find_convention
from governance.conventions.reader import CODE
from governance.conventions.shipped import shipped
from governance.conventions.terms import Convention, NotInForce, Terms
from governance.core.domains import Domain
from governance.core.refusals import Forbidden, NotFound
from governance.core.sealing import keys_of
from governance.people.queries import Adoption, adoptions, find_structure
from governance.people.rules import Actor, Kind, Permission, require
from governance.people.tables import Person
from scanners.documents.acceptance import Limits
from scanners.documents.kinds import Kind as FileKind
from scanners.dossier import Bounds
from scanners.doubts import Decision, Disputes, Forgiven, Standing
from scanners.findings import Level
from scanners.own_words import OwnWords, tier_named
from scanners.rules import Writer
from scanners.tables import Doubt, DoubtReport, OwnWord, Receipt
from scanners.tiers import Tier


class UnknownReceipt(NotFound):
    """No receipt of the structure has that identifier."""


class NotAdopted(Forbidden):
    """The structure does not work under that convention."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What a check is made under."""

    convention: Convention
    terms: Terms
    bounds: Bounds
    own: OwnWords


@dataclass(frozen=True, slots=True)
class SwitchedOff:
    """That a tier is off in a structure: who switched it, when, why; `word` is its line in the structure's list."""

    who: str
    at: datetime
    reason: str
    word: str


def frame(session: Session, code: str, on: date, by: Actor, caisse: str | None = None) -> Frame:
    """Return the terms, limits and words of a check on a day; `caisse` is whom it is written to, if it is known.

    Raises Forbidden, UnknownConvention, NotAdopted, NotInForce (on the field `convention`).
    """
    require(Permission.SCAN, by, by.structure)
    if not CODE.fullmatch(code):
        raise UnknownConvention("Aucune convention ne porte ce code.", field="convention")
    convention = find_convention(session, code, by.structure or None)
    if by.kind is not Kind.COMMAND:
        _check_adopted(session, convention, on, by)
        check_open(session, (by.structure, code, caisse), on)
    try:
        terms = convention.on(on)
    except NotInForce as refusal:
        raise NotInForce(refusal.message, field="convention") from refusal
    return Frame(convention, terms, bounds_of(terms), own_words(session, by.structure))


def _check_adopted(session: Session, convention: Convention, on: date, by: Actor) -> None:
    adopted = next((one for one in adoptions(session, by.structure) if one.code == convention.code), None)
    if adopted is None:
        raise NotAdopted("Votre structure n'a pas adopté cette convention.", field="convention")
    if not _covers(adopted, on):
        said = f"Le {on:%d/%m/%Y}, cette convention n'est pas en vigueur dans votre structure."
        raise NotInForce(said, field="convention")


def _covers(adopted: Adoption, on: date) -> bool:
    begins, ends = adopted.effective_from, adopted.effective_to
    return (begins is None or begins <= on) and (ends is None or on <= ends)


def conventions_in_force(session: Session, on: date, by: Actor) -> tuple[Convention, ...]:
    """Return the conventions that the actor's structure works under on a day, the one they last used first."""
    require(Permission.SCAN, by, by.structure)
    closed = {code for code, lives in closed_lives(session, by.structure, on).items() if lives.is_whole}
    applied = (one for one in adoptions(session, by.structure) if _covers(one, on))
    adopted = (one.code for one in applied if one.code not in closed)
    found = (convention for code in adopted if (convention := _in_force(session, code, by.structure, on)) is not None)
    last = session.scalars(
        select(Receipt.convention)
        .where(Receipt.structure_id == by.structure, Receipt.by == by.id)
        .order_by(Receipt.at.desc(), Receipt.id)
        .limit(1)
    ).one_or_none()
    return tuple(sorted(found, key=lambda one: (one.code != last, one.code)))


def _in_force(session: Session, code: str, structure: str, on: date) -> Convention | None:
    try:
        convention = find_convention(session, code, structure)
        convention.on(on)
    except (UnknownConvention, NotInForce):
        return None
    return convention


def writer_of(session: Session, by: Actor) -> Writer:
    """Return on which side of the conventions the actor writes: that of their structure."""
    return Writer(find_structure(session, by.structure).kind.value)


def bounds_of(terms: Terms) -> Bounds:
    """Return the portal's limits; where a convention is silent, those of the one that describes the portal's form."""
    described = shipped()["S0"].on(max(terms.day, shipped()["S0"].adopted))
    comment = terms.comment_limit or described.comment_limit
    files = terms.file_policy or described.file_policy
    if comment is None or files is None:
        raise ValueError("the portal's form is described by S0 (annexe 2)")
    extensions = set(files.types)
    kinds = tuple(kind for kind in FileKind if extensions & set(kind.extensions) and kind is not FileKind.PROTECTED)
    return Bounds(comment, Limits(files.max_count, files.max_bytes, kinds))


def own_words(session: Session, structure: str) -> OwnWords:
    """Return the words of a structure and the false alarms its DPO accepted, as they stand now."""
    words = tuple((row.word, row.level) for row in _words(session, structure))
    return _built(words).forgiving(_forgiven(session, structure))


def _forgiven(session: Session, structure: str) -> Forgiven | None:
    """Return the doubts that a structure's DPO accepted; None where there is none, so that no key is asked for."""
    accepted = select(Doubt.digest).where(Doubt.structure_id == structure, Doubt.decision == Decision.ACCEPTED)
    digests = frozenset(session.scalars(accepted.order_by(Doubt.id)))
    return Forgiven(keys_of(session).lookup_key(Domain(structure)), digests) if digests else None


@lru_cache(maxsize=256)
def _built(words: tuple[tuple[str, str | None], ...]) -> OwnWords:
    added = [(word, Level(level)) for word, level in words if level is not None]
    return OwnWords.of(added, [word for word, level in words if level is None])


def listed_words(session: Session, by: Actor) -> list[OwnWord]:
    """Return the words of the actor's structure, in alphabetical order, tiers left out; raises Forbidden."""
    require(Permission.EDIT_LEXICON, by, by.structure)
    return [row for row in _words(session, by.structure) if _tier(row) is None]


def switched_off(session: Session, by: Actor) -> Mapping[Tier, SwitchedOff]:
    """Return the tiers that are off in the actor's structure; raises Forbidden."""
    require(Permission.EDIT_LEXICON, by, by.structure)
    rows = {tier: row for row in _words(session, by.structure) if (tier := _tier(row)) is not None}
    people = select(Person).where(Person.id.in_([row.by for row in rows.values()])).order_by(Person.id)
    names = {person.id: person.name for person in session.scalars(people)} if rows else {}
    return {
        tier: SwitchedOff(names.get(row.by, "une personne"), row.at, row.reason or "", row.id)
        for tier, row in rows.items()
    }


def _tier(row: OwnWord) -> Tier | None:
    """Return the tier that a line of the list switches off, if it is one."""
    return tier_named(row.word) if row.level is None else None


def _words(session: Session, structure: str) -> list[OwnWord]:
    # Sorted here: the database sees only what is sealed.
    rows = session.scalars(select(OwnWord).where(OwnWord.structure_id == structure).order_by(OwnWord.id))
    return sorted(rows, key=lambda row: row.word)


def listed_doubts(session: Session, by: Actor) -> list[Doubt]:
    """Return the doubts of the actor's structure: unanswered, then refusals, then the latest; raises Forbidden."""
    require(Permission.EDIT_LEXICON, by, by.structure)
    rows = session.scalars(select(Doubt).where(Doubt.structure_id == by.structure).order_by(Doubt.id))
    return sorted(rows, key=lambda row: (row.decision is not None, not row.is_blocking, -row.last_at.timestamp()))


def disputes(session: Session, by: Actor) -> Disputes | None:
    """Return the refusals that the actor called mistakes and those that the DPO keeps; None without any: no key."""
    mine = and_(DoubtReport.doubt_id == Doubt.id, DoubtReport.by == by.id)
    waits = and_(Doubt.decision.is_(None), DoubtReport.at.is_not(None))
    asked = select(Doubt.digest, Doubt.decision, Doubt.decided_at, DoubtReport.at).outerjoin(DoubtReport, mine)
    asked = asked.where(Doubt.structure_id == by.structure, Doubt.is_blocking)
    rows = session.execute(asked.where(or_(waits, Doubt.decision == Decision.REFUSED)).order_by(Doubt.id)).all()
    if not rows:
        return None
    standings = {one.digest: Standing(_decision(one.decision), one.decided_at or one.at) for one in rows}
    return Disputes(keys_of(session).lookup_key(Domain(by.structure)), standings)


def reported_by(session: Session, by: Actor) -> list[tuple[Doubt, datetime]]:
    """Return the refusals that the actor called mistakes, and when, the latest first; raises Forbidden."""
    require(Permission.SCAN, by, by.structure)
    asked = select(Doubt, DoubtReport.at).join(DoubtReport, DoubtReport.doubt_id == Doubt.id)
    mine = asked.where(DoubtReport.by == by.id, DoubtReport.structure_id == by.structure)
    return [(row, at) for row, at in session.execute(mine.order_by(DoubtReport.at.desc(), Doubt.id))]


def has_reported(session: Session, by: Actor) -> bool:
    """Tell whether the actor ever called a refusal a mistake."""
    mine = exists().where(DoubtReport.by == by.id, DoubtReport.structure_id == by.structure)
    return bool(session.scalar(select(mine)))


def waiting_disputes(session: Session, by: Actor) -> int:
    """Return how many refusals that were called mistakes await the DPO; raises Forbidden."""
    require(Permission.EDIT_LEXICON, by, by.structure)
    waiting = select(func.count()).select_from(Doubt).where(Doubt.structure_id == by.structure)
    return session.scalar(waiting.where(Doubt.is_blocking, Doubt.decision.is_(None))) or 0


def _decision(value: str | None) -> Decision | None:
    return Decision(value) if value is not None else None


def find_receipt(session: Session, identifier: str, by: Actor) -> Mapping[str, Any]:
    """Return a receipt as it is downloaded: its body and signature; raises Forbidden, UnknownReceipt."""
    require(Permission.READ_RECEIPT, by, by.structure)
    row = session.get(Receipt, identifier)
    if row is None or (row.structure_id != by.structure and by.kind is not Kind.COMMAND):
        raise UnknownReceipt("Aucun reçu de votre structure ne porte cet identifiant.")
    return {"receipt": row.body, "signature": row.signature}
