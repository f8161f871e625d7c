"""The mailbox that the service reads, on this machine or on a real IMAP server: each mail once, and what it proves."""

import mailbox
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import NoReturn

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from app import mail
from app.settings import Settings
from breach.rehearsal import Outcome, check, rehearse
from breach.tables import Rehearsal
from governance.core.outbox.mailboxes import Imap, MailboxAway, Maildir, applying
from governance.core.outbox.reports import REPORTER, when_found
from governance.core.outbox.sending import send_due
from governance.core.outbox.smtp import Tls
from governance.core.outbox.tables import OutboxContent, OutboxEvent
from governance.jobs.job import Turn
from governance.people.rules import Role
from tests import imap_server
from tests.actions.outbox import history, outbound, state, write
from tests.actions.test_outbox_reports import ID, report
from tests.breaches import declare
from tests.conftest import Demonstration, on_sqlite
from tests.imap_server import PASSWORD, USER, Post, Served
from tests.mail_server import Mailbox, serving

Sessions = sessionmaker[Session]
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    """Give the mailbox of a real IMAP server."""
    with imap_server.running() as served:
        yield served


@pytest.fixture
def served(server: Served) -> Served:
    """Give that mailbox, emptied."""
    mailbox.Maildir(server.mails).clear()
    return server


@pytest.fixture(params=["maildir", "imap"])
def box(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Maildir | Imap, mailbox.Maildir]:
    """Give what reads a mailbox, and where its mails lie."""
    if request.param == "maildir":
        return Maildir(tmp_path / "retours"), mailbox.Maildir(tmp_path / "retours")
    held: Served = request.getfixturevalue("served")
    return held.imap(), mailbox.Maildir(held.mails)


def sent(sessions: Sessions, at: datetime, taken_by: Mailbox, **changes: str) -> str:
    """Return a message that a server took."""
    identifier = write(sessions, at, **changes)
    with serving(taken_by) as port:
        send_due(sessions, outbound(port), at)
    return identifier


@on_sqlite
def test_the_reports_of_a_mailbox_are_read_once(
    sessions: Sessions, at: datetime, box: tuple[Maildir | Imap, mailbox.Maildir]
) -> None:
    reader, folder = box
    message = sent(sessions, at, Mailbox())
    for raw in (report(message), b"Subject: Bonjour\n\nRien."):
        folder.add(raw)
    imap_server.own(Path(folder._path))  # type: ignore[attr-defined]  # a Maildir does not tell where it is

    first, second = (reader.read(applying(sessions, None, at)) for _ in range(2))

    assert (first, second) == ((1, 2), (0, 0))
    assert state(sessions, message) == "failed"
    assert all("S" in folder.get_message(key).get_flags() for key in folder.keys())  # noqa: SIM118


@on_sqlite
def test_the_job_reads_the_mailbox_of_the_settings(sessions: Sessions, at: datetime, served: Served) -> None:
    message = sent(sessions, at, Mailbox())
    served.add(report(message, "delivered", "2.0.0"))
    settings = Settings(
        imap_host="127.0.0.1", imap_port=served.port, imap_user=USER, imap_password=PASSWORD,
        imap_authorities=served.authorities, mail_from=f"Vigie <{USER}>",
    )  # type: ignore[arg-type]  # fmt: skip

    said = mail.read_mailbox(settings)(sessions, Turn(at, at))

    assert (said, state(sessions, message)) == ("1 pris en compte sur 1 courriels", "delivered")
    assert mail.exercise_address(settings) == USER, "the exercise goes where the service reads"


@on_sqlite
def test_an_exercise_is_proven_once_its_mail_is_found_in_the_mailbox(
    sessions: Sessions, demonstration: Demonstration, at: datetime, served: Served
) -> None:
    with sessions.begin() as session:
        declare(session, demonstration.actor(Role.DPO), at, "S0")
        rehearse(session, USER, at, is_read=True)
    with serving(Post(served)) as port:
        send_due(sessions, outbound(port), at)
    with sessions.begin() as session:
        accepted = check(session, at + HOUR / 4)
        row = session.scalars(sa.select(Rehearsal)).one()
        degrees = (row.state, row.accepted_at, row.found_at)

    read = served.imap().read(applying(sessions, USER, at + HOUR / 2))
    with sessions.begin() as session:
        check(session, at + HOUR)

    assert (accepted, degrees) == ("", (Outcome.WAITING, at + HOUR / 4, None)), "accepted is not found"
    with sessions() as session:
        row = session.scalars(sa.select(Rehearsal)).one()
        found = when_found(session, row.message or "")
    assert read == (1, 1)
    assert found is not None
    assert (row.state, row.reason) == (Outcome.PROVEN, "trouvé dans la boîte")
    assert (row.found_at, row.proven_at) == (found, at + HOUR)


@on_sqlite
@pytest.mark.parametrize("delivered", [False, True], ids=["accepted", "said delivered by a server"])
def test_an_exercise_that_is_never_found_fails_and_says_how_far_it_went(
    sessions: Sessions, demonstration: Demonstration, at: datetime, delivered: bool
) -> None:
    with sessions.begin() as session:
        declare(session, demonstration.actor(Role.DPO), at, "S0")
        rehearse(session, USER, at, is_read=True)
    with serving(Mailbox()) as port:
        send_due(sessions, outbound(port), at)
    if delivered:
        with sessions() as session:
            message = session.scalars(sa.select(Rehearsal.message)).one() or ""
        applying(sessions, USER, at)(report(message, "delivered"))

    for hours in (1, 7):
        with sessions.begin() as session:
            check(session, at + hours * HOUR)

    with sessions() as session:
        row = session.scalars(sa.select(Rehearsal)).one()
    assert (row.state, row.accepted_at, row.proven_at) == (Outcome.FAILED, at + HOUR, None)
    assert row.reason == "accepté par le serveur, jamais trouvé dans la boîte"


@on_sqlite
def test_a_message_found_where_it_was_not_sent_proves_nothing(sessions: Sessions, at: datetime, served: Served) -> None:
    notice = sent(sessions, at, Post(served), to="dpo@caisse.example")

    read = served.imap().read(applying(sessions, USER, at))

    assert read == (0, 1)
    assert history(sessions, notice)[-1][0] != "delivered"


@on_sqlite
def test_a_mail_that_could_not_be_applied_is_read_again(sessions: Sessions, at: datetime, served: Served) -> None:
    served.add(report(ID))

    def fails(raw: bytes) -> NoReturn:
        raise RuntimeError("the database is away")

    with pytest.raises(RuntimeError):
        served.imap().read(fails)

    assert served.imap().read(applying(sessions, None, at)).total == 1


@on_sqlite
def test_a_mail_of_a_destroyed_convention_is_passed_over(sessions: Sessions, at: datetime) -> None:
    message = sent(sessions, at, Mailbox(), to=USER)
    with sessions.begin() as session:
        session.execute(sa.delete(OutboxContent).where(OutboxContent.message == message))

    counts = applying(sessions, USER, at)(f"Message-ID: <{message}@vigie.internal>\n\n".encode())

    assert counts is False
    with sessions() as session:
        assert session.scalars(sa.select(OutboxEvent.by).where(OutboxEvent.by == REPORTER)).all() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "autre-secret"},
        {"folder": "Absent"},
        {"authorities": None},
        {"port": 1},
        {"host": "absent.invalid"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_mailbox_that_cannot_be_read_is_told_without_its_account(served: Served, wrong: dict[str, object]) -> None:
    reader = replace(served.imap(timeout=5), **wrong)

    with pytest.raises(MailboxAway) as refusal:
        reader.read(lambda raw: True)

    assert not any(word in refusal.value.message for word in (USER, PASSWORD, "autre-secret"))


def test_a_maildir_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(MailboxAway):
        Maildir(tmp_path / "absent").read(lambda raw: True)


@pytest.mark.parametrize(("ssl", "is_read"), [("yes", True), ("no", False)])
def test_starttls_is_asked_and_never_done_without(ssl: str, is_read: bool) -> None:
    with imap_server.running(ssl) as served:
        served.add(b"Subject: Bonjour\n\nRien.")
        reader = served.imap(port=served.plain, tls=Tls.STARTTLS)
        if not is_read:
            with pytest.raises(MailboxAway):
                reader.read(lambda raw: True)
            return

        read = reader.read(lambda raw: True)

    assert read == (1, 1)
