"""Who may do what, where, upon whom: the rules of the one table of permissions."""

import pytest

from governance.core.refusals import Forbidden, Invalid
from governance.people.presenting import ROLE_NAMES, SIGNED, roles_shown, terminal_only
from governance.people.rules import (
    HUMANS,
    MACHINE_SCOPES,
    OF_CAISSE,
    PERMITTED,
    ROLES_OF,
    Actor,
    Kind,
    Permission,
    Role,
    Signed,
    StructureKind,
    check_roles,
    command,
    may,
    may_somewhere,
    require,
    require_somewhere,
)

PERSONAL = {Permission.SCAN, Permission.READ_RECEIPT, Permission.MANAGE_PEOPLE, Permission.READ_PARTNER}


def person(role: Role, signed: frozenset[Signed] = frozenset()) -> Actor:
    return Actor("1", Kind.PERSON, "ici", frozenset({role}), "Ada", signed=signed)


@pytest.mark.parametrize("permission", list(Permission))
@pytest.mark.parametrize("role", sorted(HUMANS))
def test_a_permission_holds_in_its_own_structure_for_its_roles_and_nowhere_else(
    permission: Permission, role: Role
) -> None:
    actor = person(role)

    assert may(permission, actor, "ici") == (role in PERMITTED[permission].here)
    assert not may(permission, actor, "ailleurs")
    assert not may(permission, actor, "ailleurs", convention="S0")


@pytest.mark.parametrize("permission", list(Permission))
@pytest.mark.parametrize("role", sorted(HUMANS))
def test_a_caisse_reaches_a_partner_only_for_the_convention_that_both_signed(
    permission: Permission, role: Role
) -> None:
    actor = person(role, frozenset({Signed("partenaire", "S0")}))

    assert may(permission, actor, "partenaire", convention="S0") == (role in PERMITTED[permission].signed)
    assert not may(permission, actor, "partenaire", convention="S1")
    assert not may(permission, actor, "autre", convention="S0")
    assert not may(permission, actor, "partenaire")


@pytest.mark.parametrize("permission", list(Permission))
def test_only_roles_of_a_caisse_ever_reach_another_structure(permission: Permission) -> None:
    assert PERMITTED[permission].signed <= OF_CAISSE


@pytest.mark.parametrize("permission", [one for one in Permission if PERMITTED[one].not_self])
def test_what_nobody_does_upon_themselves_is_refused_to_them_and_allowed_upon_another(permission: Permission) -> None:
    actor = person(Role.DPO)

    assert may(permission, actor, "ici", person="2")
    with pytest.raises(Forbidden):
        require(permission, actor, "ici", person="1")


@pytest.mark.parametrize("permission", sorted(MACHINE_SCOPES))
def test_a_machine_does_what_its_scopes_say_and_no_more(permission: Permission) -> None:
    machine = Actor("1", Kind.MACHINE, "ici", frozenset({Role.MACHINE}), "Logiciel", frozenset({permission}))

    assert [one for one in Permission if may_somewhere(one, machine)] == [permission]
    assert not may(permission, machine, "ailleurs")


@pytest.mark.parametrize("permission", sorted(PERSONAL))
def test_the_administrator_of_the_service_sees_no_personal_data(permission: Permission) -> None:
    administrator = person(Role.ADMINISTRATEUR)

    with pytest.raises(Forbidden):
        require_somewhere(permission, administrator)


def test_who_holds_the_terminal_may_act_everywhere() -> None:
    refused = [permission for permission in Permission if not may(permission, command("ici"), "ailleurs")]

    assert refused == []


@pytest.mark.parametrize("kind", list(StructureKind))
def test_a_structure_has_the_roles_of_its_side_only(kind: StructureKind) -> None:
    check_roles(ROLES_OF[kind], kind)
    for role in set(Role) - ROLES_OF[kind]:
        with pytest.raises(Invalid):
            check_roles(frozenset({role}), kind)
    with pytest.raises(Invalid):
        check_roles(frozenset(), kind)


def test_the_page_tells_every_role_and_every_permission_that_it_holds() -> None:
    shown = {one.role: one for one in roles_shown()}

    assert set(shown) == set(Role) == set(ROLE_NAMES)
    assert terminal_only() == tuple(one.lets for one in PERMITTED.values() if not one.here | one.signed)
    for permission, grant in PERMITTED.items():
        told = {role for role, one in shown.items() if grant.lets in {right.lets for right in one.rights}}
        assert told == grant.here | grant.signed, permission
    partner = PERMITTED[Permission.READ_PARTNER].lets
    assert [right.conditions for right in shown[Role.AGENT_CAISSE].rights if right.lets == partner] == [SIGNED]
