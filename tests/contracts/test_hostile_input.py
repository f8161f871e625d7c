"""What is true of every field of every form: hostile text is data, and nothing else."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from governance.people.rules import Role
from governance.people.tables import Person
from tests.conftest import on_sqlite
from tests.contracts.access import ACCESS
from tests.web.conftest import token

MARK = "vigie"
HOSTILE = (
    "' OR '1'='1' -- " + MARK,
    '"; DROP TABLE person; --',
    "1; SELECT pg_sleep(5); --",
    "%' UNION SELECT password_hash FROM person --",
    MARK + "{{7*7}}${7*7}<%= 7*7 %>#{7*7}",
    MARK + "{{ config.items() }}{% for x in ().__class__.__base__.__subclasses__() %}x{% endfor %}",
    "<script>alert('" + MARK + "')</script>",
    "\"'><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "//evil.example/" + MARK,
    "../../../../etc/passwd",
    "\r\nSet-Cookie: " + MARK + "=1",
    "\0" + MARK,
    "%s%n%x{0.__class__}",
    "\u202e" + MARK + "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "x" * 20_000,
    "NaN",
    "-1e999",
)
PAGES = sorted(
    name for name, access in ACCESS.items() if access.method == "GET" and not access.path.startswith("/api/")
)
ELSEWHERE = [*(text for text in HOSTILE if "/" in text), "https://evil.example", "/\\evil.example", "\\\\evil"]
KNOWN = ("q", "suite", "page", "du", "au", "action", "personne", "sujet", "structure", "convention", "code")
TOKENS = ("csrf_token", "send_key")  # the same on every form
ROLES = (Role.DPO, Role.ADMINISTRATEUR)


@dataclass
class Forms(HTMLParser):
    """The fields of the forms of a page, by the address they are sent to."""

    found: dict[str, set[str]] = field(default_factory=dict)
    action: str | None = None

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.action = given.get("action") if (given.get("method") or "").lower() == "post" else None
        name = given.get("name")
        if self.action and name and tag in {"input", "select", "textarea", "button"} and name not in TOKENS:
            self.found.setdefault(self.action, set()).add(name)


@on_sqlite
@pytest.mark.parametrize("role", ROLES)
def test_hostile_text_in_every_field_of_every_form_is_refused_or_kept_as_text(
    role: Role, sign_in: Callable[..., FlaskClient], things: dict[str, str], sessions: sessionmaker[Session]
) -> None:
    client = sign_in(role)
    before, sent = people(sessions), token(client)
    found = {action: names for action, names in forms(client, things).items() if names}
    troubles = []

    for action, names in sorted(found.items()):
        for fields in turns(sorted(names), HOSTILE):
            answer = client.post(action, data={"csrf_token": sent, **fields})
            if is_trouble(answer):
                troubles.append((action, fields, answer.status_code))
            if answer.status_code in (400, 401):  # the session ended, or its token with it
                client = sign_in(role)
                sent = token(client)

    assert troubles == []
    assert people(sessions) == before


@on_sqlite
def test_hostile_text_as_the_key_of_a_form_is_refused_or_kept_as_text(sign_in: Callable[..., FlaskClient]) -> None:
    client = sign_in(Role.DPO)
    sent = token(client)

    answers = [client.post("/vocabulaire", data={"csrf_token": sent, "send_key": text}) for text in HOSTILE]

    assert [answer.status_code for answer in answers if is_trouble(answer)] == []


@on_sqlite
def test_hostile_text_in_an_address_is_refused_or_ignored(
    sign_in: Callable[..., FlaskClient], things: dict[str, str]
) -> None:
    client = sign_in(Role.DPO)
    texts = [text for text in HOSTILE if len(text) < 1_000]
    troubles = []

    for name in PAGES:
        for fields in turns(KNOWN, texts):
            answer = client.get(ACCESS[name].path.format(**things), query_string=fields)
            if is_trouble(answer):
                troubles.append((name, fields, answer.status_code))

    assert troubles == []


def test_a_number_that_no_row_can_have_is_not_found(app: APIFlask, sign_in: Callable[..., FlaskClient]) -> None:
    numbered = [rule.rule for rule in app.url_map.iter_rules() if "<int:" in rule.rule]
    paths = [re.sub("<[^>]+>", "x", re.sub("<int:[^>]+>", "9999999999", rule)) for rule in numbered]
    client = sign_in(Role.DPO)

    assert "/journal/points/9999999999.json" in paths
    assert {path: client.get(path).status_code for path in paths} == dict.fromkeys(paths, 404)
    assert client.get("/journal/points/15200425741146603548311552.json").status_code == 404
    assert [path for path in paths if app.url_map.bind("vigie.example").test(path, method="GET")] == []


@on_sqlite
def test_signing_in_leads_nowhere_else(sign_in: Callable[..., FlaskClient]) -> None:
    client = sign_in(Role.DPO)

    led = {target: client.get("/connexion", query_string={"suite": target}).location for target in ELSEWHERE}

    assert {target: where for target, where in led.items() if not is_home(where)} == {}


def turns(names: Sequence[str], texts: Sequence[str]) -> Iterator[dict[str, str]]:
    """Return fields for as few requests as bring each text once; `./vigie bench probes` brings each to each field."""
    for begun in range(0, len(texts), len(names)):
        yield {name: texts[(begun + place) % len(texts)] for place, name in enumerate(names)}


def is_trouble(answer: TestResponse) -> bool:
    """Say whether hostile text broke, was obeyed, or led away."""
    return answer.status_code >= 500 or is_obeyed(shown(answer)) or not is_home(answer.location)


def forms(client: FlaskClient, things: dict[str, str]) -> dict[str, set[str]]:
    """Return the fields of every form that a person is shown, by the address it is sent to."""
    reader = Forms()
    for name in PAGES:
        answer = client.get(ACCESS[name].path.format(**things))
        if answer.status_code == 200 and answer.mimetype == "text/html":
            reader.feed(answer.text)
    return {action: names for action, names in reader.found.items() if not action.startswith("/deconnexion")}


def shown(answer: TestResponse) -> str:
    """Return what an answer shows as text; some pages give a PDF or a workbook."""
    return answer.get_data().decode("utf-8", "replace")


def is_obeyed(text: str) -> bool:
    """Say whether a page did what the text told, or shows it as markup."""
    return MARK + "49" in text or "<script>alert(" in text or "<img src=x" in text or "<Config" in text


def is_home(location: str | None) -> bool:
    """Say whether an answer stays on this site."""
    return location is None or (location.startswith("/") and not location.startswith(("//", "/\\")))


def people(sessions: sessionmaker[Session]) -> int:
    """Return how many people there are."""
    with sessions() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Person)) or 0
