"""« Envois »: what each role sees of the messages of its structure, and what it can do about them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import RFC822Name
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from governance.core import clock, outbox
from governance.core.outbox import Attachment, Message, State
from governance.core.outbox.sending import sweep
from governance.core.outbox.tables import OutboxMessage
from governance.core.trail import TrailEntry
from governance.mail.queries import certificate_for
from governance.people.rules import Role
from tests.conftest import Demonstration, on_sqlite
from tests.mail_server import identity
from tests.web.conftest import Submit, token

SignIn = Callable[..., FlaskClient]
Post = Callable[..., str]
DAY = timedelta(days=1)
PEM = identity(RFC822Name("dpo@caisse.example")).pem


@pytest.fixture
def post(sessions: sessionmaker[Session], demonstration: Demonstration) -> Post:
    """Give the act of writing a message of the first structure, that expired at once unless told otherwise."""

    def write(age: timedelta = 2 * DAY, **changes: object) -> str:
        at = clock.now() - age
        given = Message("rappel", "dpo@caisse.example", "Déléguée : lire avant demain", "Bonjour.", at + DAY)
        message = replace(given, structure=demonstration.structure, **changes)  # type: ignore[arg-type]
        with sessions.begin() as session:
            identifier = outbox.post(session, message, at=at)
        sweep(sessions, clock.now())
        return identifier

    return write


def test_the_dpo_reads_who_is_written_to_and_what_happened(sign_in: SignIn, post: Post) -> None:
    identifier = post()
    dpo = sign_in(Role.DPO)

    listed, shown = dpo.get("/envois").text, dpo.get(f"/envois/{identifier}").text

    assert "Déléguée : lire avant demain" in listed
    assert "échu sans partir" in listed
    assert "dpo@caisse.example" in shown
    assert "L&#39;échéance du message est passée." in shown
    assert "Renvoyer ce message" in shown


def test_the_administrator_sees_that_it_failed_and_nobody_s_name(sign_in: SignIn, post: Post) -> None:
    identifier = post()
    administrator = sign_in(Role.ADMINISTRATEUR)

    pages = [administrator.get(path).text for path in ("/envois", f"/envois/{identifier}")]

    assert all("échu sans partir" in page for page in pages)
    assert not [page for page in pages if "Déléguée" in page or "@caisse" in page or "Bonjour" in page]


def test_a_message_that_waits_too_long_is_said_at_the_top(sign_in: SignIn, post: Post) -> None:
    post(age=timedelta(minutes=20))

    page = sign_in(Role.DPO).get("/envois").text

    assert "1 message attend depuis plus de 15 minutes." in page


def test_messages_are_filtered_by_state(sign_in: SignIn, post: Post) -> None:
    post(), post(age=timedelta(minutes=1), subject="Autre")
    dpo = sign_in(Role.DPO)

    waiting, unknown = dpo.get("/envois?etat=queued"), dpo.get("/envois?etat=perdu&page=0")

    assert "Autre" in waiting.text
    assert "Déléguée" not in waiting.text
    assert unknown.status_code == 422


def test_a_message_leaves_again_when_asked(
    sign_in: SignIn, post: Post, submit: Submit, sessions: sessionmaker[Session]
) -> None:
    identifier = post()
    dpo = sign_in(Role.DPO)

    first = submit(dpo, f"/envois/{identifier}/renvoyer", {}, page="/envois")
    second = submit(dpo, f"/envois/{identifier}/renvoyer", {}, page="/envois")

    assert (first.status_code, second.status_code) == (303, 409)
    assert "Ce message est encore en cours d&#39;envoi." in second.text
    with sessions() as session:
        assert session.get_one(OutboxMessage, identifier).state == State.QUEUED


def test_a_confidential_link_is_shown_to_nobody(sign_in: SignIn, post: Post) -> None:
    identifier = post(age=timedelta(minutes=1), body="https://vigie.example/lien/secret", confidential=True)

    page = sign_in(Role.DPO).get(f"/envois/{identifier}").text

    assert "lien/secret" not in page
    assert "lien à usage unique" in page


def test_files_are_given_to_the_recipient_wherever_they_are_and_told_to_the_trail(
    sign_in: SignIn, post: Post, demonstration: Demonstration, sessions: sessionmaker[Session]
) -> None:
    files = (Attachment("Avis de violation.pdf", b"%PDF-1.7", "application/pdf"),)
    identifier = post(to=demonstration.email(Role.TECHNICIEN, other=True), attachments=files)
    recipient = sign_in(Role.TECHNICIEN, other=True)

    listed, given = recipient.get(f"/envois/{identifier}/pieces"), recipient.get(f"/envois/{identifier}/pieces/1")

    assert "Avis de violation.pdf" in listed.text
    assert (given.status_code, given.data) == (200, b"%PDF-1.7")
    assert given.headers["Content-Disposition"].startswith("attachment")
    assert recipient.get(f"/envois/{identifier}/pieces/2").status_code == 404
    assert sign_in(Role.TECHNICIEN).get(f"/envois/{identifier}/pieces").status_code == 404
    with sessions() as session:
        told = session.scalars(select(TrailEntry.subject).where(TrailEntry.action == "outbox.file_read")).all()
    assert told == [identifier]


def test_the_files_of_a_confidential_message_are_for_its_recipient_only(sign_in: SignIn, post: Post) -> None:
    identifier = post(age=timedelta(minutes=1), confidential=True, attachments=(Attachment("a.txt", b"x"),))

    assert sign_in(Role.DPO).get(f"/envois/{identifier}/pieces").status_code == 404


def test_a_certificate_is_registered_with_its_end_then_withdrawn(
    sign_in: SignIn, demonstration: Demonstration, sessions: sessionmaker[Session]
) -> None:
    dpo, at = sign_in(Role.DPO), clock.now()

    sent = register(dpo, "DPO@caisse.example", PEM)
    page = dpo.get("/envois/certificats").text
    with sessions() as session:
        known = certificate_for(session, demonstration.structure, "dpo@caisse.example", at)
        elsewhere = certificate_for(session, demonstration.other, "dpo@caisse.example", at)
        later = certificate_for(session, demonstration.structure, "dpo@caisse.example", at + 40 * DAY)
    withdrawn = dpo.post(page.split('action="')[2].split('"')[0], data={"csrf_token": token(dpo, "/envois")})

    assert (sent.status_code, withdrawn.status_code) == (303, 303)
    assert "expire dans 28 jours" in page
    assert known is not None
    assert (elsewhere, later) == (None, None)
    assert "Aucun certificat" in dpo.get("/envois/certificats").text


@on_sqlite
def test_whoever_registers_a_short_key_is_told_and_the_list_shows_it(sign_in: SignIn) -> None:
    dpo, name = sign_in(Role.DPO), RFC822Name("dpo@caisse.example")

    register(dpo, "dpo@caisse.example", PEM)
    short = dpo.get("/envois/certificats").text
    listed = dpo.get("/envois/certificats").text
    register(dpo, "dpo@caisse.example", identity(name, key=rsa.generate_private_key(65537, 3072)).pem)
    enough = dpo.get("/envois/certificats").text

    assert "n&#39;a que 2048 bits" in short
    assert "clé de 2048 bits</span>" in listed
    assert "2048 bits" not in enough
    assert "clé de" not in enough


def test_a_new_certificate_takes_the_place_of_the_former(sign_in: SignIn) -> None:
    dpo = sign_in(Role.DPO)

    register(dpo, "dpo@caisse.example", PEM)
    register(dpo, "dpo@caisse.example", PEM)

    assert "Certificats enregistrés (1)" in dpo.get("/envois/certificats").text


@on_sqlite
@pytest.mark.parametrize(
    ("address", "raw", "said"),
    [
        ("autre@caisse.example", PEM, "n&#39;est pas celui de cette adresse"),
        ("dpo@caisse.example", b"", "Choisissez le fichier du certificat."),
        ("dpo@caisse.example", b"-----BEGIN CERTIFICATE-----\nrien", "n&#39;est pas un certificat"),
        ("dpo@caisse.example", b"0" * 30_000, "trop gros"),
        ("pas une adresse", PEM, "n&#39;a pas la forme"),
        (
            "dpo@caisse.example",
            identity(RFC822Name("dpo@caisse.example"), key=ec.generate_private_key(ec.SECP256R1())).pem,
            "courbe elliptique",
        ),
    ],
)
def test_a_certificate_that_cannot_serve_is_refused_beside_its_field(
    sign_in: SignIn, address: str, raw: bytes, said: str
) -> None:
    answer = register(sign_in(Role.DPO), address, raw)

    assert answer.status_code == 422
    assert said in answer.text


def register(client: FlaskClient, address: str, raw: bytes):  # type: ignore[no-untyped-def]
    """Send a certificate."""
    form = {"csrf_token": token(client, "/envois"), "to": address, "certificate": (BytesIO(raw), "dpo.pem")}
    return client.post("/envois/certificats", data=form, content_type="multipart/form-data")


def test_the_state_of_the_service_says_where_mail_goes_and_that_it_is_late(
    sign_in: SignIn, post: Post, at: datetime
) -> None:
    dpo = sign_in(Role.DPO)

    before = dpo.get("/a-propos").text
    post(age=timedelta(minutes=20))
    after = dpo.get("/a-propos").text

    assert "les messages sont écrits dans le dossier" in before
    assert "1 message(s) attendent depuis plus de 15 minutes" in after
