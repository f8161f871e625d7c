"""The database's tables: bringing them up to date, and knowing whether they are."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

import migrations
from governance.core.keystore import KeyStore

URL = "url"
KEYS = "keys"


def migrate(url: str, keys: Callable[[], KeyStore] | None = None) -> None:
    """Bring the tables up to date, from nothing if need be; a SQLite file is created for its owner only.

    `keys` is asked for when a revision has rows to seal; by default, those of the settings.
    """
    _prepare_file(url)
    command.upgrade(configuration(url, keys), "head")


def configuration(url: str, keys: Callable[[], KeyStore] | None = None) -> Config:
    """Return what Alembic needs to find the revisions, the database and the keys."""
    config = Config()
    config.set_main_option("script_location", str(_revisions()))
    config.attributes[URL] = url
    config.attributes[KEYS] = keys
    return config


def is_reachable(engine: Engine) -> bool:
    """Say whether the database answers."""
    try:
        with engine.connect():
            return True
    except SQLAlchemyError:
        return False


def is_current(engine: Engine) -> bool:
    """Say whether the database's tables are those this version was written for."""
    heads = set(ScriptDirectory(_revisions()).get_heads())
    try:
        with engine.connect().execution_options(read_only=True) as connection:
            return set(MigrationContext.configure(connection).get_current_heads()) == heads
    except SQLAlchemyError:
        return False


def _revisions() -> Path:
    return Path(migrations.__path__[0])


def _prepare_file(url: str) -> None:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database is None:
        return
    path = Path(parsed.database)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
