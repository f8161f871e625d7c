"""What the API refuses: with the right status, pointing at the right place, repeating nothing, keeping nothing."""

import io
import json
from collections.abc import Callable, Iterator

import pytest
from apiflask import APIFlask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from app.factory import create_app
from app.settings import Settings
from governance.people.rules import Permission
from governance.web.identity import SESSIONS
from scanners.tables import Receipt
from tests.conftest import on_sqlite
from tests.web.api_calls import CLEAN, SCANS, Program, problem, program

__all__ = ["program"]

pytestmark = on_sqlite

SECRET = "Madame Martin est diabétique"
GOOD = {"convention": "S0", "comment": CLEAN}

BODIES = {
    "nothing": ({}, 422, ["/convention", "/comment"]),
    "a list": ([SECRET], 422, [""]),
    "a text": (SECRET, 422, [""]),
    "null": (None, 422, [""]),
    "no comment": ({"convention": "S0"}, 422, ["/comment"]),
    "an empty comment": (GOOD | {"comment": ""}, 422, ["/comment"]),
    "a blank comment": (GOOD | {"comment": " \n\t "}, 422, ["/comment"]),
    "a number for a comment": (GOOD | {"comment": 12}, 422, ["/comment"]),
    "an object for a comment": (GOOD | {"comment": {SECRET: SECRET}}, 422, ["/comment"]),
    "a comment too long": (GOOD | {"comment": SECRET * 300}, 413, ["/comment"]),
    "ten megabytes": (GOOD | {"comment": "a" * 10_000_000}, 413, ["/comment"]),
    "a NUL": (GOOD | {"comment": f"{SECRET}\0"}, 422, ["/comment"]),
    "a lone surrogate": (GOOD | {"comment": f"{SECRET}\ud800"}, 422, ["/comment"]),
    "a replacement character": (GOOD | {"comment": f"{SECRET}\ufffd"}, 422, ["/comment"]),
    "an unknown field": (GOOD | {"commentaire": SECRET}, 422, ["/commentaire"]),
    "an unknown field that is a text": (GOOD | {SECRET: 1}, 422, []),
    "an unknown field that is half a character": (GOOD | {"\ud800": 1}, 422, []),
    "files in JSON": (GOOD | {"files": []}, 422, ["/files"]),
    "an unknown convention": (GOOD | {"convention": SECRET}, 404, ["/convention"]),
    "a convention with a NUL": (GOOD | {"convention": "S0\0"}, 404, ["/convention"]),
    "a convention of others": (GOOD | {"convention": "S1"}, 403, ["/convention"]),
    "a day before the convention": (GOOD | {"on": "2020-01-01"}, 422, ["/convention"]),
    "no day": (GOOD | {"on": SECRET}, 422, ["/on"]),
    "a number for a day": (GOOD | {"on": 1_700_000_000}, 422, ["/on"]),
    "a day that is none": (GOOD | {"on": "2026-02-30"}, 422, ["/on"]),
    "an unknown caisse": (GOOD | {"caisse": SECRET}, 422, ["/caisse"]),
    "an unknown reason": (GOOD | {"reason": SECRET}, 422, ["/reason"]),
    "the reason of a file": (GOOD | {"reason": "lu_par_moi"}, 422, ["/reason"]),
    "an unknown writer": (GOOD | {"writer": SECRET}, 422, ["/writer"]),
}


@pytest.fixture(autouse=True)
def nothing_is_kept(request: pytest.FixtureRequest, sessions: sessionmaker[Session]) -> Iterator[None]:
    """Check, after each test, that a refusal left nothing."""
    yield
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(Receipt)) == 0


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_not_right_is_pointed_at(program: Program, name: str) -> None:
    body, status, pointers = BODIES[name]

    answer = program.client.post(SCANS, data=json.dumps(body), content_type="application/json", headers=program.headers)

    assert problem(answer) == (status, pointers)
    assert SECRET[:12] not in answer.get_data(as_text=True)
    assert "input" not in answer.get_json(force=True)


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe{", 400),
        (SECRET.encode("cp1252"), 400),
        (b'{"convention": ' + b"9" * 5_000 + b"}", 400),
        (b"[" * 200_000, 422),
    ],
)
def test_a_body_that_is_no_json_is_refused(program: Program, raw: bytes, status: int) -> None:
    answer = program.client.post(SCANS, data=raw, content_type="application/json", headers=program.headers)

    assert problem(answer) == (status, [])


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "application/json5", ""]
)
def test_another_type_of_content_is_refused(program: Program, kind: str) -> None:
    answer = program.client.post(SCANS, data=json.dumps(GOOD), content_type=kind, headers=program.headers)

    assert problem(answer) == (415, [])


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 65, "\x7f"])
def test_an_idempotency_key_that_is_none_is_refused(program: Program, key: str) -> None:
    answer = program.send(GOOD, **{"Idempotency-Key": key})

    assert problem(answer) == (422, [])


FILES = {
    "an unknown type": ([(b"x", f"{SECRET}.exe")], 422, ["/files/0"]),
    "no extension": ([(b"x", "sans")], 422, ["/files/0"]),
    "an empty file": ([(b"a;b", "a.csv"), (b"", "vide.csv")], 422, ["/files/1"]),
    "a name too long": ([(b"x", f"{'x' * 260}.csv")], 422, ["/files/0"]),
    "a name that hides": ([(b"x", "bilan\u202efdp.csv")], 422, ["/files/0"]),
    "a file over the limit": ([(b"a" * 5_000_001, f"{SECRET}.csv")], 413, ["/files/0"]),
    "nine files": ([(b"a;b", f"{number}.csv") for number in range(9)], 413, ["/files"]),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_deposited_is_pointed_at(program: Program, name: str) -> None:
    files, status, pointers = FILES[name]

    answer = program.deposit(files)

    assert problem(answer) == (status, pointers)
    assert SECRET not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"file_reasons": "lu_par_moi"}, "/file_reasons"),
        ({"file_reasons": "{}"}, "/file_reasons"),
        ({"file_reasons": "[" * 50_000}, "/file_reasons"),
        ({"file_reasons": '["fatigue"]'}, "/file_reasons/0"),
        ({"file_reasons": '["case_indisponible"]'}, "/file_reasons/0"),
        ({"file_reasons": '[null, "lu_par_moi"]'}, "/file_reasons"),
        ({"comment": ["un", "deux"]}, "/comment"),
        ({"files_": "x"}, "/files_"),
        ({"piece": (io.BytesIO(b"a"), "a.csv")}, "/piece"),
    ],
)
def test_a_field_of_the_form_that_is_not_right_is_pointed_at(
    program: Program, fields: dict[str, object], pointer: str
) -> None:
    answer = program.deposit([(b"a;b", "a.csv")], **fields)

    assert problem(answer) == (422, [pointer])


def test_a_form_without_anything_to_check_is_refused(program: Program) -> None:
    answer = program.deposit([], comment=" ")

    assert problem(answer) == (422, ["/comment"])


def test_a_request_over_the_limit_is_refused_before_it_is_read(settings: Settings, api_key: Callable[..., str]) -> None:
    app = create_app(settings.model_copy(update={"max_request_bytes": 1_000}))

    answer = Program(app.test_client(), api_key(Permission.SCAN)).scan("S0", "a" * 2_000)

    assert problem(answer) == (413, [])
    close(app)


def test_too_many_requests_are_refused_and_told_when_to_come_back(
    settings: Settings, api_key: Callable[..., str]
) -> None:
    app = create_app(settings.model_copy(update={"api_rate": "2 per minute"}))
    busy = Program(app.test_client(), api_key(Permission.READ_CONVENTIONS))

    answers = [busy.get("/api/v1/conventions") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert problem(answers[2]) == (429, [])
    assert int(answers[2].headers["Retry-After"]) > 0
    close(app)


def close(app: APIFlask) -> None:
    app.extensions[SESSIONS].kw["bind"].dispose()
