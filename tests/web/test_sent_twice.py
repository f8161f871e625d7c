"""A form or a request sent twice is recorded once."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask import request
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from governance.core import trail
from governance.core.trail import TrailEntry
from governance.jobs.job import Turn
from governance.people.rules import Permission, Role
from governance.web import idempotency
from governance.web.act import act
from governance.web.tables import SentRequest
from scanners.tables import OwnWord
from tests.conftest import Demonstration
from tests.web.conftest import token

Sessions = sessionmaker[Session]
WORDS = "/vocabulaire"
WORD = {"word": "zonzonite", "level": "a_verifier"}


@pytest.fixture
def dpo(sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    """Give the browser of a DPO."""
    return sign_in(Role.DPO)


@pytest.fixture
def operation(app: APIFlask) -> str:
    """Add an operation that records what it is told, and return its address."""

    @app.post("/api/v1/essai")
    def record() -> tuple[dict[str, int], int]:
        with act() as (session, by, at):
            trail.record(session, "essai", "sujet", by=by, structure=by.structure, at=at)
        return {"longueur": len(request.get_data())}, 201

    return "/api/v1/essai"


def send(client: FlaskClient, key: str, **fields: str) -> TestResponse:
    return client.post(WORDS, data={"csrf_token": token(client, WORDS), "send_key": key, **WORD, **fields})


def count(sessions: Sessions, table: type) -> int:
    with sessions() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


KEY = "abcdefghijklmnopqrstuvwx"


def test_a_form_carries_a_key_of_its_own(dpo: FlaskClient) -> None:
    keys = [re.findall(r'name="send_key" value="([^"]+)"', dpo.get(WORDS).get_data(as_text=True)) for _ in range(2)]

    assert len(set(keys[0] + keys[1])) == len(keys[0] + keys[1]) > 2


def test_a_form_sent_twice_is_recorded_once_and_answered_the_same(dpo: FlaskClient, sessions: Sessions) -> None:
    first = send(dpo, KEY)
    before = count(sessions, TrailEntry)
    second = send(dpo, KEY)

    assert (first.status_code, first.location) == (second.status_code, second.location) == (303, WORDS)
    assert (count(sessions, OwnWord), count(sessions, TrailEntry)) == (1, before)


def test_a_form_sent_twice_at_once_is_recorded_once(dpo: FlaskClient, app: APIFlask, sessions: Sessions) -> None:
    data = {"csrf_token": token(dpo, WORDS), "send_key": KEY, **WORD}
    cookie = dpo.get_cookie("vigie")
    assert cookie is not None

    def click(_: int) -> int:
        other = app.test_client()
        other.set_cookie("vigie", cookie.value)
        return other.post(WORDS, data=data).status_code

    with ThreadPoolExecutor(4) as clicks:
        statuses = list(clicks.map(click, range(4)))

    assert statuses == [303] * 4
    assert count(sessions, OwnWord) == 1


def test_a_form_gone_back_to_and_changed_is_another(dpo: FlaskClient, sessions: Sessions) -> None:
    statuses = [send(dpo, KEY, word=word).status_code for word in ("zonzonite", "brimbalose")]

    assert statuses == [303, 303]
    assert count(sessions, OwnWord) == 2


def test_a_form_that_was_refused_may_be_corrected_and_sent_again(dpo: FlaskClient, sessions: Sessions) -> None:
    statuses = [send(dpo, KEY, word=word).status_code for word in ("", "zonzonite")]

    assert statuses == [422, 303]
    assert count(sessions, OwnWord) == 1


def test_a_key_belongs_to_who_sent_it(
    sign_in: Callable[..., FlaskClient], demonstration: Demonstration, sessions: Sessions
) -> None:
    statuses = [send(sign_in(Role.DPO, other), KEY).status_code for other in (False, True)]

    assert statuses == [303, 303]
    assert count(sessions, OwnWord) == 2


def test_an_act_whose_answer_was_lost_is_not_done_again(
    dpo: FlaskClient, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "_WAITS", 1)
    send(dpo, KEY)
    with sessions.begin() as session:
        row = session.scalars(sa.select(SentRequest)).one()
        row.status = row.location = None

    answer = send(dpo, KEY)

    assert answer.status_code == 409
    assert "déjà enregistré" in answer.get_data(as_text=True)
    assert count(sessions, OwnWord) == 1


def test_an_operation_sent_twice_with_a_key_answers_the_same(
    client: FlaskClient, operation: str, api_key: Callable[..., str], sessions: Sessions
) -> None:
    headers = {"Authorization": f"Bearer {api_key(Permission.SCAN)}", "Idempotency-Key": '"8e03978e-40d5"'}
    before = count(sessions, TrailEntry)

    answers = [client.post(operation, json={"a": 1}, headers=headers) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json == answers[1].json
    assert answers[1].content_type == "application/json"
    assert count(sessions, TrailEntry) == before + 1


def test_a_key_that_served_for_another_content_is_refused(
    client: FlaskClient, operation: str, api_key: Callable[..., str]
) -> None:
    headers = {"Authorization": f"Bearer {api_key(Permission.SCAN)}", "Idempotency-Key": "clef"}

    statuses = [client.post(operation, json={"a": n}, headers=headers).status_code for n in (1, 2, 1)]

    assert statuses == [201, 422, 201]


@pytest.mark.parametrize("key", ["", " ", "é", "x" * 65])
def test_a_header_that_is_no_key_is_refused(
    client: FlaskClient, operation: str, api_key: Callable[..., str], key: str
) -> None:
    headers = {"Authorization": f"Bearer {api_key(Permission.SCAN)}", "Idempotency-Key": key}

    answer = client.post(operation, json={}, headers=headers)

    assert answer.status_code == 422


def test_keys_are_forgotten_after_two_days(dpo: FlaskClient, sessions: Sessions, at: datetime) -> None:
    send(dpo, KEY)
    with sessions.begin() as session:
        sent = session.scalars(sa.select(SentRequest.at)).one()
        early = idempotency.forget(session, Turn(sent, sent + timedelta(hours=47)))
        late = idempotency.forget(session, Turn(sent, sent + timedelta(hours=49)))

    assert (early, late) == ("0 clé(s) effacée(s)", "1 clé(s) effacée(s)")
