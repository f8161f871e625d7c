"""« Listes » and « Écarts » from their pages: looked at, kept once, compared; nothing written on a mistake."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from governance.core.clock import day
from governance.habilitations.lists import queries
from governance.habilitations.lists.actions import forget_lists
from governance.habilitations.lists.lines import ListKind
from governance.habilitations.lists.queries import Place
from governance.habilitations.lists.tables import ImportedList
from governance.habilitations.tables import Account, AccountEvent, Agent, Attestation
from governance.people.actions import adopt_convention
from governance.people.contacts.rules import Relation
from governance.people.queries import Adoption
from governance.people.rules import Role, command
from tests.conftest import Demonstration, on_sqlite
from tests.rules.lists_files import PORTAL, STAFF, csv_of, workbook_of
from tests.web.conftest import Submit, token

pytestmark = on_sqlite

PEOPLE = (
    ("Lumière", "Zoé", "zoe@ccas.example", "Assistante", "01/02/2020", "", "02/02/2020", "03/03/2026", "03/03/2029"),
    ("Éberlé", "Noël", "noel@ccas.example", "Chef", "01/02/2020", "", "02/02/2020", "03/03/2020", "03/03/2023"),
    ("Parti", "Ada", "ada@ccas.example", "Agente", "01/02/2020", "01/10/2026", "02/02/2020", "", ""),
)
ACCOUNTS = (
    ("Lumière", "Zoé", "zoe@ccas.example", "Technicien", "Actif", "03/11/2026"),
    ("Éberlé", "Noël", "noel@ccas.example", "Gestionnaire", "Actif", ""),
    ("Parti", "Ada", "ada@ccas.example", "Technicien", "Actif", ""),
    ("Inconnu", "Max", "max@ccas.example", "Technicien", "Actif", ""),
)
S4 = "S4/artois"


@pytest.fixture(autouse=True)
def adopted(sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime) -> None:
    """Let the partner apply a convention that opens accounts, and one that does not."""
    with sessions.begin() as session:
        for code in ("S2", "S4"):
            by = command(demonstration.structure)
            adopt_convention(session, demonstration.structure, Adoption(code, None, None), by=by, at=at)


@pytest.fixture
def desk(sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    """Give the gestionnaire's browser."""
    return sign_in(Role.GESTIONNAIRE)


def send(client: FlaskClient, place: str, content: bytes) -> TestResponse:
    data = {"csrf_token": token(client, "/listes/importer"), "place": place, "file": (io.BytesIO(content), "liste")}
    return client.post("/listes/importer", data=data, content_type="multipart/form-data")


def keep(client: FlaskClient, shown: TestResponse) -> TestResponse:
    page = client.get(shown.location).text
    seen = page.split('name="seen" type="hidden" value="')[1].split('"')[0]
    data = {"csrf_token": token(client, shown.location), "seen": seen}
    return client.post(f"{shown.location}/enregistrer", data=data)


def count(sessions: sessionmaker[Session], table: type) -> int:
    with sessions() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_a_staff_list_is_looked_at_then_kept(desk: FlaskClient, sessions: sessionmaker[Session]) -> None:
    shown = send(desk, "personnel", csv_of(STAFF, PEOPLE, encoding="cp1252"))
    preview, before = desk.get(shown.location).text, count(sessions, Agent)

    kept = keep(desk, shown)

    assert (shown.status_code, kept.status_code, before) == (303, 303, 0)
    assert "Agents à déclarer (3)" in preview
    assert (count(sessions, Agent), count(sessions, Attestation)) == (3, 5)


def test_the_same_file_twice_changes_nothing(desk: FlaskClient, sessions: sessionmaker[Session]) -> None:
    keep(desk, send(desk, "personnel", csv_of(STAFF, PEOPLE)))
    before = (count(sessions, Agent), count(sessions, Attestation))

    again = send(desk, "personnel", csv_of(STAFF, PEOPLE))
    preview = desk.get(again.location).text
    keep(desk, again)

    assert "Agents inchangés (3)" in preview
    assert "Agents à changer (" not in preview
    assert (count(sessions, Agent), count(sessions, Attestation)) == before


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_what_leaves_comes_back_and_changes_nothing(desk: FlaskClient, extension: str) -> None:
    people = [*PEOPLE, ("=Formule", "+Signe", "f@ccas.example", "@fonction", "", "", "", "", "")]
    keep(desk, send(desk, "personnel", csv_of(STAFF, people)))

    exported = desk.get(f"/listes/personnel.{extension}").data
    preview = desk.get(send(desk, "personnel", exported).location).text

    assert "Agents inchangés (4)" in preview
    assert "Agents à changer (" not in preview


def test_on_a_mistake_nothing_is_written_and_each_is_told_by_line_and_column(
    desk: FlaskClient, sessions: sessionmaker[Session]
) -> None:
    wrong = [PEOPLE[0], ("", "Noël", "noel", *PEOPLE[1][3:])]

    answer = send(desk, "personnel", csv_of(STAFF, wrong))

    assert answer.status_code == 422
    assert 'data-label="Ligne">3</td><td role="cell" data-label="Colonne">Courriel' in answer.text
    assert (count(sessions, ImportedList), count(sessions, Agent)) == (0, 0)


@pytest.mark.parametrize(
    "content", [b"", b"\x00\xff" * 50, b"PK\x03\x04", b"%PDF-1.4", csv_of(("A", "B"), [("1", "2")])]
)
def test_what_is_no_list_is_refused_beside_the_file(desk: FlaskClient, content: bytes) -> None:
    answer = send(desk, "personnel", content)

    assert answer.status_code == 422
    assert "file-erreur" in answer.text


def test_the_list_of_the_portal_fills_the_register_for_declared_agents_only(
    desk: FlaskClient, sessions: sessionmaker[Session]
) -> None:
    keep(desk, send(desk, "personnel", csv_of(STAFF, PEOPLE)))

    shown = send(desk, S4, workbook_of([PORTAL, *ACCOUNTS]))
    preview = desk.get(shown.location).text
    keep(desk, shown)

    assert "Comptes à reprendre au registre (3)" in preview
    assert "Comptes sans agent déclaré (1)" in preview
    with sessions() as session:
        accounts = {row.email: row for row in session.scalars(sa.select(Account))}
        steps = session.scalars(sa.select(AccountEvent)).all()
    assert set(accounts) == {"zoe@ccas.example", "noel@ccas.example", "ada@ccas.example"}
    assert accounts["zoe@ccas.example"].manager_id == accounts["noel@ccas.example"].id
    assert accounts["zoe@ccas.example"].last_sign_in.isoformat() == "2026-11-03"
    assert {(step.number, step.after, step.words) for step in steps} == {(1, "actif", "Repris de la liste du portail.")}


def test_the_list_of_the_portal_kept_twice_takes_up_nothing_twice(
    desk: FlaskClient, sessions: sessionmaker[Session]
) -> None:
    keep(desk, send(desk, "personnel", csv_of(STAFF, PEOPLE)))
    for _ in range(2):
        shown = send(desk, S4, csv_of(PORTAL, ACCOUNTS))
        keep(desk, shown)

    replay = desk.post(f"{shown.location}/enregistrer", data={"csrf_token": token(desk, "/listes"), "seen": "x"})

    assert (count(sessions, Account), count(sessions, AccountEvent), replay.status_code) == (3, 3, 303)


def test_A11_a_list_that_says_the_only_gestionnaire_inactive_ends_no_account(
    desk: FlaskClient, sessions: sessionmaker[Session]
) -> None:
    keep(desk, send(desk, "personnel", csv_of(STAFF, PEOPLE)))
    keep(desk, send(desk, S4, csv_of(PORTAL, ACCOUNTS)))

    keep(desk, send(desk, S4, csv_of(PORTAL, [(*ACCOUNTS[1][:4], "Inactif", "")])))
    page = desk.get("/ecarts", query_string={"avec": S4, "sorte": "absent_du_portail"}).text

    with sessions() as session:
        assert set(session.scalars(sa.select(Account.state))) == {"actif"}
    assert "Actif au registre, inactif au portail." in page


def test_what_was_shown_is_what_is_kept_or_it_is_shown_again(
    desk: FlaskClient, sessions: sessionmaker[Session]
) -> None:
    first = send(desk, "personnel", csv_of(STAFF, PEOPLE))
    other = send(desk, "personnel", csv_of(STAFF, PEOPLE[:1]))
    page = desk.get(first.location).text
    seen = page.split('name="seen" type="hidden" value="')[1].split('"')[0]
    keep(desk, other)

    stale = desk.post(f"{first.location}/enregistrer", data={"csrf_token": token(desk, first.location), "seen": seen})

    assert stale.status_code == 409
    assert "Agents à déclarer (2)" in stale.text
    assert count(sessions, Agent) == 1


def test_a_forged_print_writes_nothing(desk: FlaskClient, sessions: sessionmaker[Session]) -> None:
    shown = send(desk, "personnel", csv_of(STAFF, PEOPLE))

    forged = desk.post(f"{shown.location}/enregistrer", data={"csrf_token": token(desk, "/listes"), "seen": "0" * 64})

    assert (forged.status_code, count(sessions, Agent)) == (409, 0)


def test_gaps_are_listed_with_their_articles_filtered_and_exported(desk: FlaskClient) -> None:
    keep(desk, send(desk, "personnel", csv_of(STAFF, PEOPLE)))
    keep(desk, send(desk, S4, csv_of(PORTAL, ACCOUNTS)))

    everything = desk.get("/ecarts", query_string={"avec": S4}).text.replace("&#39;", "'")
    left = desk.get("/ecarts", query_string={"avec": S4, "sorte": "parti"}).text
    exported = desk.get("/ecarts/ecarts.csv", query_string={"avec": S4, "sorte": "parti"}).data.decode("utf-8-sig")

    assert "aucun agent déclaré n'a cette adresse" in everything
    assert "Formation finie le 03/03/2023" in everything
    assert "/conventions/S4#A20" in everything
    assert "Ada Parti" in left
    assert "Max Inconnu" not in left
    assert [line.split(";")[2] for line in exported.splitlines()[1:]] == ["Ada Parti"]


def test_the_convention_without_a_portal_says_so_and_offers_no_list(desk: FlaskClient) -> None:
    index, form = desk.get("/listes").text.replace("&#39;", "'"), desk.get("/listes/importer").text

    assert "S2, CPAM de l'Artois : pas de liste du portail" in index
    assert 'value="S2/artois"' not in form


def test_a_list_put_aside_leaves_nothing_and_one_forgotten_goes_after_two_days(
    desk: FlaskClient, submit: Submit, sessions: sessionmaker[Session]
) -> None:
    shown = send(desk, "personnel", csv_of(STAFF, PEOPLE))
    submit(desk, f"{shown.location}/ecarter", {}, page="/listes")
    send(desk, "personnel", csv_of(STAFF, PEOPLE))

    with sessions.begin() as session:
        sent_at = session.scalars(sa.select(ImportedList.sent_at)).one()
        kept = forget_lists(session, sent_at + timedelta(days=2))
        gone = forget_lists(session, sent_at + timedelta(days=2, seconds=1))

    assert (kept, gone, count(sessions, ImportedList)) == ("", "1 listes", 0)


def test_the_lines_of_a_list_go_when_a_later_one_takes_its_place(
    desk: FlaskClient, sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime
) -> None:
    keep(desk, send(desk, S4, csv_of(PORTAL, ACCOUNTS)))
    keep(desk, send(desk, S4, csv_of(PORTAL, ACCOUNTS[:1])))

    with sessions() as session:
        held = [
            row.content is not None for row in session.scalars(sa.select(ImportedList).order_by(ImportedList.sent_at))
        ]
        seen = queries.last_seen(session, Relation(demonstration.structure, "S4", "artois"))
        staff = queries.latest(session, Place(demonstration.structure, ListKind.STAFF))
    assert held == [False, True]
    assert {key[0]: on for key, on in seen.items()} == {
        "zoe@ccas.example": day(datetime(2026, 11, 3, 12, tzinfo=at.tzinfo))
    }
    assert staff is None


def test_another_structure_and_another_role_reach_no_list(
    desk: FlaskClient, sign_in: Callable[..., FlaskClient]
) -> None:
    shown = send(desk, "personnel", csv_of(STAFF, PEOPLE))

    elsewhere = sign_in(Role.GESTIONNAIRE, other=True).get(shown.location)
    caisse = sign_in(Role.AGENT_CAISSE).get(shown.location)
    technicien = sign_in(Role.TECHNICIEN).get("/listes")

    assert (elsewhere.status_code, caisse.status_code, technicien.status_code) == (404, 403, 403)
