"""« Tableaux d'habilitations » from their pages: of any day, asked for by the caisse, sent, taken."""

import io
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from openpyxl import load_workbook
from pyhanko.pdf_utils.reader import PdfFileReader
from sqlalchemy.orm import Session, sessionmaker

from governance.conventions.values.accounts import Profile
from governance.core import clock
from governance.core.outbox.tables import OutboxMessage
from governance.habilitations.lists.lines import PortalLine
from governance.habilitations.lists.plans import PortalPlan
from governance.habilitations.lists.writing import Writer, write_portal
from governance.habilitations.rosters.tables import RosterRequest, SentRoster
from governance.habilitations.rosters.tasks import dates, tasks
from governance.habilitations.tables import Account, Agent
from governance.people.actions import adopt_convention
from governance.people.contacts.actions import record_contact
from governance.people.contacts.rules import ContactDraft, ContactKind, Relation, Side
from governance.people.queries import Adoption, signed_with
from governance.people.rules import Actor, Role, command
from tests.conftest import Demonstration, on_sqlite
from tests.web.conftest import Submit

pytestmark = on_sqlite

NAMES = (("Lumière", "Zoé", Profile.GESTIONNAIRE), ("Éberlé", "=Noël", Profile.TECHNICIEN))


@pytest.fixture
def relation(sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime) -> Relation:
    """Give a relation with two accounts, open since the first of November, and contacts on both sides."""
    by, relation = command(demonstration.structure), Relation(demonstration.structure, "S4", "artois")
    with sessions.begin() as session:
        adopt_convention(session, relation.structure, Adoption("S4", None, None), by=by, at=at)
        for side in Side:
            draft = ContactDraft(side, ContactKind.HABILITATIONS, email=f"comptes@{side}.example")
            record_contact(session, relation, draft, by=by, at=at)
        lines = []
        for number, (last, first, profile) in enumerate(NAMES):
            agent = Agent(structure_id=relation.structure, civility="Madame", last_name=last, first_name=first)
            agent.fonction, agent.email, agent.tie = "Agente", f"a{number}@ccas.example", "agent"
            agent.declared_at, agent.declared_by = at, "essai"
            session.add(agent)
            line = PortalLine(number, agent.email, last, first, profile, created_on=date(2026, 11, 1))
            lines.append(line)
        session.flush()
        plan = PortalPlan(tuple(lines), (), (), (), 2, 0, 0)
        write_portal(plan, relation, Writer(session, relation.structure, by, at, clock.day(at)))
    return relation


@pytest.fixture
def path(relation: Relation) -> str:
    """Give the path of the relation's table."""
    return f"/tableaux/{'/'.join(relation)}"


def caisse(demonstration: Demonstration, session: Session) -> Actor:
    """Return the agent of the caisse of Artois, as the sign-in makes them."""
    actor = demonstration.actor(Role.AGENT_CAISSE)
    signed = signed_with(session, "artois")
    return Actor(actor.id, actor.kind, actor.structure, actor.roles, actor.name, signed=signed, caisse="artois")


def test_A24_the_table_of_a_past_day_shows_what_was_then(sign_in: Callable[..., FlaskClient], path: str) -> None:
    client = sign_in(Role.GESTIONNAIRE)

    before = client.get(path, query_string={"le": "2026-10-31"})
    since = client.get(path, query_string={"le": "2026-11-01"})
    wrong = client.get(path, query_string={"le": "2999-01-01"})

    assert "Aucun compte à cette date" in before.text
    assert "Lumière" in since.text
    assert (since.status_code, wrong.status_code) == (200, 422)


def test_A24_the_table_leaves_as_a_spreadsheet_a_csv_and_a_signed_pdf(
    sign_in: Callable[..., FlaskClient], path: str
) -> None:
    client = sign_in(Role.DPO)

    book = load_workbook(io.BytesIO(client.get(f"{path}/tableau.xlsx").data))
    text = client.get(f"{path}/tableau.csv").data.decode("utf-8-sig")
    paper = client.get(f"{path}/tableau.pdf")

    rows = list(book.active.iter_rows(values_only=True))
    assert [row[2:4] for row in rows[1:]] == [("Lumière", "Zoé"), ("Éberlé", "=Noël")]
    assert "'=Noël" in text
    assert len(PdfFileReader(io.BytesIO(paper.data)).embedded_signatures) == 1
    assert client.get(f"{path}/tableau.exe").status_code == 404


def test_A24_the_caisse_asks_the_partner_sends_and_the_caisse_takes(
    sign_in: Callable[..., FlaskClient],
    submit: Submit,
    sessions: sessionmaker[Session],
    demonstration: Demonstration,
    path: str,
) -> None:
    wished = (clock.day(clock.now()) + timedelta(days=10)).isoformat()
    agent, partner = sign_in(Role.AGENT_CAISSE), sign_in(Role.GESTIONNAIRE)

    asked = submit(agent, f"{path}/demander", {"wished": wished, "every": "6"})
    again = submit(agent, f"{path}/demander", {"wished": wished, "every": "0"})
    told = partner.get("/tableaux").text
    sent = submit(partner, f"{path}/envoyer", {}, page="/tableaux")
    with sessions() as session:
        roster = session.scalars(sa.select(SentRoster.id)).one()
    taken = agent.get(f"/tableaux/envoyes/{roster}.csv").data.decode("utf-8-sig")

    assert (asked.status_code, again.status_code, sent.status_code) == (303, 409, 303)
    assert "Demandé par la caisse, tous les 6 mois" in told
    assert "zoe" not in told.lower()
    assert len(taken.splitlines()) == 3
    with sessions() as session:
        requests = session.scalars(sa.select(RosterRequest).order_by(RosterRequest.wished_on)).all()
        assert [one.roster_id for one in requests] == [roster, None]
        assert session.get_one(SentRoster, roster).fetched_at is not None
        kinds = session.scalars(sa.select(OutboxMessage.kind).where(OutboxMessage.kind == "roster")).all()
        assert len(kinds) == 2


def test_what_is_asked_and_sent_are_tasks_and_dates_of_who_must_act(
    sign_in: Callable[..., FlaskClient],
    submit: Submit,
    sessions: sessionmaker[Session],
    demonstration: Demonstration,
    path: str,
) -> None:
    now = clock.now()
    wished = clock.day(now) + timedelta(days=10)
    submit(sign_in(Role.DPO_CAISSE), f"{path}/demander", {"wished": wished.isoformat(), "every": "0"})
    with sessions() as session:
        waiting = tasks(session, demonstration.actor(Role.GESTIONNAIRE), now)
        dated = dates(session, demonstration.actor(Role.GESTIONNAIRE), now)
    submit(sign_in(Role.GESTIONNAIRE), f"{path}/envoyer", {}, page="/tableaux")
    with sessions() as session:
        after = tasks(session, demonstration.actor(Role.GESTIONNAIRE), now)
        to_take = tasks(session, caisse(demonstration, session), now)

    assert [(one.verb, one.due, one.article) for one in waiting] == [("Envoyer", wished, "S4, CU art. 4.2")]
    assert [one.when for one in dated] == [wished]
    assert after == ()
    assert [one.verb for one in to_take] == ["Prendre"]


def test_a_sent_table_stays_as_it_was_sent(
    sign_in: Callable[..., FlaskClient], submit: Submit, sessions: sessionmaker[Session], path: str
) -> None:
    client = sign_in(Role.GESTIONNAIRE)
    submit(client, f"{path}/envoyer", {}, page="/tableaux")
    with sessions.begin() as session:
        row = session.scalars(sa.select(SentRoster)).one()
        roster, kept = row.id, json.loads(row.content)
        for account in session.scalars(sa.select(Account)):
            account.last_name = "Changé"

    again = client.get(f"/tableaux/envoyes/{roster}.csv").data.decode("utf-8-sig")

    assert [one["last_name"] for one in kept] == ["Lumière", "Éberlé"]
    assert "Changé" not in again


def test_a_partner_asks_nothing_and_another_caisse_takes_nothing(
    sign_in: Callable[..., FlaskClient], submit: Submit, sessions: sessionmaker[Session], path: str
) -> None:
    partner = sign_in(Role.DPO)
    submit(partner, f"{path}/envoyer", {}, page="/tableaux")
    with sessions() as session:
        roster = session.scalars(sa.select(SentRoster.id)).one()

    asked = submit(partner, f"{path}/demander", {"wished": "2027-01-01", "every": "0"}, page="/tableaux")
    elsewhere = sign_in(Role.AGENT_CAISSE, other=True)

    assert asked.status_code == 403
    assert elsewhere.get(f"/tableaux/envoyes/{roster}.csv").status_code == 404
    assert elsewhere.get(path).status_code in {403, 404}


def test_a_request_taken_back_is_no_longer_a_task(
    sign_in: Callable[..., FlaskClient],
    submit: Submit,
    sessions: sessionmaker[Session],
    demonstration: Demonstration,
    path: str,
) -> None:
    agent = sign_in(Role.AGENT_CAISSE)
    wished = (clock.day(clock.now()) + timedelta(days=3)).isoformat()
    submit(agent, f"{path}/demander", {"wished": wished, "every": "1"})

    back = submit(agent, f"{path}/retirer", {}, page="/tableaux")

    with sessions() as session:
        assert tasks(session, demonstration.actor(Role.GESTIONNAIRE), clock.now()) == ()
    assert back.status_code == 303
