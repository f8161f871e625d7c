"""What is true of every table."""

from pathlib import Path
from types import ModuleType

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

import app.tables
from app.schema import configuration, is_current, migrate
from governance.core import trail
from governance.core.fates import Destroyed, Kept
from governance.core.storage import Base, connect

TABLES = sorted((mapper.class_ for mapper in Base.registry.mappers), key=lambda table: str(table.__tablename__))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__tablename__)
def test_every_table_states_what_becomes_of_its_rows(table: type[Base]) -> None:
    fate = table.fate

    assert isinstance(fate, Destroyed | Kept)
    assert isinstance(fate, Destroyed) or (fate.during and fate.article)


def test_every_module_named_tables_is_known_to_the_migrations() -> None:
    root = Path(app.tables.__file__).parents[1]
    found = {
        ".".join(path.relative_to(root).with_suffix("").parts)
        for package in ("governance", "scanners", "reviews", "breach")
        for path in (root / package).rglob("tables.py")
    }

    known = {module.__name__ for module in app.tables.MODULES if isinstance(module, ModuleType)}

    assert found <= known


def test_a_fresh_database_has_the_tables_the_code_declares(sessions: sessionmaker[Session]) -> None:
    with sessions() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})

        differences = compare_metadata(context, app.tables.METADATA)

    assert differences == []


def test_the_tables_can_be_undone_and_remade(database_url: str) -> None:
    engine = connect(database_url)

    command.downgrade(configuration(database_url), "base")
    emptied = sa.inspect(engine).get_table_names()
    migrate(database_url)

    assert emptied == ["alembic_version"]
    assert is_current(engine)
    engine.dispose()


def test_migrating_twice_changes_nothing(database_url: str) -> None:
    engine = connect(database_url)
    before = sa.inspect(engine).get_table_names()

    migrate(database_url)

    assert sa.inspect(engine).get_table_names() == before
    engine.dispose()


@pytest.mark.parametrize("statement", ["UPDATE trail_entry SET actor = 'x'", "DELETE FROM trail_entry"])
def test_the_database_itself_refuses_to_change_the_trail(sessions: sessionmaker[Session], at, statement: str) -> None:
    with sessions.begin() as session:
        trail.record(session, "essai", "sujet", by="essai", structure=None, at=at)

    with pytest.raises(DBAPIError, match="append-only"), sessions.begin() as session:
        session.execute(sa.text(statement))


def test_postgresql_refuses_to_truncate_the_trail(sessions: sessionmaker[Session]) -> None:
    if sessions.kw["bind"].dialect.name == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")

    with pytest.raises(DBAPIError, match="append-only"), sessions.begin() as session:
        session.execute(sa.text("TRUNCATE trail_entry"))
