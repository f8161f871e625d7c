"""Sealing, signing and forgetting: each in its transaction, on both databases."""

from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from governance.core.keys import Keys
from governance.core.storage import reading
from governance.core.trail import TrailEntry, checkpoints, record, sealing, signing
from governance.core.trail.checkpoints import ForgedCheckpoint, NotACheckpoint
from governance.core.trail.pruning import prune
from governance.core.trail.report import Flaw, Report
from governance.core.trail.retention import BadRetention, Retention
from governance.core.trail.tables import TrailCheckpoint, TrailSeal
from governance.core.trail.verifying import verify

KEYS = Keys(b"le secret du service, 32 octets.")
LONG_AGO = datetime(2020, 1, 1, 9, tzinfo=UTC)
YEAR = timedelta(days=366)


def write(sessions: sessionmaker[Session], at: datetime, count: int = 1) -> None:
    with sessions.begin() as session:
        for number in range(count):
            record(session, "acte.essai", f"sujet{number}", by="essai", structure="ici", at=at, number=number)


def signed(sessions: sessionmaker[Session], at: datetime) -> int:
    with sessions.begin() as session:
        return signing.make(session, KEYS, at).position


def found(sessions: sessionmaker[Session]) -> Report:
    with reading(sessions) as session:
        return verify(session, KEYS)


def test_entries_are_sealed_once_in_their_order(sessions: sessionmaker[Session], at: datetime) -> None:
    write(sessions, at, 5)

    first = sealing.seal_now(sessions, KEYS)
    write(sessions, at, 2)
    second = sealing.seal_now(sessions, KEYS)

    with reading(sessions) as session:
        order = session.scalars(sa.select(TrailSeal.entry_id).order_by(TrailSeal.position)).all()
    assert (first, second, sealing.seal_now(sessions, KEYS)) == (5, 2, 0)
    assert order == sorted(order)


def test_an_entry_committed_after_a_later_number_is_sealed_too(sessions: sessionmaker[Session], at: datetime) -> None:
    row = {"at": at, "actor": "a", "action": "acte.essai", "subject": "s", "details": {}, "salt": ""}
    for number in (10, 5):
        with sessions.begin() as session:
            session.execute(sa.insert(TrailEntry).values(id=number, **row))
        sealing.seal_now(sessions, KEYS)

    report = found(sessions)

    assert (report.entries, report.pending, report.broken) == (2, 0, 0)


def test_two_sequencers_seal_each_entry_once(sessions: sessionmaker[Session], at: datetime) -> None:
    stop = Event()

    def seal() -> None:
        while not stop.wait(0.01):
            sealing.seal_now(sessions, KEYS)

    sequencers = [Thread(target=seal) for _ in range(2)]
    for one in sequencers:
        one.start()

    for _ in range(30):
        write(sessions, at, 3)
    with sessions.begin() as session:
        sealing.seal_all(session, KEYS, at)
    stop.set()
    for one in sequencers:
        one.join()

    report = found(sessions)
    assert (report.entries, report.pending, report.broken) == (90, 0, 0)


def test_a_checkpoint_is_due_every_so_many_entries_and_every_day(sessions: sessionmaker[Session], at: datetime) -> None:
    write(sessions, at, 3)
    signed(sessions, at)
    write(sessions, at, 2)
    sealing.seal_now(sessions, KEYS)

    with reading(sessions) as session:
        soon = timedelta(hours=1)
        due = [signing.is_due(session, at + soon, every) for every in (2, 3)]
        tomorrow = signing.is_due(session, at + timedelta(days=1), 1000)

    assert (due, tomorrow) == ([True, False], True)


def test_nothing_is_signed_of_an_empty_trail(sessions: sessionmaker[Session], at: datetime) -> None:
    with sessions.begin() as session:
        assert signing.make(session, KEYS, at) is None
        assert not signing.is_due(session, at, 1)


def test_a_checkpoint_grown_from_the_one_before_has_the_root_of_the_whole(
    sessions: sessionmaker[Session], at: datetime
) -> None:
    for size in (3, 5, 1):
        write(sessions, at, size)
        signed(sessions, at)
    signed(sessions, at)  # a day without an act is signed too

    report = found(sessions)

    assert (report.entries, report.checkpoints, report.broken) == (9, 4, 0)


def test_a_checkpoint_is_read_back_and_any_other_file_is_refused(sessions: sessionmaker[Session], at: datetime) -> None:
    write(sessions, at, 3)
    public = checkpoints.public_key(KEYS)
    with sessions.begin() as session:
        row = signing.make(session, KEYS, at)
        text = checkpoints.document(row.body, row.signature, public)

    assert checkpoints.read(text, public).entries == 3
    with pytest.raises(ForgedCheckpoint):
        checkpoints.read(text.replace('"entries": 3', '"entries": 2'), public)
    with pytest.raises(ForgedCheckpoint):
        checkpoints.read(text, checkpoints.public_key(Keys(b"un autre secret, de 32 octets...")))
    for other in ("", "[]", "{}", '{"checkpoint": 1, "signature": 2}', text.replace("root", "tree"), "é" * 9):
        with pytest.raises(NotACheckpoint):
            checkpoints.read(other, public)


def test_old_entries_go_and_what_remains_still_verifies(sessions: sessionmaker[Session]) -> None:
    write(sessions, LONG_AGO, 5)
    through = signed(sessions, LONG_AGO)
    write(sessions, LONG_AGO + YEAR, 3)
    signed(sessions, LONG_AGO + YEAR)

    with sessions.begin() as session:
        gone = prune(session, KEYS, Retention(12), LONG_AGO + YEAR + timedelta(days=9))

    report = found(sessions)
    with reading(sessions) as session:
        left = session.execute(sa.select(TrailEntry.action, TrailEntry.subject).order_by(TrailEntry.id)).all()
    assert (gone, through) == (5, 5)
    assert (report.entries, report.pruned, report.broken) == (9, 5, 0)
    assert [row.action for row in left] == ["acte.essai"] * 3 + ["trail.pruned"]
    assert left[-1].subject == "5"


def test_nothing_goes_before_its_time_nor_without_a_checkpoint(sessions: sessionmaker[Session]) -> None:
    write(sessions, LONG_AGO, 5)

    with sessions.begin() as session:
        unsigned = prune(session, KEYS, Retention(12), LONG_AGO + 2 * YEAR)
    signed(sessions, LONG_AGO)
    with sessions.begin() as session:
        young = prune(session, KEYS, Retention(36, "contrôle interne"), LONG_AGO + 2 * YEAR)

    assert (unsigned, young) == (0, 0)


def test_pruning_again_goes_on_where_the_first_stopped(sessions: sessionmaker[Session]) -> None:
    for years in range(4):
        write(sessions, LONG_AGO + years * YEAR, 2)
        signed(sessions, LONG_AGO + years * YEAR)

    for years in (2, 3):
        with sessions.begin() as session:
            prune(session, KEYS, Retention(12), LONG_AGO + years * YEAR)

    report = found(sessions)
    assert (report.pruned, report.broken) == (6, 0)


@pytest.mark.parametrize("step", ["sealed", "signed", "announced young"])
def test_the_database_refuses_to_forget_unless_it_was_announced(
    sessions: sessionmaker[Session], at: datetime, step: str
) -> None:
    write(sessions, at if step == "announced young" else LONG_AGO, 2)
    sealing.seal_now(sessions, KEYS)
    if step != "sealed":
        signed(sessions, LONG_AGO)
    if step == "announced young":
        with sessions.begin() as session:
            record(session, "trail.pruned", "2", by="vigie", structure=None, at=at, months=12)

    with pytest.raises(DBAPIError, match="append-only"), sessions.begin() as session:
        session.execute(sa.delete(TrailEntry))


@pytest.mark.parametrize("table", ["trail_seal", "trail_checkpoint"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET position = 9"])
def test_the_database_refuses_to_change_a_proof(
    sessions: sessionmaker[Session], at: datetime, table: str, statement: str
) -> None:
    write(sessions, at)
    signed(sessions, at)

    with pytest.raises(DBAPIError, match="append-only"), sessions.begin() as session:
        session.execute(sa.text(statement.format(table)))


def test_an_announcement_that_the_retention_did_not_allow_is_told(sessions: sessionmaker[Session]) -> None:
    write(sessions, LONG_AGO, 2)
    signed(sessions, LONG_AGO)
    with sessions.begin() as session:
        early = LONG_AGO + timedelta(days=30)
        record(session, "trail.pruned", "2", by="vigie", structure=None, at=early, months=12)
        session.flush()
        sealing.seal_all(session, KEYS, early)
        session.execute(sa.delete(TrailEntry).where(TrailEntry.action == "acte.essai"))

    report = found(sessions)

    assert {one.flaw for one in report.breaks} == {Flaw.PRUNED_EARLY, Flaw.GONE}
    assert (report.first.position, report.broken) == (1, 3)


def test_a_stored_checkpoint_that_was_changed_is_told_and_does_not_spoil_the_next(
    sessions: sessionmaker[Session], at: datetime
) -> None:
    write(sessions, at, 3)
    with sessions.begin() as session:
        signing.make(session, KEYS, at)
        session.flush()
        row = session.scalars(sa.select(TrailCheckpoint)).one()
        values = {"at": at, "position": 3, "body": row.body, "signature": row.signature, "peaks": b"x" * 64}
        session.execute(sa.insert(TrailCheckpoint).values(**values))
        forged = {**values, "signature": "A" * 88}
        session.execute(sa.insert(TrailCheckpoint).values(**forged))
    write(sessions, at, 2)
    signed(sessions, at)

    report = found(sessions)

    assert [one.flaw for one in report.breaks] == [Flaw.FORGED]


@pytest.mark.parametrize(("months", "reason"), [(5, ""), (37, "contrôle"), (13, " "), (24, "x" * 201), (24, "a\nb")])
def test_a_retention_that_the_cnil_does_not_allow_is_refused(months: int, reason: str) -> None:
    with pytest.raises(BadRetention):
        Retention(months, reason)
