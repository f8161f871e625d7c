"""The page of jobs says in words what goes wrong; the command too."""

from collections.abc import Callable
from datetime import timedelta

from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker

from governance.core import clock
from governance.jobs import actions
from governance.jobs.job import Turn
from governance.jobs.pages import JOBS
from governance.people.rules import Role
from tests.conftest import on_sqlite

pytestmark = on_sqlite
SignIn = Callable[..., FlaskClient]
PAGE = "/etat/taches"


def shown(sign_in: SignIn) -> str:
    return sign_in(Role.ADMINISTRATEUR).get(PAGE).get_data(as_text=True)


def watched(app: APIFlask, sessions: sessionmaker[Session], ago: timedelta) -> None:
    actions.note_watch(sessions, {job.name: clock.now() - ago for job in app.extensions[JOBS]})


def test_a_service_whose_jobs_never_ran_says_so(sign_in: SignIn) -> None:
    page = shown(sign_in)

    assert "Jamais lancé" in page
    assert "Jamais faite" in page


def test_jobs_on_time_are_said_so(sign_in: SignIn, app: APIFlask, sessions: sessionmaker[Session]) -> None:
    watched(app, sessions, timedelta())

    page = shown(sign_in)

    assert "En marche" in page
    assert page.count("À l&#39;heure") == len(app.extensions[JOBS])


def test_a_job_that_did_not_run_when_it_should_is_late(
    sign_in: SignIn, app: APIFlask, sessions: sessionmaker[Session]
) -> None:
    watched(app, sessions, timedelta(days=1))

    page = shown(sign_in)

    assert "Arrêté" in page
    assert "En retard" in page
    assert "À l&#39;heure" not in page


def test_a_failure_is_shown_by_its_class(sign_in: SignIn, app: APIFlask, sessions: sessionmaker[Session]) -> None:
    watched(app, sessions, timedelta())
    at, job = clock.now(), app.extensions[JOBS][0]
    actions.note_failure(sessions, job, Turn(at, at), OSError("/chemin/secret"), at)

    page = shown(sign_in)

    assert "En échec" in page
    assert "OSError" in page
    assert "secret" not in page


def test_readiness_tells_when_jobs_were_last_seen(
    client: FlaskClient, app: APIFlask, sessions: sessionmaker[Session]
) -> None:
    never = client.get("/pret")
    watched(app, sessions, timedelta(seconds=90))

    since = client.get("/pret")

    assert (never.status_code, never.json["taches_vues_il_y_a_s"]) == (200, None)
    assert 85 < since.json["taches_vues_il_y_a_s"] < 300


def test_the_state_of_the_service_says_whether_jobs_run(
    sign_in: SignIn, app: APIFlask, sessions: sessionmaker[Session]
) -> None:
    watched(app, sessions, timedelta())

    page = sign_in(Role.TECHNICIEN).get("/a-propos").get_data(as_text=True)

    assert "Tâches planifiées" in page
    assert "par « vigie run-jobs »" in page
