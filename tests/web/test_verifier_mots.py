"""The words of a structure: added, silenced, taken off by its DPO; effective at once, and traced."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from governance.core.trail import TrailEntry
from governance.people.rules import Role
from scanners.tables import OwnWord
from tests.conftest import on_sqlite
from tests.doubting import HINT
from tests.web.conftest import Submit
from tests.web.verifying import WORDS, Page, adopt, check, peek, writer

__all__ = ["adopt", "writer"]

pytestmark = on_sqlite

SILENCE = "/vocabulaire/taire"


@pytest.fixture
def dpo(sign_in: Callable[..., FlaskClient], adopt: Callable[..., None]) -> FlaskClient:
    """Give the browser of a DPO whose structure works under S0."""
    adopt("S0")
    return sign_in(Role.DPO)


def traced(sessions: sessionmaker[Session]) -> list[str]:
    with sessions() as session:
        told = select(TrailEntry.action).where(TrailEntry.action.like("lexicon.%")).order_by(TrailEntry.id)
        return list(session.scalars(told))


def test_an_empty_list_says_what_to_do(dpo: FlaskClient) -> None:
    page = Page(dpo.get(WORDS))

    assert page.text(".v-empty-title") == "Aucun mot pour l'instant."


def test_a_word_is_added_with_its_level_found_at_once_then_taken_off(
    dpo: FlaskClient, submit: Submit, sessions: sessionmaker[Session]
) -> None:
    text = "Suivi pour zonzonite."

    submit(dpo, WORDS, {"word": " zonzonite ", "level": "bloquant"})
    listed, found = Page(dpo.get(WORDS)), peek(dpo, text).get_json()["outcome"]
    submit(dpo, listed.values(".s-words form", "action")[0], {}, WORDS)
    lost = peek(dpo, text).get_json()["outcome"]

    assert listed.texts(".s-words tbody th") == ["zonzonite"]
    assert listed.text(".s-words .v-badge") == "Bloquant"
    assert (found, lost) == ("refuse", "accepte")
    assert traced(sessions) == ["lexicon.added", "lexicon.removed"]


def test_a_word_is_silenced_for_a_reason(dpo: FlaskClient, submit: Submit, sessions: sessionmaker[Session]) -> None:
    before = peek(dpo, "Madame est diabétique.").get_json()["outcome"]

    submit(dpo, SILENCE, {"word": "diabétique", "reason": "nom d'une association"}, WORDS)

    after = peek(dpo, "Madame est diabétique.").get_json()["outcome"]
    assert (before, after) == ("refuse", "accepte")
    assert "nom d'une association" in Page(dpo.get(WORDS)).text(".s-words tbody")
    assert traced(sessions) == ["lexicon.silenced"]


def test_a_word_is_silenced_from_a_remark_in_one_act(dpo: FlaskClient) -> None:
    shown = Page(dpo.get("/signalements/verifier"))
    form = {one.attrs["name"]: one.attrs["value"] for one in shown.html.query("form#taire input")}

    answer = dpo.post(SILENCE, data={**form, "word": "diabétique"}, headers={"Accept": "application/json"})

    assert (answer.status_code, answer.data) == (204, b"")
    assert peek(dpo, "Madame est diabétique.").get_json()["outcome"] == "accepte"


def test_silencing_again_from_a_remark_is_a_problem_document(dpo: FlaskClient, submit: Submit) -> None:
    submit(dpo, SILENCE, {"word": "diabétique", "reason": "essai"}, WORDS)
    shown = Page(dpo.get("/signalements/verifier"))
    form = {one.attrs["name"]: one.attrs["value"] for one in shown.html.query("form#taire input")}

    answer = dpo.post(SILENCE, data={**form, "word": "Diabétique"}, headers={"Accept": "application/json"})

    assert answer.status_code == 409
    assert answer.get_json()["detail"] == "Ce mot est déjà dans votre liste."


def test_a_nir_is_found_whatever_is_silenced(dpo: FlaskClient, submit: Submit) -> None:
    refused = Page(submit(dpo, SILENCE, {"word": "1 85 07 78 006 000 13", "reason": "essai"}, WORDS))

    assert refused.status == 422
    assert "n'est pas un numéro" in refused.error("mot-tu")
    assert peek(dpo, "NIR 1 85 07 78 006 000 13").get_json()["outcome"] == "refuse"


@pytest.mark.parametrize(
    ("path", "sent", "field", "said"),
    [
        (WORDS, {"word": "", "level": "bloquant"}, "mot-ajoute", "2 à 80 caractères"),
        (WORDS, {"word": "x" * 81, "level": "bloquant"}, "mot-ajoute", "2 à 80 caractères"),
        (WORDS, {"word": "œ" * 80, "level": "bloquant"}, "mot-ajoute", "2 à 80 caractères"),
        (WORDS, {"word": "zon\0zon", "level": "bloquant"}, "mot-ajoute", "lisibles"),
        (WORDS, {"word": "zon\u202ezon", "level": "bloquant"}, "mot-ajoute", "lisibles"),
        (WORDS, {"word": "zonzon", "level": "grave"}, "niveau", "n'est pas dans la liste"),
        (SILENCE, {"word": "zonzon", "reason": "  "}, "raison", "Dites pourquoi"),
        (SILENCE, {"word": "zonzon", "reason": "x" * 201}, "raison", "Dites pourquoi"),
        (SILENCE, {"word": "zonzon", "reason": "par\0ce que"}, "raison", "Dites pourquoi"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_stays_typed(
    dpo: FlaskClient,
    submit: Submit,
    path: str,
    sent: dict[str, str],
    field: str,
    said: str,
    sessions: sessionmaker[Session],
) -> None:
    page = Page(submit(dpo, path, sent, WORDS))

    assert page.status == 422
    assert said in page.error(field)
    assert traced(sessions) == []


def test_a_word_already_listed_under_another_spelling_is_refused(dpo: FlaskClient, submit: Submit) -> None:
    submit(dpo, WORDS, {"word": "zonzonite", "level": "bloquant"})

    page = Page(submit(dpo, WORDS, {"word": "ZONZONITE", "level": "info"}))

    assert page.status == 409
    assert "déjà dans votre liste" in page.error("mot-ajoute")


def test_the_words_of_a_structure_do_not_count_in_another(
    dpo: FlaskClient, submit: Submit, sign_in: Callable[..., FlaskClient], sessions: sessionmaker[Session]
) -> None:
    submit(dpo, WORDS, {"word": "zonzonite", "level": "bloquant"})
    with sessions() as session:
        word = session.scalars(select(OwnWord)).one().id
    elsewhere = sign_in(Role.DPO, other=True)

    stolen = submit(elsewhere, f"/vocabulaire/{word}/retirer", {}, WORDS)

    assert Page(elsewhere.get(WORDS)).texts(".s-words tbody th") == []
    assert stolen.status_code == 404


def test_what_a_writer_calls_a_false_alarm_is_answered_by_the_dpo_and_asked_about_no_more(
    dpo: FlaskClient, writer: FlaskClient, submit: Submit
) -> None:
    check(writer, HINT, reason="faux_positif")

    listed = Page(dpo.get(WORDS))
    before = peek(writer, HINT).get_json()["outcome"]
    submit(dpo, listed.values("[aria-labelledby=alertes-titre] form", "action")[0], {"decision": "acceptee"}, WORDS)

    assert (before, peek(writer, HINT).get_json()["outcome"]) == ("a_verifier", "accepte")
    assert "N'est plus relevée" in Page(dpo.get(WORDS)).text("[aria-labelledby=tues-titre]")
