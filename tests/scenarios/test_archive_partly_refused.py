"""A public archive whose visa is partly refused, from the pages: what is refused stays, then goes in its turn."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from app.settings import Settings
from governance.conventions.life.jobs import jobs as of_life
from governance.core import clock, private
from governance.core.keystore import KeyStore
from governance.core.masters import FileMaster
from governance.core.outbox.tables import OutboxContent
from governance.core.storage import reading
from governance.destruction.acting.means import Means
from governance.destruction.jobs import carry_on
from governance.destruction.pages import AROUND
from governance.destruction.tables import ArchivesSlip, Destruction, LegalHold
from governance.jobs.job import InSlot, Turn
from governance.people.actions import adopt_convention
from governance.people.queries import Adoption
from governance.people.rules import Role, command
from scanners.tables import Receipt
from tests.actions.destroyed import verified
from tests.actions.destroying import Installation, fill
from tests.conftest import MASTER_KEY, Demonstration, on_sqlite
from tests.web.conftest import Submit, token

pytestmark = [on_sqlite, pytest.mark.slow]


@pytest.fixture
def master(tmp_path: Path) -> Path:
    """Give the master key of the tests in a file: one that the service replaces by itself."""
    path = tmp_path / "master"
    private.write(path, MASTER_KEY.encode())
    return path


@pytest.fixture
def store(database_url: str, master: Path) -> KeyStore:
    """Give the data keys of the test under that master key."""
    return KeyStore(Path(os.environ["VIGIE_KEY_STORE"]), FileMaster(master))


@pytest.fixture
def settings(settings: Settings, tmp_path: Path, master: Path) -> Settings:
    """Give settings whose ledger and backups are the test's own, and whose master key is that file."""
    own = {"erasure_ledger": tmp_path / "l", "backup_folder": tmp_path / "b", "backup_keys": tmp_path / "k"}
    return settings.model_copy(update={**own, "master_key_file": master, "master_key": None})


def test_a_public_archive_partly_refused_stays_readable_then_goes_and_two_certificates_say_so(
    app: APIFlask,
    sessions: sessionmaker[Session],
    demonstration: Demonstration,
    sign_in: Callable[..., FlaskClient],
    submit: Submit,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    means = Means(sessions, app.extensions[AROUND].setup)
    today, where = clock.now(), demonstration.structure

    def on(days: int) -> datetime:
        at = datetime.combine(today.date() + timedelta(days=days), time(12), UTC)
        monkeypatch.setattr(clock, "now", lambda: at)
        return at

    def held(table: type) -> int:
        with reading(sessions) as session:
            return session.scalar(select(func.count()).select_from(table).where(table.convention == "S1")) or 0

    def press(role: Role, path: str) -> None:
        client = sign_in(role)
        answer = client.post(path, data={"csrf_token": token(client, "/api/docs")})
        assert answer.status_code == 303, unescape(answer.text)

    with sessions.begin() as session:  # the convention ends today; the timetable opens the destruction tomorrow
        ended = Adoption("S1", today.date() - timedelta(days=400), today.date())
        adopt_convention(session, where, ended, by=command(where), at=today)
    fill(Installation(means, where, tmp_path), ("S1",))
    at, job = on(1), of_life(None)[0]
    assert isinstance(job.work, InSlot)
    with sessions.begin() as session:
        job.work.do(session, Turn(at, at))
    with reading(sessions) as session:
        row = session.scalars(select(Destruction).where(Destruction.convention == "S1")).one()
        page, reference = f"/destructions/{row.id}", session.scalars(select(ArchivesSlip.reference)).one()

    before = held(OutboxContent)
    on(2)
    dpo = sign_in(Role.DPO)
    paper = dpo.get(f"{page}/bordereau.pdf")
    sent = submit(dpo, f"{page}/archives/transmis", {"transmitted_on": clock.now().date()}, f"{page}/archives")
    on(9)
    dpo = sign_in(Role.DPO)
    visa = {"answer": "granted", "visa_on": clock.now().date(), "refused": "outbox_content outbox_attachment".split()}
    wrong = submit(dpo, f"{page}/archives/reponse", {**visa, "reference": "BE-AUTRE", **file()}, f"{page}/archives")
    right = submit(dpo, f"{page}/archives/reponse", {**visa, "reference": reference, **file()}, f"{page}/archives")
    none = submit(dpo, f"{page}/demandes", {"waiting": "0", "how": "Courrier et boîte du DPO"})
    for role in (Role.DPO, Role.REFERENT):
        press(role, f"{page}/accord")
    carry_on(means, Turn(clock.now(), clock.now()))
    partly = unescape(sign_in(Role.DPO).get(page).text), held(Receipt), held(OutboxContent)
    with reading(sessions) as session:
        hold = session.scalars(select(LegalHold.id)).one()
        bodies = {one.body for one in session.scalars(select(OutboxContent).where(OutboxContent.convention == "S1"))}
    on(40)
    press(Role.DPO, f"{page}/conservation/{hold}/lever")
    carry_on(means, Turn(clock.now(), clock.now()))
    over = unescape(sign_in(Role.DPO).get(page).text)

    assert (paper.status_code, paper.mimetype, sent.status_code) == (200, "application/pdf", 303)
    assert (wrong.status_code, right.status_code, none.status_code) == (422, 303, 303)
    assert "autre bordereau" in unescape(wrong.text)
    assert "faite en partie" in partly[0] and partly[1:] == (0, before) and "CANARI" * 5 in bodies
    assert "faite</span>" in over and (held(Receipt), held(OutboxContent)) == (0, 0)
    for number, state in ((1, "partial"), (2, "provisional")):
        given = sign_in(Role.DPO).get(f"{page}/attestation/{number}.json").data
        (tmp_path / "a.json").write_bytes(given)
        ids = []
        for act in range(1, number + 1):
            (tmp_path / f"{act}.txt").write_bytes(sign_in(Role.DPO).get(f"{page}/identifiants/{act}.txt").data)
            ids.append(f"--ids={tmp_path / f'{act}.txt'}")
        assert (verified(tmp_path / "a.json", *ids)[0], json.loads(given)["certificate"]["state"]) == (0, state)


def file() -> dict[str, object]:
    return {"file": (BytesIO(b"%PDF-1.7 vise"), "vise.pdf")}
