"""Databases that are migrated and empty, on SQLite and on PostgreSQL; two invented structures and their people."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple
from uuid import uuid4

import psycopg
import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, settings
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.routing import Rule

from app.schema import migrate
from governance.core.keystore import KeyStore
from governance.core.masters import GivenMaster
from governance.core.sealed_rows import sessions_on
from governance.core.storage import connect
from governance.people import actions, passwords
from governance.people.actions import NewPerson
from governance.people.rules import OF_CAISSE, ROLES_OF, Actor, Kind, Role, StructureKind, command
from scanners.documents import sights
from tests.postgres import programs, server

# A busy machine is no failure: no test is timed.
settings.register_profile("vigie", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("vigie")

PASSWORD = "Correct-Horse-42"
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MASTER_KEY = "Y2zDqSBtYcOudHJlIGRlcyBlc3NhaXMgLSBpbnZlbnTDqWU="

# For what no database can change: half the time.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)


@dataclass(frozen=True)
class Demonstration:
    """Two partners and two caisses, each with one person per role; a caisse's people are asked for by their role."""

    structure: str
    other: str
    people: dict[Role, str]
    others: dict[Role, str]
    caisse: str = ""
    other_caisse: str = ""

    def place(self, role: Role, other: bool = False) -> str:
        """Return the structure in which the person of a role is, on the first side or on the other."""
        if role in OF_CAISSE:
            return self.other_caisse if other else self.caisse
        return self.other if other else self.structure

    def actor(self, role: Role, other: bool = False) -> Actor:
        """Return the person of a role, here or in the other structure."""
        people = self.others if other else self.people
        return Actor(people[role], Kind.PERSON, self.place(role, other), frozenset({role}), f"Personne {role}")

    def email(self, role: Role, other: bool = False) -> str:
        """Return the address a person signs in with."""
        return f"{role}@{'ailleurs' if other else 'ici'}.example"


class Model(NamedTuple):
    """A database that is copied, by its address or its path, and what was put in it."""

    name: str
    demonstration: Demonstration
    things: Mapping[str, str] = MappingProxyType({})


@pytest.fixture(scope="session", autouse=True)
def _light_hashing() -> Iterator[None]:
    """Keep Argon2id but at its lowest cost: each real hash takes a quarter of a second."""
    kept = passwords.HASHER
    passwords.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    yield
    passwords.HASHER = kept


@pytest.fixture(scope="session", autouse=True)
def _compiled_addresses() -> Iterator[None]:
    """Keep what Werkzeug compiles for each address from one application to the next: four fifths of making one."""
    compile_builder, made = Rule._compile_builder, {}

    def kept(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        of = (rule.rule, append_unknown, tuple(rule._trace), repr(rule.defaults))
        if of not in made:
            made[of] = compile_builder(rule, append_unknown)
        return made[of]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", kept)
        yield


@pytest.fixture(scope="session", autouse=True)
def _first_reading_alone() -> Iterator[None]:
    """Read weak pictures once: the second reading takes ten seconds each. The test that is about it turns it on."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sights, "has_second_reading", lambda: False)
        yield


@pytest.fixture(scope="session", autouse=True)
def _keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeyStore]:
    """Give the tests a master key and a store of data keys: what an installation must have."""
    kept, folder = dict(os.environ), tmp_path_factory.mktemp("keys")
    os.environ |= {"VIGIE_MASTER_KEY": MASTER_KEY, "VIGIE_KEY_STORE": str(folder)}
    keys = KeyStore(folder, GivenMaster(MASTER_KEY))
    keys.create()
    yield keys
    os.environ.clear()
    os.environ |= kept


@pytest.fixture
def store(request: pytest.FixtureRequest) -> KeyStore:
    """Give the data keys of the test: its own where it has a database."""
    if "database_url" in request.fixturenames:
        request.getfixturevalue("database_url")
    return KeyStore(Path(os.environ["VIGIE_KEY_STORE"]), GivenMaster(MASTER_KEY))


@pytest.fixture
def at() -> datetime:
    """Return a fixed instant: a Monday morning."""
    return AT


@pytest.fixture(scope="session")
def _sqlite_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "model.sqlite"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def _sqlite_inhabited(_sqlite_model: Path, _keys: KeyStore) -> Model:
    path = _sqlite_model.with_name("inhabited.sqlite")
    shutil.copy(_sqlite_model, path)
    return Model(str(path), inhabit(f"sqlite:///{path}", _keys))


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Give the address of a PostgreSQL server: the one that is named, or one that the tests start."""
    if named := os.environ.get("VIGIE_TEST_POSTGRES"):
        yield named
    elif programs() is None:
        pytest.skip("PostgreSQL is not installed; VIGIE_TEST_POSTGRES may name a server")
    else:
        with server() as started:
            yield started.url


@pytest.fixture(scope="session")
def _postgres_model(postgres: str) -> Iterator[str]:
    with database(postgres) as url:
        migrate(url)
        yield url


@pytest.fixture(scope="session")
def _postgres_inhabited(_postgres_model: str, _keys: KeyStore) -> Iterator[Model]:
    with database(_postgres_model, copied=True) as url:
        yield Model(url, inhabit(url, _keys))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(
    request: pytest.FixtureRequest, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, _keys: KeyStore,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[str]:  # fmt: skip
    """Give the address of a migrated database, with data keys of its own; the test runs on each kind.

    It is empty, or holds the demonstration where the test asks for it, or `things` besides (tests/contracts).
    """
    asked = request.fixturenames
    kind = "furnished" if "things" in asked else "inhabited" if "demonstration" in asked else "model"
    model = request.getfixturevalue(f"_{'sqlite' if request.param == 'sqlite' else 'postgres'}_{kind}")
    own = shutil.copytree(_keys.folder, tmp_path_factory.mktemp("keys"), dirs_exist_ok=True)
    # By the test's own `monkeypatch`: what the test sets after is undone before, and nothing stays set for the next.
    monkeypatch.setenv("VIGIE_KEY_STORE", str(own))
    source = model.name if isinstance(model, Model) else model
    if request.param == "sqlite":
        shutil.copy(source, tmp_path / "vigie.sqlite")
        yield f"sqlite:///{tmp_path / 'vigie.sqlite'}"
    else:
        with database(source, copied=True) as url:
            yield url


@pytest.fixture
def sessions(database_url: str, store: KeyStore) -> Iterator[sessionmaker[Session]]:
    """Give sessions on a migrated, empty database."""
    engine = connect(database_url)
    yield sessions_on(engine, store)
    engine.dispose()


@pytest.fixture
def demonstration(request: pytest.FixtureRequest, database_url: str) -> Demonstration:
    """Give two partners and the caisses of Artois and Doubs, each with one person per role."""
    kind = "sqlite" if database_url.startswith("sqlite") else "postgres"
    model: Model = request.getfixturevalue(f"_{kind}_inhabited")
    return deepcopy(model.demonstration)


def inhabit(url: str, keys: KeyStore) -> Demonstration:
    """Put the demonstration in a model database: made once, copied for each test."""
    engine = connect(url)
    with sessions_on(engine, keys).begin() as session:
        structure, people = _people(session, "CCAS d'ici", False, AT)
        other, others = _people(session, "CCAS d'ailleurs", True, AT)
        caisse, agents = _people(session, "CPAM d'ici", False, AT, "artois")
        other_caisse, other_agents = _people(session, "CPAM d'ailleurs", True, AT, "doubs")
    engine.dispose()  # the last connection writes SQLite's log back into its file
    return Demonstration(structure, other, agents | people, other_agents | others, caisse, other_caisse)


def _people(
    session: Session, name: str, other: bool, at: datetime, code: str | None = None
) -> tuple[str, dict[Role, str]]:
    kind = StructureKind.CAISSE if code else StructureKind.PARTENAIRE
    structure = actions.create_structure(session, name, kind, code, by=command(""), at=at)
    people = {}
    for role in sorted(ROLES_OF[kind] - ({Role.ADMINISTRATEUR} if code else set())):
        email = Demonstration("", "", {}, {}).email(role, other)
        draft = NewPerson(f"Personne {role}", email, PASSWORD, frozenset({role}))
        people[role] = actions.create_person(session, structure, draft, by=command(structure), at=at)
    return structure, people


@contextmanager
def database(source: str, copied: bool = False) -> Iterator[str]:
    """Give the address of a database that is made on the server of another, empty or its copy, and then dropped."""
    address, name = make_url(source), f"vigie_test_{uuid4().hex[:12]}"
    on_server = address.set(database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(on_server, autocommit=True, connect_timeout=3) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {address.database if copied else 'template1'}")
        yield address.set(database=name).render_as_string(hide_password=False)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
