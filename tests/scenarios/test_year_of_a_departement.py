"""A département with two caisses (S0) over its half-yearly review: withdrawn at one caisse, kept at the other."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy.orm import Session, sessionmaker

from governance.core import clock
from governance.people import actions
from governance.people.queries import Adoption
from governance.people.rules import Role, command
from tests.conftest import Demonstration, on_sqlite
from tests.rules.lists_files import PORTAL, STAFF, csv_of, workbook_of
from tests.scenarios.test_lists_of_a_departement import ACCOUNTS, PEOPLE, keep, send
from tests.scenarios.test_year_of_a_ccas import declare
from tests.scenarios.year import Year, plain

pytestmark = [on_sqlite, pytest.mark.slow]

BEGINS = date(2027, 1, 11)
CAISSES = ("artois", "cotedopale")


@pytest.fixture
def year(
    app: APIFlask, sessions: sessionmaker[Session], demonstration: Demonstration, monkeypatch: pytest.MonkeyPatch
) -> Year:
    """Give a département under S0, and an agent of one of its two caisses."""
    here, at = demonstration.structure, datetime(2027, 1, 4, 9, tzinfo=UTC)
    with sessions.begin() as session:
        actions.adopt_convention(session, here, Adoption("S0", at.date(), None), by=command(here), at=at)
    people = {role.value: (person, here) for role, person in demonstration.people.items()}
    people["artois"] = (demonstration.people[Role.AGENT_CAISSE], demonstration.caisse)
    return Year(app, sessions, people, monkeypatch)


def test_A14_A24_what_a_review_withdraws_at_one_caisse_stays_at_the_other(year: Year) -> None:
    year.on(BEGINS)
    partner = year.client("gestionnaire")
    keep(partner, send(partner, "personnel", csv_of(STAFF, PEOPLE, encoding="cp1252")))
    for caisse in CAISSES:
        keep(partner, send(partner, f"S0/{caisse}", workbook_of([PORTAL, *ACCOUNTS])))

    url = opened(year)
    shown = plain(year.raw("gestionnaire", url))
    early = year.send("gestionnaire", f"{url}/signer")
    for name, caisse, pressed in (
        ("Inès Nadaud", "CPAM de l'Artois", "garder"),
        ("Inès Nadaud", "CPAM de la Côte d'Opale", "garder"),
        ("Paul Sorel", "CPAM de l'Artois", "garder"),
        ("Paul Sorel", "CPAM de la Côte d'Opale", "retirer:inutilise"),
    ):
        press(year, url, name, caisse, pressed)
    signed = year.send("gestionnaire", f"{url}/signer")

    states = {key: year.read("gestionnaire", f"/comptes/{one}") for key, one in year.accounts().items()}
    assert all(name in shown for name in ("CPAM de l'Artois", "CPAM de la Côte d'Opale"))
    assert "sans réponse" in early
    assert "La revue est signée et appliquée" in signed
    assert "État actif" in states["Sorel/artois"]
    assert "État inactif" in states["Sorel/cotedopale"]
    assert ["État actif" in states[f"Nadaud/{caisse}"] for caisse in CAISSES] == [True, True]
    assert year.client("artois").get(f"/comptes/{year.accounts()['Sorel/cotedopale']}").status_code == 404


def opened(year: Year) -> str:
    """Let weeks pass until the timetable opens the review; return its address."""
    day = BEGINS + timedelta(days=150)
    while day < BEGINS + timedelta(days=220):
        year.on(day)
        if "/revues/" in (found := year.raw("gestionnaire", "/revues")) and re.search(r"/revues/[0-9a-f]{32}", found):
            return year.review()
        day += timedelta(days=7)
    raise AssertionError(f"no review was opened by {clock.now():%d/%m/%Y}")


def press(year: Year, url: str, name: str, caisse: str, pressed: str) -> None:
    """Press a button on the card of an account, by its holder and its caisse."""
    page = year.raw("gestionnaire", url)
    cards = re.findall(r"<article.*?</article>|<li class=\"r-.*?</li>", page, re.S) or [page]
    card = next(one for one in cards if name in plain(one) and caisse in plain(one))
    action = re.search(r'action="([^"]+/comptes/[^"]+)"', card)
    assert action is not None
    fields = dict(re.findall(r'<input type="hidden" name="(version|shown)" value="([^"]*)"', card))
    year.send("gestionnaire", action[1], **fields, answer=pressed)


def test_what_awaits_a_departement_tells_its_two_caisses_apart(year: Year) -> None:
    year.on(BEGINS)
    year.send("gestionnaire", "/agents/reglages/taille", members="30", since="2027-01-01", source="Bilan social")
    domain = {"domain": "ccas-essai.example", "kind": "de_la_structure"}
    year.send("gestionnaire", "/agents/reglages/domaines", **domain)
    declare(year, "Nadaud", "Inès")
    for caisse in CAISSES:
        year.send("gestionnaire", "/comptes/demander", relation=f"S0/{caisse}", agent=year.agents()["Nadaud"])
    year.on(BEGINS + timedelta(days=30))

    for who in ("gestionnaire", "dpo"):
        told = year.titles(who)
        assert told
        assert [one for one, count in Counter(told).items() if count > 1] == []
    late = [one for one in year.titles("gestionnaire") if "n'a pas créé le compte de Inès Nadaud" in one]
    assert [one.split(" n'a pas")[0] for one in late] == ["CPAM de l'Artois", "CPAM de la Côte d'Opale"]
