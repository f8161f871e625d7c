"""Structures, people, roles and keys: what is accepted, refused, kept and told."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from argon2 import PasswordHasher, extract_parameters
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session, sessionmaker

from governance.core import clock
from governance.core.refusals import Conflict, Forbidden, Invalid, NotFound
from governance.core.trail import TrailEntry
from governance.people import actions, passwords, queries
from governance.people.actions import NewPerson
from governance.people.machines.actions import create_key, revoke_key
from governance.people.machines.queries import find_machine, keys_of
from governance.people.queries import Adoption
from governance.people.rules import (
    Permission,
    Role,
    StructureKind,
    clean_email,
    clean_name,
    command,
    may,
)
from governance.people.tables import ApiKey, Person, Structure
from governance.web.act import act, transaction
from governance.web.identity import open_session
from tests.conftest import PASSWORD, Demonstration

Sessions = sessionmaker[Session]


def draft(**changes: object) -> NewPerson:
    values = {"name": "Ada", "email": "ada@ici.example", "password": PASSWORD, "roles": frozenset({Role.DPO})}
    return NewPerson(**(values | changes))


def test_the_real_hash_is_argon2id_at_the_cost_of_rfc_9106() -> None:
    stored = PasswordHasher().hash("x")

    parameters = extract_parameters(stored)
    assert stored.startswith("$argon2id$")
    assert (parameters.memory_cost, parameters.time_cost) == (64 * 1024, 3)


def test_the_same_accented_password_typed_on_two_keyboards_is_one_password() -> None:
    stored = passwords.hash_password("Été-à-Demonville-3")

    assert passwords.is_password(stored, "E\u0301te\u0301-a\u0300-Demonville-3")


@given(st.text(max_size=300))
def test_any_address_is_cleaned_or_refused(typed: str) -> None:
    try:
        email = clean_email(typed)
    except Invalid:
        return
    assert clean_email(email) == email
    assert "\0" not in email and " " not in email


@given(st.text(max_size=200))
def test_any_name_is_cleaned_or_refused(typed: str) -> None:
    try:
        name = clean_name(typed)
    except Invalid:
        return
    assert name.isprintable() and name == name.strip()


@given(st.text(max_size=100))
def test_no_text_but_a_key_is_taken_for_a_key(text: str) -> None:
    assert passwords.prefix_of(text) is None


def test_a_person_is_kept_with_a_hash_and_told_to_the_trail(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    by = demonstration.actor(Role.DPO)

    with sessions.begin() as session:
        person_id = actions.create_person(session, by.structure, draft(email=" ADA@ici.example "), by=by, at=at)

    with sessions() as session:
        person = session.get_one(Person, person_id)
        entry = session.scalars(sa.select(TrailEntry).where(TrailEntry.subject == person_id)).one()
    assert person.email == "ada@ici.example"
    assert person.password_hash.startswith("$argon2id$")
    assert (entry.action, entry.actor, entry.at, entry.details) == ("person.created", by.id, at, {"roles": ["dpo"]})


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"name": "  "}, Invalid, "name"),
        ({"name": "A\0da"}, Invalid, "name"),
        ({"email": "ada"}, Invalid, "email"),
        ({"email": "dpo@ici.example"}, Conflict, "email"),
        ({"password": "court"}, Invalid, "password"),
        ({"roles": frozenset()}, Invalid, "roles"),
        ({"roles": frozenset({Role.MACHINE})}, Invalid, "roles"),
        ({"roles": frozenset({Role.DPO_CAISSE})}, Invalid, "roles"),
    ],
)
def test_a_person_that_makes_no_sense_is_refused_at_its_field(
    sessions: Sessions, demonstration: Demonstration, at: datetime, changes: dict, refusal: type, field: str
) -> None:
    by = demonstration.actor(Role.DPO)

    with pytest.raises(refusal) as raised, sessions.begin() as session:
        actions.create_person(session, by.structure, draft(**changes), by=by, at=at)

    assert raised.value.field == field


@pytest.mark.parametrize(("role", "other"), [(Role.TECHNICIEN, False), (Role.GESTIONNAIRE, False), (Role.DPO, True)])
def test_only_the_dpo_of_the_structure_adds_people_and_keys(
    sessions: Sessions, demonstration: Demonstration, at: datetime, role: Role, other: bool
) -> None:
    by, scopes = demonstration.actor(role, other), frozenset({Permission.SCAN})

    with sessions() as session:
        with pytest.raises(Forbidden):
            actions.create_person(session, demonstration.structure, draft(), by=by, at=at)
        with pytest.raises(Forbidden):
            create_key(session, demonstration.structure, "Logiciel", scopes, by=by, at=at)
        with pytest.raises(Forbidden):
            keys_of(session, demonstration.structure, by)


def test_a_key_is_shown_once_and_only_its_hash_is_kept(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    by = demonstration.actor(Role.ADMINISTRATEUR)

    with sessions.begin() as session:
        key = create_key(session, by.structure, "Logiciel", frozenset({Permission.SCAN}), by=by, at=at)

    with sessions() as session:
        row = session.get_one(ApiKey, key.id)
        machine = find_machine(session, key.secret, datetime.now(UTC))
        kept = (row.prefix, row.hash)
        wrong_end = find_machine(session, key.secret[:-1] + ("0" if key.secret[-1] != "0" else "1"), datetime.now(UTC))
    assert key.secret.startswith(f"vig_{kept[0]}_")
    assert key.secret not in kept
    assert machine is not None and machine.actor.scopes == frozenset({Permission.SCAN})
    assert wrong_end is None


def test_a_key_may_only_do_what_its_scopes_say(sessions: Sessions, api_key: Callable[..., str]) -> None:
    with sessions() as session:
        machine = find_machine(session, api_key(Permission.READ_CONVENTIONS), datetime.now(UTC))

    assert machine is not None
    assert may(Permission.READ_CONVENTIONS, machine.actor, machine.actor.structure)
    assert not may(Permission.SCAN, machine.actor, machine.actor.structure)


@pytest.mark.parametrize("scopes", [frozenset(), frozenset({Permission.MANAGE_API_KEYS})])
def test_a_key_never_gets_what_no_machine_may_do(
    sessions: Sessions, demonstration: Demonstration, at: datetime, scopes: frozenset[Permission]
) -> None:
    by = demonstration.actor(Role.DPO)

    with pytest.raises(Invalid), sessions() as session:
        create_key(session, by.structure, "Logiciel", scopes, by=by, at=at)


def test_a_revoked_key_opens_nothing_and_is_revoked_once_by_its_own_structure(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    by, stranger = demonstration.actor(Role.DPO), demonstration.actor(Role.DPO, other=True)
    with sessions.begin() as session:
        key = create_key(session, by.structure, "Logiciel", frozenset({Permission.SCAN}), by=by, at=at)

    with sessions.begin() as session:
        with pytest.raises(NotFound):
            revoke_key(session, key.id, by=stranger, at=at)
        revoke_key(session, key.id, by=by, at=at)
        with pytest.raises(Conflict):
            revoke_key(session, key.id, by=by, at=at)

    with sessions() as session:
        listed = keys_of(session, by.structure, by)
        assert find_machine(session, key.secret, datetime.now(UTC)) is None
    assert [(view.id, view.revoked_at) for view in listed] == [(key.id, at)]


def test_a_revoked_key_is_refused_by_the_running_service_at_once(
    app: APIFlask, sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    by = demonstration.actor(Role.DPO)
    with sessions.begin() as session:
        key = create_key(session, by.structure, "Logiciel", frozenset({Permission.SCAN}), by=by, at=at)
    headers = {"Authorization": f"Bearer {key.secret}"}

    def asked() -> str | None:
        with app.test_request_context("/api/v1/rien", headers=headers):
            try:
                with act() as (_, actor, _):
                    return actor.id
            except Forbidden:
                return None

    before = asked()
    with sessions.begin() as session:
        revoke_key(session, key.id, by=by, at=at)

    assert (before, asked()) == (key.id, None)
    with sessions() as session:
        assert session.get_one(ApiKey, key.id).last_used_at is not None


def test_a_refusal_inside_an_act_leaves_nothing_behind(
    app: APIFlask, sessions: Sessions, demonstration: Demonstration
) -> None:
    with sessions() as session:
        attempt = queries.identify(session, demonstration.email(Role.DPO), PASSWORD)

    with app.test_request_context("/"):
        with transaction() as session:
            open_session(session, attempt.actor.id, attempt.actor.structure, method="essai", at=clock.now())
        with pytest.raises(Invalid), act() as (session, _, at):
            actions.create_structure(session, "Jamais gardée", StructureKind.CAISSE, by=command(""), at=at)
            raise Invalid("Non, finalement.")

    with sessions() as session:
        names = set(session.scalars(sa.select(Structure.name)))
    assert "Jamais gardée" not in names


def test_two_structures_never_share_a_name(sessions: Sessions, demonstration: Demonstration, at: datetime) -> None:
    with pytest.raises(Conflict), sessions() as session:
        actions.create_structure(session, " CCAS  d'ici", StructureKind.PARTENAIRE, by=command(""), at=at)


def test_a_person_never_adds_a_structure(sessions: Sessions, demonstration: Demonstration, at: datetime) -> None:
    with pytest.raises(Forbidden), sessions() as session:
        by = demonstration.actor(Role.ADMINISTRATEUR)
        actions.create_structure(session, "Autre", StructureKind.PARTENAIRE, by=by, at=at)


def test_the_dates_of_a_convention_are_typed_changed_and_may_stay_unknown(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    by, first = demonstration.actor(Role.DPO), date(2026, 1, 1)

    with sessions.begin() as session:
        actions.adopt_convention(session, by.structure, Adoption("S1", None, None), by=by, at=at)
        actions.adopt_convention(session, by.structure, Adoption("S0", None, None), by=by, at=at)
        actions.adopt_convention(session, by.structure, Adoption("S0", first, None), by=by, at=at)

    with sessions() as session:
        assert queries.adoptions(session, by.structure) == (Adoption("S0", first, None), Adoption("S1", None, None))


def test_a_convention_never_ends_before_it_begins(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    by, first = demonstration.actor(Role.DPO), date(2026, 1, 1)

    with pytest.raises(Invalid), sessions() as session:
        backwards = Adoption("S0", first, first - timedelta(days=1))
        actions.adopt_convention(session, by.structure, backwards, by=by, at=at)
