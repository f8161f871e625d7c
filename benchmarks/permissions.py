"""Ask every route as every role, in each structure and state, with every verb: `./vigie bench permissions`.

The cells come from the url_map and from tests/contracts/access: a route that is not named there ends
the bench. SQLite, then PostgreSQL on a server of its own (`sqlite` or `postgresql` for one, `--short` for a few roles).
"""

import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import uuid4

import psycopg
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy.engine import make_url

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from app.factory import create_app  # noqa: E402  # the repository's own modules come first
from app.schema import migrate  # noqa: E402
from app.settings import Settings  # noqa: E402
from governance.core import clock  # noqa: E402
from governance.core.keystore import KeyStore  # noqa: E402
from governance.core.masters import GivenMaster  # noqa: E402
from governance.core.sealed_rows import sessions_on  # noqa: E402
from governance.core.storage import connect  # noqa: E402
from governance.people.actions import NewPerson, create_person, set_roles  # noqa: E402
from governance.people.rules import HUMANS, OF_CAISSE, ROLES_OF, Role, StructureKind, command  # noqa: E402
from governance.people.sessions.actions import Opening, open_session  # noqa: E402
from governance.web.identity import KEY, SESSIONS  # noqa: E402
from tests.conftest import AT, MASTER_KEY, Demonstration, inhabit  # noqa: E402
from tests.contracts.access import ACCESS, Access  # noqa: E402
from tests.contracts.furnishing import furnish  # noqa: E402
from tests.contracts.test_forms import FORMS  # noqa: E402
from tests.contracts.test_routes import LAST, PAGES, REFUSED, expected  # noqa: E402
from tests.postgres import programs, server  # noqa: E402
from tests.web.conftest import SECRET, token  # noqa: E402

SHORT = "--short" in sys.argv
ROLES: tuple[Role | None, ...] = (Role.DPO, Role.TECHNICIEN) if SHORT else (*sorted(HUMANS), None)
VERBS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
NO_SUCH_VERB = frozenset({401, 403, 404, 405, 415})
# What is over may refuse even who may: it must only not break.
OVER = frozenset({200, 201, 204, 302, 303, 400, 401, 403, 404, 409, 410, 415, 422, 429})


@dataclass
class Ground:
    """A database that holds one of each thing, of which each series of requests gets a copy."""

    url: str
    keys: Path
    demonstration: Demonstration
    things: dict[str, str]
    cells: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def check(self, kind: str, told: str, answered: int, allowed: bool) -> None:
        """Count a cell, and keep what should not have been answered."""
        self.cells[kind] += 1
        if not allowed:
            self.wrong.append(f"{kind}: {told} → {answered}")

    @contextmanager
    def application(self, url: str) -> Iterator[APIFlask]:
        """Give the application on a database, with data keys of its own."""
        with tempfile.TemporaryDirectory() as folder:
            os.environ["VIGIE_KEY_STORE"] = str(shutil.copytree(self.keys, Path(folder) / "keys"))
            app = create_app(Settings(database_url=url, demo=True, secure_cookies=False, secret=SECRET))
            yield app
            app.extensions[SESSIONS].kw["bind"].dispose()

    def client(self, app: APIFlask, role: Role | None, other: bool) -> FlaskClient:
        """Return the browser of the person of a role, or of nobody."""
        browser = app.test_client()
        if role is not None:
            actor = self.demonstration.actor(role, other)
            with app.extensions[SESSIONS].begin() as session:
                key = open_session(session, Opening(actor.id, actor.structure, "essai", "Essai"), at=clock.now())
            with browser.session_transaction() as cookie:
                cookie[KEY] = key
        return browser


@contextmanager
def copied(url: str) -> Iterator[str]:
    """Give a copy of a database, for as long as it serves."""
    address, name = make_url(url), f"vigie_{uuid4().hex[:12]}"
    if address.get_backend_name() == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(address.database or "", folder + "/copy.sqlite")
            yield f"sqlite:///{folder}/copy.sqlite"
        return
    with psycopg.connect(address.set(database="postgres").render_as_string(False), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {address.database}")
        yield address.set(database=name).render_as_string(False)
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def ground(url: str, folder: Path) -> Ground:
    """Make the database that is copied, with people and one of each thing."""
    migrate(url)
    os.environ |= {"VIGIE_KEY_STORE": str(folder), "VIGIE_MASTER_KEY": MASTER_KEY}
    store = KeyStore(folder, GivenMaster(MASTER_KEY))
    store.create()
    demonstration = inhabit(url, store)
    engine = connect(url)
    things = furnish(sessions_on(engine, store), demonstration, AT)
    engine.dispose()
    return Ground(url, folder, demonstration, things)


def send(client: FlaskClient, access: Access, verb: str, things: dict[str, str], form: dict[str, str]) -> int:
    """Send the request that a route describes, with a verb; return the status."""
    path = access.path.format(**things)
    if verb in ("GET", "HEAD"):
        return client.open(path, method=verb).status_code
    if access.api:
        return client.open(path, method=verb, json=access.body).status_code
    return client.open(path, method=verb, data={"csrf_token": token(client), **form}).status_code


def due(access: Access, role: Role | None, other: bool) -> frozenset[int]:
    """Return what may be answered to a person: cookies open no operation of the API."""
    if access.api:
        return REFUSED
    return expected(access, role, other) if role else frozenset()


def as_made(here: Ground, role: Role | None, other: bool) -> None:
    """Ask for every route with the verbs that read it and, from the first structure, with those that it has not."""
    with copied(here.url) as url, here.application(url) as app:
        taken = Counter((rule.rule, verb) for rule in app.url_map.iter_rules() for verb in rule.methods or ())
        rules = {rule.endpoint: rule.rule for rule in app.url_map.iter_rules()}
        client = here.client(app, role, other)
        for name in sorted(ACCESS, key=lambda name: (name not in PAGES, PAGES.index(name) if name in PAGES else name)):
            access = ACCESS[name]
            asker = here.client(app, role, other) if name in LAST else client
            told = f"{role} {'elsewhere' if other else 'here'} {name}"
            for verb in VERBS if not other else ():
                if not taken[(rules[name], verb)]:
                    answered = send(asker, access, verb, here.things, {})
                    here.check("verb it has not", f"{told} {verb}", answered, is_none(answered, role, verb))
            for verb in ("HEAD", "GET") if access.method == "GET" else (access.method,):
                answered = send(asker, access, verb, here.things, dict(access.form))
                here.check("as made", f"{told} {verb}", answered, is_due(access, role, other, answered))


def is_none(answered: int, role: Role | None, verb: str) -> bool:
    """Say whether a verb that a route has not got nothing; a stranger may be asked to sign in first."""
    return answered in NO_SUCH_VERB or (role is None and verb in ("GET", "HEAD") and answered == 303)


def is_due(access: Access, role: Role | None, other: bool, answered: int) -> bool:
    """Say whether an answer is the one that the table gives."""
    if role is not None or access.api:
        return answered in due(access, role, other)
    return answered in (access.accepted if access.anyone else {303} if access.method == "GET" else {401})


def ended(here: Ground) -> Iterator[Ground]:
    """Give the ground after everything that may be asked was: things closed, withdrawn, answered, decided."""
    with copied(here.url) as url, here.application(url) as app:
        for role in sorted(HUMANS):
            for name in (name for name in PAGES if ACCESS[name].method == "POST" and name not in LAST):
                form = {**ACCESS[name].form, **FORMS.get(name, {})}
                send(here.client(app, role, False), ACCESS[name], "POST", here.things, form)
        app.extensions[SESSIONS].kw["bind"].dispose()
        keys = Path(os.environ["VIGIE_KEY_STORE"])
        yield replace(here, url=url, keys=keys)


def after(here: Ground, role: Role | None, other: bool) -> None:
    """Ask again once everything is over: who was refused still is."""
    with copied(here.url) as url, here.application(url) as app:
        client = here.client(app, role, other)
        for name in PAGES:
            access = ACCESS[name]
            asker = here.client(app, role, other) if name in LAST else client
            answered = send(asker, access, access.method, here.things, dict(access.form))
            told = f"{role} {'elsewhere' if other else 'here'} {name}"
            if role is None:
                allowed = (access.anyone and answered in OVER) or answered in {303, 401, 404}
            else:
                refused = due(access, role, other) == REFUSED
                allowed = answered in (REFUSED | {400} if refused else OVER)
            here.check("all over", told, answered, allowed)


def revoked(here: Ground, role: Role) -> None:
    """Take a right away in the midst of a session: the next request is answered as the role that is left."""
    kept = min((ROLES_OF[StructureKind.CAISSE if role in OF_CAISSE else StructureKind.PARTENAIRE]) - {role})
    actor = here.demonstration.actor(role)
    second = NewPerson("Personne seconde", "seconde@ici.example", roles=frozenset({role}))
    with copied(here.url) as url, here.application(url) as app:
        client = here.client(app, role, False)
        client.get("/a-propos")
        by = command(actor.structure)
        with app.extensions[SESSIONS].begin() as session:
            create_person(session, actor.structure, second, by=by, at=clock.now())  # a structure keeps a DPO
            set_roles(session, actor.id, actor.structure, frozenset({kept}), by=by, at=clock.now())
        for name in (name for name in PAGES if name not in LAST):
            answered = send(client, ACCESS[name], ACCESS[name].method, here.things, dict(ACCESS[name].form))
            told = f"{role}, now {kept}: {name}"
            here.check("right revoked", told, answered, answered in due(ACCESS[name], kept, role in OF_CAISSE))


def measure(kind: str, url: str, folder: Path) -> int:
    """Print the cells of a kind of database; return how many were not as the table says."""
    here = ground(url, folder / f"keys-{kind}")
    with here.application(url) as app:
        routes = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.rpartition(".")[2] != "static"}
    if routes != set(ACCESS):
        raise SystemExit(f"not in tests/contracts/access, or gone: {sorted(routes ^ set(ACCESS))}")
    sides = [(role, other) for role in ROLES for other in ((False, True) if role else (False,))]
    for role, other in sides:
        as_made(here, role, other)
    for over in ended(here):
        for role, other in sides:
            after(over, role, other)
    for role in ROLES:
        if role is not None:
            revoked(here, role)
    for name, count in here.cells.items():
        bad = [one for one in here.wrong if one.startswith(f"{name}: ")]
        print(f"| {kind} | {name} | {count:,} | {len(bad)} |", flush=True)
    print(f"| {kind} | all | {here.cells.total():,} | {len(here.wrong)} |", flush=True)
    print("\n".join(here.wrong[:40]), file=sys.stderr)
    return len(here.wrong)


def main() -> int:
    """Print the table; 1 when a cell is not as the table of accesses says."""
    wrong = 0
    print("| database | state | cells | not as listed |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        if "postgresql" not in sys.argv:
            wrong += measure("SQLite", f"sqlite:///{folder}/model.sqlite", folder)
        if "sqlite" not in sys.argv and programs() is not None:
            with server() as own:
                with psycopg.connect(own.url, autocommit=True) as admin:
                    admin.execute("CREATE DATABASE model")
                wrong += measure("PostgreSQL", make_url(own.url).set(database="model").render_as_string(False), folder)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
