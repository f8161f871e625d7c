"""The pages of accounts of the portal, as a gestionnaire and an agent of the caisse use them."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from governance.conventions.values.accounts import AccountField
from governance.core import clock
from governance.core.outbox.tables import OutboxMessage
from governance.core.sight import SIGHT
from governance.habilitations.actions import cut_at_once
from governance.habilitations.agents.actions import say_left
from governance.habilitations.changes.actions import ask_change
from governance.habilitations.jobs import remind
from governance.habilitations.rules import State
from governance.habilitations.tables import Account, AccountChange
from governance.habilitations.tasks import dates, tasks
from governance.jobs.job import Turn
from governance.people.queries import actor_of
from governance.people.rules import Permission, Role
from governance.people.tables import Person
from governance.web.act import sight_of
from tests.actions.portal import FRAUD, Portal
from tests.conftest import Demonstration, on_sqlite
from tests.web.conftest import token

pytestmark = on_sqlite
Sessions = sessionmaker[Session]


@pytest.fixture
def now() -> datetime:
    """Give an hour ago: the pages read the clock."""
    return clock.now() - timedelta(hours=1)


def opened(session: Session, demonstration: Demonstration, now: datetime) -> Portal:
    return Portal(session, demonstration.structure, now, "S0", "artois").open()


def send(client: FlaskClient, path: str, **data: str) -> str:
    """Send a form, and return the page that follows."""
    answer = client.post(path, data={"csrf_token": token(client), **data}, follow_redirects=True)
    return answer.text


def test_a_gestionnaire_is_declared_attested_asked_for_granted_by_the_caisse_and_active(
    sign_in: Callable[..., FlaskClient], sessions: Sessions, demonstration: Demonstration, now: datetime
) -> None:
    with sessions.begin() as session:
        opened(session, demonstration, now)
    partner, caisse = sign_in(Role.GESTIONNAIRE), sign_in(Role.AGENT_CAISSE)
    today = clock.day(clock.now()).isoformat()

    declared = send(
        partner, "/agents/declarer", civility="Madame", last_name="Essai", first_name="Léa", fonction="Accueil",
        email="lea@ccas-essai.example", phone="03 20 00 00 00", tie="agent",
    )  # fmt: skip
    with sessions() as session:
        agent = session.scalars(select(Account.agent_id)).first() or declared.split("/agents/")[1].split("/")[0]
    asked = send(partner, "/comptes/demander", relation="S0/artois", agent=agent)
    with sessions() as session:
        account = session.scalars(select(Account.id)).one()
    granted = send(caisse, f"/comptes/{account}/cree", on=today)
    active = send(partner, f"/comptes/{account}/cgu", on=today)

    assert "Attestez maintenant" in declared
    assert "Le compte est demandé à la caisse." in asked
    assert "Le compte est créé." in granted and "membres à la demande" in granted
    assert "Le compte est actif." in active and "la caisse" in active


def test_errors_are_told_beside_their_field_and_nothing_typed_is_lost(
    sign_in: Callable[..., FlaskClient], sessions: Sessions, demonstration: Demonstration, now: datetime
) -> None:
    with sessions.begin() as session:
        portal = opened(session, demonstration, now)
        first = portal.gestionnaire(portal.agent(1))
        portal.gestionnaire(portal.agent(2))
    client = sign_in(Role.GESTIONNAIRE)
    soon = (clock.day(clock.now()) + timedelta(days=3)).isoformat()

    short = send(client, f"/comptes/{first}/inactivation", wished=soon, reason="depart", words="")
    past = send(client, f"/comptes/{first}/inactivation", wished="2020-01-01", reason="depart", words="Mutation")
    other = send(client, f"/comptes/{first}/inactivation", wished=soon, reason="autre", words="")
    forged = send(client, f"/comptes/{first}/inactivation", wished=soon, reason="fraude", words="x")

    assert "la première date est le" in short and f'value="{soon}"' in short
    assert "déjà passée" in past and "Mutation" in past
    assert "en quelques mots" in other or "préavis" in other
    assert "Erreur" in forged
    with sessions() as session:
        assert session.get_one(Account, first).state == State.ACTIVE


def test_the_last_gestionnaire_is_refused_and_the_page_says_what_to_do(
    sign_in: Callable[..., FlaskClient], sessions: Sessions, demonstration: Demonstration, now: datetime
) -> None:
    with sessions.begin() as session:
        portal = opened(session, demonstration, now)
        only = portal.gestionnaire(portal.agent(1))
    client = sign_in(Role.DPO)
    later = (clock.day(clock.now()) + timedelta(days=20)).isoformat()

    refused = send(client, f"/comptes/{only}/inactivation", wished=later, reason="depart", words="")
    cut = send(client, f"/comptes/{only}/coupure", reason="perte", words="")
    home = client.get("/comptes").text

    assert "Demandez d&#39;abord à la caisse" in refused
    assert "L&#39;accès est coupé." in cut and "Déclarer une violation" in cut
    assert "il n'y a plus de gestionnaire" in home.replace("&#39;", "'")


def test_A9_a_change_is_asked_of_the_caisse_and_nothing_changes_before_it_says_so(
    sign_in: Callable[..., FlaskClient], sessions: Sessions, demonstration: Demonstration, now: datetime
) -> None:
    with sessions.begin() as session:
        portal = opened(session, demonstration, now)
        account = portal.gestionnaire(portal.agent(1))
    partner, caisse = sign_in(Role.GESTIONNAIRE), sign_in(Role.AGENT_CAISSE)

    refused = send(partner, f"/comptes/{account}/modification", what="email", value="lea@gmail.com")
    asked = send(partner, f"/comptes/{account}/modification", what="fonction", value="Directrice")
    with sessions() as session:
        change = session.scalars(select(AccountChange)).one()
        before = session.get_one(Account, account).fonction
    twice = send(partner, f"/comptes/{account}/modification", what="fonction", value="Cheffe")
    done = send(caisse, f"/comptes/modifications/{change.id}", outcome="faite")
    again = caisse.post(f"/comptes/modifications/{change.id}", data={"csrf_token": token(caisse), "outcome": "refusee"})

    assert "messagerie publique" in refused
    assert "attend la caisse" in asked and before == "Travailleuse sociale"
    assert "attend déjà la caisse" in twice
    assert "Directrice" in done and again.status_code == 409
    with sessions() as session:
        assert session.get_one(Account, account).fonction == "Directrice"


def test_a_convention_without_portal_says_so(
    sign_in: Callable[..., FlaskClient], sessions: Sessions, demonstration: Demonstration, now: datetime
) -> None:
    with sessions.begin() as session:
        Portal(session, demonstration.structure, now, "S2", "artois").open()

    page = sign_in(Role.GESTIONNAIRE).get("/comptes").text

    assert "pas de portail" in page and "ne figure pas dans le dossier" in page


def test_filters_are_in_the_address_and_an_unknown_one_is_told(
    sign_in: Callable[..., FlaskClient], sessions: Sessions, demonstration: Demonstration, now: datetime
) -> None:
    with sessions.begin() as session:
        portal = opened(session, demonstration, now)
        portal.technicien(portal.agent(2), portal.gestionnaire(portal.agent(1)))
    client = sign_in(Role.GESTIONNAIRE)

    both, one, none, odd = (
        client.get(f"/comptes{query}").text
        for query in ("", "?profil=technicien&lieu=S0/artois", "?etat=refuse", "?etat=zut&page=-1")
    )

    assert "2 comptes" in both and "1 compte<" in one.replace(" ·", "<")
    assert "Aucun compte ne correspond." in none
    assert "À corriger" in odd


def test_tasks_and_dates_say_who_must_do_what(sessions: Sessions, demonstration: Demonstration, at: datetime) -> None:
    with sessions.begin() as session:
        portal = Portal(session, demonstration.structure, at, "S0", "artois").open(30)
        first = portal.gestionnaire(portal.agent(1))
        technicien = portal.technicien(portal.agent(2), first)
        leaver = session.get_one(Account, technicien).agent_id
        say_left(session, leaver, at.date(), by=portal.by, at=at)
        portal.requested(portal.agent(3))
        place = demonstration.place(Role.AGENT_CAISSE)
        agent = actor_of(session, session.get_one(Person, demonstration.people[Role.AGENT_CAISSE]), place)
    assert agent is not None
    late = at + timedelta(days=10)

    with sessions() as session:
        own = {one.key.split(":")[0] for one in tasks(session, demonstration.actor(Role.GESTIONNAIRE), late)}
        nobody = tasks(session, demonstration.actor(Role.TECHNICIEN), late)
        dated = {one.key.split(":")[0] for one in dates(session, demonstration.actor(Role.DPO), late)}
    with sessions(info={SIGHT: sight_of(agent)}) as session:
        theirs = list(tasks(session, agent, late))

    assert own == {"agent.left", "account.late"}
    assert nobody == ()
    assert dated == {"account.granted"}
    assert [(one.verb, one.article) for one in theirs] == [("Répondre", "S0, CU art. 2.2.1 et 2.2")]


def test_a_vacancy_is_a_task_with_its_clock(sessions: Sessions, demonstration: Demonstration, at: datetime) -> None:
    with sessions.begin() as session:
        portal = Portal(session, demonstration.structure, at, "S0", "artois").open()
        cut_at_once(session, portal.gestionnaire(portal.agent(1)), FRAUD, by=portal.by, at=at)

    with sessions() as session:
        found = [
            one for one in tasks(session, demonstration.actor(Role.DPO), at) if one.key.startswith("account.vacancy")
        ]

    assert [(one.verb, str(one.due)) for one in found] == [("Demander un compte", "2026-11-30")]


def test_A6_the_caisse_is_reminded_the_day_before_then_once_overdue_and_each_once(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    with sessions.begin() as session:
        portal = Portal(session, demonstration.structure, at, "S0", "artois").open()
        portal.requested(portal.agent(1))

    said = []
    for days in (0, 4, 7, 8, 9):
        with sessions.begin() as session:
            turn = at + timedelta(days=days)
            said.append(remind(session, Turn(turn, turn)))
    with sessions() as session:
        kinds = session.scalars(select(OutboxMessage.kind).order_by(OutboxMessage.created_at)).all()

    assert kinds == ["portal_account.request", "portal_account.reminder_soon", "portal_account.reminder_late"]


def test_the_api_gives_accounts_to_a_program_of_the_structure_and_to_no_other(
    app: object, api_key: Callable[..., str], sessions: Sessions, demonstration: Demonstration, now: datetime
) -> None:
    with sessions.begin() as session:
        portal = opened(session, demonstration, now)
        account = portal.gestionnaire(portal.agent(1))
    client = app.test_client()  # type: ignore[attr-defined]
    mine, other = (
        {"Authorization": f"Bearer {api_key(Permission.READ_ACCOUNTS, other=other)}"} for other in (False, True)
    )

    found = client.get("/api/v1/habilitations?profile=gestionnaire", headers=mine).json
    elsewhere = client.get("/api/v1/habilitations", headers=other).json
    odd = client.get("/api/v1/habilitations?state=zut", headers=mine)
    unknown = client.get("/api/v1/habilitations?nom=x", headers=mine)

    assert (found["total"], found["pages"], found["habilitations"][0]["id"]) == (1, 1, account)
    assert elsewhere["total"] == 0
    assert (odd.status_code, unknown.status_code) == (422, 422)


def test_A1_S4_a_gestionnaire_named_in_the_convention_leaves_with_an_avenant(
    sign_in: Callable[..., FlaskClient], sessions: Sessions, demonstration: Demonstration, now: datetime
) -> None:
    with sessions.begin() as session:
        four = Portal(session, demonstration.structure, now, "S4", "artois").open()
        named = four.gestionnaire(four.agent(1))
        three = Portal(session, demonstration.structure, now).open()
        free = three.gestionnaire(three.agent(2))
    client = sign_in(Role.GESTIONNAIRE)

    pages = [client.get(f"/comptes/{account}/inactivation").text for account in (named, free)]

    assert ["un avenant est nécessaire" in page for page in pages] == [True, False]


def test_the_partner_is_written_to_when_the_caisse_answers(
    sign_in: Callable[..., FlaskClient], sessions: Sessions, demonstration: Demonstration, now: datetime
) -> None:
    with sessions.begin() as session:
        portal = opened(session, demonstration, now)
        yes, no = portal.requested(portal.agent(1)), portal.requested(portal.agent(2))
    caisse = sign_in(Role.AGENT_CAISSE)

    send(caisse, f"/comptes/{yes}/cree", on=clock.day(clock.now()).isoformat())
    silent = send(caisse, f"/comptes/{no}/refus", words="")
    send(caisse, f"/comptes/{no}/refus", words="Fonction à préciser")

    assert "Dites au partenaire pourquoi" in silent
    with sessions() as session:
        kinds = session.scalars(select(OutboxMessage.kind).order_by(OutboxMessage.created_at)).all()
    assert kinds[-2:] == ["portal_account.granted", "portal_account.refused"]


def test_A9_a_change_asked_for_is_a_task_of_the_caisse_with_its_article(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    with sessions.begin() as session:
        portal = Portal(session, demonstration.structure, at, "S0", "artois").open()
        account = portal.gestionnaire(portal.agent(1))
        ask_change(session, account, AccountField.FONCTION, "Directrice", by=portal.by, at=at)
        place = demonstration.place(Role.AGENT_CAISSE)
        agent = actor_of(session, session.get_one(Person, demonstration.people[Role.AGENT_CAISSE]), place)
    assert agent is not None

    with sessions(info={SIGHT: sight_of(agent)}) as session:
        found = tasks(session, agent, at)

    assert [(one.href, one.article) for one in found] == [(f"/comptes/{account}", "S0, CU art. 2.2.2")]
