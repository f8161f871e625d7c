"""A message is written with the fact it announces, once, or not at all."""

from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from governance.core import outbox, trail
from governance.core.outbox import Attachment, Message, State
from governance.core.outbox.tables import OutboxAttachment, OutboxMessage


@pytest.fixture
def message(at: datetime) -> Message:
    """Give a message for tomorrow."""
    return Message("essai", "odile@ccas.example", "Odile : lire avant demain", "Bonjour.", at + timedelta(days=1))


def test_a_message_is_queued_with_a_message_id_that_will_not_change(
    sessions: sessionmaker[Session], message: Message, at: datetime
) -> None:
    with sessions.begin() as session:
        identifier = outbox.post(session, message, at=at)

    with sessions() as session:
        row = session.get_one(OutboxMessage, identifier)
        assert (row.state, row.due_at, row.deadline) == (State.QUEUED, at, message.deadline)
        assert row.message_id == f"<{identifier}@vigie.internal>"


def test_a_fact_that_is_not_recorded_announces_nothing(
    sessions: sessionmaker[Session], message: Message, at: datetime
) -> None:
    with pytest.raises(RuntimeError), sessions.begin() as session:
        trail.record(session, "essai", "sujet", by="essai", structure=None, at=at)
        outbox.post(session, message, at=at)
        raise RuntimeError

    with sessions() as session:
        assert session.scalars(select(OutboxMessage)).all() == []


def test_a_second_message_of_the_same_key_is_not_written(
    sessions: sessionmaker[Session], message: Message, at: datetime
) -> None:
    keyed = replace(message, key="rappel:1")

    with sessions.begin() as session:
        first = outbox.post(session, keyed, at=at)
    with sessions.begin() as session:
        second = outbox.post(session, keyed, at=at + timedelta(hours=1))

    assert first == second


def test_two_transactions_that_take_the_same_key_together_write_one_message(
    sessions: sessionmaker[Session], message: Message, at: datetime
) -> None:
    keyed, together, written = replace(message, key="rappel:1"), Barrier(2), []

    def write() -> None:
        together.wait()
        with sessions.begin() as session:
            written.append(outbox.post(session, keyed, at=at))

    threads = [Thread(target=write) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert len(written) == 2
    assert len(set(written)) == 1


def test_attachments_are_kept_in_their_order(sessions: sessionmaker[Session], message: Message, at: datetime) -> None:
    files = (Attachment("b.pdf", b"1", "application/pdf"), Attachment("a.pdf", b"2", "application/pdf"))

    with sessions.begin() as session:
        outbox.post(session, replace(message, attachments=files), at=at)

    with sessions() as session:
        kept = session.scalars(select(OutboxAttachment).order_by(OutboxAttachment.number)).all()
        assert [(one.name, one.content) for one in kept] == [("b.pdf", "MQ=="), ("a.pdf", "Mg==")]
