"""« Contacts » from its pages: read, completed, verified, withdrawn; a caisse keeps its own."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker

from governance.core.clock import day
from governance.core.sight import SIGHT
from governance.people.actions import adopt_convention
from governance.people.contacts import actions, queries
from governance.people.contacts.rules import ContactDraft, ContactKind, Relation, Side
from governance.people.contacts.tasks import tasks
from governance.people.queries import Adoption, signed_with
from governance.people.rules import Actor, Role, command
from governance.web.act import sight_of
from tests.conftest import Demonstration, on_sqlite
from tests.web.conftest import Submit

pytestmark = on_sqlite

SENT = {"kind": "dpo", "email": "dpo@caisse.example", "rank": "1"}


@pytest.fixture
def relation(sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime) -> Relation:
    """Give the relation of a partner with the caisse of Artois, whose text names no DPO."""
    structure = demonstration.structure
    with sessions.begin() as session:
        adopt_convention(session, structure, Adoption("S4", None, None), by=command(structure), at=at)
    return Relation(structure, "S4", "artois")


def test_a_dpo_completes_a_missing_contact_from_the_page(
    sign_in: Callable[..., FlaskClient], submit: Submit, relation: Relation
) -> None:
    client = sign_in(Role.DPO)
    before = client.get("/contacts").text

    sent = submit(client, f"/contacts/{'/'.join(relation)}/caisse/nouveau", dict(SENT))
    after = client.get("/contacts").text

    assert sent.status_code == 303
    assert before.count("manquant<") == after.count("manquant<") + 1
    assert "dpo@caisse.example" in after
    assert "/conventions/S4#P3" in before


def test_a_mistake_is_told_beside_its_field_and_nothing_typed_is_lost(
    sign_in: Callable[..., FlaskClient], submit: Submit, relation: Relation
) -> None:
    client = sign_in(Role.DPO)

    answer = submit(client, f"/contacts/{'/'.join(relation)}/caisse/nouveau", SENT | {"phone": "le soir"})

    assert answer.status_code == 422
    assert "phone-erreur" in answer.text
    assert "le soir" in answer.text
    assert "dpo@caisse.example" in answer.text


def test_a_replaced_contact_stays_in_the_history_and_the_new_one_is_written_to(
    sign_in: Callable[..., FlaskClient],
    submit: Submit,
    sessions: sessionmaker[Session],
    relation: Relation,
    at: datetime,
) -> None:
    first = recorded(sessions, relation, at, "ancien@caisse.example")
    client = sign_in(Role.DPO)

    submit(client, f"/contacts/{first}/modifier", SENT | {"email": "nouveau@caisse.example"})
    gone = client.get(f"/contacts/{first}/modifier")
    page = client.get("/contacts").text

    assert "ancien@caisse.example" in page.split("Contacts remplacés ou retirés (1)")[1]
    assert gone.status_code == 404
    with sessions() as session:
        found = queries.contacts_of(session, *relation, on=day(at)).writing(Side.CAISSE, ContactKind.DPO)
    assert found is not None
    assert found.email == "nouveau@caisse.example"


def test_a_gestionnaire_reads_and_changes_nothing(
    sign_in: Callable[..., FlaskClient], submit: Submit, relation: Relation
) -> None:
    client = sign_in(Role.GESTIONNAIRE)

    read = client.get("/contacts")
    sent = submit(client, f"/contacts/{'/'.join(relation)}/caisse/nouveau", dict(SENT), page="/contacts")

    assert (read.status_code, sent.status_code) == (200, 403)
    assert "Compléter" not in read.text


def test_a_caisse_keeps_its_own_contacts_and_not_the_partners(
    sign_in: Callable[..., FlaskClient], submit: Submit, relation: Relation
) -> None:
    client = sign_in(Role.DPO_CAISSE)

    own = submit(client, f"/contacts/{'/'.join(relation)}/caisse/nouveau", dict(SENT))
    theirs = submit(client, f"/contacts/{'/'.join(relation)}/partenaire/nouveau", dict(SENT), page="/contacts")

    assert (own.status_code, theirs.status_code) == (303, 403)


def test_P3_the_other_caisse_of_a_convention_sees_none_of_it(
    sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime
) -> None:
    structure = demonstration.structure
    with sessions.begin() as session:
        adopt_convention(session, structure, Adoption("S0", None, None), by=command(structure), at=at)
    recorded(sessions, Relation(structure, "S0", "cotedopale"), at, "reserve@caisse.example")

    with sessions() as session:
        artois = seeing(demonstration, signed_with(session, "artois"))
    with sessions(info={SIGHT: sight_of(artois)}) as session:
        views = queries.relations(session, artois, at)
        hidden = queries.contacts_of(session, structure, "S0", "cotedopale", on=day(at))

    assert [view.relation.caisse for view in views] == ["artois"]
    assert "reserve@caisse.example" not in {one.email for one in hidden.known}


def test_each_missing_contact_is_a_task_of_who_may_complete_it(
    sessions: sessionmaker[Session], demonstration: Demonstration, relation: Relation, at: datetime
) -> None:
    with sessions() as session:
        of_dpo = tasks(session, demonstration.actor(Role.DPO), at)
        of_gestionnaire = tasks(session, demonstration.actor(Role.GESTIONNAIRE), at)
        of_caisse = tasks(session, seeing(demonstration, signed_with(session, "artois")), at)

    assert [one.href.rpartition("?")[0].split("/")[-2] for one in of_dpo] == ["caisse", "partenaire"]
    assert [one.href.rpartition("?")[0].split("/")[-2] for one in of_caisse] == ["caisse"]
    assert of_gestionnaire == ()


def test_verifying_and_withdrawing_are_told_to_the_journal(
    sign_in: Callable[..., FlaskClient],
    submit: Submit,
    sessions: sessionmaker[Session],
    relation: Relation,
    at: datetime,
) -> None:
    contact, client = recorded(sessions, relation, at, "dpo@caisse.example"), sign_in(Role.DPO)

    submit(client, f"/contacts/{contact}/verifier", {}, page="/contacts")
    submit(client, f"/contacts/{contact}/retirer", {}, page="/contacts")
    again = submit(client, f"/contacts/{contact}/retirer", {}, page="/contacts")

    journal = client.get("/journal", query_string={"sujet": contact}).text
    assert again.status_code == 404
    assert all(act in journal for act in ("Contact enregistré", "Contact vérifié", "Contact retiré"))


def recorded(sessions: sessionmaker[Session], relation: Relation, at: datetime, email: str) -> str:
    """Record a DPO at the caisse and return its identifier."""
    draft = ContactDraft(Side.CAISSE, ContactKind.DPO, email=email)
    with sessions.begin() as session:
        return actions.record_contact(session, relation, draft, by=command(relation.structure), at=at)


def seeing(demonstration: Demonstration, signed: frozenset) -> Actor:
    """Return the DPO of the caisse of Artois, as the sign-in makes them."""
    actor = demonstration.actor(Role.DPO_CAISSE)
    return Actor(actor.id, actor.kind, actor.structure, actor.roles, actor.name, signed=signed, caisse="artois")
