"""How Alembic meets our tables: on SQLite in batches and with foreign keys off, since a batch rebuilds the table."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Engine, event

from app.schema import URL
from app.settings import load
from app.tables import METADATA
from governance.core.storage import Instant, connect


def run() -> None:
    """Run the revisions in one transaction, on the database given by the caller or by the settings."""
    engine = connect(context.config.attributes.get(URL) or load().database_url)
    if engine.dialect.name == "sqlite":
        _without_foreign_keys(engine)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=METADATA,
            render_as_batch=True,
            compare_type=True,
            render_item=_render,
            transactional_ddl=True,
        )
        with context.begin_transaction():
            if connection.dialect.name == "postgresql":  # a revision may have rows of every structure to change
                connection.exec_driver_sql("SELECT set_config('vigie.sight', '*', true)")
            context.run_migrations()
    engine.dispose()


def _render(kind: str, item: object, _: AutogenContext) -> str | Literal[False]:
    # A revision is history: it must not change when the column type's code does.
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Instant) else False


def _without_foreign_keys(engine: Engine) -> None:
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=OFF").close())


run()
