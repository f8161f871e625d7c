"""What the service does for its trail by itself, and what its commands say of it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from app.jobs import jobs
from app.settings import BadSettings, Settings, load
from governance.core.keys import Keys
from governance.core.outbox.tables import OutboxContent
from governance.core.trail import TrailEntry, checkpoints, record
from governance.core.trail.retention import Retention
from governance.core.trail.tables import TrailCheckpoint, TrailVerification
from governance.jobs.job import Turn
from governance.people.rules import DPOS
from governance.trail.keeping import Keeper
from tests.actions.cli import Call, call
from tests.conftest import Demonstration, on_sqlite
from tests.scenarios.tampering import disarmed
from tests.web.conftest import SECRET

__all__ = ["call"]

KEYS = Keys(b"le secret du service, 32 octets.")
LONG_AGO = datetime(2020, 1, 1, 9, tzinfo=UTC)


def write(sessions: sessionmaker[Session], at: datetime, count: int = 1) -> None:
    with sessions.begin() as session:
        for number in range(count):
            record(session, "acte.essai", f"sujet{number}", by="essai", structure="ici", at=at)


def messages(sessions: sessionmaker[Session]) -> list[OutboxContent]:
    with sessions() as session:
        return list(session.scalars(sa.select(OutboxContent).order_by(OutboxContent.message)))


def test_each_dpo_receives_the_checkpoint_of_the_day_once(
    sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime, tmp_path: Path
) -> None:
    keeper = Keeper(KEYS, every=3, folder=tmp_path / "ailleurs")

    said = []
    for minutes in (0, 1, 2):
        write(sessions, at, 3)
        keeper.seal(sessions, Turn(at, at))
        now = at + timedelta(minutes=minutes)
        said.append(keeper.sign(sessions, Turn(now, now)))

    sent = messages(sessions)
    assert all(said)
    wanted = sorted(demonstration.email(role, other) for role in DPOS for other in (False, True))
    assert sorted(one.recipient for one in sent) == wanted
    assert len(list((tmp_path / "ailleurs").glob("journal-*.json"))) == 3


def test_what_is_between_the_two_lines_of_the_mail_is_the_checkpoint(
    sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime
) -> None:
    Keeper(KEYS).signed(sessions, at)

    body = messages(sessions)[0].body

    assert checkpoints.read(body.split("-----\n")[1], checkpoints.public_key(KEYS)).entries > 0


def test_a_checkpoint_whose_file_was_not_written_is_written_at_the_next_turn(
    sessions: sessionmaker[Session], at: datetime, tmp_path: Path
) -> None:
    write(sessions, at)
    Keeper(KEYS).signed(sessions, at)

    Keeper(KEYS, folder=tmp_path / "ailleurs").sign(sessions, Turn(at, at))

    assert len(list((tmp_path / "ailleurs").iterdir())) == 1


def test_a_verification_is_kept_and_a_broken_line_alarms_every_dpo(
    sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime
) -> None:
    keeper = Keeper(KEYS)
    keeper.seal(sessions, Turn(at, at))
    keeper.verify(sessions, Turn(at, at))
    with disarmed(sessions) as session:
        session.execute(sa.text("UPDATE trail_entry SET actor = 'autre' WHERE id = 2"))

    said = keeper.verify(sessions, Turn(at, at))

    with sessions() as session:
        kept = session.execute(
            sa.select(TrailVerification.broken, TrailVerification.broken_at).order_by(TrailVerification.id)
        ).all()
    assert said.endswith("1 rupture(s)")
    assert kept == [(0, None), (1, 2)]
    assert [one.subject.startswith("Alerte") for one in messages(sessions)] == [True] * 4


def test_what_is_past_its_time_is_forgotten_by_the_job(sessions: sessionmaker[Session]) -> None:
    keeper, late = Keeper(KEYS, Retention(12)), LONG_AGO + timedelta(days=400)
    write(sessions, LONG_AGO, 4)
    keeper.signed(sessions, LONG_AGO)

    with sessions.begin() as session:
        said = keeper.forget(session, Turn(late, late))

    with sessions() as session:
        left = session.scalars(sa.select(TrailEntry.action)).all()
    assert said == "4 entrée(s) purgée(s)"
    assert left == ["trail.pruned"]


def test_the_jobs_of_the_trail_are_in_the_timetable(settings: Settings) -> None:
    names = [job.name for job in jobs(settings, KEYS)]

    assert {"seal-trail", "sign-trail", "stamp-trail", "verify-trail", "prune-trail"} <= set(names)


@pytest.fixture
def settings(database_url: str) -> Settings:
    """Give the settings of a demonstration."""
    return Settings(database_url=database_url, demo=True, secure_cookies=False, secret=SECRET)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("VIGIE_TRAIL_MONTHS", "3", "de 6 à 36 mois"),
        ("VIGIE_TRAIL_MONTHS", "24", "dites pourquoi"),
        ("VIGIE_TRAIL_STAMP_URL", "ftp://ailleurs", "http"),
        ("VIGIE_TRAIL_STAMP_URL", "https://ailleurs", "VIGIE_TRAIL_STAMP_ROOTS"),
    ],
)
def test_a_retention_or_an_authority_that_cannot_be_is_refused_at_start(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(BadSettings, match=said):
        load()


@pytest.fixture
def vigie(call: Call, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., object]:
    """Give the command line of an installation whose trail has three entries."""
    monkeypatch.setenv("VIGIE_DATABASE_URL", database_url)
    monkeypatch.setenv("VIGIE_SECRET", SECRET)
    monkeypatch.setenv("VIGIE_DEMO", "true")
    monkeypatch.setenv("VIGIE_KEY_STORE", str(tmp_path / "cles"))
    return call


@on_sqlite
def test_the_commands_sign_verify_and_export(
    vigie: Call, sessions: sessionmaker[Session], at: datetime, tmp_path: Path
) -> None:
    write(sessions, at, 3)

    empty_handed = vigie("trail", "verify")
    signed = vigie("trail", "checkpoint", "--output", tmp_path / "ailleurs")
    kept = signed.lines[0]
    verified = vigie("trail", "verify", "--checkpoint", kept)
    exported = vigie("trail", "export", "--checkpoint", kept)

    assert "3 entrées attendent leur sceau" in empty_handed.out
    assert (signed.status, verified.status, exported.status) == (0, 0, 0)
    assert verified.lines[0].startswith("3 entrées scellées, dont 0 purgées ; 2 points")
    assert verified.lines[-1] == "Le journal est entier."
    assert [json.loads(line).get("position") for line in exported.lines] == [None, 1, 2, 3]


@on_sqlite
def test_the_command_names_the_first_broken_line(
    vigie: Call, sessions: sessionmaker[Session], at: datetime, tmp_path: Path
) -> None:
    write(sessions, at, 5)
    kept = vigie("trail", "checkpoint", "--output", tmp_path).lines[0]
    with disarmed(sessions) as session:
        session.execute(sa.text("UPDATE trail_entry SET subject = 'autre' WHERE id IN (3, 5)"))

    verified = vigie("trail", "verify", "--checkpoint", kept)

    assert verified.status == 1
    assert verified.lines[1:] == [
        "2 rupture(s).",
        "Rang 3 (entrée n° 3) : le contenu de l'entrée n'est plus celui qui a été scellé.",
        "Rang 5 (entrée n° 5) : le contenu de l'entrée n'est plus celui qui a été scellé.",
    ]


@on_sqlite
@pytest.mark.parametrize("given", [b"", b"{}", b"\xff\xfe", b'{"checkpoint": {}, "signature": ""}'])
def test_a_file_that_is_no_checkpoint_is_an_error_in_one_line(vigie: Call, given: bytes, tmp_path: Path) -> None:
    (tmp_path / "point.json").write_bytes(given)

    verified = vigie("trail", "verify", "--checkpoint", tmp_path / "point.json")

    assert verified.status == 2
    assert verified.err == "Ce document n'est pas un point de contrôle du journal.\n"


@on_sqlite
def test_nothing_can_be_signed_of_an_empty_trail(vigie: Call) -> None:
    assert vigie("trail", "checkpoint").status == 1


@on_sqlite
def test_the_public_key_is_given(vigie: Call) -> None:
    assert len(vigie("trail", "public-key").lines[0]) == 44


@on_sqlite
def test_every_stored_checkpoint_can_be_given_again(sessions: sessionmaker[Session], at: datetime) -> None:
    write(sessions, at, 2)

    made = Keeper(KEYS).signed(sessions, at)

    with sessions() as session:
        assert session.scalar(sa.select(TrailCheckpoint.position)) == made.position == 2
