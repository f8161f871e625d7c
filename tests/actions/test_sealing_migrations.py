"""Rows that earlier versions kept in the clear are sealed where they are, and open as they were."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from app.schema import configuration, migrate
from governance.core.keystore import KeyStore
from governance.core.refusals import Conflict
from governance.core.sealed_rows import is_equal
from governance.core.storage import connect
from governance.people.rules import Role
from governance.people.tables import Person
from scanners import actions, queries
from scanners.findings import Level
from tests.conftest import Demonstration, on_sqlite

CLEAR = (
    "INSERT INTO structure (id, name, kind) VALUES ('s1', 'CCAS', 'partenaire')",
    "INSERT INTO person (id, structure_id, name, email, password_hash) VALUES ('p1', 's1', 'Ada L', 'ada@x.fr', 'h')",
    "INSERT INTO person (id, structure_id, name, email, password_hash) VALUES ('p2', 's1', 'Bob M', 'bob@x.fr', 'h')",
)

CANARY = "INSERT INTO person (id, structure_id, name, email, password_hash) VALUES (:id, 's1', :name, :email, 'h')"
WORD = (
    "INSERT INTO own_word (id, structure, word, key, level, reason, by, at)"
    " VALUES (:id, :structure, :word, :key, :level, :reason, 'p', '2026-11-23 09:00:00+00:00')"
)
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_people_kept_in_the_clear_are_sealed_by_the_migration_and_opened_by_its_undoing(
    database_url: str, sessions: sessionmaker[Session], store: KeyStore
) -> None:
    command.downgrade(configuration(database_url), "0006")
    with sessions.begin() as session:
        for statement in CLEAR:
            session.execute(text(statement))

    migrate(database_url, lambda: store)
    with sessions() as session:
        people = [(one.name, one.email) for one in session.scalars(select(Person).order_by(Person.id))]
        found = session.scalars(select(Person).where(is_equal(session, Person.email, "bob@x.fr"))).one().id
    command.downgrade(configuration(database_url, lambda: store), "0006")
    with sessions() as session:
        clear = session.execute(text("SELECT name, email FROM person ORDER BY id")).all()

    assert (people, found) == ([("Ada L", "ada@x.fr"), ("Bob M", "bob@x.fr")], "p2")
    assert [tuple(row) for row in clear] == people


@on_sqlite
def test_nothing_of_what_was_in_the_clear_stays_in_the_file(database_url: str, store: KeyStore, tmp_path: Path) -> None:
    command.downgrade(configuration(database_url), "0006")
    engine = connect(database_url)
    with engine.begin() as connection:
        connection.execute(text(CLEAR[0]))
        for one in range(200):
            values = {"id": f"c{one}", "name": f"CANARI {one}", "email": f"canari-{one}@x.fr"}
            connection.execute(text(CANARY), values)
    engine.dispose()

    migrate(database_url, lambda: store)

    left = b"".join(path.read_bytes() for path in tmp_path.glob("vigie.sqlite*")).lower()
    assert left
    assert b"canari" not in left


def test_words_kept_in_the_clear_are_sealed_and_still_meet_their_other_spellings(
    database_url: str, sessions: sessionmaker[Session], store: KeyStore, demonstration: Demonstration
) -> None:
    by = demonstration.actor(Role.DPO)
    command.downgrade(configuration(database_url, lambda: store), "0011")
    with sessions.begin() as session:
        for values in (("w1", "Legrand", "legrand", None, "Un nom de rue"), ("w2", "zigou", "zigou", "bloquant", None)):
            row = dict(zip(("id", "word", "key", "level", "reason"), values, strict=True))
            session.execute(text(WORD), {**row, "structure": by.structure})

    migrate(database_url, lambda: store)
    with sessions() as session:
        words = [(one.word, one.reason) for one in queries.listed_words(session, by)]
        kept = [bytes(token) for token in session.scalars(text("SELECT word FROM own_word"))]
    with pytest.raises(Conflict), sessions.begin() as session:
        actions.add_word(session, "LEGRAND", Level.BLOQUANT, by=by, at=AT)
    with pytest.raises(IntegrityError), sessions.begin() as session:
        session.execute(text("UPDATE own_word SET level = NULL WHERE id = 'w2'"))
    command.downgrade(configuration(database_url, lambda: store), "0011")
    with sessions() as session:
        clear = session.execute(text("SELECT word, reason FROM own_word ORDER BY word")).all()

    assert words == [("Legrand", "Un nom de rue"), ("zigou", None)]
    assert not [token for token in kept if b"egrand" in token]
    assert [tuple(row) for row in clear] == words


def test_a_migrated_address_is_still_of_one_person(database_url: str, sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        session.execute(text(CLEAR[0]))

    with pytest.raises(IntegrityError), sessions.begin() as session:
        for one in ("p1", "p2"):
            session.add(Person(id=one, structure_id="s1", name="Ada", email="ada@x.fr", password_hash="h"))
