"""Who is written to: what the texts give, what people recorded in its place, what is missing."""

from datetime import date

import pytest

from governance.conventions.shipped import shipped
from governance.core.refusals import Invalid
from governance.people.contacts.rules import (
    Contact,
    ContactDraft,
    ContactKind,
    Contacts,
    Relation,
    Side,
    clean_draft,
    contacts_in,
    is_stale,
)

ON = date(2026, 11, 23)


def given(code: str, caisse: str, *recorded: Contact) -> Contacts:
    return contacts_in(Relation("ccas", code, caisse), shipped()[code].on(ON), recorded)


@pytest.mark.parametrize(
    ("caisse", "mailbox"),
    [
        ("cotedopale", "dpo.cpam-cotedopale@assurance-maladie.fr"),
        ("artois", "dpo.cpam-artois@assurance-maladie.fr"),
    ],
)
def test_P3_the_dpo_written_to_is_that_of_the_caisse_concerned(caisse: str, mailbox: str) -> None:
    found = given("S0", caisse).writing(Side.CAISSE, ContactKind.DPO)

    assert found is not None
    assert (found.email, found.rule, found.article) == (mailbox, "P3", "A4 §2")


def test_P4_the_partners_own_dpo_comes_from_the_text_with_its_postal_address() -> None:
    found = given("S1", "doubs").of(Side.PARTNER, ContactKind.DPO)

    assert [(one.email, one.address, one.rule) for one in found] == [
        ("dpo@grandbesancon.fr", "4 rue Gabriel Plançon, 25000 Besançon", "P4")
    ]


def test_P4_a_mailbox_in_the_name_of_a_person_is_not_reproduced_and_is_asked_for() -> None:
    missing = {(one.side, one.kind): one for one in given("S3", "roubaix-tourcoing").missing}

    assert "exemplaire signé" in missing[Side.PARTNER, ContactKind.DPO].why


@pytest.mark.parametrize(("code", "caisse"), [("S1", "doubs"), ("S2", "artois")])
def test_G1_referents_left_blank_are_missing_on_both_sides(code: str, caisse: str) -> None:
    missing = {(one.side, one.kind, one.rule) for one in given(code, caisse).missing}

    assert missing >= {(side, ContactKind.REFERENT, "G1") for side in Side}


def test_P3_P4_the_convention_without_dpo_says_so_for_both_sides() -> None:
    missing = {(one.side, one.kind) for one in given("S4", "artois").missing}

    assert missing == {(Side.CAISSE, ContactKind.DPO), (Side.PARTNER, ContactKind.DPO)}


def test_what_a_person_recorded_takes_the_place_of_the_text_and_fills_the_gap() -> None:
    dpo = Contact(Side.CAISSE, ContactKind.DPO, email="dpo@caisse.example", verified_on=ON, id="1")

    replaced = given("S0", "artois", dpo).of(Side.CAISSE, ContactKind.DPO)
    filled = given("S4", "artois", dpo).missing

    assert replaced == (dpo,)
    assert Side.CAISSE not in {one.side for one in filled}


def test_a_request_for_an_account_goes_to_the_service_else_to_the_referent_and_never_to_nobody_in_silence() -> None:
    service = Contact(Side.CAISSE, ContactKind.HABILITATIONS, email="comptes@caisse.example", id="1")

    fallen_back = given("S0", "artois").writing(Side.CAISSE, ContactKind.HABILITATIONS)
    named = given("S0", "artois", service).writing(Side.CAISSE, ContactKind.HABILITATIONS)
    nobody = given("S1", "doubs").writing(Side.CAISSE, ContactKind.HABILITATIONS)

    assert fallen_back is not None
    assert fallen_back.email == "accompagnement.cpam-artois@assurance-maladie.fr"
    assert (named, nobody) == (service, None)


def test_escalation_follows_the_order_typed_and_ends_with_the_direction() -> None:
    second = Contact(Side.CAISSE, ContactKind.DPO, email="b@caisse.example", rank=2, id="1")
    first = Contact(Side.CAISSE, ContactKind.DPO, email="a@caisse.example", rank=1, id="2")
    direction = Contact(Side.CAISSE, ContactKind.ESCALATION, phone="03 00 00 00 00", id="3")

    turns = given("S0", "artois", direction, second, first).escalation(Side.CAISSE, ContactKind.DPO)

    assert turns == (first, second, direction)


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        ({"email": "personne"}, "email"),
        ({}, "email"),
        ({"phone": "appelez-moi", "email": "a@b.example"}, "phone"),
        ({"name": "x" * 121, "email": "a@b.example"}, "name"),
        ({"address": "x" * 401}, "address"),
        ({"email": "a@b.example", "rank": 0}, "rank"),
        ({"name": "\x00nul", "email": "a@b.example"}, "name"),
    ],
)
def test_a_contact_that_reaches_nobody_is_refused_beside_its_field(draft: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        clean_draft(ContactDraft(Side.CAISSE, ContactKind.DPO, **draft))

    assert refused.value.field == field


def test_a_contact_is_to_be_verified_again_after_a_year_to_the_day() -> None:
    one = Contact(Side.CAISSE, ContactKind.DPO, verified_on=date(2024, 2, 29))

    assert [is_stale(one, day) for day in (date(2025, 2, 27), date(2025, 2, 28))] == [False, True]
