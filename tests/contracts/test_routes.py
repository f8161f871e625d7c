"""What is true of every route: it answers who it should, refuses the others, and carries the security headers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache

import pytest
from apiflask import APIFlask
from cryptography.x509 import RFC822Name
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from governance.conventions.life.actions import Draft, enter
from governance.conventions.life.events import Kind
from governance.conventions.values.accounts import AccountField
from governance.core import clock, outbox
from governance.core.keys import Keys
from governance.core.outbox import Attachment, Message
from governance.core.outbox.sending import sweep
from governance.core.trail import signing
from governance.habilitations.changes.actions import ask_change
from governance.mail.actions import register_certificate
from governance.people.accounts.actions import make_link
from governance.people.actions import NewPerson, adopt_convention, create_person
from governance.people.contacts.actions import record_contact
from governance.people.contacts.rules import ContactDraft, ContactKind, Relation, Side
from governance.people.machines.actions import create_key
from governance.people.queries import Adoption
from governance.people.rules import HUMANS, MACHINE_SCOPES, OF_CAISSE, Permission, Role, command
from governance.web.headers import FIXED
from scanners.actions import add_word
from scanners.findings import Level
from scanners.tables import Receipt
from tests import breaches, destructions, reviewing
from tests.actions import noticing
from tests.actions.list_rows import a_list, a_roster
from tests.actions.portal import Portal
from tests.conftest import Demonstration, on_sqlite
from tests.contracts.access import ACCESS, Access
from tests.mail_server import identity
from tests.web.conftest import token

GUEST = NewPerson("Personne invitée", "invitee@ici.example", roles=frozenset({Role.TECHNICIEN}))
REFUSED = frozenset({401, 403, 404})
# What is read first, what ends the session last: one client asks for every page.
CLOSING = ("lists.discard", "contacts.withdraw", "directory.close", "directory.reopen")
LAST = ("sessions.sign_out", "sessions.sign_out_everywhere")
PAGES = sorted(
    (name for name, access in ACCESS.items() if not access.path.startswith("/api/")),
    key=lambda name: (name in LAST, name in CLOSING, ACCESS[name].method, name),
)
FORMS = sorted(name for name in PAGES if ACCESS[name].method == "POST")
MACHINE_ROUTES = sorted(name for name, access in ACCESS.items() if access.api)


@pytest.fixture
def things(sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime) -> dict[str, str]:
    """Give the identifiers that owned routes name; each package adds what its routes need."""
    receipt = Receipt(at=at, structure_id=demonstration.structure, by="essai", convention="S0", edition=1)
    receipt.outcome, receipt.body, receipt.signature = "accepte", {}, ""
    with sessions.begin() as session:
        session.add(receipt)
        word = add_word(session, "zonzonite", Level.INFO, by=command(demonstration.structure), at=at)
        session.flush()
        guest = create_person(session, demonstration.structure, GUEST, by=command(demonstration.structure), at=at)
        link = make_link(session, guest, by=command(demonstration.structure), at=clock.now())
        point = signing.make(session, Keys(b"un secret de 32 octets, d'essai.."), at)
        made = {"receipt": receipt.id, "word": word.id, "person": guest, "link": link, "point": str(point.id)}
        by = command(demonstration.structure)
        made["key"] = create_key(session, by.structure, "Logiciel", frozenset({Permission.SCAN}), by=by, at=at).id
        made |= of_mail(session, demonstration.structure, at) | of_contacts(session, demonstration.structure, at)
        made |= of_life(session, demonstration.structure)
        made |= destructions.whole(session, demonstration.structure, at)
        made |= breaches.whole(session, by, at, demonstration.people[Role.DPO])
        made |= of_accounts(session, demonstration.structure, at)
        made |= {"list": a_list(session, demonstration.structure, command(demonstration.structure), at)}
        made |= {"roster": a_roster(session, Relation(demonstration.structure, "S3", "roubaix-tourcoing"), at)}
        made |= of_reviews(session, demonstration, at)
        made |= noticing.whole(session, made["breach"], made["duty"], by, clock.now())
    sweep(sessions, at + timedelta(days=1))
    return made


def of_life(session: Session, structure: str) -> dict[str, str]:
    """Enter the signature of S3, which the structure applies."""
    draft = Draft(Kind.SIGNED, date(2025, 12, 1), "Exemplaire signé")
    event = enter(session, "S3", draft, by=command(structure), at=clock.now())
    return {"event": event, "structure": structure}


def of_accounts(session: Session, structure: str, at: datetime) -> dict[str, str]:
    """Give an agent an active account of gestionnaire, and ask for a change of it."""
    portal = Portal(session, structure, at, "S0", "artois").open()
    agent = portal.agent(1)
    account = portal.gestionnaire(agent)
    change = ask_change(session, account, AccountField.FONCTION, "Responsable", by=portal.by, at=at)
    return {"agent": agent, "account": account, "account_change": change}


def of_reviews(session: Session, demonstration: Demonstration, at: datetime) -> dict[str, str]:
    """Open a review, one account of which is answered for."""
    people = demonstration.people
    return reviewing.whole(session, demonstration.structure, people[Role.DPO], people[Role.GESTIONNAIRE], at)


def of_mail(session: Session, structure: str, at: datetime) -> dict[str, str]:
    """Write a message with a file, and register a certificate."""
    message = Message("essai", "nul@ailleurs.example", "Sujet", "Corps", at + timedelta(hours=1))
    message = replace(message, structure=structure, attachments=(Attachment("a.txt", b"x"),))
    sending = outbox.post(session, message, at=at)
    raw, by = certificate_of_a_dpo(at), command(structure)
    certificate = register_certificate(session, "dpo@caisse.example", raw, by=by, at=at)
    return {"sending": sending, "certificate": certificate}


def of_contacts(session: Session, structure: str, at: datetime) -> dict[str, str]:
    """Apply a convention, and record whom one writes to at its caisse."""
    by, relation = command(structure), Relation(structure, "S3", "roubaix-tourcoing")
    adopt_convention(session, structure, Adoption("S3", None, None), by=by, at=at)
    draft = ContactDraft(Side.CAISSE, ContactKind.REFERENT, email="referent@caisse.example")
    contact = record_contact(session, relation, draft, by=by, at=at)
    return {"of_s3": "/".join(relation), "contact": contact}


@cache
def certificate_of_a_dpo(at: datetime) -> bytes:
    """Return a certificate, made once: its key takes a while to find."""
    return identity(RFC822Name("dpo@caisse.example"), begins=at - timedelta(days=1)).pem


def test_every_route_states_its_expected_access(app: APIFlask) -> None:
    routes = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.rpartition(".")[2] != "static"}

    assert routes == set(ACCESS)


@pytest.mark.parametrize("other", [False, True], ids=["here", "elsewhere"])
@pytest.mark.parametrize("role", sorted(HUMANS))
def test_every_page_answers_a_role_as_the_table_says(
    role: Role, other: bool, sign_in: Callable[..., FlaskClient], things: dict[str, str]
) -> None:
    client = sign_in(role, other)

    answered = {}
    for name in PAGES:
        own = sign_in(role, other) if name in LAST else client  # these end the session that asks
        answered[name] = ask(own, ACCESS[name], things).status_code

    surprises = {name: status for name, status in answered.items() if status not in expected(ACCESS[name], role, other)}
    assert surprises == {}


def expected(access: Access, role: Role, other: bool) -> frozenset[int]:
    """Return the statuses that a role may be answered, from the first structure or from another."""
    is_far = other or (role in OF_CAISSE and not access.shared)
    allowed = (access.anyone or role in access.roles) and not (access.owned and is_far)
    return access.accepted if allowed else REFUSED


def test_a_stranger_is_asked_to_sign_in_unless_the_page_is_for_anyone(app: APIFlask, things: dict[str, str]) -> None:
    answers = {name: ask(app.test_client(), ACCESS[name], things) for name in PAGES}

    surprises = {name: one.status_code for name, one in answers.items() if not is_for_a_stranger(ACCESS[name], one)}
    assert surprises == {}


def is_for_a_stranger(access: Access, answer: TestResponse) -> bool:
    """Say whether an answer is what somebody unknown may get."""
    if access.anyone:
        return answer.status_code in access.accepted
    if access.method == "GET":
        return answer.status_code == 303 and answer.location.split("?")[0] == "/connexion"
    return answer.status_code == 401


@pytest.mark.parametrize("name", MACHINE_ROUTES)
def test_an_operation_answers_a_key_with_its_permission_and_no_other(
    name: str, client: FlaskClient, api_key: Callable[..., str], things: dict[str, str]
) -> None:
    access = ACCESS[name]
    permission = access.permission
    lacking = MACHINE_SCOPES - {permission}

    own = call(client, access, things, api_key(permission)).status_code
    narrow = call(client, access, things, api_key(*lacking)).status_code
    elsewhere = call(client, access, things, api_key(permission, other=True)).status_code
    stranger = call(client, access, things, None).status_code

    assert own in access.accepted
    assert (narrow, stranger) == (403, 401)
    assert elsewhere in (REFUSED if access.owned else access.accepted)


@on_sqlite
def test_a_form_without_its_token_is_refused(client: FlaskClient, things: dict[str, str]) -> None:
    sent = {name: client.post(ACCESS[name].path.format(**things), data=ACCESS[name].form) for name in FORMS}

    assert {name: answer.status_code for name, answer in sent.items()} == dict.fromkeys(FORMS, 400)


@on_sqlite
def test_every_answer_carries_the_security_headers(client: FlaskClient, things: dict[str, str]) -> None:
    for name, access in ACCESS.items():
        answer = client.open(access.path.format(**things), method=access.method)

        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy, name
        assert all(f"{named} 'none'" in policy for named in ("frame-ancestors", "object-src", "base-uri")), name
        assert "Access-Control-Allow-Origin" not in answer.headers, name
        assert {header: answer.headers[header] for header in FIXED} == FIXED, name
        assert answer.headers["Cache-Control"] == "no-store", name


def ask(client: FlaskClient, access: Access, things: dict[str, str]) -> TestResponse:
    """Return a page's answer to the request its access describes, token included."""
    path = access.path.format(**things)
    if access.method == "GET":
        return client.get(path)
    return client.post(path, data={"csrf_token": token(client), **access.form})


def call(client: FlaskClient, access: Access, things: dict[str, str], key: str | None) -> TestResponse:
    """Return the API's answer to the request its access describes."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return client.open(access.path.format(**things), method=access.method, json=access.body, headers=headers)
