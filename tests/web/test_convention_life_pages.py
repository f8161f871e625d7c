"""What people read and enter of the life of a convention."""

from collections.abc import Callable
from datetime import date, timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker

from governance.conventions.life import feature
from governance.conventions.life.actions import Draft, enter
from governance.conventions.life.events import Kind, Party
from governance.core import clock
from governance.people.actions import adopt_convention
from governance.people.queries import Adoption
from governance.people.rules import Role, command
from tests.conftest import Demonstration, on_sqlite
from tests.web.conftest import Submit

SignIn = Callable[..., FlaskClient]


@pytest.fixture
def today() -> date:
    return clock.day(clock.now())


@pytest.fixture
def signed(sessions: sessionmaker[Session], demonstration: Demonstration, today: date) -> date:
    """Apply S0, whose two caisses are Côte d'Opale and Artois, signed a hundred days ago; return that day."""
    day = today - timedelta(days=100)
    by = command(demonstration.structure)
    with sessions.begin() as session:
        adopt_convention(session, by.structure, Adoption("S0", day, None), by=by, at=clock.now())
        enter(session, "S0", Draft(Kind.SIGNED, day, "Exemplaire signé"), by=by, at=clock.now())
    return day


def plain(page: str) -> str:
    return " ".join(unescape(page).replace("\u00a0", " ").split())


def read(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return plain(answer.get_data(as_text=True))


@on_sqlite
def test_every_date_has_its_article_and_what_is_unknown_is_asked(sign_in: SignIn, signed: date) -> None:
    page = read(sign_in(Role.DPO), "/conventions/S0/vie")

    assert 'href="/conventions/S0#D1"' in page
    assert "conclue pour une durée de 1 an" in page
    assert page.count("Quel est le préavis de dénonciation ?") == 4  # said and read out, for each caisse
    assert 'href="/conventions/S0/vie/preavis"' in page


@on_sqlite
def test_a_gestionnaire_reads_and_enters_nothing(sign_in: SignIn, signed: date) -> None:
    page = read(sign_in(Role.GESTIONNAIRE), "/conventions/S0/vie")

    assert "Saisir" not in page
    assert sign_in(Role.GESTIONNAIRE).get("/conventions/S0/vie/fin").status_code == 403


@on_sqlite
def test_one_letter_for_both_texts_opens_two_delays(sign_in: SignIn, submit: Submit, signed: date, today: date) -> None:
    dpo = sign_in(Role.DPO)

    answer = submit(
        dpo,
        "/conventions/S0/vie/mise-en-demeure",
        {"day": today, "text": "CM et CU", "party": "caisse", "caisse": "artois", "reference": "Lettre n° 1"},
    )

    page = read(dpo, "/conventions/S0/vie")
    assert answer.status_code == 303
    assert page.count("Lettre n° 1") == 2
    assert "résiliation en cours" in page
    assert "Quand la mise en demeure" in page


@on_sqlite
@pytest.mark.parametrize(
    ("kind", "typed", "said", "status"),
    [
        ("fin", {"day": ""}, "Donnez une date.", 422),
        ("fin", {"day": "2026-02-30"}, "Cette date n'existe pas", 422),
        ("fin", {"day": "2027-12-31", "reference": ""}, "Dites quel document le prouve.", 422),
        ("fin", {"day": "2020-01-01"}, "précède l'adoption du texte", 422),
        ("signature", {"day": "2030-01-01"}, "Cette date est à venir", 422),
        ("preavis", {"notice": "bientôt"}, "Durée illisible", 422),
        ("preavis", {"notice": "24 h"}, "en jours, en mois ou en années", 422),
        ("renouvellement", {}, "Donnez la nouvelle échéance", 422),
        ("fin", {"day": "2027-12-31", "caisse": "doubs"}, "ne nomme pas cette caisse", 422),
        ("signature", {}, "La signature est déjà saisie", 409),
        ("reception", {"of": "inconnue"}, "Aucune lettre n'attend cela", 422),
    ],
)
def test_bad_input_is_refused_beside_its_field(
    sign_in: SignIn, submit: Submit, signed: date, today: date, kind: str, typed: dict[str, str], said: str, status: int
) -> None:
    dpo, path = sign_in(Role.DPO), f"/conventions/S0/vie/{kind}"

    answer = submit(dpo, path, {"day": today, "reference": "Document", **typed})

    page = plain(answer.get_data(as_text=True))
    assert answer.status_code == status
    assert said in page
    if kind != "reception":
        assert "À corriger avant de continuer" in page


@on_sqlite
def test_an_end_entered_twice_is_refused_with_the_reason_and_recorded_once(
    sign_in: SignIn, submit: Submit, signed: date, today: date
) -> None:
    dpo, path = sign_in(Role.DPO), "/conventions/S0/vie/fin"

    answers = [submit(dpo, path, {"day": today, "reference": f"Accord n° {number}"}) for number in (1, 2)]

    page = read(dpo, "/conventions/S0/vie")
    assert [one.status_code for one in answers] == [303, 409]
    assert "Une fin est déjà enregistrée" in plain(answers[1].get_data(as_text=True))
    assert "Accord n° 1" in page and "Accord n° 2" not in page


@on_sqlite
def test_an_act_or_a_convention_that_is_not_there_is_not_found(sign_in: SignIn, signed: date) -> None:
    dpo = sign_in(Role.DPO)

    found = [dpo.get(path).status_code for path in ("/conventions/S0/vie/rien", "/conventions/S1/vie")]

    assert found == [404, 404]


@on_sqlite
def test_a_caisse_reads_the_dates_and_not_the_letters_of_another(
    sign_in: SignIn, sessions: sessionmaker[Session], demonstration: Demonstration, signed: date, today: date
) -> None:
    by = command(demonstration.structure)
    draft = Draft(Kind.WARNED, today, "Lettre n° 7", caisse="cotedopale", party=Party.CAISSE)
    with sessions.begin() as session:
        enter(session, "S0", draft, by=by, at=clock.now())
    path = f"/partenaires/{demonstration.structure}/conventions/S0/vie"

    page = read(sign_in(Role.AGENT_CAISSE), path)

    assert "Avec CPAM de l'Artois" in page
    assert "Côte d'Opale" not in page
    assert "Lettre n° 7" not in page
    assert "Saisir" not in page
    assert sign_in(Role.AGENT_CAISSE, True).get(path).status_code == 403


@on_sqlite
def test_what_both_caisses_share_is_said_once_and_what_one_has_bears_its_name(
    sessions: sessionmaker[Session], demonstration: Demonstration, signed: date, today: date
) -> None:
    by = command(demonstration.structure)
    draft = Draft(Kind.ENDED, today + timedelta(days=30), "Accord", caisse="artois")
    with sessions.begin() as session:
        enter(session, "S0", draft, by=by, at=clock.now())
        actor = demonstration.actor(Role.DPO)

        asked = [one.title for one in feature.tasks(session, actor, clock.now())]
        dated = [one.title for one in feature.dates(session, actor, clock.now())]

    assert asked == ["Convention S0 : Quel est le préavis de dénonciation ? – CPAM de la Côte d'Opale"]
    assert "Fin – convention S0 – CPAM de l'Artois" in dated
    assert "Échéance – convention S0 – CPAM de la Côte d'Opale" in dated
