"""The page « Journal »: what it shows to whom, what it exports, how it says that the trail is whole."""

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker

from governance.core import clock
from governance.core.trail import TrailEntry, checkpoints, record
from governance.core.trail.tables import TrailVerification
from governance.jobs.job import Turn
from governance.people.rules import Role
from governance.trail.keeping import Keeper
from governance.web.identity import KEYS
from tests.conftest import Demonstration, on_sqlite

SignIn = Callable[..., FlaskClient]


def write(
    sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime, count: int = 1, **more: str
) -> None:
    by = demonstration.actor(Role.TECHNICIEN)
    with sessions.begin() as session:
        for number in range(count):
            subject = more.get("subject", f"sujet{number}")
            action, structure = more.get("action", "scan.refuse"), more.get("structure", demonstration.structure)
            record(session, action, subject, by=by, structure=structure, at=at, levels={"bloquant": number})


def text(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def test_the_dpo_sees_the_acts_of_the_structure_and_no_other(
    sign_in: SignIn, sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime
) -> None:
    write(sessions, demonstration, at, subject="ici-meme")
    write(sessions, demonstration, at, subject="la-bas", structure=demonstration.other)

    shown = text(sign_in(Role.DPO), "/journal")

    assert "ici-meme" in shown
    assert "la-bas" not in shown
    assert "Signalement refusé" in shown
    assert "Personne technicien" in shown
    assert "niveaux\u00a0: bloquant : 0" in shown
    assert "à sceller" in shown


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("du=2026-11-23&au=2026-11-23", {"matin", "autre"}),
        ("du=2026-11-24", {"lendemain"}),
        ("au=2026-11-22", set()),
        ("action=scan.accepte", {"autre"}),
        ("sujet=matin", {"matin"}),
        ("action=scan.refuse&du=2026-11-24", {"lendemain"}),
    ],
)
def test_a_search_keeps_what_it_says(
    sign_in: SignIn,
    sessions: sessionmaker[Session],
    demonstration: Demonstration,
    at: datetime,
    search: str,
    found: set[str],
) -> None:
    write(sessions, demonstration, at, subject="matin")
    write(sessions, demonstration, at, subject="autre", action="scan.accepte")
    write(sessions, demonstration, at + timedelta(hours=14), subject="lendemain")  # 23 h UTC: the 24th in Paris

    shown = text(sign_in(Role.DPO), f"/journal?{search}")

    assert {subject for subject in ("matin", "autre", "lendemain") if f">{subject}</a>" in shown} == found


def test_a_search_by_person_keeps_their_acts(
    sign_in: SignIn, sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime
) -> None:
    write(sessions, demonstration, at, subject="lui")

    shown = text(sign_in(Role.DPO), f"/journal?personne={demonstration.people[Role.TECHNICIEN]}")

    assert "1 entrée" in shown
    assert ">lui</a>" in shown


@on_sqlite
@pytest.mark.parametrize(
    "search",
    [
        "du=hier",
        "au=2026-13-01",
        "action=%27%3BDROP",
        "personne=inconnue",
        "sujet=Jean+Dupont",
        "du=2026-02-02&au=2026-02-01",
    ],
)
def test_a_search_that_makes_no_sense_is_said_beside_its_field(sign_in: SignIn, search: str) -> None:
    shown = text(sign_in(Role.DPO), f"/journal?{search}", 422)

    assert "À corriger avant de continuer" in shown


@on_sqlite
@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999999999", "²", "3"])
def test_a_page_that_is_not_there_is_the_nearest(
    sign_in: SignIn, sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime, page: str
) -> None:
    write(sessions, demonstration, at, 120, action="acte.essai")

    shown = text(sign_in(Role.DPO), f"/journal?action=acte.essai&page={page}")

    assert "120 entrées, page" in shown


def test_a_hundred_entries_a_page_and_the_search_goes_with_the_pages(
    sign_in: SignIn, sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime
) -> None:
    write(sessions, demonstration, at, 120, action="acte.essai")
    dpo = sign_in(Role.DPO)

    first, second = (text(dpo, f"/journal?action=acte.essai&page={page}") for page in (1, 2))

    assert (first.count('<tr role="row">') - 1, second.count('<tr role="row">') - 1) == (100, 20)
    assert "/journal?action=acte.essai&amp;page=2" in first
    assert "/journal/export.csv?action=acte.essai" in first


@on_sqlite
def test_the_address_of_a_page_takes_nothing_but_the_search(sign_in: SignIn) -> None:
    shown = text(sign_in(Role.DPO), "/journal?_scheme=javascript&_external=1&_anchor=x&kind=pdf")

    assert "javascript:" not in shown
    assert 'href="/journal/export.csv"' in shown


def test_the_csv_holds_all_that_is_seen_and_no_formula(
    sign_in: SignIn, sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime
) -> None:
    write(sessions, demonstration, at, 130, action="acte.essai")
    write(sessions, demonstration, at, subject="-1+1", action="acte.essai")

    raw = text(sign_in(Role.DPO), "/journal/export.csv?action=acte.essai")

    rows = list(csv.reader(io.StringIO(raw.lstrip("\ufeff")), delimiter=";"))
    assert (len(rows), rows[0][0], rows[1][1]) == (132, "rang", "2026-11-23 10:00:00+01:00")
    assert rows[-1][7] == "'-1+1"


def test_the_export_is_itself_an_act(
    sign_in: SignIn, sessions: sessionmaker[Session], demonstration: Demonstration
) -> None:
    text(sign_in(Role.DPO), "/journal/export.jsonl")

    with sessions() as session:
        row = session.scalars(sa.select(TrailEntry).where(TrailEntry.action == "trail.exported")).one()
    assert (row.actor, row.role, row.subject) == (demonstration.people[Role.DPO], "dpo", "jsonl")


def test_json_lines_carry_their_proofs(
    app: APIFlask, sign_in: SignIn, sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime
) -> None:
    write(sessions, demonstration, at, 5, action="acte.essai")
    Keeper(app.extensions[KEYS]).signed(sessions, at)

    header, *lines = [
        json.loads(line) for line in text(sign_in(Role.DPO), "/journal/export.jsonl?action=acte.essai").splitlines()
    ]

    assert checkpoints.read(json.dumps(header["point"]), checkpoints.public_key(app.extensions[KEYS])).entries
    assert len(lines) == 5
    assert all(line["proof"] for line in lines)


@on_sqlite
@pytest.mark.parametrize(
    ("address", "why"),
    [("/journal/export.pdf", "en CSV ou en JSON Lines"), ("/journal/export.csv?du=hier", "comporte une erreur")],
)
def test_an_export_that_cannot_be_is_refused(sign_in: SignIn, address: str, why: str) -> None:
    said = text(sign_in(Role.DPO), address, 422)

    assert why in said


def test_the_page_says_that_the_trail_is_whole_or_from_where_it_is_not(
    app: APIFlask, sign_in: SignIn, sessions: sessionmaker[Session], demonstration: Demonstration
) -> None:
    keeper, at, dpo = Keeper(app.extensions[KEYS]), clock.now(), sign_in(Role.DPO)
    before = text(dpo, "/journal")
    keeper.signed(sessions, at)
    keeper.verify(sessions, Turn(at, at))
    whole = text(dpo, "/journal")
    with sessions.begin() as session:
        session.add(TrailVerification(at=at, entries=9, pending=0, broken=2, broken_at=4, reason="modifiée"))

    broken = text(dpo, "/journal")

    assert "pas encore faite" in before
    assert ">entier<" in whole
    assert "à partir du rang 4" in broken


def test_a_checkpoint_and_the_program_are_given_as_files(
    app: APIFlask, sign_in: SignIn, sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime
) -> None:
    Keeper(app.extensions[KEYS]).signed(sessions, at)
    dpo = sign_in(Role.DPO)

    point = dpo.get("/journal/points/1.json")
    program = dpo.get("/journal/verifier_journal.py")

    assert checkpoints.read(point.data, checkpoints.public_key(app.extensions[KEYS])).entries
    assert "journal-20261123T090000Z-" in point.headers["Content-Disposition"]
    assert program.data.startswith(b"#!/usr/bin/env python3")
    assert "Télécharger" in text(dpo, "/journal/verifier")
    assert dpo.get("/journal/points/99.json").status_code == 404


@on_sqlite
def test_an_export_asks_who_one_is_when_that_was_long_ago(sign_in: SignIn) -> None:
    dpo = sign_in(Role.DPO)

    with time_machine.travel(clock.now() + timedelta(minutes=15), tick=False):
        asked = dpo.get("/journal/export.csv?action=acte.essai")

    assert asked.content_type.startswith("text/html")
    assert 'name="confirm_password"' in asked.text
    assert "/journal/export.csv?action=acte.essai" in asked.text
