"""A table of another database: rows deleted, counted again, their space written anew where it is allowed."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import ColumnElement, Engine, MetaData, Table, create_engine, delete, func, select, true
from sqlalchemy import Connection as Database
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, NoSuchTableError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from governance.destruction import statistics
from governance.destruction.seen_rows import wait
from governance.destruction.stores.rules import Connection, StoreRefuses

METHOD = "lignes supprimées, recomptées ; espace réécrit (VACUUM) où c'est permis"


def count(connection: Connection) -> int:
    """Return how many rows there are to destroy; raises StoreRefuses."""
    with _database(connection) as (engine, table), engine.connect() as database:
        return _count(database, connection, table)


def destroy(connection: Connection) -> None:
    """Delete the rows; raises StoreRefuses, StillRead."""
    with _database(connection) as (engine, table):
        with engine.begin() as database:
            if engine.dialect.name == "sqlite":
                database.exec_driver_sql("PRAGMA secure_delete=ON")
            database.execute(delete(table).where(_mine(connection, table)))
        _rewrite(engine, table)


def _rewrite(engine: Engine, table: Table) -> None:
    name = engine.dialect.identifier_preparer.format_table(table)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as database:
        if engine.dialect.name == "sqlite":
            database.exec_driver_sql("VACUUM")
            log = database.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
            if log[0]:
                raise StoreRefuses("Une lecture en cours retient le journal de cette base : l'étape sera reprise.")
        elif engine.dialect.name == "postgresql":
            wait(database)
            database.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {name}")
            statistics.forget(database, name)


def _count(database: Database, connection: Connection, table: Table) -> int:
    found = database.scalar(select(func.count()).select_from(table).where(_mine(connection, table)))
    return int(found or 0)


def _mine(connection: Connection, table: Table) -> ColumnElement[bool]:
    if not connection["column"]:
        return true()
    if connection["column"] not in table.columns:
        raise StoreRefuses("La table n'a pas cette colonne.")
    return table.columns[connection["column"]] == connection["value"]


@contextmanager
def _database(connection: Connection) -> Iterator[tuple[Engine, Table]]:
    try:
        engine = create_engine(connection["url"], poolclass=NullPool, hide_parameters=True)
        schema, _, name = connection["table"].rpartition(".")
        yield engine, Table(name, MetaData(), schema=schema or None, autoload_with=engine)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise StoreRefuses("L'adresse de cette base ne peut pas être lue ici.") from error
    except NoSuchTableError as error:
        raise StoreRefuses("Cette base n'a pas cette table.") from error
    except SQLAlchemyError as error:
        raise StoreRefuses(f"La base ne répond pas, ou refuse ({type(error).__name__}).") from error
