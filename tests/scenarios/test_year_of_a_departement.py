"""A year of a département under S0 with its two caisses, told from its pages: what one closes, the other keeps open."""

import re
from collections import Counter
from datetime import UTC, date, datetime

import pypdfium2 as pdfium
import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from sqlalchemy.orm import Session, sessionmaker

from governance.core.outbox.tables import OutboxContent, OutboxMessage
from governance.habilitations.rosters.tables import SentRoster
from governance.papers.signing import public_key, verify
from governance.people import actions
from governance.people.actions import NewPerson
from governance.people.queries import Adoption
from governance.people.rules import Role, StructureKind, command
from governance.web.identity import KEYS
from tests.conftest import PASSWORD, Demonstration, on_sqlite
from tests.rules.lists_files import PORTAL, STAFF, csv_of, workbook_of
from tests.scenarios.year import Year, declare, keep, plain, send
from tests.web.conftest import token

pytestmark = [on_sqlite, pytest.mark.slow]

ARTOIS, OPALE = "artois", "cotedopale"
NAMES = {ARTOIS: "CPAM de l'Artois", OPALE: "CPAM de la Côte d'Opale"}
SIGNED = ("02/02/2026", "03/03/2026", "03/03/2029")  # the commitment, the training, its end
GESTIONNAIRES = ("Nadaud", "Sorel")
TECHNICIENS = tuple(f"Essai{chr(letter)}" for letter in range(ord("A"), ord("Z") + 1))  # twenty-six of them


@pytest.fixture
def year(
    app: APIFlask, sessions: sessionmaker[Session], demonstration: Demonstration, monkeypatch: pytest.MonkeyPatch
) -> Year:
    """Give a département that has just signed S0, and an agent of each of its two caisses."""
    here, at = demonstration.structure, datetime(2027, 3, 22, 8, tzinfo=UTC)
    with sessions.begin() as session:
        actions.adopt_convention(session, here, Adoption("S0", at.date(), None), by=command(here), at=at)
        name, kind = NAMES[OPALE], StructureKind.CAISSE
        caisse = actions.create_structure(session, name, kind, OPALE, by=command(""), at=at)
        draft = NewPerson("Agent de la Côte", "agent@opale.example", PASSWORD, frozenset({Role.AGENT_CAISSE}))
        agent = actions.create_person(session, caisse, draft, by=command(caisse), at=at)
    people = {role.value: (person, here) for role, person in demonstration.people.items()}
    people |= {ARTOIS: (demonstration.people[Role.AGENT_CAISSE], demonstration.caisse), OPALE: (agent, caisse)}
    return Year(app, sessions, people, monkeypatch)


def account(year: Year, last_name: str, caisse: str) -> str:
    return f"/comptes/{year.accounts()[f'{last_name}/{caisse}']}"


def staff(name: str, left: str = "") -> tuple[str, ...]:
    first_name, fonction = {"Nadaud": ("Inès", "Responsable"), "Sorel": ("Paul", "Responsable")}.get(
        name, ("Camille", "Accueil")
    )
    return (name, first_name, f"{name.lower()}@ccas-essai.example", fonction, "01/02/2020", left, *SIGNED)


def mails(year: Year, kind: str) -> list[str]:
    """Return the subjects and words of the mails of a kind, in order."""
    wanted = (
        sa.select(OutboxContent)
        .join(OutboxMessage, OutboxContent.message == OutboxMessage.id)
        .where(OutboxMessage.kind == kind)
        .order_by(OutboxMessage.created_at, OutboxMessage.id)
    )
    with year.sessions() as session:
        return [plain(f"{row.subject} {row.body}") for row in session.scalars(wanted)]


def test_A14_A24_a_year_of_a_departement_with_two_caisses(year: Year) -> None:
    asked_in_march(year)
    late_at_one_caisse_in_april(year)
    crowded_in_april(year)
    gone_according_to_the_staff_list_in_june(year)
    reviewed_in_september(year)
    left_in_november(year)
    asked_for_in_december(year)


def asked_in_march(year: Year) -> None:
    year.on(date(2027, 3, 22))
    year.send("gestionnaire", "/agents/reglages/taille", members="300", since="2027-01-01", source="Bilan social")
    domain = {"domain": "ccas-essai.example", "kind": "de_la_structure"}
    year.send("gestionnaire", "/agents/reglages/domaines", **domain)
    declare(year, "Nadaud", "Inès")
    declare(year, "Sorel", "Paul")
    said = [
        year.send("gestionnaire", "/comptes/demander", relation=f"S0/{caisse}", agent=year.agents()[name])
        for name in GESTIONNAIRES
        for caisse in NAMES
    ]

    # Five working days: in the two caisses' zone, Easter Monday is a holiday and Good Friday is not.
    assert ["à créer au plus tard le 30 mars 2027 S0, CU art. 2.2.1" in one for one in said] == [True] * 4
    assert sorted(mail.split(" :")[0] for mail in mails(year, "portal_account.request")) == sorted(
        [*NAMES.values()] * 2
    )


def late_at_one_caisse_in_april(year: Year) -> None:
    for name in GESTIONNAIRES:
        year.on(date(2027, 3, 30)).send(ARTOIS, f"{account(year, name, ARTOIS)}/cree", on="2027-03-30")
    year.on(date(2027, 4, 1))
    told = {who: year.titles(who) for who in ("gestionnaire", "dpo")}
    for name in GESTIONNAIRES:
        year.send(OPALE, f"{account(year, name, OPALE)}/cree", on="2027-04-01")
        for caisse in NAMES:
            year.send("gestionnaire", f"{account(year, name, caisse)}/cgu", on="2027-04-01")

    late = [one for one in told["gestionnaire"] if "n'a pas créé le compte" in one]
    assert [one.split(" n'a pas")[0] for one in late] == [NAMES[OPALE]] * 2
    assert [one for titles in told.values() for one, count in Counter(titles).items() if count > 1] == []
    assert [one.split(" :")[0] for one in mails(year, "portal_account.reminder_late")] == [NAMES[OPALE]] * 2
    for name in NAMES.values():
        assert sum(f"Caisse : {name} (" in one for one in mails(year, "portal_account.granted")) == 2
    assert year.client(ARTOIS).get(account(year, "Nadaud", OPALE)).status_code == 404


def crowded_in_april(year: Year) -> None:
    year.on(date(2027, 4, 5))
    partner, rows = year.client("gestionnaire"), [staff(name) for name in (*TECHNICIENS, *GESTIONNAIRES)]
    wrong = send(partner, "personnel", csv_of(STAFF, [*rows, ("", *rows[0][1:])], encoding="cp1252"))
    keep(partner, send(partner, "personnel", csv_of(STAFF, rows, encoding="cp1252")))
    held = [(name, "Camille", staff(name)[2], "Technicien", "Actif", "") for name in TECHNICIENS]
    keep(partner, send(partner, f"S0/{ARTOIS}", workbook_of([PORTAL, *held[:25]])))
    keep(partner, send(partner, f"S0/{OPALE}", workbook_of([PORTAL, held[24]])))
    before = year.read("gestionnaire", "/comptes")
    last = year.agents()["EssaiZ"]
    year.send("gestionnaire", f"/agents/{last}/attester", check=["lien", "adresse", "poste"], on="2027-04-05")
    manager = year.accounts()[f"Sorel/{OPALE}"]
    year.send("gestionnaire", "/comptes/creer", agent=last, manager=manager)
    year.send("gestionnaire", f"{account(year, 'EssaiZ', OPALE)}/cgu", on="2027-04-05")
    after = year.read("gestionnaire", "/comptes")

    assert wrong.status_code == 422
    assert "Techniciens : 25, sans plafond S0, CU art. 2.2.1" in before
    assert "Techniciens : 26, au-delà du nombre que le texte cite par ailleurs S0, CU art. 2.2.1" in after
    assert "Gestionnaires : 2 sur 5" in after


def gone_according_to_the_staff_list_in_june(year: Year) -> None:
    day = date(2027, 6, 14)
    partner = year.on(day).client("gestionnaire")
    rows = [staff(name) for name in (*TECHNICIENS[1:], *GESTIONNAIRES)]
    keep(partner, send(partner, "personnel", csv_of(STAFF, [staff("EssaiA", f"{day:%d/%m/%Y}"), *rows])))
    gaps = {caisse: year.read("gestionnaire", f"/ecarts?avec=S0/{caisse}&sorte=parti") for caisse in NAMES}
    url = year.on(day, 10).review()
    shown = year.read("gestionnaire", url)
    answer(year, url, {("EssaiA", ARTOIS): "retirer:depart"})
    signed = year.send("gestionnaire", f"{url}/signer")

    assert ["Camille EssaiA" in gaps[caisse] for caisse in NAMES] == [True, False]
    assert "Revue après un départ" in shown
    assert "EssaiB" not in shown
    assert "La revue est signée et appliquée" in signed


def reviewed_in_september(year: Year) -> None:
    year.on(date(2027, 9, 22))
    url = year.review()
    shown = year.read("gestionnaire", f"{url}?voir=tous")
    early = year.send("gestionnaire", f"{url}/signer")
    answer(year, url, {("Sorel", OPALE): "retirer:inutilise"})
    before = year.read("gestionnaire", account(year, "EssaiZ", OPALE))
    signed = year.send("gestionnaire", f"{url}/signer")
    sealed = year.client("gestionnaire").get(f"{url}/attestation.json").data
    told = verify(sealed, public_key(year.app.extensions[KEYS])).value
    paper = printed(year.client(OPALE).get(f"{url}/attestation.pdf").data)

    assert "0 sur 30 comptes répondus" in shown
    assert [name in shown for name in NAMES.values()] == [True, True]
    assert "30 comptes restent sans réponse" in early
    assert "La revue est signée et appliquée" in signed
    assert "Prochaine revue : le 22 mars 2028" in signed
    assert told["next_on"] == "2028-03-22"
    assert [(one["name"], one["caisse"]) for one in told["accounts"] if one["effect"] == "retire"] == [
        ("Paul Sorel", OPALE)
    ]
    assert told["caisses"] == NAMES
    assert f"Extrait pour la caisse {NAMES[OPALE]}" in paper
    assert f"gestionnaire, {NAMES[OPALE]}" in paper and OPALE not in paper
    assert "État inactivation demandée" in year.read("gestionnaire", account(year, "Sorel", OPALE))
    assert "État actif" in year.read("gestionnaire", account(year, "Sorel", ARTOIS))
    assert [one.split(" :")[0] for one in mails(year, "portal_account.inactivation")] == [NAMES[OPALE]]
    assert [bool(year.titles(caisse)) for caisse in NAMES] == [False, True]
    assert "Gestionnaire Paul Sorel" in before
    assert "Gestionnaire Inès Nadaud" in year.read("gestionnaire", account(year, "EssaiZ", OPALE))


def printed(content: bytes) -> str:
    """Return the words of a PDF."""
    with pdfium.PdfDocument(content) as document:
        return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())


def answer(year: Year, url: str, given: dict[tuple[str, str], str]) -> None:
    """Keep every account of a review but those for which a name and a caisse say something else."""
    words = {(f" {name}", NAMES[caisse]): pressed for (name, caisse), pressed in given.items()}
    while cards := re.findall(r"<article.*?</article>", year.raw("gestionnaire", url), re.S):
        client = year.client("gestionnaire")
        fresh = token(client)
        for card in cards:
            action = re.search(r'action="([^"]+/comptes/[^"]+)"', card)
            assert action is not None
            fields = dict(re.findall(r'<input type="hidden" name="(version|shown)" value="([^"]*)"', card))
            known = (word for (name, caisse), word in words.items() if name in plain(card) and caisse in plain(card))
            sent = client.post(action[1], data={"csrf_token": fresh, **fields, "answer": next(known, "garder")})
            assert sent.status_code == 303


def left_in_november(year: Year) -> None:
    gone = date(2027, 11, 15)
    year.on(gone)
    year.send("gestionnaire", f"/agents/{year.agents()['Sorel']}/depart", left_on=gone.isoformat())
    url = year.on(gone, 10).review()
    shown = year.read("gestionnaire", url)
    answer(year, url, {("Sorel", ARTOIS): "retirer:depart"})
    year.send("gestionnaire", f"{url}/signer")
    awaited = {caisse: year.titles(caisse) for caisse in NAMES}
    year.send(ARTOIS, f"{account(year, 'Sorel', ARTOIS)}/inactif", on=gone.isoformat())

    assert "Paul Sorel gestionnaire, CPAM de l'Artois" in shown
    assert "0 sur 1 compte répondu" in shown
    assert ["Compte à inactiver" in " ".join(awaited[caisse]) for caisse in NAMES] == [True, False]
    assert [one.split(" :")[0] for one in mails(year, "portal_account.inactivation")] == [NAMES[OPALE], NAMES[ARTOIS]]
    assert "État inactif" in year.read("gestionnaire", account(year, "Sorel", ARTOIS))
    for caisse in NAMES:
        assert "État actif" in year.read("gestionnaire", account(year, "Nadaud", caisse))


def asked_for_in_december(year: Year) -> None:
    year.on(date(2027, 12, 6))
    here = year.people["gestionnaire"][1]
    table = f"/tableaux/{here}/S0"
    year.send(ARTOIS, f"{table}/{ARTOIS}/demander", wished="2027-12-20", every="12")
    year.send(ARTOIS, "/revues/demander", partner=f"{here}/S0")
    year.on(date(2027, 12, 6), 10)
    waiting = " ; ".join(year.titles("gestionnaire"))
    for caisse in NAMES:
        year.send("gestionnaire", f"{table}/{caisse}/envoyer")
    with year.sessions() as session:
        sent = {row.caisse: row.id for row in session.scalars(sa.select(SentRoster).order_by(SentRoster.caisse))}
    artois = year.client(ARTOIS)
    taken = artois.get(f"/tableaux/envoyes/{sent[ARTOIS]}.csv").data.decode("utf-8-sig")
    hidden = artois.get(f"/tableaux/envoyes/{sent[OPALE]}.csv").status_code, artois.get(f"{table}/{OPALE}").status_code

    assert "Tableau d'habilitations demandé : CPAM de l'Artois" in waiting
    assert "Revue des accès S0, demandée par la caisse – CPAM de l'Artois" in waiting
    assert state_of(taken) == {"actif": 25, "inactif": 2}
    assert state_of(as_of(year, f"{table}/{ARTOIS}", "2027-06-01")) == {"actif": 27}
    assert state_of(as_of(year, f"{table}/{OPALE}", "2027-10-01")) == {"actif": 3, "inactivation demandée": 1}
    assert hidden == (404, 403)


def as_of(year: Year, table: str, day: str) -> str:
    return year.client("dpo").get(f"{table}/tableau.csv?le={day}").data.decode("utf-8-sig")


def state_of(table: str) -> dict[str, int]:
    """Return how many lines of a table there are in each state."""
    return dict(Counter(line.split(";")[7] for line in table.splitlines()[1:]))
