"""Reports of delivery change what is known of a message, once; everything else in the mailbox changes nothing."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session, sessionmaker

from governance.core.outbox.outcomes import What
from governance.core.outbox.reports import Report, apply_report, read_report
from governance.core.outbox.sending import send_due
from tests.actions.outbox import history, outbound, state, write
from tests.mail_server import Mailbox, serving

Sessions = sessionmaker[Session]
ID = "0123456789abcdef0123456789abcdef"

REPORT = """From: MAILER-DAEMON@caisse.example
To: vigie@ccas.example
Subject: Delivery Status Notification
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"

--=_b
Content-Type: text/plain; charset=utf-8

Votre message n'a pas pu être remis.

--=_b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.caisse.example
{envelope}
Final-Recipient: rfc822; odile@ccas.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 inconnu

--=_b
Content-Type: {kind}

Message-ID: <{returned}@vigie.internal>
Subject: Odile

--=_b--
"""


def report(
    identifier: str, action: str = "failed", status: str = "5.1.1", envelope: bool = True, kind: str = "message/rfc822"
) -> bytes:
    line = f"Original-Envelope-Id: {identifier}\n" if envelope else ""
    text = REPORT.format(envelope=line, action=action, status=status, kind=kind, returned=identifier)
    return text.encode()


@pytest.fixture
def sent(sessions: Sessions, at: datetime) -> str:
    """Give a message that a server took."""
    identifier = write(sessions, at)
    with serving(Mailbox()) as port:
        send_due(sessions, outbound(port), at)
    return identifier


def apply(sessions: Sessions, raw: bytes, at: datetime) -> bool:
    found = read_report(raw)
    assert found is not None
    with sessions.begin() as session:
        return apply_report(session, found, at)


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
@pytest.mark.parametrize("envelope", [True, False])
def test_a_report_is_tied_to_its_message_by_envelope_or_by_message_id(envelope: bool, kind: str) -> None:
    found = read_report(report(ID, envelope=envelope, kind=kind))

    assert found is not None
    assert (found.message, found.answer.what, found.answer.text) == (ID, What.BOUNCED, "5.1.1 550 5.1.1 inconnu")


@pytest.mark.parametrize(
    ("action", "what", "then"),
    [("delivered", "delivered", "delivered"), ("failed", "bounced", "failed"), ("delayed", "delayed", "sent")],
)
def test_a_report_says_where_the_message_stands(
    sessions: Sessions, at: datetime, sent: str, action: str, what: str, then: str
) -> None:
    is_new = apply(sessions, report(sent, action), at + timedelta(hours=1))

    assert (is_new, state(sessions, sent)) == (True, then)
    assert history(sessions, sent)[-1] == (what, None)


def test_the_same_report_counts_once(sessions: Sessions, at: datetime, sent: str) -> None:
    first, second = (apply(sessions, report(sent), at) for _ in range(2))

    assert (first, second) == (True, False)


def test_a_message_that_arrived_after_an_answer_was_lost_is_not_sent_again(sessions: Sessions, at: datetime) -> None:
    identifier, box = write(sessions, at), Mailbox(lambda stage, count: "lost" if stage == "DATA" else None)
    with serving(box) as port:
        send_due(sessions, outbound(port), at)
        apply(sessions, report(identifier, "delivered", "2.0.0"), at + timedelta(seconds=5))
        again = send_due(sessions, outbound(port), at + timedelta(hours=1))

    assert (state(sessions, identifier), again, len(box.taken)) == ("delivered", {}, 1)


def test_a_report_on_a_message_we_do_not_know_changes_nothing(sessions: Sessions, at: datetime) -> None:
    assert apply(sessions, report(ID), at) is False


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        f"Subject: Absence du bureau\nIn-Reply-To: <{ID}@vigie.internal>\n\nJe rentre lundi.".encode(),
        report(ID, action="relayed"),
        report("../../etc/passwd"),
        b"Content-Type: message/delivery-status\n\n\xff\xfe",
        report(ID)[:300],
    ],
)
def test_what_is_no_report_of_ours_is_none(raw: bytes) -> None:
    assert read_report(raw) is None


@given(st.binary(max_size=400), st.integers(0, 900))
def test_no_report_however_damaged_trips_the_reader(noise: bytes, where: int) -> None:
    whole = report(ID)

    found = read_report(whole[:where] + noise + whole[where:])

    assert found is None or isinstance(found, Report)
