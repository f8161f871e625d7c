"""What is true of every table."""

from pathlib import Path
from types import ModuleType

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, configure_mappers, sessionmaker

import app.tables
from app.schema import configuration, is_current, migrate
from governance.core import trail
from governance.core.fates import Destroyed, Kept
from governance.core.sealed_rows import PLANS
from governance.core.sealing import HASHES, Sealed
from governance.core.storage import Base, Instant, connect
from tests.contracts.clear_columns import CLEAR

TABLES = sorted((mapper.class_ for mapper in Base.registry.mappers), key=lambda table: str(table.__tablename__))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__tablename__)
def test_every_table_states_what_becomes_of_its_rows(table: type[Base]) -> None:
    fate = table.fate

    assert isinstance(fate, Destroyed | Kept)
    assert isinstance(fate, Destroyed) or (fate.during and fate.article)


def test_every_column_that_may_hold_personal_data_is_sealed_or_gives_its_reason() -> None:
    kept = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, sa.String | sa.JSON | sa.LargeBinary | sa.TypeDecorator)
        and not isinstance(column.type, Sealed | Instant)
        and not (column.foreign_keys or column.name == "id" or HASHES in column.info)
    }

    listed = {(table, column) for table, columns in CLEAR.items() for column in columns}

    assert kept == listed, "declare it sealed(), or give its reason in tests/contracts/clear_columns.py"


def test_a_table_that_seals_knows_its_rows_by_an_id_known_beforehand_and_finds_only_what_it_seals() -> None:
    configure_mappers()

    for table, plan in PLANS.items():
        assert {follows.source for follows in plan.hashes.values()} <= set(plan.columns), table


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
