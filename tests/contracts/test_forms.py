"""What is true of every form: it carries a key, and sent twice it is recorded once."""

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session, sessionmaker
from wtforms import FileField, MultipleFileField
from wtforms.fields.core import UnboundField

from app.tables import METADATA
from governance.people.rules import Role
from governance.web.guards import FILES, JSON
from tests.conftest import on_sqlite
from tests.contracts.access import ACCESS, Access
from tests.web.conftest import token

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted(
    path for name in ("governance", "scanners", "reviews", "breach") for path in (ROOT / name).rglob("*.html")
)
FORM = re.compile(r"<form\b[^>]*\bmethod=\"post\".*?</form>", re.DOTALL | re.IGNORECASE)

# Each try to prove who one is counts, and each challenge is a new one.
PROOFS = {"confirm.confirmed"} | {name for name in ACCESS if name.startswith("second_factor.")}
POSTS = sorted(
    name for name, access in ACCESS.items() if access.method == "POST" and not access.api and name not in PROOFS
)
KEY = "abcdefghijklmnopqrstuvwx"
# Each request changes these, and must: who was seen when, how many refusals.
RESTLESS = {"web_session", "sent_request", "failed_tries"}

# What each route records, sent well; a route that is not here is sent what its line of access.py says.
FORMS: dict[str, dict[str, str]] = {
    "breach.declare_sent": {
        "told": "Une clé USB égarée",
        "triggers": "soupçon",
        "suspected_at": "2026-11-22T18:00",
        "concerned": "S0/artois",
        "own_data": "inconnu",
    },
    "breach_acts.breach_sent": {"what": "INFORMED", "instant": "2026-11-22T18:00", "who": "Le DPO"},
    "breach_acts.concern_sent": {"body": "Une clé USB est égarée."},
    "breach_acts.task_done": {},
    "calendar.choose": {"days": "30"},
    "breach_dossier.save": {"count": "150"},
    "breach_severity.assess": {
        "kind": "simple",
        "adjustment": "0",
        "ease": "limited",
        "confidentiality": "known",
        "integrity": "untouched",
        "availability": "untouched",
        "risk": "risk",
        "reasons": "Lue par un collègue.",
    },
    "breach_cnil.filed": {"version": "initial", "number": "FR-2026-0042", "filed_at": "2026-11-23T10:00"},
    "breach_persons.decide": {"choice": "tell"},
    "breach_persons.told": {"how": "Lettres postées"},
    "breach_notices.prove_sent": {
        "proof": "REGISTERED",
        "done_at": "2026-11-23T09:30",
        "reference": "1A 123 456 7890 1",
        "late_reason": "Week-end",
    },
    "breach_notices.noted": {"note": "1A 123 456 7890 1"},
    "words.add": {"word": "brimbalose", "level": "a_verifier"},
    "words.silence": {"word": "diabète", "reason": "Faux positif constaté"},
    "words.switch_off": {"reason": "Trop de fausses alertes"},
    "conventions.adopt": {"effective_from": "2026-01-01"},
    "portal.act_sent": {"reason": "fraude", "words": "Connexion inconnue"},
    "agents.declare_sent": {
        "civility": "Madame",
        "last_name": "Essai",
        "first_name": "Léa",
        "fonction": "Accueil",
        "email": "lea@ccas-essai.example",
        "tie": "agent",
    },
    "agents.attest": {"check": "poste", "on": "2026-01-05"},
    "account_settings.size": {"members": "12", "since": "2026-01-01", "source": "Bilan social"},
    "account_settings.domain": {"domain": "annexe.example", "kind": "de_la_structure"},
    "life.entered": {"day": "2027-12-31", "reference": "Courrier du 3 mars"},
    "life.cancelled": {"reference": "Erreur de date"},
}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_form_carries_its_token_and_its_key(path: Path) -> None:
    forms = FORM.findall(path.read_text("utf-8"))

    assert [form[:80] for form in forms if "tokens()" not in form and "hidden(" not in form] == []


@on_sqlite  # tests/web/test_sent_twice.py tries on both what holds the keys
@pytest.mark.parametrize("name", POSTS)
def test_a_form_sent_twice_is_recorded_once(
    name: str, sign_in: Callable[..., FlaskClient], things: dict[str, str], sessions: sessionmaker[Session]
) -> None:
    access = ACCESS[name]
    client = sign_in(_role(access))
    data = {"csrf_token": token(client), "send_key": KEY, **access.form, **FORMS.get(name, {})}
    path = access.path.format(**things)

    first = client.post(path, data=data)
    once = rows(sessions)
    second = client.post(path, data=data)

    assert rows(sessions) == once
    if first.status_code == 303 and name in FORMS:
        assert (second.status_code, second.location) == (303, first.location)


@pytest.mark.parametrize("name", sorted(FORMS))
def test_the_forms_tried_are_recorded_the_first_time(
    name: str, sign_in: Callable[..., FlaskClient], things: dict[str, str], sessions: sessionmaker[Session]
) -> None:
    access = ACCESS[name]
    client = sign_in(_role(access))
    before = rows(sessions)

    client.post(access.path.format(**things), data={"csrf_token": token(client), **FORMS[name]})

    assert rows(sessions) != before


def rows(sessions: sessionmaker[Session]) -> dict[str, list[Any]]:
    """Return what every table holds, those that move by themselves apart."""
    with sessions() as session:
        tables = [table for table in METADATA.sorted_tables if table.name not in RESTLESS]
        return {table.name: sorted(map(repr, session.execute(sa.select(table)))) for table in tables}


def _role(access: Access) -> Role:
    order = [Role.DPO, *sorted(access.roles)]
    return next(role for role in order if not access.roles or role in access.roles)


@on_sqlite
def test_every_form_reads_a_file_in_a_field_of_text_as_nothing_typed(
    sign_in: Callable[..., FlaskClient], things: dict[str, str]
) -> None:
    answered = {}

    for name in POSTS:
        client = sign_in(_role(ACCESS[name]))
        proof, fields = token(client), {**ACCESS[name].form, **FORMS.get(name, {}), "suite": "/"}
        path = ACCESS[name].path.format(**things)
        for changed in fields:
            typed = {one: value for one, value in fields.items() if one != changed}
            file = (BytesIO(b"x"), "a.txt")
            answer = client.post(path, data={**typed, "csrf_token": proof, changed: file}, follow_redirects=False)
            answered[name, changed] = answer.status_code

    assert {sent: status for sent, status in answered.items() if status >= 500} == {}


@on_sqlite
def test_no_form_of_a_page_is_read_from_json(sign_in: Callable[..., FlaskClient], things: dict[str, str]) -> None:
    client = sign_in(Role.DPO)
    proof, pages = {"X-CSRFToken": token(client)}, {name for name in POSTS if not ACCESS[name].path.startswith("/api/")}

    answered = {
        name: client.post(ACCESS[name].path.format(**things), json=[1], headers=proof).status_code
        for name in pages - JSON
    }

    assert {name: status for name, status in answered.items() if status != 415} == {}


def test_the_names_of_fields_that_take_files_are_those_of_no_other_field(app: APIFlask) -> None:
    fields = [
        (name, issubclass(field.field_class, FileField | MultipleFileField))
        for form in descendants(FlaskForm)
        for name, field in vars(form).items()
        if isinstance(field, UnboundField)
    ]

    assert {name for name, is_file in fields if is_file} <= FILES
    assert [name for name, is_file in fields if name in FILES and not is_file] == []


def descendants(kind: type) -> Iterator[type]:
    """Give every class that comes from one."""
    for one in kind.__subclasses__():
        yield one
        yield from descendants(one)
