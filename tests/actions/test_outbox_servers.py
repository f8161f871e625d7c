"""What a server's TLS, accounts, extensions and words change; every certificate that can or cannot be written to."""

import socket
import ssl
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import IPAddress, RFC822Name
from sqlalchemy.orm import Session, sessionmaker

from governance.core.outbox.claims import Claimed
from governance.core.outbox.composing import Envelope, compose
from governance.core.outbox.folder import Folder
from governance.core.outbox.outcomes import What
from governance.core.outbox.rules import Attachment
from governance.core.outbox.sending import send_due
from governance.core.outbox.smime import BadCertificate, read_certificate
from governance.core.outbox.smtp import NO_ACCENTS, Tls
from tests.actions.outbox import SENDER, answers, outbound, server, write
from tests.mail_server import Identity, Mailbox, Reporting, ReportingMailbox, identity, only, serving

NOW = datetime.now(UTC)
LINK = "https://vigie.example/envois/1/pieces"
FILES = (Attachment("Avis n° 1.pdf", b"%PDF-1.7\r\n\0\n", "application/pdf"),)


@pytest.fixture(scope="module")
def relay() -> Identity:
    """Give the identity of a server at 127.0.0.1."""
    return identity(IPAddress(ip_address("127.0.0.1")))


@pytest.fixture(scope="module")
def dpo() -> Identity:
    """Give the identity of a recipient."""
    return identity(RFC822Name("dpo@caisse.example"), usage=True)


@pytest.fixture
def context(relay: Identity, tmp_path: Path) -> ssl.SSLContext:
    """Give the server's TLS."""
    return relay.context(tmp_path)


def claimed(**changes: Any) -> Claimed:
    given = {"id": "0" * 32, "token": "1" * 32, "number": 1, "message_id": f"<{'0' * 32}@vigie.internal>"}
    given |= {"structure": None, "recipient": "dpo@caisse.example", "subject": "Lire avant demain", "body": "Bonjour."}
    return Claimed(**given | {"created_at": NOW} | changes)


def envelope(**changes: Any) -> Envelope:
    return compose(claimed(**changes), SENDER, None, LINK)


def parsed(one: Envelope) -> EmailMessage:
    mail = message_from_bytes(one.content, policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


def test_a_server_is_spoken_to_after_starttls_and_with_its_account(context: ssl.SSLContext, tmp_path: Path) -> None:
    mailbox = Mailbox()
    options = {"tls_context": context, "require_starttls": True, "authenticator": only("vigie", "mot de passe")}
    with serving(mailbox, **options) as port:
        given = {"tls": Tls.STARTTLS, "authorities": tmp_path / "cert.pem", "user": "vigie"}

        good = server(port, **given, password="mot de passe").deliver(envelope())
        wrong = server(port, **given, password="autre", timeout=2.0).deliver(envelope())

    assert (good.what, mailbox.was_encrypted) == (What.ACCEPTED, [True])
    assert (wrong.what, wrong.code) == (What.UNREACHABLE, 535)


def test_tls_from_the_first_byte(context: ssl.SSLContext, tmp_path: Path) -> None:
    mailbox = Mailbox()
    with serving(mailbox, implicit=context) as port:
        answer = server(port, tls=Tls.IMPLICIT, authorities=tmp_path / "cert.pem").deliver(envelope())

    assert (answer.what, len(mailbox.taken)) == (What.ACCEPTED, 1)


def test_a_server_that_does_not_offer_starttls_is_not_spoken_to_in_clear() -> None:
    mailbox = Mailbox()
    with serving(mailbox) as port:
        answer = server(port, tls=Tls.STARTTLS).deliver(envelope())

    assert (answer.what, mailbox.counts) == (What.UNREACHABLE, {})


def test_a_server_whose_certificate_is_not_trusted_gets_nothing(context: ssl.SSLContext) -> None:
    mailbox = Mailbox()
    with serving(mailbox, tls_context=context) as port:
        answer = server(port, tls=Tls.STARTTLS).deliver(envelope())

    assert (answer.what, mailbox.counts) == (What.UNREACHABLE, {})


def test_reports_are_asked_of_a_server_that_announces_them() -> None:
    mailbox = ReportingMailbox()
    with serving(mailbox, kind=Reporting) as port:
        answer = server(port).deliver(envelope(recipient="a+b@caisse.example"))

    assert answer.what is What.ACCEPTED
    assert "RET=HDRS" in mailbox.options
    assert f"ENVID={'0' * 32}" in mailbox.options
    assert {"NOTIFY=SUCCESS,FAILURE,DELAY", "ORCPT=rfc822;a+2Bb@caisse.example"} <= set(mailbox.options)


def test_nothing_is_asked_of_a_server_that_does_not_announce_reports() -> None:
    mailbox = Mailbox()
    with serving(mailbox) as port:
        server(port).deliver(envelope())

    assert not [one for one in mailbox.options if one.startswith(("RET", "ENVID", "NOTIFY", "ORCPT"))]


def test_an_accented_address_is_refused_where_the_server_cannot_write_it() -> None:
    class Ascii(SMTP):
        def __init__(self, handler: object, **options: Any) -> None:
            super().__init__(handler, **options | {"enable_SMTPUTF8": False})

    mailbox = Mailbox()
    with serving(mailbox, kind=Ascii) as port:
        answer = server(port).deliver(envelope(recipient="zoé@caisse.example"))

    assert (answer.what, answer.text) == (What.REFUSED, NO_ACCENTS)


def test_a_message_that_the_server_finds_too_big_is_refused_for_good() -> None:
    mailbox = Mailbox(lambda stage, count: "552 5.3.4 trop gros" if stage == "MAIL" else None)
    with serving(mailbox) as port:
        answer = server(port).deliver(envelope())

    assert (answer.what, answer.code) == (What.REFUSED, 552)


def test_a_server_that_does_not_answer_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        answer = server(silent.getsockname()[1], timeout=0.3).deliver(envelope())

    assert answer.what is What.UNREACHABLE


def test_what_a_server_says_is_kept_on_one_line(sessions: sessionmaker[Session], at: datetime) -> None:
    mailbox = Mailbox(lambda stage, count: "550 5.1.1 " + "très " * 40 if stage == "RCPT" else None)
    identifier = write(sessions, at)
    with serving(mailbox) as port:
        send_due(sessions, outbound(port), at)

    [said] = answers(sessions, identifier)
    assert said.isprintable()


def test_a_long_accented_subject_arrives_whole() -> None:
    subject = "Déléguée : déclarer la violation à la CPAM avant le vendredi 1ᵉʳ mai à 17 h 30 — " + "é" * 80

    assert parsed(envelope(subject=subject))["Subject"] == subject


def test_files_stay_behind_a_link_without_a_certificate() -> None:
    mail = parsed(envelope(attachments=FILES))

    assert not mail.is_multipart()
    assert mail.get_content().splitlines()[-1] == LINK


def test_files_are_encrypted_to_the_recipient_who_alone_reads_them(dpo: Identity, tmp_path: Path) -> None:
    one = compose(claimed(attachments=FILES), SENDER, dpo.certificate.public_bytes(Encoding.DER), LINK)
    (tmp_path / "mail.eml").write_bytes(one.content)
    certificate, key = dpo.written(tmp_path)

    command = ["openssl", "cms", "-decrypt", "-in", tmp_path / "mail.eml", "-recip", certificate, "-inkey", key]
    opened = subprocess.run(command, capture_output=True, check=True).stdout

    structure = subprocess.run(
        ["openssl", "cms", "-cmsout", "-print", "-in", tmp_path / "mail.eml"], capture_output=True, check=True
    ).stdout
    inner = message_from_bytes(opened, policy=default)
    assert isinstance(inner, EmailMessage)
    [file] = inner.iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("Avis n° 1.pdf", FILES[0].content)
    assert "Bonjour." in inner.get_body().get_content()  # type: ignore[union-attr]
    assert b"aes-256-cbc" in structure
    assert b"Bonjour" not in one.content
    assert b"Avis" not in one.content


def refused() -> Iterator[Any]:
    mine = RFC822Name("dpo@caisse.example")
    yield "courbe elliptique", identity(mine, key=ec.generate_private_key(ec.SECP256R1()))
    yield "trop courte", identity(mine, key=rsa.generate_private_key(65537, 1024))
    yield "réservé à la signature", identity(mine, usage=False)
    yield "celui de cette adresse", identity(RFC822Name("autre@caisse.example"))
    yield "vaut du", identity(mine, begins=NOW - timedelta(days=40))
    yield "vaut du", identity(mine, begins=NOW + timedelta(days=1))


@pytest.mark.parametrize(("said", "holder"), list(refused()))
def test_a_certificate_that_cannot_serve_is_refused_in_words(said: str, holder: Identity) -> None:
    with pytest.raises(BadCertificate, match=said):
        read_certificate(holder.pem, "dpo@caisse.example", NOW)


@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
def test_a_certificate_is_read_in_both_forms(dpo: Identity, encoding: Encoding) -> None:
    read = read_certificate(dpo.certificate.public_bytes(encoding), "DPO@caisse.example", NOW)

    assert (read.subject, len(read.fingerprint)) == ("Essai", 64)
    assert read.begins_at < NOW < read.ends_at


def test_a_demonstration_writes_its_mail_to_a_folder(tmp_path: Path) -> None:
    answer = Folder(tmp_path / "courriels").deliver(envelope())

    [written] = (tmp_path / "courriels" / "new").iterdir()
    assert (answer.what, written.read_bytes()) == (What.ACCEPTED, envelope().content)


def test_a_folder_that_cannot_be_written_delays_the_message(tmp_path: Path) -> None:
    (tmp_path / "courriels").write_text("un fichier")

    assert Folder(tmp_path / "courriels").deliver(envelope()).what is What.UNREACHABLE
