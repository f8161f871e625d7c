"""What is true of every route needs the running application too, and one of each thing that a route may name."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from governance.core.keystore import KeyStore
from governance.core.sealed_rows import sessions_on
from governance.core.storage import connect
from tests.conftest import AT, Model, database
from tests.contracts.furnishing import furnish
from tests.web.conftest import api_key, app, client, compiled_templates, settings, sign_in, submit

__all__ = ["api_key", "app", "client", "compiled_templates", "settings", "sign_in", "submit"]


@pytest.fixture(scope="session")
def _sqlite_furnished(_sqlite_inhabited: Model, _keys: KeyStore) -> Model:
    path = Path(_sqlite_inhabited.name).with_name("furnished.sqlite")
    shutil.copy(_sqlite_inhabited.name, path)
    return _furnished(_sqlite_inhabited, str(path), f"sqlite:///{path}", _keys)


@pytest.fixture(scope="session")
def _postgres_furnished(_postgres_inhabited: Model, _keys: KeyStore) -> Iterator[Model]:
    with database(_postgres_inhabited.name, copied=True) as url:
        yield _furnished(_postgres_inhabited, url, url, _keys)


def _furnished(inhabited: Model, name: str, url: str, keys: KeyStore) -> Model:
    engine = connect(url)
    things = furnish(sessions_on(engine, keys), inhabited.demonstration, AT)
    engine.dispose()
    return inhabited._replace(name=name, things=things)


@pytest.fixture
def things(request: pytest.FixtureRequest, database_url: str) -> dict[str, str]:
    """Give the identifiers that owned routes name."""
    kind = "sqlite" if database_url.startswith("sqlite") else "postgres"
    model: Model = request.getfixturevalue(f"_{kind}_furnished")
    return dict(model.things)
