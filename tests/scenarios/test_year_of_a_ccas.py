"""A year of a CCAS of eight members under S3, told from its pages: its accounts, its reviews, a theft, a successor."""

import re
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from sqlalchemy.orm import Session, sessionmaker

from governance.papers.signing import public_key, verify
from governance.people import actions
from governance.people.actions import NewPerson
from governance.people.queries import Adoption
from governance.people.rules import Role, StructureKind, command
from governance.web.identity import KEYS
from reviews.rules import State
from reviews.tables import ReviewCampaign
from tests.conftest import PASSWORD, Demonstration, on_sqlite
from tests.rules.lists_files import STAFF, csv_of
from tests.scenarios.year import Year, declare, keep, send

pytestmark = [on_sqlite, pytest.mark.slow]

CAISSE = "roubaix-tourcoing"
TECHNICIENS = ("Albin", "Brossard", "Cazal", "Delmas", "Estève", "Fabre")


@pytest.fixture
def year(
    app: APIFlask, sessions: sessionmaker[Session], demonstration: Demonstration, monkeypatch: pytest.MonkeyPatch
) -> Year:
    """Give a CCAS that has just signed S3, and an agent of its caisse."""
    here, at = demonstration.structure, datetime(2027, 1, 4, 9, tzinfo=UTC)
    with sessions.begin() as session:
        actions.adopt_convention(session, here, Adoption("S3", at.date(), None), by=command(here), at=at)
        name, kind = "CPAM de Roubaix-Tourcoing", StructureKind.CAISSE
        caisse = actions.create_structure(session, name, kind, CAISSE, by=command(""), at=at)
        draft = NewPerson("Agent de la caisse", "agent@cpam.example", PASSWORD, frozenset({Role.AGENT_CAISSE}))
        agent = actions.create_person(session, caisse, draft, by=command(caisse), at=at)
    people = {role.value: (person, here) for role, person in demonstration.people.items()}
    return Year(app, sessions, people | {"caisse": (agent, caisse)}, monkeypatch)


def request(year: Year, last_name: str) -> str:
    agent = year.agents()[last_name]
    return year.send("gestionnaire", "/comptes/demander", relation=f"S3/{CAISSE}", agent=agent)


def account(year: Year, last_name: str) -> str:
    return f"/comptes/{year.accounts()[f'{last_name}/{CAISSE}']}"


def open_gestionnaire(year: Year, last_name: str, first_name: str, day: date) -> list[str]:
    """Declare, ask, be granted by the caisse, accept the CGU; return what each page said."""
    said = [declare(year, last_name, first_name), request(year, last_name)]
    said.append(year.send("caisse", f"{account(year, last_name)}/cree", on=day.isoformat()))
    said.append(year.send("gestionnaire", f"{account(year, last_name)}/cgu", on=day.isoformat()))
    return said


def import_staff(year: Year) -> None:
    signed = ("02/02/2026", "03/03/2026", "03/03/2030")
    rows = [(one, "Camille", f"{one.lower()}@ccas-essai.example", "Accueil", "01/02/2020", "", *signed)
            for one in TECHNICIENS]  # fmt: skip
    client = year.client("gestionnaire")
    keep(client, send(client, "personnel", csv_of(STAFF, rows, encoding="cp1252")))


def create(year: Year, last_name: str, by: str = "Nadaud") -> str:
    """Create an account of technicien, and return what the page said."""
    manager, agent = year.accounts()[f"{by}/{CAISSE}"], year.agents()[last_name]
    return year.send("gestionnaire", "/comptes/creer", agent=agent, manager=manager)


def attest(year: Year, last_name: str, day: date) -> str:
    path = f"/agents/{year.agents()[last_name]}/attester"
    return year.send("gestionnaire", path, check=["lien", "adresse", "poste"], on=day.isoformat())


def active(year: Year, last_name: str, day: date, by: str = "Nadaud") -> str:
    return create(year, last_name, by) and year.send(
        "gestionnaire", f"{account(year, last_name)}/cgu", on=day.isoformat()
    )


def test_a_year_of_a_ccas(year: Year) -> None:
    opened_in_january(year)
    reviewed_in_july(year)
    modified_in_july(year)
    left_in_september(year)
    stolen_in_october(year)
    reviewed_together_in_january(year)
    looked_back_in_january(year)
    handed_over_in_february(year)


def opened_in_january(year: Year) -> None:
    day = date(2027, 1, 11)
    year.on(day)
    size = year.send("gestionnaire", "/agents/reglages/taille", members="8", since="2027-01-01", source="Bilan social")
    domain = {"domain": "ccas-essai.example", "kind": "de_la_structure"}
    said = year.send("gestionnaire", "/agents/reglages/domaines", **domain)
    declared, asked, granted, in_use = open_gestionnaire(year, "Nadaud", "Inès", day)
    open_gestionnaire(year, "Sorel", "Paul", day)
    declare(year, "Gauvin", "Claire")
    third = request(year, "Gauvin")
    import_staff(year)
    early = create(year, "Albin")
    for name in TECHNICIENS:
        attest(year, name, day)
    for name in TECHNICIENS[:5]:
        assert "Le compte est actif." in active(year, name, day)
    sixth = create(year, "Fabre")

    assert "8 membres depuis le 1er janvier 2027" in size
    assert "ccas-essai.example : De la structure, hébergé en Europe" in said
    assert "Attestez maintenant ce que la convention demande." in declared
    assert "à créer au plus tard le 18 janvier 2027 S3, CU art. 2.2.1 et 2.2" in asked
    assert "Le compte est créé." in granted
    assert "CGU acceptées 11 janvier 2027 S3, CU art. 2.1" in in_use
    assert "La convention permet 2 comptes de gestionnaire" in third
    assert "Attestez d'abord pour cet agent : le lien avec la structure" in early
    assert "La convention permet 5 comptes de technicien à votre structure, et 5 sont ouverts" in sixth
    assert "(S3, CU art. 2.2.1)" in sixth


def reviewed_in_july(year: Year) -> None:
    year.on(date(2027, 7, 4))
    url = year.review()
    reviews = year.read("gestionnaire", "/revues")
    for day in (10, 18, 24):
        year.on(date(2027, 7, day))
    followed = year.read("dpo", f"{url}/suivi")
    year.answer(url, dict.fromkeys(("Inès Nadaud", *(f"Camille {one}" for one in TECHNICIENS[1:4])), "garder"))
    numbers = dict.fromkeys(("Paul Sorel", "Camille Albin"), "modifier")
    year.answer(url, numbers, words="Nouveau numéro de téléphone")
    early = year.send("gestionnaire", f"{url}/signer")
    year.answer(url, {"Camille Estève": "retirer:inutilise"})
    signing = year.read("gestionnaire", f"{url}/signer")
    signed = year.send("gestionnaire", f"{url}/signer")
    sealed = year.client("gestionnaire").get(f"{url}/attestation.json").data
    sealed = year.client("gestionnaire").get(f"{url}/attestation.json").data
    paper = year.client("dpo").get(f"{url}/attestation.pdf").data
    told = verify(sealed, public_key(year.app.extensions[KEYS])).value

    assert "S3, prévue au calendrier" in reviews
    assert [f"rappel à {one}" in followed for one in ("15 jours", "7 jours", "1 jour")] == [True] * 3
    assert "Un compte reste sans réponse" in early
    assert "sera retiré" in signing
    assert "La revue est signée et appliquée ; son attestation est prête." in signed
    assert [(one["effect"], one["motive"]) for one in told["accounts"] if one["motive"]] == [("retire", "inutilise")]
    assert paper.startswith(b"%PDF")
    assert "État inactif" in year.read("gestionnaire", account(year, "Estève"))


def modified_in_july(year: Year) -> None:
    listed = year.raw("gestionnaire", july(year))
    found = re.search(r'<a class="btn btn-sm btn-primary" href="(/comptes/[^"]+)"', listed)
    assert found is not None
    awaited, form = year.titles("gestionnaire"), year.raw("gestionnaire", found[1])
    sent = {"what": "téléphone", "value": "03 20 11 22 33"}
    said = year.send("gestionnaire", f"{account(year, 'Sorel')}/modification", **sent)
    left = year.titles("gestionnaire")
    corrected = correct(year, "Albin", phone="03 20 44 55 66")
    none_left = year.titles("gestionnaire")
    change = re.search(r'action="(/comptes/modifications/[^"]+)"', year.raw("caisse", account(year, "Sorel")))
    assert change is not None
    year.send("caisse", change[1], outcome="faite")

    assert [one for one in awaited if "2 comptes à modifier" in one]
    assert '<option selected value="téléphone">' in form
    assert "03 20 11 22 33" in said
    assert [one for one in left if "1 compte à modifier" in one]
    assert "03 20 44 55 66" in corrected
    assert not [one for one in none_left if "à modifier" in one]
    assert "03 20 11 22 33" in year.read("gestionnaire", account(year, "Sorel"))


def correct(year: Year, last_name: str, phone: str) -> str:
    """Correct the telephone of a technicien on their sheet, and nothing else; return what the page said."""
    return year.send(
        "gestionnaire", f"/agents/{year.agents()[last_name]}/corriger", civility="Madame", last_name=last_name,
        first_name="Camille", fonction="Accueil", email=f"{last_name.lower()}@ccas-essai.example", phone=phone,
        tie="agent",
    )  # fmt: skip


def july(year: Year) -> str:
    """Return where the review of July lists what it found to modify."""
    with year.sessions() as session:
        closed = sa.select(ReviewCampaign.id).where(ReviewCampaign.state == State.CLOSED.value)
        return f"/revues/{session.scalars(closed).one()}?voir=a-modifier"


def left_in_september(year: Year) -> None:
    gone = date(2027, 9, 15)
    year.on(gone)
    year.send("gestionnaire", f"/agents/{year.agents()['Delmas']}/depart", left_on=gone.isoformat())
    year.on(gone, 10)
    url = year.review()
    shown = year.read("gestionnaire", url)
    year.answer(url, {"Camille Delmas": "retirer:depart"})
    year.send("gestionnaire", f"{url}/signer")

    assert "Revue après un départ" in shown
    assert "parti de la structure" in shown
    assert "Camille Albin" not in shown
    assert "État inactif" in year.read("gestionnaire", account(year, "Delmas"))
    assert "Le compte est actif." in active(year, "Fabre", gone)


def stolen_in_october(year: Year) -> None:
    day = date(2027, 10, 11)
    year.on(day)
    cut = year.send("dpo", f"{account(year, 'Sorel')}/coupure", reason="vol", words="Mot de passe dérobé")
    leaving = {"wished": "2027-11-02", "reason": "fonctions", "words": ""}
    last = year.send("gestionnaire", f"{account(year, 'Nadaud')}/inactivation", **leaving)
    request(year, "Gauvin")
    year.send("caisse", f"{account(year, 'Gauvin')}/cree", on=day.isoformat())
    year.send("gestionnaire", f"{account(year, 'Gauvin')}/cgu", on=day.isoformat())

    assert "L'accès est coupé." in cut
    assert "Déclarer une violation" in cut
    assert "portal_account.cut" in year.written("portal_account")
    assert "Demandez d'abord à la caisse" in last


def reviewed_together_in_january(year: Year) -> None:
    year.on(date(2028, 1, 25))
    url = year.review()
    board = year.read("gestionnaire", url)
    together = year.confirm(url)
    year.answer(url, dict.fromkeys(("Claire Gauvin", "Inès Nadaud", "Camille Fabre"), "garder"))
    year.send("gestionnaire", f"{url}/signer")
    sealed = year.client("gestionnaire").get(f"{url}/attestation.json").data
    sealed = year.client("gestionnaire").get(f"{url}/attestation.json").data
    told = verify(sealed, public_key(year.app.extensions[KEYS])).value

    assert "Inchangés depuis la dernière revue (3)" in board
    assert "3 comptes inchangés gardés" in together
    assert [one["name"] for one in told["accounts"] if one["together"]] == [
        "Camille Albin", "Camille Brossard", "Camille Cazal",
    ]  # fmt: skip
    assert told["whole"]["share_together_percent"] == 50
    assert "État masqué sur le portail" in year.read("gestionnaire", account(year, "Estève"))


def looked_back_in_january(year: Year) -> None:
    year.on(date(2028, 1, 28))
    table = f"/tableaux/{year.people['dpo'][1]}/S3/{CAISSE}"
    before, now = (year.read("dpo", f"{table}?le={day}") for day in ("2027-07-01", "2028-01-28"))

    assert [name in before for name in ("Nadaud", "Sorel", "Estève", "Gauvin")] == [True, True, True, False]
    assert [name in now for name in ("Fabre", "Gauvin")] == [True, True]


def handed_over_in_february(year: Year) -> None:
    year.on(date(2028, 2, 1))
    leaving = {"wished": "2028-02-16", "reason": "fonctions", "words": ""}
    asked = year.send("gestionnaire", f"{account(year, 'Nadaud')}/inactivation", **leaving)
    before = year.read("gestionnaire", account(year, "Albin"))
    year.on(date(2028, 2, 16))
    alone = year.send("gestionnaire", f"{account(year, 'Gauvin')}/inactivation", **leaving)

    assert "État inactivation demandée inactivation souhaitée dans 15 jours" in asked
    assert "État inactif masqué sur le portail" in year.read("gestionnaire", account(year, "Nadaud"))
    assert "Claire Gauvin" in before and "Inès Nadaud" not in before
    assert "Demandez d'abord à la caisse" in alone
