"""What can be done: check a dossier and keep its receipt; add or silence a word."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from governance.core import trail
from governance.core.domains import Domain
from governance.core.refusals import Conflict, Invalid, NotFound
from governance.core.sealed_rows import is_equal
from governance.core.storage import new_id
from governance.people.rules import Actor, Permission, require
from scanners.documents.examined import State
from scanners.dossier import Checked, Dossier
from scanners.doubt_actions import report
from scanners.findings import Level
from scanners.own_words import key, tier_named
from scanners.queries import Frame
from scanners.receipts import Seal, describe
from scanners.tables import OwnWord, Receipt
from scanners.tiers import in_force

LONGEST_WORD = 80
LONGEST_REASON = 200


class BadWord(Invalid):
    """The word cannot be added or silenced."""


class UnknownWord(NotFound):
    """The structure's list does not hold that word."""


class SameKeyOtherContent(Conflict):
    """An idempotency key was sent again with another content."""


@dataclass(frozen=True, slots=True)
class Scan:
    """A check that was kept: what it says, and its receipt."""

    checked: Checked
    receipt: Receipt


def keep_receipt(
    session: Session,
    dossier: Dossier,
    done: tuple[Checked, Frame, Seal],
    *,
    by: Actor,
    at: datetime,
    idempotency: str | None = None,
) -> Scan:
    """Keep the receipt of a check that was made, without its text, and trace the outcome.

    Apart from the check itself: reading files takes seconds, during which a transaction would lock the database.
    Raises Forbidden, SameKeyOtherContent.
    """
    require(Permission.SCAN, by, by.structure)
    checked = done[0]
    receipt = _receipt(dossier, done, by, at)
    receipt.idempotency = idempotency
    known = _known(session, by.structure, idempotency) or _added(session, receipt)
    if known is not None:
        return Scan(checked, _same(known, receipt.body))
    told = _told(receipt.body)
    trail.record(session, f"scan.{checked.outcome}", receipt.id, by=by, structure=by.structure, at=at, **told)
    report(session, dossier.comment, checked.comment, by=by, at=at)
    return Scan(checked, receipt)


def _receipt(dossier: Dossier, done: tuple[Checked, Frame, Seal], by: Actor, at: datetime) -> Receipt:
    checked, frame, seal = done
    identifier = new_id()
    body = describe(identifier, at, dossier, checked, frame.convention)
    body |= {"on": frame.terms.day.isoformat(), "text_hash": seal.fingerprint(dossier)}
    body |= {"health_tiers": in_force(frame.own.off)}
    return Receipt(
        id=identifier, at=at, structure_id=by.structure, by=by.id, convention=frame.convention.code,
        edition=frame.convention.edition, outcome=checked.outcome.value, body=body, signature=seal.sign(body),
    )  # fmt: skip


def _known(session: Session, structure: str, idempotency: str | None) -> Receipt | None:
    if idempotency is None:
        return None
    wanted = select(Receipt).where(Receipt.structure_id == structure, Receipt.idempotency == idempotency)
    return session.scalars(wanted).one_or_none()


def _added(session: Session, receipt: Receipt) -> Receipt | None:
    """Add a receipt; return the one that took its key an instant before, if any."""
    structure, idempotency = receipt.structure_id, receipt.idempotency
    try:
        with session.begin_nested():
            session.add(receipt)
    except IntegrityError:
        taken = _known(session, structure, idempotency)
        if taken is None:
            raise
        return taken
    return None


def _same(known: Receipt, body: Mapping[str, Any]) -> Receipt:
    if any(known.body[part] != body[part] for part in ("text_hash", "convention", "on", "reasons", "writer")):
        raise SameKeyOtherContent("Cette clé d'idempotence a déjà servi pour un autre contenu.")
    return known


def _told(body: dict[str, Any]) -> dict[str, Any]:
    parts = [part for part in (body["comment"], *body["files"]) if part is not None]
    levels: Counter[str] = Counter()
    for part in parts:
        levels.update(part["levels"])
    told = {"convention": body["convention"]["code"], "levels": dict(levels), "files": len(body["files"])}
    infected = sum(file["virus"] == State.INFECTED for file in body["files"])
    return told | {"infected": infected} if infected else told


def add_word(session: Session, word: str, level: Level, *, by: Actor, at: datetime) -> OwnWord:
    """Add a word to the actor's structure; it counts from the next check on.

    Raises Forbidden, BadWord, Conflict when the list already holds it.
    """
    require(Permission.EDIT_LEXICON, by, by.structure)
    clean = _clean(word)
    if tier_named(clean) is not None:
        raise BadWord("Ces mots sont ceux d'un étage du contrôle : ils ne peuvent pas être ajoutés.", field="word")
    return _listed(session, clean, level, None, by=by, at=at)


def silence_word(session: Session, word: str, reason: str, *, by: Actor, at: datetime) -> OwnWord:
    """Silence a word in the actor's structure, for a reason; a NIR cannot be silenced.

    Raises Forbidden, BadWord, Conflict when the list already holds it.
    """
    require(Permission.EDIT_LEXICON, by, by.structure)
    said = " ".join(reason.split())
    if not 3 <= len(said) <= LONGEST_REASON or not said.isprintable():
        raise BadWord(f"Dites pourquoi, en 3 à {LONGEST_REASON} caractères.", field="reason")
    return _listed(session, _clean(word), None, said, by=by, at=at)


def remove_word(session: Session, identifier: str, *, by: Actor, at: datetime) -> None:
    """Take a word off the actor's structure's list; raises Forbidden, UnknownWord."""
    require(Permission.EDIT_LEXICON, by, by.structure)
    row = session.get(OwnWord, identifier)
    if row is None or row.structure_id != by.structure:
        raise UnknownWord("Ce mot n'est pas dans votre liste.")
    session.delete(row)
    told = _tier_told(row.word)
    trail.record(session, "lexicon.removed", identifier, by=by, structure=by.structure, at=at, **told)


def _tier_told(word: str) -> dict[str, str]:
    # The trail never holds a word of the list, but a tier is no word: it says which is switched.
    tier = tier_named(word)
    return {"tier": tier.value} if tier is not None else {}


def _clean(word: str) -> str:
    clean = " ".join(word.split())
    if not 2 <= len(clean) <= LONGEST_WORD or not 1 <= len(key(clean)) <= LONGEST_WORD or not clean.isprintable():
        raise BadWord(f"Un mot compte de 2 à {LONGEST_WORD} caractères lisibles.", field="word")
    if sum(c.isdigit() for c in clean) > 4:
        raise BadWord("Un mot de la liste n'est pas un numéro.", field="word")
    return clean


def _listed(
    session: Session, word: str, level: Level | None, reason: str | None, *, by: Actor, at: datetime
) -> OwnWord:
    same = is_equal(session, OwnWord.key, key(word), Domain(by.structure))
    if session.scalar(select(OwnWord.id).where(OwnWord.structure_id == by.structure, same)) is not None:
        said = "Cet étage est déjà coupé." if tier_named(word) else "Ce mot est déjà dans votre liste."
        raise Conflict(said, field="word")
    row = OwnWord(
        id=new_id(), structure_id=by.structure, word=word, key=key(word), level=level and level.value, reason=reason,
        by=by.id, at=at,
    )  # fmt: skip
    session.add(row)
    action = "lexicon.silenced" if level is None else "lexicon.added"
    told = {"level": level and level.value, **_tier_told(word)}
    trail.record(session, action, row.id, by=by, structure=by.structure, at=at, **told)
    return row
