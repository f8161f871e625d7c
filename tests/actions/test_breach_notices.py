"""The notice to the caisse: to whom, with what, by which channel; its escalation; and what alone discharges it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from app.mail import refusal
from breach.dossier.actions import save
from breach.dossier.queries import base_of
from breach.dossier.rules import BadFact, Output
from breach.notices import proving
from breach.notices.actions import note_done, send_complement, send_first
from breach.notices.proving import acknowledgements, find_link, give, use_link
from breach.notices.rules import LINK_LASTS, AlreadySent, BadLink, BadProof, Given, NothingNew
from breach.notices.tables import AckLink, Notice
from breach.notices.telling import Addressee, last_told
from breach.owing import NoSuchProof, ReasonRequired
from breach.queries import find_row
from breach.rules import Proof
from breach.tables import BreachDocument, Concern, DutyRow
from governance.conventions.values.breach import Trigger
from governance.core.keys import Keys
from governance.core.outbox.tables import OutboxAttachment, OutboxMessage
from governance.core.refusals import Conflict, Forbidden, NotFound
from governance.core.trail.tables import TrailEntry
from governance.mail.queries import sendings
from governance.people.contacts.rules import ContactKind
from governance.people.rules import Role
from tests.actions.noticing import FILE, Scene, contact, scene
from tests.conftest import Demonstration, on_sqlite

KEYS = Keys(b"un secret de 32 octets, d'essai..")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
KNOWN = {
    "dpo": "Odile Lamarche, 01 99 00 00 00", "nature": ("confidentiality",), "kinds": ("identity", "nir", "health"),
    "persons": ("insured",), "count": "140", "taken": "Le compte est fermé.",
}  # fmt: skip


@pytest.fixture
def declared(sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime) -> Scene:
    """Give a breach declared under S0, for the caisse of Artois."""
    return scene(sessions, demonstration, at)


def send(made: Scene, at: datetime | None = None) -> None:
    """Send the first notice."""
    duty = made.duty()
    with made.sessions.begin() as session:
        send_first(session, duty.id, made.means, by=made.dpo, at=at or made.at)


def acknowledge(made: Scene, token: str, at: datetime) -> None:
    """Use a link."""
    with made.sessions.begin() as session:
        use_link(session, token, KEYS, at=at)


@on_sqlite
def test_B3_the_notice_goes_to_the_mailbox_of_the_dpo_of_the_caisse_concerned(
    sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime
) -> None:
    both = scene(sessions, demonstration, at, concerned=(("S0", "artois"), ("S0", "cotedopale")))
    with sessions.begin() as session:
        duties = session.scalars(select(DutyRow).where(DutyRow.what == "NOTICE").order_by(DutyRow.key)).all()
        for duty in duties:
            send_first(session, duty.id, both.means, by=both.dpo, at=at)

    recipients = [recipient for _, recipient, _ in both.sent()]

    assert recipients == ["dpo.cpam-artois@assurance-maladie.fr", "dpo.cpam-cotedopale@assurance-maladie.fr"]


@on_sqlite
def test_B3_a_contact_that_was_recorded_goes_before_the_text(declared: Scene) -> None:
    contact(declared, ContactKind.DPO, email="dpo@cpam-essai.example")

    send(declared)

    assert [to for _, to, _ in declared.sent()] == ["dpo@cpam-essai.example"]


@on_sqlite
def test_B4_the_notice_carries_its_documents_and_no_personal_data_of_insured_persons(declared: Scene) -> None:
    with declared.sessions.begin() as session:
        save(session, declared.breach, KNOWN, by=declared.dpo, at=declared.at)
    send(declared)

    (_, _, body), *_ = declared.sent()
    with declared.sessions() as session:
        files = session.scalars(select(OutboxAttachment).order_by(OutboxAttachment.number)).all()

    assert refusal(body) is None
    assert "volé" not in body, "the circumstances are in the dossier, not in the mail"
    assert "140" in body
    assert [one.name for one in files] == [FILE.name]


@on_sqlite
def test_B4_a_suspicion_suffices(declared: Scene) -> None:
    send(declared)

    assert "même soupçonnée" in declared.sent()[0][2]


@on_sqlite
def test_B5_an_account_that_was_stolen_is_told_to_the_caisse_at_once(
    sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime
) -> None:
    stolen = scene(sessions, demonstration, at, triggers=frozenset({Trigger.THEFT}))
    duty = stolen.duty("ACCOUNT_NOTICE")
    with sessions.begin() as session:
        send_first(session, duty.id, stolen.means, by=stolen.dpo, at=at)

    assert "compte du portail" in stolen.sent()[0][2]
    assert {"ACKNOWLEDGED", "REGISTERED", "MINUTES"} <= set(duty.body["discharged_by"])


def test_a_notice_that_was_sent_is_not_discharged_and_is_sent_once(declared: Scene) -> None:
    send(declared)

    with pytest.raises(AlreadySent):
        send(declared)
    declared.become("sent")
    declared.pass_time(hours=1)

    assert declared.duty().discharged_at is None
    assert declared.steps() == ["first"]


@on_sqlite
def test_the_caisse_reads_what_it_was_told_once_it_was_told(declared: Scene) -> None:
    send(declared)

    with declared.sessions() as session:
        concern = session.scalars(select(Concern)).one()
        assert concern.shared_at == declared.at
        assert "Premier soupçon" in (concern.summary or "")


@on_sqlite
def test_the_ladder_is_climbed_at_50_75_and_90_percent_and_each_rung_once(declared: Scene) -> None:
    contact(declared, ContactKind.ESCALATION, email="direction@cpam-essai.example", phone="01 99 00 00 01")
    send(declared)

    climbed = []
    for hours in (11.9, 12, 12.1, 18, 18.1, 21.6, 21.7, 24, 30):
        declared.pass_time(hours=hours)
        climbed.append(declared.steps())

    first, again, others = ["first"], ["first", "again"], ["first", "again", "others", "others"]
    whole = [*others, "letter", "phone"]
    assert climbed == [first, again, again, others, others, whole, whole, whole, whole]
    assert "direction@cpam-essai.example" in [to for step, to, _ in declared.sent() if step == "others"]


@on_sqlite
def test_our_own_people_are_alarmed_more_widely_as_the_limit_comes(declared: Scene) -> None:
    for hours in (12, 18, 21.6):
        declared.pass_time(hours=hours)

    told = [to for _, to, _ in declared.sent(to_caisse=False)]
    assert told.count("dpo@ici.example") == 3
    assert told.count("referent@ici.example") == 2
    assert told.count("gestionnaire@ici.example") == 1
    assert declared.steps() == [], "nothing leaves for the caisse before a person sent the first notice"


@on_sqlite
def test_an_address_that_refuses_brings_another_channel_at_once_and_tells_us(declared: Scene) -> None:
    contact(declared, ContactKind.ESCALATION, email="direction@cpam-essai.example", phone="01 99 00 00 01")
    send(declared)
    declared.become("failed")

    declared.pass_time(minutes=1)
    declared.pass_time(minutes=2)

    assert declared.steps() == ["first", "others", "others", "phone"]
    told = {to: body for _, to, body in declared.sent(to_caisse=False)}
    assert "refusé" in told["dpo@ici.example"]


@on_sqlite
def test_without_any_address_the_call_and_the_letter_are_prepared(
    sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime
) -> None:
    silent = scene(sessions, demonstration, at, concerned=(("S4", "artois"),))

    silent.pass_time(hours=12)

    assert silent.steps() == ["letter", "phone"]


@on_sqlite
def test_a_delivery_that_the_server_attests_discharges(declared: Scene) -> None:
    send(declared)
    declared.become("delivered")

    declared.pass_time(hours=2)

    duty = declared.duty()
    assert (duty.proof, duty.discharged_by) == ("DELIVERED", "vigie")


def test_a_click_discharges_once_signed_and_told_to_the_trail(declared: Scene) -> None:
    send(declared)
    at = declared.at + timedelta(hours=3)

    acknowledge(declared, declared.tokens[0], at)

    assert (declared.duty().proof, declared.duty().discharged_at) == ("ACKNOWLEDGED", at)
    with declared.sessions() as session:
        (given,) = acknowledgements(session, declared.breach, KEYS)
        acts = session.scalars(select(TrailEntry.action).where(TrailEntry.subject == declared.breach)).all()
    assert given.is_genuine
    assert {"breach.acknowledged", "breach.discharged"} <= set(acts)
    with pytest.raises(BadLink):
        acknowledge(declared, declared.tokens[0], at)


@on_sqlite
def test_a_link_is_forged_replayed_or_expired_in_vain(declared: Scene) -> None:
    send(declared)
    token = declared.tokens[0]

    for forged, at in [(token[:-1] + "A", declared.at), ("", declared.at), (token, declared.at + LINK_LASTS)]:
        with pytest.raises(BadLink):
            acknowledge(declared, forged, at)

    assert declared.duty().discharged_at is None
    with declared.sessions() as session:
        assert find_link(session, token, declared.at).caisse == "la CPAM de l'Artois"


@on_sqlite
def test_a_signature_is_of_this_service_this_link_and_this_instant(declared: Scene) -> None:
    send(declared)
    acknowledge(declared, declared.tokens[0], declared.at)

    with declared.sessions.begin() as session:
        row = session.scalars(select(AckLink)).one()
        public = KEYS.signing(proving.PURPOSE).public_key()
        assert proving.is_genuine(row, public)
        assert not proving.is_genuine(
            row, Keys(b"un autre secret, de 32 octets...").signing(proving.PURPOSE).public_key()
        )
        row.used_at = declared.at + timedelta(seconds=1)
        assert not proving.is_genuine(row, public)


@on_sqlite
def test_a_link_still_acknowledges_what_another_proof_discharged(declared: Scene) -> None:
    send(declared)
    declared.become("delivered")
    declared.pass_time(hours=1)

    acknowledge(declared, declared.tokens[0], declared.at + timedelta(hours=2))

    assert declared.duty().proof == "DELIVERED"
    with declared.sessions() as session:
        assert len(acknowledgements(session, declared.breach, KEYS)) == 1


@on_sqlite
@pytest.mark.parametrize(
    ("given", "field"),
    [
        (Given(Proof.REGISTERED, NOON, "lettre envoyée"), "reference"),
        (Given(Proof.MINUTES, NOON), "file"),
        (Given(Proof.ACKNOWLEDGED, NOON, "il a dit oui"), "proof"),
        (Given(Proof.DELIVERED, NOON, "250 OK"), "proof"),
        (Given(Proof.TELESERVICE, NOON), "reference"),
    ],
)
def test_what_is_no_proof_is_refused(declared: Scene, given: Given, field: str) -> None:
    duty = declared.duty()
    with declared.sessions.begin() as session, pytest.raises(BadProof) as refused:
        give(session, duty.id, given, by=declared.dpo, at=declared.at)

    assert refused.value.field == field


@on_sqlite
def test_a_proof_of_another_duty_is_refused(declared: Scene) -> None:
    duty = declared.duty()

    with declared.sessions.begin() as session, pytest.raises(NoSuchProof):
        give(session, duty.id, Given(Proof.TELESERVICE, declared.at, "FR-1"), by=declared.dpo, at=declared.at)


@on_sqlite
def test_signed_minutes_are_kept_sealed_and_a_late_one_gives_its_reason(declared: Scene) -> None:
    duty, late = declared.duty(), declared.at + timedelta(hours=30)
    minutes = Given(Proof.MINUTES, late, "", b"PV")

    with declared.sessions.begin() as session, pytest.raises(ReasonRequired) as refused:
        give(session, duty.id, minutes, by=declared.dpo, at=late)
    with declared.sessions.begin() as session:
        told = Given(Proof.MINUTES, late, "", b"PV", "La messagerie était coupée.")
        give(session, duty.id, told, by=declared.dpo, at=late)

    assert refused.value.field == "late_reason"
    assert declared.duty().late_reason == "La messagerie était coupée."
    with declared.sessions() as session:
        assert session.scalars(select(BreachDocument)).one().content == b"PV"


@on_sqlite
def test_a_call_that_was_made_is_noted_and_proves_nothing(declared: Scene) -> None:
    send(declared)
    declared.become("failed")
    at = declared.pass_time(minutes=1)
    with declared.sessions.begin() as session:
        call = session.scalars(select(Notice).where(Notice.step == "phone")).one().id
        note_done(session, call, "Standard fermé.", by=declared.dpo, at=at)

    assert declared.duty().discharged_at is None
    with declared.sessions.begin() as session, pytest.raises(Conflict):
        note_done(session, call, "Encore.", by=declared.dpo, at=at)


@on_sqlite
def test_a_fact_that_changes_shows_who_it_contradicts_and_the_complement_tells_it(declared: Scene) -> None:
    send(declared)
    with declared.sessions.begin() as session:
        save(session, declared.breach, {"count": "140"}, by=declared.dpo, at=declared.at)
        base = base_of(session, find_row(session, declared.breach))
        (last,) = last_told(session, base)
    assert last.to == Addressee(Output.CAISSE, "S0", "artois")
    assert [(one.fact.id, one.before, one.now) for one in last.differences if one.fact.id == "count"] == [
        ("count", "", "140")
    ]

    duty = declared.duty()
    with declared.sessions.begin() as session:
        send_complement(session, duty.id, declared.means, by=declared.dpo, at=declared.at)

    assert "Nombre de personnes" in declared.sent()[0][2]
    with declared.sessions.begin() as session, pytest.raises(NothingNew):
        send_complement(session, duty.id, declared.means, by=declared.dpo, at=declared.at)


@on_sqlite
def test_a_text_that_would_name_an_insured_person_is_refused_where_it_is_typed(declared: Scene) -> None:
    with declared.sessions.begin() as session, pytest.raises(BadFact) as refused:
        save(session, declared.breach, {"taken": "NIR 1 85 07 78 006 000 13"}, by=declared.dpo, at=declared.at)

    assert refused.value.field == "taken"
    assert "85 07" not in refused.value.message


@on_sqlite
def test_nobody_elsewhere_sends_proves_or_notes(declared: Scene, demonstration: Demonstration) -> None:
    duty, stranger = declared.duty(), demonstration.actor(Role.DPO, other=True)

    for role in (stranger, demonstration.actor(Role.GESTIONNAIRE)):
        with declared.sessions.begin() as session, pytest.raises(NotFound):
            send_first(session, duty.id, declared.means, by=role, at=declared.at)
        with declared.sessions.begin() as session, pytest.raises(NotFound):
            give(session, duty.id, Given(Proof.MINUTES, declared.at, "", b"PV"), by=role, at=declared.at)


@on_sqlite
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.floats(0, 40), min_size=1, max_size=5))
def test_whatever_the_instants_of_the_sweeps_no_rung_is_climbed_twice_and_no_sweep_discharges(
    declared: Scene, hours: list[float]
) -> None:
    with declared.sessions() as session:
        is_first = session.scalar(select(OutboxMessage.id).limit(1)) is None
    if is_first:
        send(declared)

    for hour in hours:
        declared.pass_time(hours=hour)

    steps = declared.steps()
    assert all(steps.count(one) == 1 for one in steps if one != "others")
    told = [to for step, to, _ in declared.sent() if step == "others"]
    assert len(told) == len(set(told))
    assert declared.duty().discharged_at is None


@on_sqlite
def test_nobody_acknowledges_their_own_notice_nor_reads_the_link_among_their_sendings(declared: Scene) -> None:
    send(declared)
    token = declared.tokens[0]

    with declared.sessions.begin() as session, pytest.raises(Forbidden):
        use_link(session, token, KEYS, at=declared.at, place=declared.dpo.structure)
    with declared.sessions() as session:
        shown = sendings(session, declared.dpo, declared.at).rows[0].letter

    assert shown is not None
    assert token not in shown.body
    assert "réservé au destinataire" in shown.body
