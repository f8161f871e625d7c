"""Roles in several structures, partners of a caisse, and the page that says who may do what."""

from collections.abc import Callable
from datetime import date, datetime
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from governance.core.refusals import Conflict, Forbidden, Invalid, NotFound
from governance.core.trail import TrailEntry
from governance.people import actions, queries
from governance.people.queries import Adoption
from governance.people.rules import PERMITTED, Role, Signed, StructureKind, command
from tests.conftest import PASSWORD, Demonstration

Sessions = sessionmaker[Session]
SINCE = date(2026, 1, 1)


@pytest.fixture
def shared_dpo(sessions: Sessions, demonstration: Demonstration, at: datetime) -> str:
    """Make the DPO of the first partner a gestionnaire of the second one too, and return their identifier."""
    person, other = demonstration.people[Role.DPO], demonstration.other
    with sessions.begin() as session:
        actions.set_roles(session, person, other, frozenset({Role.GESTIONNAIRE}), by=command(other), at=at)
    return person


def adopt(sessions: Sessions, structure: str, code: str, at: datetime) -> None:
    with sessions.begin() as session:
        actions.adopt_convention(session, structure, Adoption(code, SINCE, None), by=command(structure), at=at)


def test_the_page_tells_every_permission_and_marks_the_role_of_who_reads(sign_in: Callable[..., FlaskClient]) -> None:
    page = unescape(sign_in(Role.REFERENT).get("/qui-peut-faire-quoi").text)

    assert all(grant.lets in page for grant in PERMITTED.values() if grant.here | grant.signed)
    assert page.count("votre rôle") == 2


def test_a_person_of_one_structure_sees_where_they_are_and_is_offered_no_other(
    sign_in: Callable[..., FlaskClient],
) -> None:
    page = sign_in(Role.DPO).get("/a-propos").text

    assert "CCAS d&#39;ici" in page
    assert 'name="structure"' not in page


def test_a_person_of_two_structures_switches_and_has_there_the_roles_held_there(
    sign_in: Callable[..., FlaskClient], submit: Callable, demonstration: Demonstration, shared_dpo: str
) -> None:
    client = sign_in(Role.DPO)
    before = client.get("/vocabulaire").status_code

    moved = submit(client, "/structure", {"structure": demonstration.other}, page="/a-propos")

    assert (before, moved.status_code, moved.location) == (200, 303, "/")
    assert client.get("/vocabulaire").status_code == 403
    assert client.get("/signalements/verifier").status_code == 200
    assert "selected>CCAS d&#39;ailleurs" in client.get("/a-propos").text


def test_a_switch_is_told_to_the_trail_of_the_structure_that_is_entered(
    sign_in: Callable[..., FlaskClient],
    submit: Callable,
    sessions: Sessions,
    demonstration: Demonstration,
    shared_dpo: str,
) -> None:
    submit(sign_in(Role.DPO), "/structure", {"structure": demonstration.other}, page="/a-propos")

    with sessions() as session:
        entry = session.scalars(select(TrailEntry).where(TrailEntry.action == "person.switched")).one()
    assert (entry.actor, entry.structure) == (shared_dpo, demonstration.other)


@pytest.mark.parametrize("wanted", ["", "inconnue", "OTHER"])
def test_nobody_enters_a_structure_where_they_hold_no_role(
    sign_in: Callable[..., FlaskClient], submit: Callable, demonstration: Demonstration, wanted: str
) -> None:
    client = sign_in(Role.DPO)

    structure = demonstration.other if wanted == "OTHER" else wanted
    refused = submit(client, "/structure", {"structure": structure}, page="/a-propos")

    assert refused.status_code == 404
    assert client.get("/vocabulaire").status_code == 200


def test_a_role_taken_away_counts_from_the_next_request_of_an_open_session(
    sign_in: Callable[..., FlaskClient], sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    client, by = sign_in(Role.GESTIONNAIRE), demonstration.actor(Role.DPO)
    before = client.get("/signalements/verifier").status_code

    with sessions.begin() as session:
        person = demonstration.people[Role.GESTIONNAIRE]
        actions.set_roles(session, person, by.structure, frozenset(), by=by, at=at)

    assert (before, client.get("/signalements/verifier").status_code) == (200, 303)


def test_who_left_the_structure_that_added_them_signs_in_where_they_still_hold_a_role(
    sessions: Sessions, demonstration: Demonstration, shared_dpo: str, at: datetime
) -> None:
    here = demonstration.structure
    with sessions.begin() as session:
        successor = demonstration.people[Role.GESTIONNAIRE]
        actions.set_roles(session, successor, here, frozenset({Role.DPO}), by=command(here), at=at)
        actions.set_roles(session, shared_dpo, here, frozenset(), by=command(here), at=at)

    with sessions() as session:
        attempt = queries.identify(session, demonstration.email(Role.DPO), PASSWORD)

    assert attempt.actor is not None
    assert (attempt.actor.structure, attempt.actor.roles) == (demonstration.other, {Role.GESTIONNAIRE})


def test_a_structure_is_never_left_without_a_dpo(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    here, dpo = demonstration.structure, demonstration.people[Role.DPO]

    with pytest.raises(Conflict), sessions.begin() as session:
        actions.set_roles(session, dpo, here, frozenset({Role.TECHNICIEN}), by=command(here), at=at)

    with sessions() as session:
        attempt = queries.identify(session, demonstration.email(Role.DPO), PASSWORD)
    assert attempt.actor is not None and attempt.actor.roles == {Role.DPO}


def test_roles_are_set_by_a_dpo_of_the_structure_upon_its_people_and_never_upon_oneself(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    by, roles = demonstration.actor(Role.DPO), frozenset({Role.TECHNICIEN})
    stranger = demonstration.others[Role.TECHNICIEN]

    with sessions() as session:
        for person, structure, refusal in (
            (by.id, by.structure, Forbidden),
            (demonstration.others[Role.TECHNICIEN], demonstration.other, Forbidden),
            (stranger, by.structure, NotFound),
        ):
            with pytest.raises(refusal):
                actions.set_roles(session, person, structure, roles, by=by, at=at)
        with pytest.raises(Invalid):
            wrong = frozenset({Role.AGENT_CAISSE})
            actions.set_roles(session, demonstration.people[Role.REFERENT], by.structure, wrong, by=by, at=at)


def test_a_caisse_sees_the_partners_that_apply_a_convention_which_names_it_and_no_other(
    sign_in: Callable[..., FlaskClient], sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    adopt(sessions, demonstration.structure, "S0", at)
    adopt(sessions, demonstration.other, "S1", at)

    artois = sign_in(Role.AGENT_CAISSE).get("/partenaires").text
    doubs = sign_in(Role.DPO_CAISSE, other=True).get("/partenaires").text

    assert ("CCAS d&#39;ici" in artois, "CCAS d&#39;ailleurs" in artois) == (True, False)
    assert ("CCAS d&#39;ici" in doubs, "CCAS d&#39;ailleurs" in doubs) == (False, True)


def test_a_caisse_opens_no_door_by_adopting_a_convention_itself(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    adopt(sessions, demonstration.structure, "S1", at)
    adopt(sessions, demonstration.structure, "S0", at)

    adopt(sessions, demonstration.caisse, "S1", at)

    with sessions() as session:
        assert queries.signed_with(session, "artois") == {Signed(demonstration.structure, "S0")}


@pytest.mark.parametrize(
    ("kind", "code", "refusal"),
    [
        (StructureKind.PARTENAIRE, "cotedopale", Invalid),
        (StructureKind.CAISSE, "nulle-part", Invalid),
        (StructureKind.CAISSE, "artois", Conflict),
    ],
)
def test_a_code_of_caisse_is_one_that_a_convention_names_borne_by_one_caisse(
    sessions: Sessions, demonstration: Demonstration, at: datetime, kind: StructureKind, code: str, refusal: type
) -> None:
    with pytest.raises(refusal) as raised, sessions() as session:
        actions.create_structure(session, "Nouvelle", kind, code, by=command(""), at=at)

    assert raised.value.field == "caisse"
