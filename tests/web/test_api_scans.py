"""`POST /api/v1/scans` and what can be read afterwards: the receipt, the conventions."""

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from governance.core import trail
from governance.core.clock import day
from governance.people.actions import adopt_convention
from governance.people.queries import Adoption
from governance.people.rules import Permission, Role, command
from scanners.receipts import is_genuine
from scanners.tables import Receipt
from scanners.tier_actions import switch_off
from scanners.tiers import Tier
from tests.conftest import Demonstration, on_sqlite
from tests.scanners import samples
from tests.web.api_calls import CLEAN, NIR, REFUSED, SCANS, Program, problem, program

__all__ = ["program"]


def test_a_comment_is_answered_with_its_remarks_and_masked(program: Program) -> None:
    answer = program.scan("S0", REFUSED)

    body = answer.get_json()
    health, number = body["comment"]["remarks"]
    assert (answer.status_code, body["outcome"], body["comment"]["outcome"]) == (201, "refuse", "refuse")
    assert REFUSED[health["start"] : health["end"]] == "diabétique"
    assert REFUSED[number["start"] : number["end"]] == NIR
    assert (health["category"], health["level"], health["article"]) == ("sante", "bloquant", "S0, CU art. 5")
    assert number["say"].startswith("Retirez le numéro")
    assert health["write"] or health["say"]
    assert body["comment"]["masked"] == "Madame est [santé], son numéro est [NIR]."


def test_offsets_count_code_points_as_python_does(program: Program) -> None:
    text = f"😀é\r\n{NIR}"

    remark = program.scan("S0", text).get_json()["comment"]["remarks"][0]

    assert text[remark["start"] : remark["end"]] == NIR


def test_nothing_to_say_is_accepted_and_a_receipt_is_kept_all_the_same(program: Program) -> None:
    answer = program.scan("S3", CLEAN)

    assert (answer.status_code, answer.get_json()["outcome"]) == (201, "accepte")
    assert program.get(answer.location).get_json()["receipt"]["outcome"] == "accepte"


@pytest.mark.parametrize("off", [(), (Tier.LIKELY,), (Tier.NAMED,), (Tier.NAMED, Tier.LIKELY)])
def test_the_answer_and_the_receipt_say_which_tiers_of_health_were_looked_for(
    off: tuple[Tier, ...], program: Program, demonstration: Demonstration, sessions: sessionmaker[Session], at: datetime
) -> None:
    with sessions.begin() as session:
        for tier in off:
            switch_off(session, tier, "Trop de fausses alertes", by=demonstration.actor(Role.DPO), at=at)

    comment = program.scan("S0", "Elle a un cancer.")
    files = program.deposit([(b"nom;note\nx;cancer\n", "liste.csv")])

    on = [tier.value for tier in Tier if tier not in off]
    assert comment.get_json()["outcome"] == ("accepte" if Tier.NAMED in off else "refuse")
    assert [one.get_json()["health_tiers"] for one in (comment, files)] == [on, on]
    assert program.get(comment.location).get_json()["receipt"]["health_tiers"] == on


def test_a_receipt_is_read_back_signed_and_without_the_text(program: Program, app: APIFlask) -> None:
    answer = program.scan("S0", REFUSED)

    document = program.get(answer.location).get_json()
    assert is_genuine(document, app.extensions["vigie.scanners"].seal.public)
    assert document["receipt"]["id"] == answer.get_json()["id"]
    assert not any(word in json.dumps(document, ensure_ascii=False) for word in ("diab", NIR, "Madame"))


def test_a_reason_lets_pass_what_is_to_be_checked_and_the_receipt_says_it(program: Program) -> None:
    picture = [(samples.PNG, "photo.png")]

    asked = program.deposit(picture)
    passed = program.deposit(picture, file_reasons='["lu_par_moi"]')

    assert (asked.get_json()["outcome"], passed.get_json()["outcome"]) == ("a_verifier", "accepte")
    assert program.get(passed.location).get_json()["receipt"]["reasons"] == ["lu_par_moi"]


def test_files_are_read_each_with_its_places(program: Program) -> None:
    files = [
        (samples.document("Rien.", f"NIR {NIR}"), "note.docx"),
        (f"nom;note\nx;{NIR}\n".encode(), f"liste {NIR}.csv"),
        (samples.PNG, "photo.png"),
    ]

    body = program.deposit(files, comment=CLEAN).get_json()

    document, table, picture = body["files"]
    assert [(one["kind"], one["read"]) for one in body["files"]] == [
        ("docx", "read"),
        ("csv", "read"),
        ("png", "not_read"),
    ]
    assert document["remarks"][0]["place"] == "paragraphe 2"
    assert (document["remarks"][0]["level"], document["remarks"][0]["category"]) == ("info", "nir")
    assert [one["place"] for one in table["remarks"]] == ["nom du fichier", "ligne 2"]
    assert (table["outcome"], picture["outcome"], picture["remarks"]) == ("refuse", "a_verifier", [])
    assert picture["notes"]
    assert body["comment"]["outcome"] == "accepte"


def test_files_may_come_without_a_comment_and_empty_fields_count_for_nothing(program: Program) -> None:
    answer = program.deposit([(b"a;b\nc;d\n", "table.csv")], comment="", reason="", on="", caisse="")

    assert (answer.status_code, answer.get_json()["comment"]) == (201, None)


def test_the_caisse_and_the_day_are_those_that_were_sent(program: Program) -> None:
    answer = program.scan("S0", CLEAN, caisse="artois", on="2026-02-01", writer="caisse")

    receipt = program.get(answer.location).get_json()["receipt"]
    assert (receipt["on"], receipt["writer"]) == ("2026-02-01", "caisse")


def test_who_writes_is_the_side_of_the_structure_unless_it_is_said(program: Program) -> None:
    receipt = program.get(program.scan().location).get_json()["receipt"]

    assert receipt["writer"] == "partenaire"


@pytest.mark.parametrize("key", ["a", "dossier-4512-v1", "x" * 64])
def test_the_same_key_and_content_keep_one_receipt(program: Program, sessions: sessionmaker[Session], key: str) -> None:
    sent = {"convention": "S0", "comment": REFUSED}

    answers = [program.send(sent, **{"Idempotency-Key": key}) for _ in range(3)]

    with sessions() as session:
        kept = session.scalar(select(func.count()).select_from(Receipt))
        told = session.scalar(
            select(func.count()).select_from(trail.TrailEntry).where(trail.TrailEntry.action == "scan.refuse")
        )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.get_json()["id"] for answer in answers}) == 1
    assert (kept, told) == (1, 1)


@pytest.mark.parametrize(
    "other",
    [{"comment": "Autre."}, {"convention": "S3"}, {"on": "2026-03-01"}, {"writer": "caisse"}],
)
def test_the_same_key_with_another_content_is_refused(program: Program, other: dict[str, str]) -> None:
    sent, key = {"convention": "S0", "comment": CLEAN}, {"Idempotency-Key": "dossier-4512-v1"}
    program.send(sent, **key)

    again = program.send(sent | other, **key)

    assert problem(again) == (409, [])


def test_conventions_are_those_of_the_structure_with_limits_and_terms(program: Program) -> None:
    body = program.get("/api/v1/conventions").get_json()

    first = body["conventions"][0]
    assert [one["code"] for one in body["conventions"]] == ["S0", "S3"]
    assert first["limits"]["comment_length"] == 5000
    assert (first["limits"]["files"], first["limits"]["file_bytes"]) == (8, 5_000_000)
    assert "pdf" in first["limits"]["extensions"]
    assert {one["code"] for one in first["caisses"]} == {"artois", "cotedopale"}
    assert {one["rule"]: one["article"] for one in first["terms"]}["T1"] == "CU art. 5"


def test_a_convention_that_is_not_in_force_says_so_and_one_without_text_is_left_out(
    program: Program, sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime
) -> None:
    structure = demonstration.structure
    with sessions.begin() as session:
        for code, until in (("S1", date(2026, 1, 31)), ("INCONNUE", None)):
            adoption = Adoption(code, date(2026, 1, 1), until)
            adopt_convention(session, structure, adoption, by=command(structure), at=at)

    found = {one["code"]: one for one in program.get("/api/v1/conventions").get_json()["conventions"]}

    assert set(found) == {"S0", "S1", "S3"}
    assert (found["S0"]["standing"], found["S1"]["standing"]) == ("en vigueur", "terminée")


@on_sqlite
def test_a_key_does_only_what_it_was_made_for(
    program: Program, client: FlaskClient, api_key: Callable[..., str]
) -> None:
    location = program.scan().location
    only_scan, only_read = Program(client, api_key(Permission.SCAN)), Program(client, api_key(Permission.READ_RECEIPT))

    assert only_scan.scan().status_code == 201
    assert [only_scan.get(path).status_code for path in (location, "/api/v1/conventions")] == [403, 403]
    assert (only_read.get(location).status_code, only_read.scan().status_code) == (200, 403)


@on_sqlite
def test_the_receipt_of_another_structure_is_not_found(
    program: Program, client: FlaskClient, api_key: Callable[..., str]
) -> None:
    location = program.scan().location

    elsewhere = Program(client, api_key(Permission.READ_RECEIPT, other=True)).get(location)

    assert problem(elsewhere) == (404, [])


@on_sqlite
@pytest.mark.parametrize("key", [None, "", "vig_00000000_" + "0" * 48, "é", "x" * 10_000])
def test_nobody_is_told_anything_without_a_key(client: FlaskClient, key: str | None) -> None:
    stranger = Program(client, key)

    statuses = {
        stranger.scan().status_code,
        stranger.send({"autre": 1}).status_code,
        stranger.deposit([(b"x", "x.exe")]).status_code,
        stranger.get("/api/v1/conventions").status_code,
        stranger.get(f"{SCANS}/inconnu").status_code,
    }

    assert statuses == {401}


def test_a_check_is_dated_on_the_day_of_paris(program: Program) -> None:
    receipt: dict[str, Any] = program.get(program.scan().location).get_json()["receipt"]

    assert receipt["on"] == day(datetime.fromisoformat(receipt["at"])).isoformat()
