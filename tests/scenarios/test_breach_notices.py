"""Notices over a real mail server: up, down for thirty hours, refusing, killed between the record and the sending."""

import os
import signal
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import NoReturn

import pytest
from cryptography.x509 import RFC822Name
from sqlalchemy.orm import Session, sessionmaker

from breach.notices.actions import send_first
from breach.notices.proving import use_link
from governance.core.keys import Keys
from governance.core.outbox.claims import Claimed
from governance.core.outbox.composing import Envelope
from governance.core.outbox.outcomes import Answer, What
from governance.core.outbox.reports import Report, apply_report
from governance.core.outbox.sending import send_due, sweep
from governance.mail.actions import register_certificate
from governance.mail.queries import certificate_for
from governance.people.contacts.rules import ContactKind
from tests.actions.noticing import FILE, Scene, contact, scene
from tests.actions.outbox import outbound
from tests.conftest import Demonstration, on_sqlite
from tests.mail_server import Mailbox, identity, serving

KEYS = Keys(b"un secret de 32 octets, d'essai..")
DOWN = 1  # nobody listens there


@pytest.fixture
def made(sessions: sessionmaker[Session], demonstration: Demonstration) -> Scene:
    """Give a breach under S0, on the Friday evening before a week-end, with someone else to write to at the caisse."""
    found = scene(sessions, demonstration, datetime(2026, 4, 30, 15, 30, tzinfo=UTC))
    contact(found, ContactKind.ESCALATION, email="direction@cpam-essai.example", phone="01 99 00 00 01")
    return found


def send(made: Scene) -> None:
    """Send the first notice."""
    duty = made.duty()
    with made.sessions.begin() as session:
        send_first(session, duty.id, made.means, by=made.dpo, at=made.at)


@on_sqlite
def test_a_server_down_for_thirty_hours_loses_nothing_and_the_clock_goes_on(made: Scene) -> None:
    send(made)

    for hours in (0, 6, 12, 18, 22, 24, 30):
        at = made.pass_time(hours=hours)
        send_due(made.sessions, outbound(DOWN), at)
    box = Mailbox()
    with serving(box) as port:
        while send_due(made.sessions, outbound(port), made.at + timedelta(hours=31)):
            pass

    assert box.recipients.count("dpo.cpam-artois@assurance-maladie.fr") == 2, "the notice and its reminder"
    assert "direction@cpam-essai.example" in box.recipients
    assert {"phone", "letter"} <= set(made.steps())
    duty = made.duty()
    assert (duty.discharged_at, duty.alarm_at) == (None, made.at + timedelta(hours=24))


@on_sqlite
def test_an_address_refused_by_its_server_brings_the_others_and_the_telephone_within_the_minute(made: Scene) -> None:
    send(made)
    refusing = Mailbox(lambda stage, count: "550 5.1.1 inconnu" if (stage, count) == ("RCPT", 1) else None)

    with serving(refusing) as port:
        send_due(made.sessions, outbound(port), made.at)
        made.pass_time(minutes=1)
        send_due(made.sessions, outbound(port), made.at + timedelta(minutes=1))

    assert "direction@cpam-essai.example" in refusing.recipients
    assert "dpo@ici.example" in refusing.recipients, "our own DPO is told"
    assert "phone" in made.steps()


@on_sqlite
@pytest.mark.parametrize("is_taken", [False, True], ids=["once recorded", "once taken by the worker"])
def test_a_process_killed_between_the_record_and_the_sending_sends_it_once(made: Scene, is_taken: bool) -> None:
    box, later = Mailbox(), made.at + timedelta(hours=2)

    with serving(box) as port:
        killed(made, lambda: dying(made) if is_taken else send(made))
        before = list(box.recipients)
        sweep(made.sessions, later)
        for hours in (2, 3):
            send_due(made.sessions, outbound(port), made.at + timedelta(hours=hours))

    assert before == [], "the process died before it spoke to the server"
    assert box.recipients == ["dpo.cpam-artois@assurance-maladie.fr"]
    assert "https://vigie.example/avis/" in box.taken[0].get_content()


def killed(made: Scene, act: Callable[[], object]) -> None:
    """Do an act in a process that SIGKILL ends at once after it, without any clean-up."""
    made.sessions.kw["bind"].dispose()
    child = os.fork()
    if child == 0:
        try:
            act()
        finally:
            os.kill(os.getpid(), signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)


def dying(made: Scene) -> None:
    """Record the notice, and die as the worker is about to speak to the server."""
    send(made)

    def die(envelope: Envelope) -> NoReturn:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError

    send_due(made.sessions, outbound(DOWN, deliver=die), made.at)


@on_sqlite
def test_what_the_server_took_proves_nothing_and_the_link_in_the_mail_does(made: Scene) -> None:
    send(made)
    box = Mailbox()
    with serving(box) as port:
        send_due(made.sessions, outbound(port), made.at)
    made.pass_time(minutes=5)
    assert made.duty().discharged_at is None

    link = next(line for line in box.taken[0].get_content().splitlines() if "/avis/" in line)
    at = made.at + timedelta(hours=1)
    with made.sessions.begin() as session:
        use_link(session, link.rpartition("/")[2], KEYS, at=at)

    assert (made.duty().proof, made.duty().discharged_at) == ("ACKNOWLEDGED", at)


@on_sqlite
def test_B3_the_dossier_is_encrypted_to_the_dpo_whose_certificate_is_registered(made: Scene, tmp_path: Path) -> None:
    address = "dpo.cpam-artois@assurance-maladie.fr"
    dpo = identity(RFC822Name(address), begins=made.at - timedelta(days=1))
    with made.sessions.begin() as session:
        register_certificate(session, address, dpo.pem, by=made.dpo, at=made.at)

    def certificate(claimed: Claimed, at: datetime) -> bytes | None:
        with made.sessions() as session:
            return certificate_for(session, claimed.structure, claimed.recipient, at)

    send(made)
    box = Mailbox()
    with serving(box) as port:
        send_due(made.sessions, outbound(port, certificate=certificate), made.at)
    mail, (held, key) = tmp_path / "mail.eml", dpo.written(tmp_path)
    mail.write_bytes(box.taken[0].as_bytes())
    command = ["openssl", "cms", "-decrypt", "-in", mail, "-recip", held, "-inkey", key]
    inner = message_from_bytes(subprocess.run(command, capture_output=True, check=True).stdout, policy=default)

    assert box.taken[0].get_content_type() == "application/pkcs7-mime"
    assert isinstance(inner, EmailMessage)
    assert [file.get_content() for file in inner.iter_attachments()] == [FILE.content]
    assert FILE.content not in mail.read_bytes()


@on_sqlite
def test_a_report_of_delivery_discharges_at_the_instant_it_was_known(made: Scene) -> None:
    send(made)
    box = Mailbox()
    with serving(box) as port:
        send_due(made.sessions, outbound(port), made.at)
    at = made.at + timedelta(hours=1)
    message = str(box.taken[0]["Message-ID"]).strip("<>").partition("@")[0]

    with made.sessions.begin() as session:
        apply_report(session, Report(message, Answer(What.DELIVERED, "2.0.0 remis")), at)
    made.pass_time(hours=2)

    assert (made.duty().proof, made.duty().discharged_at) == ("DELIVERED", at)
