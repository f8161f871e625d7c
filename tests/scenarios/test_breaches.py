"""Whole stories of breaches under the five conventions, from the suspicion to the proof."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from breach import actions, handling
from breach.actions import Entry, acknowledge, add_line, change_facts, discharge
from breach.alarms import raise_alarms
from breach.ledger import Known
from breach.notices.actions import send_first
from breach.owing import Discharge, concerns_of, duties_of
from breach.queries import Wanted, breaches, find_breach
from breach.record import received, record_of
from breach.rules import Proof, What
from breach.tables import AlarmRow, DutyRow
from governance.conventions.shipped import shipped
from governance.conventions.values.breach import Trigger
from governance.core.outbox.sending import send_due
from governance.core.refusals import NotFound
from governance.core.sight import SIGHT
from governance.people.queries import signed_with
from governance.people.rules import Actor, Role
from governance.people.tables import AdoptedConvention
from governance.web.act import sight_of
from tests.actions.noticing import Scene, scene
from tests.actions.outbox import outbound
from tests.breaches import SUSPICION, declare
from tests.conftest import Demonstration, on_sqlite
from tests.mail_server import Mailbox, serving

pytestmark = on_sqlite
Sessions = sessionmaker[Session]
PARIS = ZoneInfo("Europe/Paris")
DOWN = 1  # nobody listens there
HOUR = timedelta(hours=1)


def of_caisse(session: Session, demonstration: Demonstration) -> Actor:
    """Return the DPO of the caisse of Artois, as they sign in."""
    return replace(demonstration.actor(Role.DPO_CAISSE), signed=signed_with(session, "artois"), caisse="artois")


def test_S0_with_two_caisses_each_dpo_has_a_clock_and_sees_only_theirs(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    dpo = demonstration.actor(Role.DPO)
    with sessions.begin() as session:
        breach = declare(session, dpo, at, "S0")
        artois, opale = (next(one for one in concerns_of(session, breach) if one.caisse == name)
                         for name in ("artois", "cotedopale"))  # fmt: skip
        handling.share(session, artois.id, "Une clé USB est égarée.", by=dpo, at=at)
        handling.share(session, opale.id, "Une clé USB est égarée.", by=dpo, at=at)
        theirs = of_caisse(session, demonstration)

    with sessions(info={SIGHT: sight_of(theirs)}) as session, session.begin():
        seen = [one.caisse for one in received(session, theirs)]
        duty = session.scalars(select(DutyRow).where(DutyRow.what == "NOTICE")).one()
        acknowledge(session, duty.id, by=theirs, at=at + HOUR)

    assert seen == ["artois"]
    with sessions() as session:
        state = {row.caisse: (row.proof, row.body["dpo"]) for row in duties_of(session, breach)}
        other = next(row.id for row in duties_of(session, breach) if row.caisse == "cotedopale")
        with pytest.raises(NotFound):
            acknowledge(session, other, by=replace(theirs, signed=frozenset()), at=at + HOUR)
    assert state == {
        "artois": ("ACKNOWLEDGED", "dpo.cpam-artois@assurance-maladie.fr"),
        "cotedopale": (None, "dpo.cpam-cotedopale@assurance-maladie.fr"),
    }


def test_a_caisse_sees_nothing_before_it_was_passed_on(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    with sessions.begin() as session:
        breach = declare(session, demonstration.actor(Role.DPO), at, "S0")
        theirs = of_caisse(session, demonstration)
        duty = next(row.id for row in duties_of(session, breach) if row.caisse == "artois")

    with sessions(info={SIGHT: sight_of(theirs)}) as session, session.begin():
        assert received(session, theirs) == ()
        with pytest.raises(NotFound):
            acknowledge(session, duty, by=theirs, at=at)
        with pytest.raises(NotFound):
            find_breach(session, breach, theirs, at)


def test_S1_s_contradiction_rings_at_24_hours_and_outside_a_transfer_is_late_at_48_only(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    dpo = demonstration.actor(Role.DPO)
    with sessions.begin() as session:
        breach = declare(session, dpo, at, "S1", suspected_at=at)
        change_facts(
            session, breach, triggers=SUSPICION, in_transfer=False, own_data=False, why="Clé restée au bureau",
            by=dpo, at=at,
        )  # fmt: skip
        raise_alarms(session, at + 25 * HOUR)
        duty = duties_of(session, breach)[0]
        discharge(session, duty.id, Discharge(Proof.MINUTES, at + 30 * HOUR), by=dpo, at=at + 30 * HOUR)

    with sessions() as session:
        view = find_breach(session, breach, dpo, at + 31 * HOUR).duties[0]
        levels = session.scalars(select(AlarmRow.level).order_by(AlarmRow.level)).all()
    assert (view.alarm_at, view.limit_at) == (at + 24 * HOUR, at + 48 * HOUR)
    assert [one["article"] for one in view.body["texts"]][:3] == ["CM art. 6", "Annexe PDP §4", "Annexe PDP §8"]
    assert (levels, view.is_late) == ([50, 75, 90, 100], False)


def test_S3_over_a_holiday_week_end_with_the_mail_server_down_then_up(
    sessions: Sessions, demonstration: Demonstration
) -> None:
    eve = datetime(2026, 4, 30, 17, 30, tzinfo=PARIS).astimezone(UTC)
    made = scene(sessions, demonstration, eve, concerned=(("S3", "roubaix-tourcoing"),))
    with sessions.begin() as session:
        send_first(session, made.duty().id, made.means, by=made.dpo, at=eve)

    for hours in (0, 12, 24, 30):
        send_due(sessions, outbound(DOWN), made.pass_time(hours=hours))
    box = Mailbox()
    with serving(box) as port:
        while send_due(sessions, outbound(port), eve + 31 * HOUR):
            pass
    with sessions.begin() as session:
        done = Discharge(Proof.MINUTES, eve + 47 * HOUR, "Entretien du samedi")
        discharge(session, made.duty().id, done, by=made.dpo, at=eve + 47 * HOUR)

    duty = made.duty()
    assert duty.alarm_at == datetime(2026, 5, 2, 17, 30, tzinfo=PARIS), "1 May and the Saturday count"
    assert "dpo.cpam-roubaix-tourcoing@assurance-maladie.fr" in box.recipients
    assert (duty.proof, duty.late_reason) == ("MINUTES", None)


def test_S4_without_a_clause_has_a_target_of_ours_and_no_contract_to_be_late_on(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    dpo = demonstration.actor(Role.DPO)
    with sessions.begin() as session:
        breach = declare(session, dpo, at, "S4", triggers=frozenset({Trigger.THEFT}), suspected_at=at)

    with sessions() as session:
        found = {one.what: one for one in find_breach(session, breach, dpo, at).duties}
    notice, account = found[What.NOTICE], found[What.ACCOUNT_NOTICE]
    assert (notice.body["is_house"], notice.limit_at, notice.alarm_at) == (True, None, at + 24 * HOUR)
    assert (account.body["is_house"], account.limit_at, account.alarm_at) == (False, at, at + HOUR)


def test_a_partner_that_is_also_controller_owes_the_cnil_72_hours_from_its_awareness(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    dpo = demonstration.actor(Role.DPO)
    with sessions.begin() as session:
        breach = declare(session, dpo, at, "S2", own_data=True)
        before = {row.what: row.alarm_at for row in duties_of(session, breach)}
        entry = Entry(Known.AWARE, at + HOUR, why="Le fichier est retrouvé en ligne")
        add_line(session, breach, entry, by=dpo, at=at + 2 * HOUR)

    with sessions() as session:
        after = {row.what: row.alarm_at for row in duties_of(session, breach)}
        changes = record_of(session, breach).changes
    assert (before["CNIL"], after["CNIL"]) == (None, at + 73 * HOUR)
    assert before["NOTICE"] == after["NOTICE"] == at + 47 * HOUR
    assert {(one.old_alarm_at, one.new_alarm_at) for one in changes} >= {(None, at + 73 * HOUR)}
    assert {one.why for one in changes} == {"Le fichier est retrouvé en ligne"}


def test_a_convention_that_ends_in_between_stops_no_clock(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    dpo = demonstration.actor(Role.DPO)
    with sessions.begin() as session:
        breach = declare(session, dpo, at, "S3", suspected_at=at)
        adopted = session.get_one(AdoptedConvention, (dpo.structure, "S3"))
        adopted.effective_to = at.date()

    with sessions.begin() as session:
        raised = raise_alarms(session, at + 60 * HOUR)
        earlier = Entry(Known.SUSPECTED, at - HOUR, why="Vu plus tôt")
        add_line(session, breach, earlier, by=dpo, at=at + 60 * HOUR)

    with sessions() as session:
        duty = duties_of(session, breach)[0]
    assert (raised, duty.alarm_at, duty.withdrawn_at) == (4, at + 47 * HOUR, None)


def test_a_later_text_changes_nothing_already_owed(
    sessions: Sessions, demonstration: Demonstration, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    dpo = demonstration.actor(Role.DPO)
    with sessions.begin() as session:
        breach = declare(session, dpo, at, "S3", suspected_at=at)
    monkeypatch.setattr(actions, "find_convention", lambda session, code: shipped()["S0"])

    with sessions.begin() as session:
        add_line(session, breach, Entry(Known.SUSPECTED, at - HOUR, why="Vu plus tôt"), by=dpo, at=at + HOUR)

    with sessions() as session:
        duty = duties_of(session, breach)[0]
        day = concerns_of(session, breach)[0].terms["day"]
    assert duty.alarm_at == at + 47 * HOUR
    assert date.fromisoformat(day) == at.date()


def test_two_declarations_of_one_incident_are_joined_and_the_earliest_clock_stands(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    dpo, technicien = demonstration.actor(Role.DPO), demonstration.actor(Role.TECHNICIEN)
    with sessions.begin() as session:
        first = declare(session, dpo, at, "S3", suspected_at=at - HOUR)
        second = declare(session, technicien, at, "S2", suspected_at=at - 5 * HOUR)
        sent = next(row for row in duties_of(session, second))
        discharge(session, sent.id, Discharge(Proof.REGISTERED, at, "LR 1"), by=dpo, at=at)

        handling.merge(session, first, second, "Même clé USB", by=dpo, at=at + HOUR)

    with sessions() as session:
        duties = {row.convention: (row.started_at, row.proof) for row in duties_of(session, first)}
        listed = breaches(session, dpo, at + HOUR, Wanted()).total
        merged = find_breach(session, second, dpo, at)
    assert duties == {"S3": (at - 5 * HOUR, None), "S2": (at - 5 * HOUR, "REGISTERED")}
    assert (listed, merged.merged_into) == (1, first)


def test_a_clock_set_back_raises_no_alarm_twice_and_forgets_none(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    with sessions.begin() as session:
        declare(session, demonstration.actor(Role.DPO), at, "S3", suspected_at=at)

    raised = []
    for hours in (30, 2, 30, 47, 1, 49, 49):
        with sessions.begin() as session:
            raised.append(raise_alarms(session, at + hours * HOUR))

    assert raised == [1, 0, 0, 2, 0, 1, 0]


def test_an_alarm_already_raised_is_raised_again_for_an_earlier_deadline(
    sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    dpo = demonstration.actor(Role.DPO)
    made = Scene(sessions, at, dpo)
    with sessions.begin() as session:
        made.breach = declare(session, dpo, at, "S3", suspected_at=at)
        raise_alarms(session, at + 24 * HOUR)

    with sessions.begin() as session:
        add_line(
            session, made.breach, Entry(Known.SUSPECTED, at - 20 * HOUR, why="Vu la veille"), by=dpo, at=at + 24 * HOUR
        )
        raised = raise_alarms(session, at + 24 * HOUR)

    assert raised == 3, "50, 75 and 90 % of the earlier deadline have gone"
