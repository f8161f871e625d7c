"""Long checks over the API: told elsewhere, followed page by page, finished whoever leaves, one for one key."""

import io
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import monotonic, sleep
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from governance.people.rules import Permission
from scanners.checks.running import MOST_EACH
from scanners.tables import Receipt
from tests.conftest import on_sqlite
from tests.scanners import pictures, samples
from tests.web.api_calls import CLEAN, NIR, SCANS, Program, problem, program

__all__ = ["program"]

pytestmark = on_sqlite

LATER = {"Prefer": "respond-async"}


def send(program: Program, *files: tuple[bytes, str], **headers: str) -> Any:
    """Send files with more headers than the key's."""
    data = {"convention": "S0", "files": [(io.BytesIO(content), name) for content, name in files]}
    return program.client.post(SCANS, data=data, headers=program.headers | headers, content_type="multipart/form-data")


def ended(program: Program, address: str) -> dict[str, Any]:
    """Follow a check to its end."""
    until = monotonic() + 60
    while (body := program.get(address).get_json())["state"] == "en_cours":
        assert monotonic() < until
        sleep(0.05)
    return body  # type: ignore[no-any-return]


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Event:
    """Give what lets checks end: until then, files wait."""
    go_on = Event()
    from scanners.checks import answering  # noqa: PLC0415  # patched where it is used

    check = answering.check_dossier

    def wait(*arguments: Any) -> Any:
        go_on.wait(30)
        return check(*arguments)

    monkeypatch.setattr(answering, "check_dossier", wait)
    return go_on


def test_long_work_is_told_where_to_follow_and_its_answer_found_there(program: Program) -> None:
    answer = send(program, (samples.pdf(f"NIR {NIR}"), "note.pdf"), **LATER)
    body = ended(program, answer.location)

    assert (answer.status_code, answer.headers["Retry-After"]) == (202, "2")
    assert answer.get_json()["id"] in answer.location
    assert (body["state"], body["scan"]["outcome"]) == ("fini", "accepte")
    assert body["files"][0]["is_done"] and body["files"][0]["file"]["remarks"][0]["place"] == "page 1"
    assert program.get(f"{SCANS}/{body['scan']['id']}").status_code == 200


def test_short_work_is_answered_at_once_as_before(program: Program) -> None:
    answer = send(program, (b"a;b\n", "a.csv"))

    assert (answer.status_code, answer.get_json()["outcome"]) == (201, "accepte")


def test_pages_are_told_as_they_are_read_and_the_first_one_s_findings_before_the_last_is(program: Program) -> None:
    pages = [pictures.page(f"NIR {NIR}"), *(pictures.page("Rien ici.", f"Page {rank}") for rank in range(3))]
    answer = send(program, (pictures.pdf(*pages), "scan.pdf"), **LATER)
    until, seen = monotonic() + 60, []
    while (body := program.get(answer.location).get_json())["state"] == "en_cours" and monotonic() < until:
        seen += [(one["pages_read"], one["pages"], len(one["file"]["remarks"])) for one in body["files"]]
        sleep(0.05)

    assert [one for one in seen if 0 < one[0] < one[1] == 4 and one[2] > 0]
    assert body["scan"]["files"][0]["read"] == "read"


def test_a_check_ends_and_keeps_its_receipt_though_nobody_follows_it(
    program: Program, slow: Event, sessions: sessionmaker[Session]
) -> None:
    send(program, (b"a;b\n", "a.csv"), **LATER)
    slow.set()
    until = monotonic() + 30
    kept = 0
    while not kept and monotonic() < until:
        sleep(0.05)
        with sessions() as session:
            kept = session.scalar(select(func.count()).select_from(Receipt)) or 0

    assert kept == 1


def test_a_check_is_followed_by_the_machine_that_began_it_alone(
    program: Program, client: FlaskClient, api_key: Callable[..., str]
) -> None:
    answer = send(program, (b"a;b\n", "a.csv"), **LATER)
    ended(program, answer.location)

    for other in (api_key(Permission.SCAN), api_key(Permission.SCAN, other=True)):
        assert Program(client, other).get(answer.location).status_code == 404
    assert problem(program.get("/api/v1/checks/0"))[0] == 404


def test_the_same_key_twice_at_once_makes_one_check_and_one_receipt(
    program: Program, app: APIFlask, slow: Event, sessions: sessionmaker[Session]
) -> None:
    files = [(b"a;b\n", "a.csv")]
    key = {"Idempotency-Key": "une-seule-fois"}
    with ThreadPoolExecutor(2) as threads:
        both = [threads.submit(send, Program(app.test_client(), program.key), *files, **key) for _ in range(2)]
        sleep(0.3)
        slow.set()
        first, second = (one.result(60) for one in both)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.get_json() == second.get_json()
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(Receipt)) == 1


def test_the_same_key_for_another_content_is_refused_while_the_first_is_under_check(
    program: Program, slow: Event
) -> None:
    key = {"Idempotency-Key": "une-seule-fois", **LATER}
    first = send(program, (b"a;b\n", "a.csv"), **key)
    same = send(program, (b"a;b\n", "a.csv"), **key)
    other = send(program, (b"autre\n", "a.csv"), **key)
    slow.set()

    assert same.location == first.location
    assert problem(other)[0] == 409
    assert ended(program, first.location)["state"] == "fini"


def test_beyond_what_may_wait_the_answer_is_429_with_when_to_come_back(program: Program, slow: Event) -> None:
    many = [(b"a;b\n", f"{rank}.csv") for rank in range(8)]
    begun = [send(program, *many, **LATER) for _ in range(MOST_EACH // 8)]

    refused = send(program, (b"a;b\n", "a.csv"), **LATER)
    slow.set()

    assert problem(refused)[0] == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert {ended(program, one.location)["state"] for one in begun} == {"fini"}
    assert send(program, (b"a;b\n", "a.csv")).status_code == 201


def test_a_dossier_that_is_refused_is_refused_at_once(program: Program) -> None:
    assert problem(send(program, *[(b"a", f"{rank}.csv") for rank in range(9)], **LATER))[0] == 413
    assert problem(send(program, (b"", "a.csv"), **LATER)) == (422, ["/files/0"])
    assert problem(send(program, (bytes(5_000_001), "a.csv"), **LATER))[0] == 413


def test_an_upload_cut_in_the_middle_leaves_nothing_and_the_next_one_passes(
    program: Program, address: str, sessions: sessionmaker[Session]
) -> None:
    host, port = address.removeprefix("http://").split(":")
    start = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.csv"\r\n\r\n' + b"a;b\n" * 1000
    head = f"POST {SCANS} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {program.key}\r\n"
    head += "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 900000\r\n\r\n"
    with socket.create_connection((host, int(port))) as cut:
        cut.sendall(head.encode() + start)
        cut.shutdown(socket.SHUT_WR)
        answered = cut.recv(100)

    whole = program.deposit([(b"a;b\n", "a.csv")], comment=CLEAN)

    assert answered.split(b" ")[1][:1] in (b"4", b"")
    assert whole.status_code == 201
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(Receipt)) == 1
