"""`vigie conventions life` and `record`, and a check for a structure whose convention has ended."""

import os
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from governance.conventions.life.actions import Draft, enter
from governance.conventions.life.events import Kind
from governance.core import clock
from governance.people.actions import adopt_convention
from governance.people.queries import Adoption
from governance.people.rules import command
from tests.actions.cli import Call, call
from tests.conftest import Demonstration, on_sqlite

__all__ = ["call"]

PLACE = "CCAS d'ici"


@pytest.fixture(autouse=True)
def _database(database_url: str) -> Iterator[None]:
    kept = os.environ.get("VIGIE_DATABASE_URL")
    os.environ["VIGIE_DATABASE_URL"] = database_url
    yield
    os.environ.pop("VIGIE_DATABASE_URL")
    if kept is not None:
        os.environ["VIGIE_DATABASE_URL"] = kept


@pytest.fixture
def signed(sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime) -> date:
    """Apply S2, signed a year and ten days ago: it was not renewed."""
    day = clock.day(clock.now()) - timedelta(days=375)
    by = command(demonstration.structure)
    with sessions.begin() as session:
        adopt_convention(session, by.structure, Adoption("S2", day, None), by=by, at=clock.now())
        enter(session, "S2", Draft(Kind.SIGNED, day, "Exemplaire signé"), by=by, at=clock.now())
    return day


@on_sqlite
def test_the_terminal_says_where_each_convention_stands(call: Call, signed: date) -> None:
    done = call("conventions", "life", "--structure", PLACE)

    assert done.status == 0
    assert "S2 avec CPAM de l'Artois : terminée" in done.out


@on_sqlite
def test_what_has_to_be_entered_ends_with_one(call: Call, demonstration: Demonstration, sessions) -> None:
    by = command(demonstration.structure)
    with sessions.begin() as session:
        adopt_convention(session, by.structure, Adoption("S1", None, None), by=by, at=clock.now())

    before = call("conventions", "life", "--structure", PLACE)
    day = clock.day(clock.now()) - timedelta(days=30)
    entered = call(
        "conventions", "record", "S1", "signature", day, "--document", "Exemplaire signé", "--structure", PLACE
    )
    after = call("conventions", "life", "--structure", PLACE)

    assert (before.status, entered.status, after.status) == (1, 0, 0)
    assert "À saisir (signature)" in before.out
    assert "Échéance" in after.out


@on_sqlite
def test_a_refusal_at_the_terminal_says_why(call: Call, signed: date) -> None:
    today = clock.day(clock.now())

    done = call(
        "conventions", "record", "S2", "renouvellement", today, "--until", today + timedelta(days=365),
        "--document", "Avenant n° 1", "--structure", PLACE,
    )  # fmt: skip

    assert done.status == 2
    assert "il faut une nouvelle convention" in done.err


@on_sqlite
def test_a_check_for_a_structure_whose_convention_has_ended_is_refused(
    call: Call, signed: date, tmp_path: Path
) -> None:
    note = tmp_path / "note.txt"
    note.write_text("Droits fermés depuis mars.", "utf-8")

    alone = call("scan", note, "--convention", "S2")
    ended = call("scan", note, "--convention", "S2", "--structure", PLACE)
    before = call("scan", note, "--convention", "S2", "--structure", PLACE, "--on", signed + timedelta(days=10))

    assert (alone.status, ended.status, before.status) == (0, 2, 0)
    assert "S2 n'est plus en vigueur avec CPAM de l'Artois" in ended.err
    assert "CM art. 10.2" in ended.err
