"""A message that ended can be sent once more; one that is too old is forgotten."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from governance.core.outbox.actions import KEPT, forget, resend
from governance.core.outbox.rules import Attachment, NotResendable, UnknownMessage
from governance.core.outbox.sending import send_due, sweep
from governance.core.outbox.tables import OutboxAttachment, OutboxContent, OutboxEvent, OutboxMessage
from governance.people.rules import command
from tests.actions.outbox import history, outbound, state, write
from tests.mail_server import Mailbox, serving

DAY = timedelta(days=1)
BY = command("")

Sessions = sessionmaker[Session]


def test_a_message_that_expired_is_sent_once_more_under_the_same_identifier(sessions: Sessions, at: datetime) -> None:
    identifier = write(sessions, at, deadline=at + timedelta(hours=1))
    sweep(sessions, at + DAY)

    with sessions.begin() as session:
        resend(session, identifier, by=BY, at=at + DAY)
    with serving(Mailbox()) as port:
        send_due(sessions, outbound(port), at + DAY)

    assert state(sessions, identifier) == "sent"
    assert [what for what, _ in history(sessions, identifier)] == ["expired", "resent", "accepted"]


def test_what_is_sent_again_is_not_at_once_late(sessions: Sessions, at: datetime) -> None:
    identifier = write(sessions, at, deadline=at + timedelta(hours=1))
    sweep(sessions, at + DAY)
    with sessions.begin() as session:
        resend(session, identifier, by=BY, at=at + DAY)

    soon, late = sweep(sessions, at + DAY), sweep(sessions, at + DAY + timedelta(minutes=15))

    assert (soon.late, late.late, late.told) == (0, 1, 1)


def test_a_message_on_its_way_is_not_sent_twice(sessions: Sessions, at: datetime) -> None:
    identifier = write(sessions, at)

    with pytest.raises(NotResendable), sessions.begin() as session:
        resend(session, identifier, by=BY, at=at)


def test_a_link_that_is_good_once_is_not_sent_again(sessions: Sessions, at: datetime) -> None:
    identifier = write(sessions, at, confidential=True, deadline=at + timedelta(hours=1))
    sweep(sessions, at + DAY)

    with pytest.raises(NotResendable), sessions.begin() as session:
        resend(session, identifier, by=BY, at=at + DAY)


def test_an_unknown_message_is_not_sent(sessions: Sessions, at: datetime) -> None:
    with pytest.raises(UnknownMessage), sessions.begin() as session:
        resend(session, "inconnu", by=BY, at=at)


def test_a_message_is_forgotten_with_all_that_was_kept_of_it_a_year_after_its_end(
    sessions: Sessions, at: datetime
) -> None:
    write(sessions, at, deadline=at + timedelta(hours=1), attachments=(Attachment("a.pdf", b"x"),))
    sweep(sessions, at + DAY)
    waiting = write(sessions, at, deadline=at + 3 * KEPT)

    with sessions.begin() as session:
        early, late = forget(session, at + KEPT), forget(session, at + KEPT + 2 * DAY)

    with sessions() as session:
        left = [session.scalar(select(func.count()).select_from(one)) for one in (OutboxEvent, OutboxAttachment)]
        assert session.scalars(select(OutboxMessage.id)).all() == [waiting]
        assert session.scalars(select(OutboxContent.message)).all() == [waiting]
    assert (early, late, left) == (0, 1, [0, 0])
