"""What can be asked of a service: pages and forms as each role sees them, the API as it describes itself."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

import requests
from apiflask import APIFlask

from app.factory import create_app
from app.settings import Settings
from benchmarks._generated import Enter, Target
from governance.core import clock
from governance.core.sealed_rows import sessions_on
from governance.core.storage import connect
from governance.people.rules import Role
from governance.people.sessions.actions import Opening, open_session
from governance.web.identity import KEY, SESSIONS
from tests.conftest import AT, Demonstration
from tests.contracts.access import ACCESS
from tests.contracts.furnishing import furnish
from tests.contracts.test_forms import FORMS
from tests.contracts.test_hostile_input import KNOWN, TOKENS
from tests.faults.served import Service
from tests.web.conftest import SECRET, token

NOBODY = ""
# Who is asked first about what several may do.
ROLES = ("dpo", "gestionnaire", "administrateur", "dpo_caisse", "agent_caisse", "technicien", "referent", NOBODY)
LEAVING = ("/deconnexion", "/compte/sessions")
PART = re.compile(r"\{\w+\}")


@dataclass
class Fields(HTMLParser):
    """The fields of a page's forms, by method and address, with the values that they show."""

    found: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    form: tuple[str, str] | None = None
    choice: str | None = None

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.form = ((given.get("method") or "get").upper(), given.get("action") or "")
            self.found.setdefault(self.form, {})
        if self.form and self.choice and tag == "option":
            known, value = self.found[self.form], given.get("value") or ""
            known[self.choice] = value if "selected" in given else known[self.choice] or value
        name = given.get("name")
        if self.form and name and name not in TOKENS and tag in {"input", "select", "textarea", "button"}:
            self.choice = name if tag == "select" else None
            self.found[self.form].setdefault(name, given.get("value") or "")


@dataclass(frozen=True)
class Visitors:
    """People of the service, signed in by the side; `machine` is the key of a machine."""

    app: APIFlask
    demonstration: Demonstration
    machine: str

    def enter(self, target: Target) -> tuple[dict[str, str], str]:
        """Return the headers of a session that was just opened, and the proof that its forms carry."""
        if target.path.startswith("/api/"):
            return {"Authorization": f"Bearer {self.machine}"}, ""
        client = self.app.test_client()
        if target.who != NOBODY:
            actor = self.demonstration.actor(Role(target.who))
            with self.app.extensions[SESSIONS].begin() as session:
                key = open_session(session, Opening(actor.id, actor.structure, "essai", "Essai"), at=clock.now())
            with client.session_transaction() as cookie:
                cookie[KEY] = key
        proof = token(client)
        kept = client.get_cookie("vigie")
        return {"Cookie": f"vigie={kept.value}"} if kept else {}, proof


@contextmanager
def visitors(running: Service, machine: str) -> Iterator[tuple[Visitors, dict[str, str]]]:
    """Put one of each thing in a served database; give the people who ask, and what the addresses name."""
    engine = connect(running.url)
    things = furnish(sessions_on(engine, running.store), running.demonstration, AT)
    engine.dispose()
    app = create_app(Settings(database_url=running.url, demo=True, secure_cookies=False, secret=SECRET))
    yield Visitors(app, running.demonstration, machine), things
    app.extensions[SESSIONS].kw["bind"].dispose()


def targets(address: str, enter: Enter, things: Mapping[str, str]) -> list[Target]:
    """Return everything that may be asked of ours: pages, forms, addresses that name nothing, operations."""
    found: dict[tuple[str, str], Target] = {}
    for who in ROLES:
        for name, access in ACCESS.items():
            may = access.anyone if who == NOBODY else Role(who) in access.roles
            if not may or access.path.startswith("/api/v1/"):
                continue
            path = access.path.format(**things)
            form = {str(key): str(value) for key, value in {**access.form, **FORMS.get(name, {})}.items()}
            names = KNOWN if access.method == "GET" else tuple(form)
            add(found, [Target(access.method, path, names, who=who, good=tuple(form.items()))])
            if "{" in access.path:
                add(found, [Target(access.method, PART.sub("{}", access.path), names, who=who)])
            if access.method == "GET":
                add(found, read(address, path, who, enter(Target("GET", path, who=who))[0]))
    return [*(one for one in found.values() if not one.path.startswith(LEAVING)), *operations(address)]


def add(found: dict[tuple[str, str], Target], more: Sequence[Target]) -> None:
    """Keep targets, with all the names that any of them reads."""
    for one in more:
        known = found.setdefault((one.method, one.path), one)
        names, good = {*known.names, *one.names}, {**dict(one.good), **dict(known.good)}
        found[(one.method, one.path)] = replace(known, names=tuple(sorted(names)), good=tuple(good.items()))


def read(address: str, page: str, who: str, headers: Mapping[str, str]) -> list[Target]:
    """Return a target for each form of a page, as one person is shown it."""
    answer = requests.get(address + page, headers=headers, timeout=60, allow_redirects=False)
    if answer.status_code != 200 or "html" not in answer.headers["Content-Type"]:
        return []
    reader = Fields()
    reader.feed(answer.text)
    return [
        Target(method, re.sub(r"[?#].*", "", action) or page, tuple(sorted(good)), who=who, good=tuple(good.items()))
        for (method, action), good in sorted(reader.found.items())
    ]


def operations(address: str) -> list[Target]:
    """Return a target for each operation that a service describes, with the names of its parameters or its body."""
    told, found = requests.get(f"{address}/api/openapi.json", timeout=60).json(), []
    schemas = told.get("components", {}).get("schemas", {})
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            names = tuple(one["name"] for one in operation.get("parameters", ()) if one.get("in") == "query")
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if content is not None:
                schema = content["schema"]
                schema = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
                names = tuple(schema.get("properties", ()))
            found.append(Target(method.upper(), PART.sub("{}", path), names, is_json=content is not None))
    return found
