"""Messages leave by a real server, are tried again when it fails, and every attempt is told."""

import socket
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from app.keyring import make
from governance.core.domains import Domain
from governance.core.keystore import KeyStore
from governance.core.masters import FileMaster
from governance.core.outbox.claims import claim
from governance.core.outbox.outcomes import Pace, What
from governance.core.outbox.rules import Attachment
from governance.core.outbox.sending import send_due, sweep
from governance.core.outbox.tables import OutboxAttachment, OutboxContent
from governance.core.sealed_rows import sessions_on
from governance.core.trail import TrailEntry
from tests.actions.outbox import answers, history, outbound, state, write
from tests.mail_server import LOST, Mailbox, serving

OUTBOX = ("outbox_message", "outbox_content", "outbox_attachment", "outbox_event")
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)

Sessions = sessionmaker[Session]


@pytest.fixture
def mailbox() -> Mailbox:
    """Give what a server takes."""
    return Mailbox()


@pytest.fixture
def port(mailbox: Mailbox) -> Iterator[int]:
    """Give a server's port."""
    with serving(mailbox) as port:
        yield port


def nobody() -> int:
    """Return a port where nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def run_until(
    sessions: Sessions, port: int, at: datetime, until: datetime, every: timedelta = 20 * MINUTE
) -> Counter[What]:
    """Call the worker at times of an imagined day."""
    done: Counter[What] = Counter()
    while at <= until:
        done += send_due(sessions, outbound(port), at)
        at += every
    return done


def test_a_message_leaves_with_its_own_identifier(
    sessions: Sessions, at: datetime, mailbox: Mailbox, port: int
) -> None:
    identifier = write(sessions, at, body="Échéance : demain.\n.\nFin.")

    done = send_due(sessions, outbound(port), at)

    [mail] = mailbox.taken
    assert done == {What.ACCEPTED: 1}
    assert mailbox.recipients == ["odile@ccas.example"]
    assert (mail["Message-ID"], mail["Subject"]) == (f"<{identifier}@vigie.internal>", "Odile : lire avant demain")
    assert mail.get_content().splitlines() == ["Échéance : demain.", ".", "Fin."]
    assert (state(sessions, identifier), history(sessions, identifier)) == ("sent", [("accepted", 250)])
    assert answers(sessions, identifier) == ["2.0.0 pris en charge"]


def test_what_is_sent_is_not_sent_again(sessions: Sessions, at: datetime, mailbox: Mailbox, port: int) -> None:
    write(sessions, at)

    send_due(sessions, outbound(port), at)
    done = send_due(sessions, outbound(port), at + HOUR)

    assert (done, len(mailbox.taken)) == ({}, 1)


def test_a_server_that_says_later_is_asked_later_and_later(
    sessions: Sessions, at: datetime, mailbox: Mailbox, port: int
) -> None:
    mailbox.script = lambda stage, count: "451 4.7.1 réessayez" if stage == "RCPT" and count < 4 else None
    identifier = write(sessions, at)

    asked = []
    for second in range(0, 300, 5):
        if send_due(sessions, outbound(port), at + timedelta(seconds=second)):
            asked.append(second)

    assert history(sessions, identifier) == [("deferred", 451)] * 3 + [("accepted", 250)]
    waits = [later - sooner for sooner, later in pairwise(asked)]
    assert waits == [15, 25, 45]  # 10, 20 and 40 seconds, by a worker that looks every five


@pytest.mark.parametrize("stage", ["RCPT", "DATA"])
def test_what_is_refused_for_good_is_not_tried_again(
    sessions: Sessions, at: datetime, mailbox: Mailbox, port: int, stage: str
) -> None:
    mailbox.script = lambda now, count: "550 5.1.1 inconnu ici" if now == stage else None
    identifier = write(sessions, at)

    run_until(sessions, port, at, at + HOUR)

    assert (state(sessions, identifier), history(sessions, identifier)) == ("failed", [("refused", 550)])
    assert answers(sessions, identifier) == ["5.1.1 inconnu ici"]


def test_a_sender_that_is_refused_is_a_setting_to_repair_not_a_lost_message(
    sessions: Sessions, at: datetime, mailbox: Mailbox, port: int
) -> None:
    mailbox.script = lambda stage, count: "550 5.7.1 expéditeur refusé" if stage == "MAIL" and count < 3 else None
    identifier = write(sessions, at)

    run_until(sessions, port, at, at + HOUR)

    assert history(sessions, identifier) == [("unreachable", 550)] * 2 + [("accepted", 250)]


def test_an_answer_that_is_lost_is_told_and_the_second_copy_has_the_same_identifier(
    sessions: Sessions, at: datetime, mailbox: Mailbox, port: int
) -> None:
    mailbox.script = lambda stage, count: LOST if stage == "DATA" and count == 1 else None
    identifier = write(sessions, at)

    run_until(sessions, port, at, at + HOUR)

    assert history(sessions, identifier) == [("unknown", None), ("accepted", 250)]
    assert [mail["Message-ID"] for mail in mailbox.taken] == [f"<{identifier}@vigie.internal>"] * 2
    assert mailbox.taken[0].as_bytes() == mailbox.taken[1].as_bytes()


def test_a_server_that_closes_is_left_alone_until_the_next_time(
    sessions: Sessions, at: datetime, mailbox: Mailbox, port: int
) -> None:
    mailbox.script = lambda stage, count: "421 4.3.2 fermeture" if (stage, count) == ("MAIL", 1) else None
    for _ in range(3):
        write(sessions, at)

    first = send_due(sessions, outbound(port), at)
    second = send_due(sessions, outbound(port), at + MINUTE)

    assert (first, second) == ({What.UNREACHABLE: 1}, {What.ACCEPTED: 3})


def test_a_server_down_for_six_hours_delays_and_loses_nothing(
    sessions: Sessions, at: datetime, mailbox: Mailbox, port: int
) -> None:
    identifiers = [write(sessions, at) for _ in range(5)]

    run_until(sessions, nobody(), at, at + 6 * HOUR, every=HOUR)
    alarm = sweep(sessions, at + 6 * HOUR)
    run_until(sessions, port, at + 6 * HOUR, at + 7 * HOUR)

    assert (alarm.late, alarm.told) == (5, 5)
    assert sorted(mail["Message-ID"] for mail in mailbox.taken) == sorted(f"<{i}@vigie.internal>" for i in identifiers)
    assert {state(sessions, one) for one in identifiers} == {"sent"}


def test_a_server_down_longer_than_the_deadline_ends_the_message_and_says_so(
    sessions: Sessions, at: datetime, mailbox: Mailbox, port: int
) -> None:
    short, long = write(sessions, at), write(sessions, at, deadline=at + 48 * HOUR)

    down = run_until(sessions, nobody(), at, at + 26 * HOUR, every=2 * HOUR)
    run_until(sessions, port, at + 26 * HOUR, at + 27 * HOUR)

    assert down[What.EXPIRED] == 1
    assert (state(sessions, short), state(sessions, long)) == ("expired", "sent")
    assert history(sessions, short)[-1] == ("expired", None)
    assert len(mailbox.taken) == 1
    with sessions() as session:
        told = session.scalars(select(TrailEntry.action).where(TrailEntry.subject == short)).all()
    assert "outbox.expired" in told


def test_a_message_that_should_have_left_is_an_alarm_told_once(sessions: Sessions, at: datetime) -> None:
    identifier = write(sessions, at)

    before, first, second = (sweep(sessions, at + minutes * MINUTE) for minutes in (14, 15, 16))

    assert [(one.late, one.told) for one in (before, first, second)] == [(0, 0), (1, 1), (1, 0)]
    assert history(sessions, identifier) == [("late", None)]


def test_what_a_dead_worker_held_is_told_unknown_and_sent_again(
    sessions: Sessions, at: datetime, mailbox: Mailbox, port: int
) -> None:
    identifier, pace = write(sessions, at), Pace()
    with sessions.begin() as session:
        claim(session, at, pace)

    early = send_due(sessions, outbound(port), at + pace.lease - MINUTE)
    late = send_due(sessions, outbound(port), at + pace.lease)

    assert (early, late) == ({}, {What.ACCEPTED: 1})
    assert history(sessions, identifier) == [("unknown", None), ("accepted", 250)]


def test_a_worker_that_was_too_slow_still_tells_that_the_message_left(
    sessions: Sessions, at: datetime, mailbox: Mailbox, port: int
) -> None:
    identifier, pace = write(sessions, at), Pace()

    def slowly(envelope: object) -> object:
        sweep(sessions, at + pace.lease + MINUTE, pace)
        return outbound(port).deliver(envelope)  # type: ignore[arg-type]

    send_due(sessions, outbound(port, deliver=slowly), at, pace)
    again = send_due(sessions, outbound(port), at + pace.lease + HOUR, pace)

    assert (state(sessions, identifier), again) == ("sent", {})
    assert len(mailbox.taken) == 1


def test_several_workers_share_the_work_and_send_each_message_once(
    sessions: Sessions, at: datetime, mailbox: Mailbox, port: int
) -> None:
    identifiers = {write(sessions, at) for _ in range(20)}
    together, counts = Barrier(3), []

    def work() -> None:
        together.wait()
        counts.append(send_due(sessions, outbound(port), at))

    threads = [Thread(target=work) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert sum(counts, Counter()) == {What.ACCEPTED: 20}
    assert {mail["Message-ID"] for mail in mailbox.taken} == {f"<{one}@vigie.internal>" for one in identifiers}
    assert len(mailbox.taken) == 20


def test_a_body_that_the_scanner_refuses_never_leaves(
    sessions: Sessions, at: datetime, mailbox: Mailbox, port: int
) -> None:
    identifier = write(sessions, at, body="Suivi pour [...]")
    strict = outbound(port, refuses=lambda text, structure: "Donnée de santé (1)." if "Suivi" in text else None)

    send_due(sessions, strict, at)

    assert (state(sessions, identifier), history(sessions, identifier)) == ("failed", [("blocked", None)])
    assert answers(sessions, identifier) == ["Donnée de santé (1)."]
    assert mailbox.counts == {}


def test_the_scanner_reads_the_subject_and_the_names_of_files_too(sessions: Sessions, at: datetime, port: int) -> None:
    read = []
    write(sessions, at, attachments=(Attachment("dossier.pdf", b"x"),), structure="s1")

    send_due(sessions, outbound(port, refuses=lambda text, structure: read.append((text, structure))), at)

    [(text, structure)] = read
    assert structure == "s1"
    assert {"Odile : lire avant demain", "Bonjour.", "dossier.pdf"} <= set(text.split("\n"))


def test_a_message_that_trips_the_code_does_not_keep_the_others_waiting(
    sessions: Sessions, at: datetime, mailbox: Mailbox, port: int
) -> None:
    def trips(text: str, structure: str | None) -> None:
        if "piège" in text:
            raise RuntimeError(text)

    tripped, other = write(sessions, at, body="piège"), write(sessions, at + timedelta(seconds=1))

    send_due(sessions, outbound(port, refuses=trips), at + timedelta(seconds=2))

    assert (state(sessions, tripped), state(sessions, other)) == ("queued", "sent")
    assert answers(sessions, tripped) == ["Erreur inattendue pendant l'envoi (RuntimeError)."]


def test_a_confidential_message_leaves_nothing_behind_once_it_is_sent(
    sessions: Sessions, at: datetime, port: int
) -> None:
    identifier = write(sessions, at, body="https://…", confidential=True, attachments=(Attachment("a.pdf", b"x"),))

    send_due(sessions, outbound(port), at)

    with sessions() as session:
        assert session.get_one(OutboxContent, identifier).body == ""
        assert session.scalars(select(OutboxAttachment)).all() == []


def test_an_accented_address_is_written_to_when_the_server_can(
    sessions: Sessions, at: datetime, mailbox: Mailbox, port: int
) -> None:
    identifier = write(sessions, at, to="zoé@préfecture.example")

    send_due(sessions, outbound(port), at)

    assert answers(sessions, identifier) == ["2.0.0 pris en charge"]
    assert mailbox.recipients == ["zoé@xn--prfecture-c4a.example"]
    assert "SMTPUTF8" in mailbox.options


def test_a_batch_is_bounded(sessions: Sessions, at: datetime, port: int) -> None:
    for _ in range(3):
        write(sessions, at)

    done = send_due(sessions, outbound(port), at, replace(Pace(), batch=2))

    assert done == {What.ACCEPTED: 2}


def test_a_message_whose_key_was_destroyed_fails_and_stands_in_nobody_s_way(
    sessions: Sessions, at: datetime, port: int, tmp_path: Path
) -> None:
    store = KeyStore(tmp_path / "keys", FileMaster(tmp_path / "keys" / "master"))
    make(store)
    sessions = sessions_on(sessions.kw["bind"], store)
    lost = write(sessions, at, structure="s1", convention="S1")
    other = write(sessions, at + timedelta(seconds=1), structure="s1", convention="S2")
    store.destroy(Domain("s1", "S1"), at)

    send_due(sessions, outbound(port), at + MINUTE)

    assert (state(sessions, lost), history(sessions, lost)) == ("failed", [("blocked", None)])
    assert state(sessions, other) == "sent"


def test_nothing_of_a_message_can_be_read_in_the_database(sessions: Sessions, at: datetime) -> None:
    write(sessions, at, subject="Sujet-canari", body="Corps-canari", attachments=(Attachment("nom-canari", b"canari"),))

    with sessions() as session:
        rows = [session.execute(text(f"SELECT * FROM {name}")).all() for name in OUTBOX]

    written = repr(rows).encode()
    assert not [one for one in (b"canari", b"odile@", b64encode(b"canari")) if one in written]
