"""Whoever writes in the database, nothing of what a checkpoint covers can be changed unseen."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from governance.core.storage import reading
from governance.core.trail import lines, record, sealing, verifying
from governance.core.trail.checkpoints import Checkpoint
from governance.core.trail.report import Flaw, Report
from governance.core.trail.tables import TrailEntry, TrailSeal
from governance.core.trail.verifying import verify
from tests.scenarios.tampering import ATTACKERS, ATTACKS, OURS, disarmed, ground

TIMES = 5  # 200 in benchmarks/trail.py


@pytest.mark.slow
@pytest.mark.parametrize("attacker", ATTACKERS)
def test_every_attack_is_seen_with_a_checkpoint_kept_outside(
    sessions: sessionmaker[Session], at: datetime, attacker: str
) -> None:
    place, random = ground(sessions, at), Random(attacker)

    unseen = [
        attack.__name__ for attack in ATTACKS * TIMES if not place.tried(attack, ATTACKERS[attacker], random)[1].broken
    ]

    assert unseen == []


def test_an_untouched_trail_is_whole(sessions: sessionmaker[Session], at: datetime) -> None:
    place = ground(sessions, at)

    with reading(sessions) as session:
        report = verify(session, OURS, [place.outside])

    assert (report.entries, report.checkpoints, report.broken, report.late, report.pending) == (60, 4, 0, 0, 0)


def test_the_first_line_changed_is_named(sessions: sessionmaker[Session], at: datetime) -> None:
    ground(sessions, at)
    with disarmed(sessions) as session:
        wanted = session.scalars(sa.select(TrailSeal.entry_id).where(TrailSeal.position.in_((17, 42)))).all()
        session.execute(sa.update(TrailEntry).where(TrailEntry.id.in_(wanted)).values(actor="autre"))

    with reading(sessions) as session:
        report = verify(session, OURS)

    assert report.broken == 2
    assert (report.first.position, report.first.flaw, report.first.entry) == (17, Flaw.CHANGED, wanted[0])


def test_without_a_checkpoint_outside_a_cut_end_is_not_seen(sessions: sessionmaker[Session], at: datetime) -> None:
    place = ground(sessions, at)
    with disarmed(sessions) as session:
        cut = sa.select(TrailSeal.entry_id).where(TrailSeal.position > 20)
        session.execute(sa.delete(TrailEntry).where(TrailEntry.id.in_(cut)))
        session.execute(sa.delete(TrailSeal).where(TrailSeal.position > 20))
        session.execute(sa.text("DELETE FROM trail_checkpoint WHERE position > 20"))

    with reading(sessions) as session:
        alone, helped = verify(session, OURS), verify(session, OURS, [place.outside])

    assert alone.broken == 0
    assert (helped.first.position, helped.first.flaw) == (21, Flaw.CUT)


def test_a_line_slipped_in_with_an_old_instant_is_told_apart(sessions: sessionmaker[Session], at: datetime) -> None:
    ground(sessions, at)
    with sessions.begin() as session:
        record(session, "acte.faux", "sujet", by="autre", structure="ici", at=at - timedelta(days=3))
        session.flush()
        sealing.seal_pending(session, OURS, at)

    with reading(sessions) as session:
        report = verify(session, OURS)

    assert (report.broken, report.late) == (0, 1)


ODD = {
    "sqlite": {
        "an instant of another kind": "UPDATE trail_entry SET at = 'hier'",
        "an instant that is a number": "UPDATE trail_entry SET at = 5",
        "details that are no JSON": "UPDATE trail_entry SET details = '{'",
        "details that never end": "UPDATE trail_entry SET details = replace(hex(zeroblob(50000)), '0', '[')",
        "letters of no alphabet": "UPDATE trail_entry SET actor = CAST(x'FF41' AS TEXT)",
        "another number": "UPDATE trail_entry SET id = -5",
        "a hash that is text": "UPDATE trail_seal SET leaf = 'e'",
        "a seal that is text": "UPDATE trail_seal SET seal = CAST(x'FF41' AS TEXT)",
    },
    "postgresql": {
        "an instant without a year": "UPDATE trail_entry SET at = 'infinity'",
        "an instant before our era": "UPDATE trail_entry SET at = at - interval '4000 years'",
        "a seal without a year": "UPDATE trail_seal SET sealed_at = '-infinity'",
        "details of another kind": "UPDATE trail_entry SET details = '\"[]\"'",
    },
}


@pytest.mark.parametrize("kind", sorted({kind for kinds in ODD.values() for kind in kinds}))
def test_a_line_that_can_no_longer_be_read_is_named(sessions: sessionmaker[Session], at: datetime, kind: str) -> None:
    statement = ODD[sessions.kw["bind"].dialect.name].get(kind)
    if statement is None:
        pytest.skip("the other database refuses it")
    ground(sessions, at)
    with disarmed(sessions) as session:
        of = "position = 30" if "trail_seal" in statement else "subject = 'sujet29'"
        session.connection().exec_driver_sql(f"{statement} WHERE {of}")

    with reading(sessions) as session:
        report, slow = both(session)

    assert report.first.position == 30
    assert report == slow


@pytest.mark.slow
@pytest.mark.parametrize("attacker", ATTACKERS)
def test_reading_what_is_stored_and_reading_values_tell_the_same_of_every_attack(
    sessions: sessionmaker[Session], at: datetime, monkeypatch: pytest.MonkeyPatch, attacker: str
) -> None:
    monkeypatch.setattr(lines, "CHUNK", 7)
    place, random = ground(sessions, at), Random(attacker)

    for attack in ATTACKS * 3:
        with place.attacked(attack, ATTACKERS[attacker], random) as session:
            quick, slow = both(session, [place.outside])
            assert quick == slow, attack.__name__


def both(session: Session, outside: Sequence[Checkpoint] = ()) -> tuple[Report, Report]:
    """Return what a verification says, and what it says when it may not compare what is stored as it is."""
    with pytest.MonkeyPatch.context() as patch:
        quick = verify(session, OURS, outside)
        patch.setattr(verifying, "stored", lambda *_: [])
        return quick, verify(session, OURS, outside)


def test_what_the_service_wrote_is_verified_as_it_is_stored(
    sessions: sessionmaker[Session], at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = ground(sessions, at)
    monkeypatch.delattr(verifying, "lines_of")

    with reading(sessions) as session:
        report = verify(session, OURS, [place.outside])

    assert (report.entries, report.broken) == (60, 0)


def test_details_kept_in_another_order_or_with_spaces_are_no_fault(
    sessions: sessionmaker[Session], at: datetime
) -> None:
    place = ground(sessions, at)
    with disarmed(sessions) as session:
        for entry in session.scalars(sa.select(TrailEntry).where(TrailEntry.id % 7 == 0)).all():
            told = json.dumps(dict(reversed(entry.details.items())), indent=1)
            session.connection().exec_driver_sql(f"UPDATE trail_entry SET details = '{told}' WHERE id = {entry.id}")

    with reading(sessions) as session:
        report = verify(session, OURS, [place.outside])

    assert (report.entries, report.broken) == (60, 0)


def test_entries_whose_numbers_are_far_apart_are_no_fault(
    sessions: sessionmaker[Session], at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = ground(sessions, at)
    monkeypatch.setattr(lines, "WIDEST", 1)

    with reading(sessions) as session:
        report = verify(session, OURS, [place.outside])

    assert (report.entries, report.broken) == (60, 0)
