"""What is done about stores: declared, spoken for, taken off the list."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from governance.core import outbox, trail
from governance.core.outbox import Message
from governance.core.refusals import Conflict, Invalid, NotFound
from governance.destruction import queries, rules
from governance.destruction.rules import State
from governance.destruction.stores.rules import CONNECTED, Allowed, BadStore, Connection, Kind, connection
from governance.destruction.tables import Destruction, ExternalStore
from governance.people.rules import Actor, Permission, clean_email, may, require

ATTESTATION_BYTES = 10_000_000
ANSWER_WITHIN = timedelta(days=30)
REQUEST = """Bonjour,

La convention {code} a pris fin le {ended:%d/%m/%Y}.
Vous traitez des données pour notre compte sous cette convention (RGPD, art. 28, § 3, g) : nous vous demandons de les
détruire, copies et sauvegardes comprises, et de nous répondre par une attestation datée et signée qui dise ce qui a
été détruit, comment, et quand la dernière sauvegarde aura disparu.

Référence : {reference}
"""


class UnknownStore(NotFound):
    """There is no such store, or the person may not know of it."""


@dataclass(frozen=True, slots=True)
class Attestation:
    """What somebody says of a store, and the file that says so."""

    statement: str = field(repr=False)
    file: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Draft:
    """A store, as it is declared."""

    kind: Kind
    label: str
    values: Mapping[str, Any] = field(repr=False)


def declare(session: Session, identifier: str, draft: Draft, allowed: Allowed, *, by: Actor, at: datetime) -> str:
    """Add a store to a destruction that has not begun, and return its identifier; a sub-processor is written to.

    Raises Forbidden, UnknownDestruction, Conflict, BadStore.
    """
    row = queries.find_row(session, identifier, by, lock=True)
    require(Permission.PREPARE_DESTRUCTION, by, row.structure_id)
    if row.state != State.OPENED.value:
        raise Conflict("La destruction est commencée : elle ne prend plus de lieu.")
    label = _checked(draft)
    way = connection(draft.kind, draft.values, allowed)
    store = ExternalStore(
        structure_id=row.structure_id, convention=row.convention, kind=draft.kind.value, label=label,
        connection=way.text() if way else None, declared_at=at, declared_by=by.id,
    )  # fmt: skip
    session.add(store)
    session.flush()
    if draft.kind is Kind.SUBPROCESSOR and way is not None:
        _ask(session, row, store, way, at)
    kind, place = draft.kind.value, row.structure_id
    trail.record(session, "destruction.store_declared", store.id, by=by, structure=place, at=at, kind=kind)
    return store.id


def _checked(draft: Draft) -> str:
    if draft.kind is Kind.ESCROW:
        raise BadStore("Ce lieu est déjà sur la liste.", field="kind")
    label = " ".join(draft.label.split())
    if not label or len(label) > rules.LABEL_LIMIT:
        raise BadStore(f"Nommez ce lieu, en {rules.LABEL_LIMIT} caractères au plus.", field="label")
    return label


def attest(session: Session, store_id: str, said: Attestation, *, by: Actor, at: datetime) -> None:
    """Record that a store which nobody connects to is empty; raises Forbidden, UnknownStore, Conflict, Invalid."""
    store = find(session, store_id, by)
    if Kind(store.kind) in CONNECTED:
        raise Conflict("Le service vide et relit ce lieu par lui-même.")
    if store.attested_at is not None:
        raise Conflict("Ce lieu est déjà attesté.")
    rules.check_clock(at, store.declared_at)
    store.statement = rules.check_reason(said.statement, "statement")
    if len(said.file) > ATTESTATION_BYTES:
        raise Invalid("Le fichier dépasse 10 Mo.", field="file")
    if said.file:
        store.attestation, store.attestation_sha256 = said.file, hashlib.sha256(said.file).hexdigest()
    store.attested_at, store.attested_by = at, by.id
    trail.record(session, "destruction.attested", store.id, by=by, structure=store.structure_id, at=at, kind=store.kind)


def remove(session: Session, store_id: str, *, by: Actor, at: datetime) -> None:
    """Take a store off the list, before anything begins; raises Forbidden, UnknownStore, Conflict."""
    store = find(session, store_id, by)
    row = queries.of_convention(session, store.structure_id, store.convention)
    if row is not None and row.state != State.OPENED.value:
        raise Conflict("La destruction est commencée : ce lieu en est.")
    if store.kind == Kind.ESCROW.value:
        raise Conflict("Ce lieu reste : une copie de la clé maître rouvrirait tout.")
    session.delete(store)
    trail.record(
        session, "destruction.store_removed", store.id, by=by, structure=store.structure_id, at=at, kind=store.kind
    )


def read(session: Session, store_id: str, by: Actor) -> ExternalStore:
    """Return a store, to be shown; raises UnknownStore."""
    return find(session, store_id, by, lock=False)


def find(session: Session, store_id: str, by: Actor, *, lock: bool = True) -> ExternalStore:
    """Return a store that the actor may speak for; raises UnknownStore."""
    store = session.get(ExternalStore, store_id, with_for_update=lock or None)
    if store is None or not may(Permission.PREPARE_DESTRUCTION, by, store.structure_id):
        raise UnknownStore("Ce lieu n'existe pas.", field="store")
    return store


def _ask(session: Session, row: Destruction, store: ExternalStore, way: Connection, at: datetime) -> None:
    told = REQUEST.format(
        code=row.convention, ended=row.ended_on, reference=rules.reference_of(row.id),
    )  # fmt: skip
    message = Message(
        "destruction.request", clean_email(way["email"]), f"Destruction des données, convention {row.convention}",
        told, at + ANSWER_WITHIN, row.structure_id, None, store.id, (), f"destruction.request:{store.id}",
    )  # fmt: skip
    outbox.post(session, message, at=at)
    store.asked_at = at
