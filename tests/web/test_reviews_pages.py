"""The pages of reviews, without JavaScript, and their API: answered, confirmed, followed, signed."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker

from governance.core import clock
from governance.papers.signing import public_key, verify
from governance.people.rules import Permission, Role
from governance.web.identity import KEYS
from reviews.closing import Effect
from reviews.deciding import Seen, answer
from reviews.ending import apply, sign_off
from reviews.feature import dates, tasks
from reviews.queries import Show, lines
from reviews.rules import Answer, Choice
from tests.actions.portal import Portal as Accounts
from tests.conftest import Demonstration, on_sqlite
from tests.reviewing import Portal, account, entries, opened
from tests.web.conftest import Submit

Sessions = sessionmaker[Session]
pytestmark = on_sqlite


@pytest.fixture
def campaign(sessions: Sessions, demonstration: Demonstration) -> str:
    """Give a review under way, whose forty accounts were reviewed before and four of which need a look."""
    return of_forty(sessions, demonstration)


def of_forty(sessions: Sessions, demonstration: Demonstration, size: int = 40) -> str:
    """Open a review of accounts reviewed half a year ago: one has left, one sleeps, one is untrained, one has moved."""
    at = clock.now()
    before, by = at - timedelta(days=180), demonstration.actor(Role.GESTIONNAIRE)
    held = [account(number, before, granted_on=before.date()) for number in range(1, size + 1)]
    first = opened(sessions, demonstration, before, held, key="avant")
    reply_all(sessions, demonstration, first, before)
    with sessions.begin() as session:
        sign_off(session, first, Portal().ways(), by=by, at=before)
    apply(sessions, first, Portal().ways(), before)
    held = [replace(one, sign_in_known=True, last_sign_in=at.date()) for one in held]
    held[4] = replace(held[4], left_on=at.date())
    held[5] = replace(held[5], last_sign_in=before.date() - timedelta(days=90))
    held[6] = replace(held[6], trained_until=at.date() - timedelta(days=1))
    held[7] = replace(held[7], email="nouvelle@ccas.example")
    return opened(sessions, demonstration, at, held, key="maintenant")


def reply_all(sessions: Sessions, demonstration: Demonstration, campaign: str, at: datetime) -> None:
    """Keep every account of a review, one by one."""
    with sessions.begin() as session:
        for row in entries(sessions, campaign).values():
            seen = Seen(row.id, 0, at)
            answer(session, seen, Answer(Choice.KEEP), by=demonstration.actor(Role.GESTIONNAIRE), at=at)


def first_form(html: str) -> tuple[str, dict[str, str]]:
    """Return where the first card's form is sent, and what it carries."""
    form = re.search(r'<form method="post" action="([^"]+/comptes/[^"]+)".*?</form>', html, re.DOTALL)
    assert form is not None
    fields = dict(re.findall(r'<input type="hidden" name="(version|shown)" value="([^"]*)"', form.group(0)))
    return form.group(1), fields


def test_A24_a_review_is_done_from_its_page_without_javascript(
    sign_in: Callable[..., FlaskClient], submit: Submit, campaign: str, sessions: Sessions
) -> None:
    client, url = sign_in(Role.GESTIONNAIRE), f"/revues/{campaign}"
    for pressed in ("retirer:depart", "retirer:inutilise", "garder", "garder"):
        action, fields = first_form(client.get(url).text)
        assert submit(client, action, {**fields, "answer": pressed}, page=url).status_code == 303
    listed = re.findall(r'name="line" value="([^"]+)"', client.get(url).text)
    shown = re.search(r'name="shown" value="([^"]+)"', client.get(url).text)
    assert len(listed) == 36 and shown is not None
    assert submit(client, f"{url}/confirmer", {"line": listed, "shown": shown.group(1)}, page=url).status_code == 303

    signing = client.get(f"{url}/signer").text
    answer = submit(client, f"{url}/signer", {}, page=url)

    assert "sera retiré" in signing
    assert answer.status_code == 303
    done = client.get(url).text
    assert "La revue est close." in done and "40 sur 40" in done
    effects = [row.effect for row in entries(sessions, campaign).values()]
    assert effects.count(Effect.KEPT) == 38


def test_the_certificate_is_signed_and_tells_how_the_review_was_done(
    sign_in: Callable[..., FlaskClient], submit: Submit, campaign: str, sessions: Sessions, demonstration: Demonstration
) -> None:
    client, url = sign_in(Role.GESTIONNAIRE), f"/revues/{campaign}"
    reply_all(sessions, demonstration, campaign, clock.now())
    submit(client, f"{url}/signer", {}, page=url)

    answer = client.get(f"{url}/attestation.json")

    keys = client.application.extensions[KEYS]
    said = verify(answer.data, public_key(keys)).value
    assert (said["whole"]["answers"], said["whole"]["pace"]) == (40, "expeditive")
    assert len(said["accounts"]) == 40
    assert json.loads(answer.data)["document"]["kind"] == "reviews.certificate"


def test_to_revoke_without_a_reason_or_to_answer_nothing_is_refused_beside_the_account(
    sign_in: Callable[..., FlaskClient], submit: Submit, campaign: str
) -> None:
    client, url = sign_in(Role.GESTIONNAIRE), f"/revues/{campaign}"
    action, fields = first_form(client.get(url).text)

    for pressed, said in (
        ("retirer", "Dites pourquoi cet accès est retiré"),
        ("modifier", "Dites ce qui doit changer"),
        ("retirer:autre", "Écrivez le motif"),
        ("rien", "Choisissez une réponse"),
        ("", "Choisissez une réponse"),
    ):
        refused = submit(client, action, {**fields, "answer": pressed}, page=url)
        assert refused.status_code == 422
        assert said in refused.text


def test_an_answer_given_meanwhile_is_shown_and_not_lost(
    sign_in: Callable[..., FlaskClient], submit: Submit, campaign: str
) -> None:
    client, url = sign_in(Role.GESTIONNAIRE), f"/revues/{campaign}"
    action, fields = first_form(client.get(url).text)
    submit(client, action, {**fields, "answer": "retirer:depart"}, page=url)

    late = submit(client, action, {**fields, "answer": "garder"}, page=url)

    assert late.status_code == 409
    assert "Une autre personne a répondu entre-temps" in late.text
    assert "a quitté la structure" in late.text


def test_the_list_is_filtered_by_the_address_and_a_filter_that_is_none_is_refused(
    sign_in: Callable[..., FlaskClient], campaign: str
) -> None:
    client, url = sign_in(Role.GESTIONNAIRE), f"/revues/{campaign}"

    counts = {
        query: re.search(r'role="status">(\d+) compte', client.get(f"{url}?{query}").text)[1]  # type: ignore[index]
        for query in ("voir=tous", "voir=signales", "voir=inchanges", "signal=parti", "voir=tous&page=9")
    }

    assert counts == {
        "voir=tous": "40", "voir=signales": "4", "voir=inchanges": "36", "signal=parti": "1", "voir=tous&page=9": "40",
    }  # fmt: skip
    assert client.get(f"{url}?voir=ailleurs").status_code == 422


def test_the_deadline_is_put_later_with_a_reason_and_shares_are_given(
    sign_in: Callable[..., FlaskClient], submit: Submit, campaign: str, demonstration: Demonstration
) -> None:
    client, url = sign_in(Role.DPO), f"/revues/{campaign}"
    later = (clock.now().date() + timedelta(days=30)).isoformat()

    refused = submit(client, f"{url}/repousser", {"to": "hier", "reason": ""}, page=url)
    moved = submit(client, f"{url}/repousser", {"to": later, "reason": "Absence de Bruno"}, page=url)
    people = demonstration.people
    share = {"giver": people[Role.GESTIONNAIRE], "taker": people[Role.DPO], "words": "Absence de Bruno"}
    given = submit(client, f"{url}/confier", share, page=url)

    assert (refused.status_code, moved.status_code, given.status_code) == (422, 303, 303)
    followed = client.get(f"{url}/suivi").text
    assert "échéance repoussée du" in followed and "40 comptes confiés" in followed


def test_a_review_is_opened_and_set_by_hand_with_what_silence_comes_to_chosen(
    sign_in: Callable[..., FlaskClient], submit: Submit, sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    with sessions.begin() as session:
        made = Accounts(session, demonstration.structure, at).open()
        made.gestionnaire(made.agent(1))
    client, due = sign_in(Role.DPO), (clock.now().date() + timedelta(days=10)).isoformat()

    unsaid = submit(client, "/revues/ouvrir/S3", {"due": due})
    too_long = submit(client, "/revues/reglages/S3", {"months": "13", "days": "10", "silence": "garder"})
    settled = submit(client, "/revues/reglages/S3", {"months": "4", "days": "10", "silence": "suspendre", "grace": "5"})
    made_one = submit(client, "/revues/ouvrir/S3", {"due": due, "silence": "garder"})
    again = submit(client, "/revues/ouvrir/S3", {"due": due, "silence": "garder"})

    assert [one.status_code for one in (unsaid, too_long, settled, made_one, again)] == [422, 422, 303, 303, 409]
    assert "Choisissez ce que devient un compte sans réponse." in unsaid.text
    assert "1 à 12 mois" in too_long.text
    assert "déjà ouverte" in again.text


def test_programs_read_reviews_without_names(client: FlaskClient, api_key: Callable[..., str], campaign: str) -> None:
    headers = {"Authorization": f"Bearer {api_key(Permission.READ_REVIEW)}"}

    every = client.get("/api/v1/reviews", headers=headers).get_json()
    one = client.get(f"/api/v1/reviews/{campaign}", headers=headers)
    wrong = client.get(f"/api/v1/reviews/{campaign}?page=x", headers=headers)

    assert [review["state"] for review in every["reviews"]] == ["ouverte", "close"]
    assert len(one.get_json()["entries"]) == 40
    assert "ccas.example" not in one.text and "Agent" not in one.text
    assert wrong.status_code == 422


def test_what_awaits_people_and_what_is_dated_are_told_to_the_agenda(
    sessions: Sessions, demonstration: Demonstration, campaign: str
) -> None:
    at, by = clock.now(), demonstration.actor(Role.GESTIONNAIRE)
    with sessions() as session:
        mine, theirs = tasks(session, by, at), tasks(session, demonstration.actor(Role.DPO), at)
        dated = dates(session, by, at)
        none = tasks(session, demonstration.actor(Role.TECHNICIEN), at)

    assert [(one.key, one.verb, one.href) for one in mine] == [
        (f"review:{campaign}", "Commencer la revue", f"/revues/{campaign}")
    ]
    assert [one.key for one in theirs] == [f"review.follow:{campaign}"]
    assert [one.key for one in dated] == [f"review.due:{campaign}"]
    assert none == ()


def test_a_gestionnaire_sees_who_else_reviews_their_own_account(
    sign_in: Callable[..., FlaskClient], sessions: Sessions, demonstration: Demonstration
) -> None:
    at = clock.now()
    own = account(1, at, email=demonstration.email(Role.GESTIONNAIRE))
    campaign = opened(sessions, demonstration, at, [own, account(3, at)])

    shown = sign_in(Role.GESTIONNAIRE).get(f"/revues/{campaign}").text

    with sessions() as session:
        rows, total = lines(session, campaign, Show.TO_DECIDE)
    assert total == len(rows) == 2
    assert "C&#39;est votre propre compte" in shown or "C'est votre propre compte" in shown
    assert "Confié à Personne dpo." in shown
