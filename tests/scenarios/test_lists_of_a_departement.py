"""A département with two caisses (S0), told from its pages: lists, gaps, and the table that one caisse asks for."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from governance.core import clock
from governance.habilitations.rosters.tables import SentRoster
from governance.habilitations.tables import Account
from governance.people.actions import adopt_convention
from governance.people.queries import Adoption
from governance.people.rules import Role, command
from tests.conftest import Demonstration, on_sqlite
from tests.rules.lists_files import PORTAL, STAFF, csv_of, workbook_of
from tests.web.conftest import Submit, token

pytestmark = [on_sqlite, pytest.mark.slow]

TODAY = clock.day(clock.now())
SIGNED = ("02/02/2020", "03/03/2026", "03/03/2029")  # the commitment, the training, its end
PEOPLE = (
    ("Nadaud", "Inès", "ines@departement.example", "Cheffe", "01/02/2020", "", *SIGNED),
    ("Sorel", "Paul", "paul@departement.example", "Assistant", "01/02/2020", "", *SIGNED),
)
ACCOUNTS = (
    ("Nadaud", "Inès", "ines@departement.example", "Gestionnaire", "Actif", ""),
    ("Sorel", "Paul", "paul@departement.example", "Technicien", "Actif", ""),
)


def test_A14_A24_each_caisse_of_a_departement_sees_its_own_accounts_and_its_own_table(
    sign_in: Callable[..., FlaskClient],
    submit: Submit,
    sessions: sessionmaker[Session],
    demonstration: Demonstration,
    at: datetime,
) -> None:
    structure = demonstration.structure
    with sessions.begin() as session:
        adopt_convention(session, structure, Adoption("S0", None, None), by=command(structure), at=at)
    partner, artois = sign_in(Role.GESTIONNAIRE), sign_in(Role.AGENT_CAISSE)

    # January: the staff, then what each caisse's portal says; one line of the staff file is wrong at first.
    wrong = send(partner, "personnel", csv_of(STAFF, [*PEOPLE, ("", *PEOPLE[1][1:])], encoding="cp1252"))
    keep(partner, send(partner, "personnel", csv_of(STAFF, PEOPLE, encoding="cp1252")))
    keep(partner, send(partner, "S0/artois", workbook_of([PORTAL, *ACCOUNTS])))
    keep(partner, send(partner, "S0/cotedopale", workbook_of([PORTAL, ACCOUNTS[0]])))

    # June: Paul has left; the staff list says so, and his account at Artois is a gap under its article.
    gone = (*PEOPLE[1][:5], f"{TODAY:%d/%m/%Y}", *PEOPLE[1][6:])
    keep(partner, send(partner, "personnel", csv_of(STAFF, [PEOPLE[0], gone])))
    here = partner.get("/ecarts", query_string={"avec": "S0/artois", "sorte": "parti"}).text
    there = partner.get("/ecarts", query_string={"avec": "S0/cotedopale", "sorte": "parti"}).text

    # Autumn: Artois asks for the table, the partner sends it, Artois takes it; Côte d'Opale's stays out of its sight.
    wished = (TODAY + timedelta(days=15)).isoformat()
    path = f"/tableaux/{structure}/S0"
    asked = submit(artois, f"{path}/artois/demander", {"wished": wished, "every": "12"})
    waiting = partner.get("/tableaux").text
    submit(partner, f"{path}/artois/envoyer", {}, page="/tableaux")
    submit(partner, f"{path}/cotedopale/envoyer", {}, page="/tableaux")
    with sessions() as session:
        sent = dict(session.execute(sa.select(SentRoster.caisse, SentRoster.id)).all())
        held = session.execute(sa.select(Account.caisse, sa.func.count()).group_by(Account.caisse)).all()
    taken = artois.get(f"/tableaux/envoyes/{sent['artois']}.csv").data.decode("utf-8-sig")
    hidden = artois.get(f"/tableaux/envoyes/{sent['cotedopale']}.csv")

    assert wrong.status_code == 422
    assert dict(held) == {"artois": 2, "cotedopale": 1}
    assert "Paul Sorel" in here
    assert "Paul Sorel" not in there
    assert asked.status_code == 303
    assert "Demandé par la caisse, tous les 12 mois" in waiting
    assert [line.split(";")[2] for line in taken.splitlines()[1:]] == ["Nadaud", "Sorel"]
    assert (hidden.status_code, artois.get(f"{path}/cotedopale").status_code) == (404, 403)


def send(client: FlaskClient, place: str, content: bytes) -> TestResponse:
    """Send a list to look at."""
    data = {"csrf_token": token(client, "/listes/importer"), "place": place, "file": (io.BytesIO(content), "liste")}
    return client.post("/listes/importer", data=data, content_type="multipart/form-data")


def keep(client: FlaskClient, shown: TestResponse) -> None:
    """Keep the list that was looked at."""
    seen = client.get(shown.location).text.split('name="seen" type="hidden" value="')[1].split('"')[0]
    sent = {"csrf_token": token(client, shown.location), "seen": seen}
    assert client.post(f"{shown.location}/enregistrer", data=sent).status_code == 303
