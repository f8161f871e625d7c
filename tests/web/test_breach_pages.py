"""The pages of breaches: a declaration in a minute, the clocks, the small pages of the file, what a caisse sees."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from breach import handling
from breach.accounts import Compromised, cut
from breach.acts import OF_BREACH
from breach.feature import dates, tasks
from breach.owing import concerns_of, duties_of, lines_of
from breach.tables import Breach, BreachDocument, Rehearsal
from governance.core import clock
from governance.core.outbox.tables import OutboxContent, OutboxMessage
from governance.habilitations.rules import Reason, State
from governance.habilitations.tables import Account
from governance.people.actions import set_roles
from governance.people.rules import Role, command
from tests.actions.portal import Portal
from tests.breaches import adopt, declare
from tests.conftest import Demonstration, on_sqlite
from tests.web.conftest import Submit

pytestmark = on_sqlite
Sessions = sessionmaker[Session]
SignIn = Callable[..., FlaskClient]
HOUR = timedelta(hours=1)
TOLD = {"told": "Clé USB égarée", "triggers": "soupçon", "concerned": "S0/artois", "own_data": "inconnu"}


@pytest.fixture
def s0(sessions: Sessions, demonstration: Demonstration, at: datetime) -> None:
    """Let the first structure apply S0."""
    with sessions.begin() as session:
        adopt(session, demonstration.structure, ("S0",), at)


@pytest.fixture
def breach(sessions: Sessions, demonstration: Demonstration) -> str:
    """Give a suspicion of an hour ago, under S0."""
    with sessions.begin() as session:
        return declare(session, demonstration.actor(Role.DPO), clock.now(), "S0")


def test_anyone_declares_with_three_answers_and_reads_what_is_owed(
    sign_in: SignIn, submit: Submit, sessions: Sessions, s0: None
) -> None:
    client = sign_in(Role.TECHNICIEN)
    asked = client.get("/violations/declarer").get_data(as_text=True)

    answer = submit(client, "/violations/declarer", TOLD | {"suspected_at": "2026-01-10T17:30"})
    shown = client.get(answer.location).get_data(as_text=True)

    assert "CPAM de l&#39;Artois (convention S0)" in asked
    assert answer.status_code == 303
    assert "Avis au DPO de la caisse – CPAM de l&#39;Artois (S0)" in shown
    assert "24 h <span" in shown
    assert "/conventions/S0#B1" in shown
    assert client.get("/violations").status_code == 403


def test_an_administrator_declares_and_is_told_so_without_reading_the_file(
    sign_in: SignIn, submit: Submit, sessions: Sessions, s0: None
) -> None:
    client = sign_in(Role.ADMINISTRATEUR)

    answer = submit(client, "/violations/declarer", TOLD | {"suspected_at": "2026-01-10T17:30"})
    shown = client.get(answer.location, follow_redirects=True).get_data(as_text=True)

    with sessions() as session:
        breach = session.scalars(select(Breach.id)).one()
    assert (answer.status_code, answer.location) == (303, "/")
    assert "La violation est déclarée" in shown
    assert TOLD["told"] not in shown
    assert client.get(f"/violations/{breach}").status_code == 404


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"suspected_at": ""}, "Donnez un jour et une heure."),
        ({"suspected_at": "2999-01-01T00:00"}, "Cette date est dans le futur"),
        ({"suspected_at": "hier"}, "Donnez un jour et une heure, comme"),
        ({"suspected_at": "2026-03-29T02:30"}, "n&#39;a pas existé cette nuit-là"),
        ({"told": ""}, "Racontez en une phrase"),
        ({"triggers": ""}, "n&#39;est pas"),
        ({"triggers": []}, "Dites ce qui s&#39;est passé"),
        ({"concerned": "S9/nulle-part"}, "n&#39;est pas"),
        ({"concerned": []}, "Choisissez au moins une convention"),
        ({"started_at": "2026-01-11T09:00"}, "Le premier soupçon précède le début"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    sign_in: SignIn, submit: Submit, sessions: Sessions, s0: None, changes: dict[str, object], said: str
) -> None:
    data = TOLD | {"suspected_at": "2026-01-10T17:30", "suspected_by": "L'accueil"} | changes

    answer = submit(sign_in(Role.DPO), "/violations/declarer", data)

    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    assert "L&#39;accueil" in answer.get_data(as_text=True)
    with sessions() as session:
        assert session.scalars(select(Breach)).all() == []


def test_an_hour_that_came_twice_is_asked_again(sign_in: SignIn, submit: Submit, sessions: Sessions, s0: None) -> None:
    client, typed = sign_in(Role.DPO), TOLD | {"suspected_at": "2026-10-25T02:30"}

    asked = submit(client, "/violations/declarer", typed)
    answer = submit(client, "/violations/declarer", typed | {"suspected_at-laquelle": "seconde"})

    assert "Cette heure est venue deux fois" in asked.get_data(as_text=True)
    assert answer.status_code == 303
    with sessions() as session:
        row = session.scalars(select(Breach)).one()
    assert row.suspected_at.isoformat() == "2026-10-25T01:30:00+00:00"


def test_who_does_not_know_concerns_every_caisse(sign_in: SignIn, submit: Submit, sessions: Sessions, s0: None) -> None:
    submit(sign_in(Role.DPO), "/violations/declarer", TOLD | {"suspected_at": "2026-01-10T17:30", "concerned": "*"})

    with sessions() as session:
        found = session.scalars(select(Breach)).one()
        assert [one.caisse for one in concerns_of(session, found.id)] == ["artois", "cotedopale"]


def test_the_page_puts_the_worst_clock_first_and_says_that_alarms_are_not_proven(
    sign_in: SignIn, sessions: Sessions, demonstration: Demonstration
) -> None:
    dpo, now = demonstration.actor(Role.DPO), clock.now()
    with sessions.begin() as session:
        declare(session, dpo, now, "S3", told="La moins pressante")
        declare(session, dpo, now, "S0", told="La plus pressante", suspected_at=now - 23 * HOUR)
    client = sign_in(Role.DPO)

    before = client.get("/violations").get_data(as_text=True)
    with sessions.begin() as session:
        session.add(_proof(now - 25 * HOUR))
    proven = client.get("/violations").get_data(as_text=True)
    with time_machine.travel(now + 2 * HOUR):
        late = sign_in(Role.DPO).get("/violations").get_data(as_text=True)

    assert before.index("La plus pressante") < before.index("La moins pressante")
    assert "urgent" in before
    assert "Aucun exercice n'a encore prouvé" in before
    assert "alarmes prouvées" in proven
    assert "plus de 26" in late


@pytest.mark.parametrize("found", [True, False])
def test_the_page_tells_how_far_the_proof_of_alarms_goes(sign_in: SignIn, sessions: Sessions, found: bool) -> None:
    now = clock.now()
    with sessions.begin() as session:
        session.add(_proof(now - HOUR, found_at=now - HOUR if found else None, is_read=found))

    page = sign_in(Role.DPO).get("/violations").get_data(as_text=True)

    assert "accepté par le serveur" in page
    assert [one in page for one in ("trouvé dans la boîte", "Aucune boîte n'est relevée")] == [found, not found]


def test_the_page_says_that_a_mail_was_accepted_and_never_found(sign_in: SignIn, sessions: Sessions) -> None:
    now, reason = clock.now(), "accepté par le serveur, jamais trouvé dans la boîte"
    with sessions.begin() as session:
        session.add(_proof(now - 27 * HOUR, found_at=now - 27 * HOUR))
        session.add(_proof(now - 3 * HOUR, state="failed", proven_at=None, reason=reason))

    page = sign_in(Role.DPO).get("/violations").get_data(as_text=True)

    assert "plus de 26" in page
    assert reason in page


def _proof(at: datetime, **changes: object) -> Rehearsal:
    given = {
        "state": "proven",
        "proven_at": at,
        "accepted_at": at,
        "found_at": None,
        "is_read": True,
        "reason": "trouvé",
    }
    return Rehearsal(started_at=at, breach_id="x", **given | changes)


@pytest.mark.parametrize(
    ("slug", "data", "status"),
    [
        ("registre", {"what": "AWARE", "instant": "2020-01-01T10:00"}, 422),
        ("registre", {"what": "INFORMED", "instant": "2026-01-01T10:00", "who": "La direction"}, 303),
        ("faits", {"triggers": "soupçon", "in_transfer": "oui", "own_data": "oui", "why": "Vérifié"}, 303),
        ("faits", {"triggers": "soupçon", "in_transfer": "oui", "own_data": "oui", "why": ""}, 422),
        ("tache", {"kind": "CONTAIN", "title": "Agir", "owner": "inconnu", "due_at": "2099-01-01T10:00"}, 422),
        ("document", {"file": (BytesIO(b""), "vide.txt")}, 422),
        ("document", {"file": (BytesIO(b"Note"), "../note.txt")}, 303),
        ("reunir", {"other": "inconnue", "why": "Même incident"}, 422),
        ("clore", {"lessons": "Rien"}, 409),
        ("clore", {"lessons": "Clé retrouvée", "near_miss": "y"}, 303),
        ("compte", {"account": "inconnu", "reason": "vol", "why": "Vol"}, 422),
    ],
)
def test_each_act_of_the_file_is_done_or_says_why_not(
    sign_in: SignIn, submit: Submit, breach: str, slug: str, data: dict[str, object], status: int
) -> None:
    client, page = sign_in(Role.DPO), f"/violations/{breach}/{slug}"

    answer = submit(client, page, data)

    assert answer.status_code == status, answer.get_data(as_text=True)
    assert client.get(f"/violations/{breach}/inconnu").status_code == 404


def test_a_proof_stops_the_clock_and_a_late_one_asks_why(
    sign_in: SignIn, submit: Submit, sessions: Sessions, demonstration: Demonstration
) -> None:
    now = clock.now()
    with sessions.begin() as session:
        breach = declare(session, demonstration.actor(Role.DPO), now, "S0", suspected_at=now - 30 * HOUR)
        duty = duties_of(session, breach)[0].id
    client, page = sign_in(Role.DPO), f"/violations/devoirs/{duty}/prouver"
    typed = {
        "proof": "REGISTERED",
        "done_at": f"{now.astimezone(clock.PARIS):%Y-%m-%dT%H:%M}",
        "reference": "1A 123 456 7890 1",
    }

    refused = submit(client, page, typed)
    done = submit(client, page, typed | {"late_reason": "Serveur en panne"})
    shown = client.get(f"/violations/{breach}").get_data(as_text=True)

    assert (refused.status_code, done.status_code) == (422, 303)
    assert "dites pourquoi (RGPD, art. 33, § 1)" in refused.get_data(as_text=True)
    assert "fait en retard" in shown
    assert "Serveur en panne" in shown


def test_a_document_is_saved_by_the_dpo_and_by_nobody_else(
    sign_in: SignIn, submit: Submit, sessions: Sessions, breach: str
) -> None:
    submit(sign_in(Role.DPO), f"/violations/{breach}/document", {"file": (BytesIO(b"<script>"), "a.html")})
    with sessions() as session:
        path = f"/violations/documents/{session.scalars(select(BreachDocument.id)).one()}"

    saved = sign_in(Role.DPO).get(path)

    assert (saved.data, saved.mimetype) == (b"<script>", "application/octet-stream")
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert sign_in(Role.REFERENT).get(path).status_code == 404


def test_a_caisse_acknowledges_asks_and_is_answered(
    sign_in: SignIn, submit: Submit, sessions: Sessions, demonstration: Demonstration, breach: str
) -> None:
    with sessions.begin() as session:
        concern = next(one for one in concerns_of(session, breach) if one.caisse == "artois").id
        handling.share(session, concern, "Une clé est égarée.", by=demonstration.actor(Role.DPO), at=clock.now())
        duty = next(one for one in duties_of(session, breach) if one.caisse == "artois").id
    theirs, page = sign_in(Role.DPO_CAISSE), f"/violations/recues/{concern}"

    listed = theirs.get("/violations/recues").get_data(as_text=True)
    asked = submit(theirs, f"{page}/message", {"body": "Combien de dossiers ?"}, page)
    empty = submit(theirs, f"{page}/message", {"body": ""}, page)
    done = submit(theirs, f"{page}/accuse/{duty}", {}, page)
    submit(sign_in(Role.DPO), f"/violations/caisses/{concern}/message", {"body": "Douze."})
    shown = theirs.get(page).get_data(as_text=True)

    assert "Une clé est égarée." in listed
    assert (asked.status_code, empty.status_code, done.status_code) == (303, 422, 303)
    assert "Accusé de réception par le DPO" in shown
    assert shown.index("Combien de dossiers") < shown.index("Douze.")
    assert sign_in(Role.DPO_CAISSE, True).get(page).status_code == 404
    assert sign_in(Role.AGENT_CAISSE).get(page).status_code in (403, 404)


def test_what_awaits_each_person_names_no_insured_person_and_has_its_date(
    app: object, sessions: Sessions, demonstration: Demonstration, breach: str
) -> None:
    now, dpo = clock.now(), demonstration.actor(Role.DPO)
    with app.test_request_context(), sessions() as session:  # type: ignore[attr-defined]  # an APIFlask
        waiting, dated = tasks(session, dpo, now), dates(session, dpo, now)
        nothing = tasks(session, demonstration.actor(Role.TECHNICIEN), now)

    assert {one.verb for one in waiting} == {"Avertir la caisse"}
    assert [one.when for one in dated] == [one.due for one in waiting]
    assert {one.article for one in waiting} == {"S0, A4 §8"}
    assert "Clé USB" not in " ".join(one.title for one in waiting)
    assert nothing == ()


def test_a_compromised_account_is_cut_and_its_caisse_told_in_one_act(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    dpo = demonstration.actor(Role.DPO)
    with sessions.begin() as session:
        breach = declare(session, dpo, at, "S0", concerned=(), own_data=True)
        portal = Portal(session, dpo.structure, at).open()
        account = portal.gestionnaire(portal.agent(1))

    with sessions.begin() as session:
        told = Compromised(account, Reason.THEFT, "Mot de passe saisi sur une fausse page")
        sent = cut(session, breach, told, by=dpo, at=at + HOUR)

    with sessions() as session:
        state = session.get_one(Account, account).state
        what = {(row.what, row.convention) for row in duties_of(session, breach)}
        body = (
            session.scalars(select(OutboxContent.body).join(OutboxMessage).where(OutboxMessage.id == sent))
            if sent
            else None
        )
        informed = [line for line in lines_of(session, breach) if line.what.name == "INFORMED"]
    assert state == State.CUT
    assert ("ACCOUNT_NOTICE", "S3") in what
    assert body is not None
    assert len(informed) == 1


def test_the_form_of_an_act_is_sent_where_it_was_shown_for_who_has_several_structures(
    sign_in: SignIn, sessions: Sessions, demonstration: Demonstration, breach: str
) -> None:
    other = demonstration.other
    with sessions.begin() as session:
        set_roles(
            session, demonstration.people[Role.DPO], other, frozenset({Role.DPO}), by=command(other), at=clock.now()
        )
    client = sign_in(Role.DPO)

    for slug in OF_BREACH:
        assert f'action="/violations/{breach}/{slug}"' in client.get(f"/violations/{breach}/{slug}").text
