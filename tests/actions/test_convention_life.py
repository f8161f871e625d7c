"""What is entered, what the end sets off and what undoes it: accounts, checks, messages, trail."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from governance.conventions.life import actions, queries
from governance.conventions.life.actions import ClockWentBack, Draft
from governance.conventions.life.effects import TooLateToUndo
from governance.conventions.life.entering import AlreadyEntered
from governance.conventions.life.events import Kind, Party, Text
from governance.conventions.life.jobs import jobs
from governance.conventions.life.queries import NotApplied
from governance.conventions.life.standing import State
from governance.conventions.life.tables import ConventionEnd, ConventionEvent
from governance.conventions.terms import NotInForce
from governance.core.outbox.tables import OutboxContent, OutboxMessage
from governance.core.refusals import Forbidden, Invalid
from governance.core.sight import SIGHT, Sight
from governance.core.trail import TrailEntry
from governance.destruction import actions as destroying
from governance.destruction import following
from governance.destruction.rules import State as DestructionState
from governance.destruction.tables import Destruction
from governance.habilitations.rules import State as AccountState
from governance.habilitations.tables import Account
from governance.jobs.actions import AlreadyDone, run_slot
from governance.jobs.job import InSlot, Turn
from governance.people.actions import adopt_convention
from governance.people.queries import Adoption
from governance.people.rules import Role, command
from scanners.queries import conventions_in_force, frame
from tests.actions.portal import Portal
from tests.conftest import Demonstration, on_sqlite

Sessions = sessionmaker[Session]
SIGNED = date(2025, 12, 10)
TERM = date(2026, 12, 10)
END, WARN = jobs("https://vigie.ccas.example")


@pytest.fixture
def applied(sessions: Sessions, demonstration: Demonstration, at: datetime) -> Demonstration:
    """Give a structure that applies S0 (two caisses) and S2 (renewed by amendment only), both signed."""
    by = command(demonstration.structure)
    with sessions.begin() as session:
        for code in ("S0", "S2"):
            adopt_convention(session, by.structure, Adoption(code, SIGNED, None), by=by, at=at)
            enter(session, demonstration, code, Draft(Kind.SIGNED, SIGNED, "Exemplaire signé"), at)
    return demonstration


def enter(session: Session, who: Demonstration, code: str, draft: Draft, at: datetime) -> str:
    return actions.enter(session, code, draft, by=who.actor(Role.DPO), at=at)


def accounts(session: Session, who: Demonstration, at: datetime) -> tuple[str, str]:
    """Give an active gestionnaire at each caisse of S0: Côte d'Opale, then Artois."""
    first, second = (Portal(session, who.structure, at, "S0", caisse) for caisse in ("cotedopale", "artois"))
    first.open()
    return first.gestionnaire(first.agent(1)), second.gestionnaire(second.agent(2))


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def run(sessions: Sessions, job=END, day: date = TERM + timedelta(days=1)) -> str:
    turn = Turn(job.timetable.latest(noon(day)), noon(day))
    assert isinstance(job.work, InSlot)
    with sessions.begin() as session:
        return job.work.do(session, turn)


def standing(session: Session) -> list[tuple[str, str, str]]:
    rows = session.scalars(select(ConventionEnd).where(ConventionEnd.undone_at.is_(None)))
    return sorted((row.convention, row.caisse, row.text) for row in rows)


def subjects(session: Session, kind: str) -> list[str]:
    wanted = select(OutboxContent).join(OutboxMessage, OutboxMessage.id == OutboxContent.message)
    return [one.subject for one in session.scalars(wanted.where(OutboxMessage.kind == kind).order_by(OutboxMessage.id))]


# The day comes


@on_sqlite
def test_the_end_is_set_off_the_day_after_the_last_and_once(sessions: Sessions, applied: Demonstration) -> None:
    before, on_the_day = run(sessions, day=TERM), run(sessions)

    again = run(sessions)

    assert (before, on_the_day, again) == ("0 fin(s), 0 défaite(s)", "2 fin(s), 0 défaite(s)", "0 fin(s), 0 défaite(s)")
    with sessions() as session:
        assert standing(session) == [("S2", "artois", "CM"), ("S2", "artois", "CU")]
        assert len(subjects(session, "life.ended")) == 1


@on_sqlite
def test_down_for_a_month_it_catches_up(sessions: Sessions, applied: Demonstration) -> None:
    assert run(sessions, day=TERM + timedelta(days=30)) == "2 fin(s), 0 défaite(s)"

    with sessions() as session:
        assert session.scalars(select(ConventionEnd.over_from)).all() == [TERM + timedelta(days=1)] * 2


def test_two_workers_in_one_slot_set_it_off_once(sessions: Sessions, applied: Demonstration) -> None:
    turn = Turn(END.timetable.latest(noon(TERM + timedelta(days=1))), noon(TERM + timedelta(days=1)))
    run_slot(sessions, END, turn)

    with pytest.raises(AlreadyDone):
        run_slot(sessions, END, turn)

    with sessions() as session:
        assert len(standing(session)) == 2


@on_sqlite
def test_a_renewal_signed_in_time_and_entered_late_undoes_it_with_a_trace(
    sessions: Sessions, applied: Demonstration
) -> None:
    run(sessions)
    late = noon(TERM + timedelta(days=20))

    with sessions.begin() as session:
        enter(session, applied, "S2", Draft(Kind.RENEWED, TERM, "Avenant n° 1", until=date(2027, 12, 10)), late)

    with sessions() as session:
        acts = session.scalars(select(TrailEntry.action).where(TrailEntry.subject == "S2")).all()
        assert standing(session) == []
        assert acts.count("convention.ended") == acts.count("convention.end_undone") == 2
        assert len(subjects(session, "life.undone")) == 1
        assert queries.course_in(session, applied.structure, "S2", late.date()).lives[0].state is State.IN_FORCE


@on_sqlite
def test_nothing_is_undone_once_data_are_destroyed(
    sessions: Sessions, applied: Demonstration, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(sessions)
    monkeypatch.setattr(following, "has_begun", lambda session, structure, convention: convention == "S2")
    draft = Draft(Kind.RENEWED, TERM, "Avenant n° 1", until=date(2027, 12, 10))

    with pytest.raises(TooLateToUndo), sessions.begin() as session:
        enter(session, applied, "S2", draft, noon(TERM + timedelta(days=20)))

    with sessions() as session:
        assert len(standing(session)) == 2
        assert session.scalars(select(ConventionEvent).where(ConventionEvent.kind == Kind.RENEWED)).all() == []


def destructions(session: Session) -> list[tuple[str, str, str]]:
    rows = session.scalars(select(Destruction).order_by(Destruction.opened_at, Destruction.id))
    return [(row.convention, row.state, row.opened_by) for row in rows]


@on_sqlite
def test_S3r_the_day_comes_and_the_timetable_opens_the_destruction_once_of_what_no_caisse_is_bound_by(
    sessions: Sessions, applied: Demonstration
) -> None:
    with sessions.begin() as session:
        enter(session, applied, "S0", Draft(Kind.ENDED, SIGNED, "Accord", caisse="cotedopale"), noon(TERM))
    before, _ = run(sessions, day=TERM), run(sessions, day=TERM + timedelta(days=40))

    run(sessions, day=TERM + timedelta(days=41))

    with sessions() as session:
        assert destructions(session) == [("S2", "opened", "tache-fin-des-conventions")]
        assert session.scalars(select(Destruction.started_at)).all() == [None]
        opened = session.scalars(select(TrailEntry.action).where(TrailEntry.action == "destruction.opened")).all()
        assert len(opened) == 1
    assert before == "0 fin(s), 0 défaite(s)"


@on_sqlite
def test_one_that_a_person_called_off_stays_so_until_the_convention_ends_again(
    sessions: Sessions, applied: Demonstration
) -> None:
    run(sessions)
    after, dpo = noon(TERM + timedelta(days=2)), applied.actor(Role.DPO)
    with sessions.begin() as session:
        opened = session.scalars(select(Destruction.id)).one()
        destroying.cancel(session, opened, by=dpo, at=after)
    run(sessions, day=TERM + timedelta(days=3))
    with sessions.begin() as session:
        assert [state for _, state, _ in destructions(session)] == ["cancelled"]
        draft = Draft(Kind.RENEWED, TERM, "Avenant n° 1", until=date(2027, 12, 10))
        enter(session, applied, "S2", draft, noon(TERM + timedelta(days=4)))

    run(sessions, day=date(2027, 12, 11))

    with sessions() as session:
        assert [state for _, state, _ in destructions(session)] == ["cancelled", "opened"]


@on_sqlite
def test_a_destruction_that_was_opened_is_called_off_and_one_that_began_keeps_the_end(
    sessions: Sessions, applied: Demonstration
) -> None:
    run(sessions)
    after = noon(TERM + timedelta(days=2))
    draft = Draft(Kind.RENEWED, TERM, "Avenant n° 1", until=date(2027, 12, 10))
    with sessions.begin() as session:
        row = session.scalars(select(Destruction)).one()
        opened, row.started_at, row.state = row.id, after, DestructionState.UNDERWAY.value
    with pytest.raises(TooLateToUndo), sessions.begin() as session:
        enter(session, applied, "S2", draft, after)
    with sessions.begin() as session:
        session.get_one(Destruction, opened).started_at = None
        session.get_one(Destruction, opened).state = DestructionState.OPENED.value

    with sessions.begin() as session:
        enter(session, applied, "S2", draft, after)

    with sessions() as session:
        acts = session.scalars(select(TrailEntry.action).where(TrailEntry.subject == opened)).all()
        assert session.get_one(Destruction, opened).state == DestructionState.CANCELLED
        assert {"destruction.opened", "destruction.cancelled"} <= set(acts)
        assert standing(session) == []


# A14: accounts


@on_sqlite
def test_A14_only_the_access_of_the_caisse_that_left_closes_while_another_convention_lives(
    sessions: Sessions, applied: Demonstration, at: datetime
) -> None:
    with sessions.begin() as session:
        gone, stays = accounts(session, applied, at)

        enter(session, applied, "S0", Draft(Kind.ENDED, at.date(), "Accord", caisse="cotedopale"), at)

    run(sessions, day=at.date() + timedelta(days=1))
    with sessions() as session:
        assert session.get_one(Account, gone).state == AccountState.ACCESS_CLOSED
        assert session.get_one(Account, gone).inactive_on is None
        assert session.get_one(Account, stays).state == AccountState.ACTIVE


@on_sqlite
def test_A14_accounts_are_inactivated_when_the_last_convention_has_ended_and_A15_six_months_run(
    sessions: Sessions, applied: Demonstration, at: datetime
) -> None:
    with sessions.begin() as session:
        _, account = accounts(session, applied, at)
        enter(session, applied, "S0", Draft(Kind.ENDED, TERM, "Accord"), at)

    run(sessions)

    with sessions() as session:
        row = session.get_one(Account, account)
        assert (row.state, row.inactive_on, row.hidden_on) == ("inactif_fin", date(2026, 12, 11), date(2027, 6, 11))


@on_sqlite
def test_A14_when_one_convention_lives_again_the_accounts_of_the_other_are_closed_not_inactive(
    sessions: Sessions, applied: Demonstration, at: datetime
) -> None:
    with sessions.begin() as session:
        _, account = accounts(session, applied, at)
        enter(session, applied, "S0", Draft(Kind.ENDED, TERM, "Accord"), at)
    run(sessions)

    with sessions.begin() as session:
        draft = Draft(Kind.RENEWED, TERM, "Avenant n° 1", until=date(2027, 12, 10))
        enter(session, applied, "S2", draft, noon(TERM + timedelta(days=5)))

    with sessions() as session:
        row = session.get_one(Account, account)
        assert (row.state, row.inactive_on, row.hidden_on) == ("acces_ferme", None, None)


# Checks


@on_sqlite
def test_a_check_is_refused_under_what_has_ended_with_the_reason_and_the_article(
    sessions: Sessions, applied: Demonstration
) -> None:
    after = TERM + timedelta(days=1)
    with sessions() as session:
        writer = applied.actor(Role.TECHNICIEN)

        with pytest.raises(NotInForce, match=r"S2 n'est plus en vigueur.*non-renouvellement, CM art\. 10\.2"):
            frame(session, "S2", after, writer, "artois")

        assert frame(session, "S2", TERM, writer, "artois").convention.code == "S2"
        assert [one.code for one in conventions_in_force(session, after, writer)] == ["S0"]


@on_sqlite
def test_a_check_for_the_caisse_that_left_is_refused_and_for_the_other_is_not(
    sessions: Sessions, applied: Demonstration, at: datetime
) -> None:
    after = at.date() + timedelta(days=1)
    with sessions.begin() as session:
        enter(session, applied, "S0", Draft(Kind.ENDED, at.date(), "Accord", caisse="artois"), at)
        writer = applied.actor(Role.TECHNICIEN)

        with pytest.raises(NotInForce, match="Artois"):
            frame(session, "S0", after, writer, "artois")

        assert frame(session, "S0", after, writer, "cotedopale")
        assert frame(session, "S0", after, writer)


# Alerts


@on_sqlite
def test_alerts_leave_at_ninety_thirty_seven_days_and_on_the_day_each_once(
    sessions: Sessions, applied: Demonstration
) -> None:
    for left in range(95, -1, -1):
        run(sessions, WARN, TERM - timedelta(days=left))

    with sessions() as session:
        keys = session.scalars(select(OutboxMessage.key).where(OutboxMessage.kind == "life.alert")).all()
        ends = sorted(int(key.rsplit("/")[-1]) for key in keys if key and "S2/artois/D2/END" in key)
        assert ends == [0, 7, 30, 60, 90]


@on_sqlite
def test_after_down_time_the_last_threshold_is_said_alone(sessions: Sessions, applied: Demonstration) -> None:
    run(sessions, WARN, TERM - timedelta(days=5))

    with sessions() as session:
        told = [one for one in subjects(session, "life.alert") if "S2" in one]
        assert told == [
            "Délégué\u00a0: préparer la fin de la convention S2 avant le jeu. 10 décembre, 23\u00a0h\u00a059"
        ]


# What is refused


@on_sqlite
def test_only_a_dpo_of_the_structure_enters_what_happened(sessions: Sessions, applied: Demonstration, at) -> None:
    draft = Draft(Kind.ENDED, at.date(), "Accord")

    with sessions() as session:
        for role in (Role.GESTIONNAIRE, Role.TECHNICIEN, Role.REFERENT, Role.ADMINISTRATEUR):
            with pytest.raises(Forbidden):
                actions.enter(session, "S0", draft, by=applied.actor(role), at=at)
        with pytest.raises(NotApplied):
            actions.enter(session, "S0", draft, by=applied.actor(Role.DPO, other=True), at=at)


@on_sqlite
def test_a_clock_that_went_back_is_told(sessions: Sessions, applied: Demonstration, at: datetime) -> None:
    with pytest.raises(ClockWentBack), sessions() as session:
        enter(session, applied, "S0", Draft(Kind.ENDED, SIGNED, "Accord"), at - timedelta(hours=1))


@on_sqlite
@pytest.mark.parametrize("reference", ["", "  ", "a", "x" * 201, "a\x00bc"])
def test_a_document_is_always_named(sessions: Sessions, applied: Demonstration, at: datetime, reference: str) -> None:
    with pytest.raises(Invalid) as refused, sessions() as session:
        enter(session, applied, "S0", Draft(Kind.ENDED, TERM, reference), at)

    assert refused.value.field == "reference"


@on_sqlite
def test_a_mistake_is_cancelled_once_and_stays_readable(
    sessions: Sessions, applied: Demonstration, at: datetime
) -> None:
    dpo, yesterday = applied.actor(Role.DPO), at.date() - timedelta(days=1)
    with sessions.begin() as session:
        wrong = enter(session, applied, "S0", Draft(Kind.ENDED, yesterday, "Accord"), at)
    with sessions.begin() as session:
        assert len(standing(session)) == 4

        actions.cancel(session, wrong, "Lettre d'une autre convention", by=dpo, at=at)

        assert standing(session) == []
        assert [one.is_cancelled for one in queries.history(session, "S0", dpo) if one.event.id == wrong] == [True]
        with pytest.raises(AlreadyEntered):
            actions.cancel(session, wrong, "Encore", by=dpo, at=at)


@on_sqlite
def test_an_effect_before_the_signature_is_refused_where_it_is_typed(
    sessions: Sessions, applied: Demonstration, at: datetime
) -> None:
    early = Adoption("S2", SIGNED - timedelta(days=1), None)

    with pytest.raises(Invalid) as refused, sessions() as session:
        actions.apply(session, early, by=applied.actor(Role.DPO), at=at)

    assert refused.value.field == "effective_from"


def test_the_database_refuses_to_rewrite_what_was_entered(sessions: Sessions, applied: Demonstration) -> None:
    with pytest.raises(DBAPIError, match="append-only"), sessions.begin() as session:
        for row in session.scalars(select(ConventionEvent)):
            row.day = TERM


def test_a_caisse_sees_the_life_of_what_it_signed_but_not_the_letters_of_another_caisse(
    sessions: Sessions, applied: Demonstration, at: datetime
) -> None:
    with sessions.begin() as session:
        for caisse in ("artois", "cotedopale"):
            draft = Draft(Kind.WARNED, at.date(), "Lettre recommandée", caisse=caisse, party=Party.CAISSE)
            enter(session, applied, "S0", draft, at)
    artois = Sight(frozenset({applied.caisse}), frozenset({(applied.structure, "S0")}), "artois")

    with sessions(info={SIGHT: artois}) as session:
        seen = session.scalars(select(ConventionEvent)).all()

    assert {(one.convention, one.kind, one.caisse) for one in seen} == {
        ("S0", "signature", None),
        ("S0", "mise-en-demeure", "artois"),
    }


@on_sqlite
def test_what_ended_is_told_to_the_destruction_once_with_all_its_caisses(
    sessions: Sessions, applied: Demonstration, at: datetime
) -> None:
    after = at.date() + timedelta(days=1)
    with sessions.begin() as session:
        enter(session, applied, "S0", Draft(Kind.ENDED, at.date(), "Accord", caisse="artois"), at)
    run(sessions, day=after)
    with sessions() as session:
        assert [(one.convention, one.caisse, one.text) for one in queries.ends(session)] == [("S0", "artois", Text.CM)]
        assert queries.all_ended(session, applied.structure, "S0", after) is None
    with sessions.begin() as session:
        enter(session, applied, "S0", Draft(Kind.ENDED, after, "Accord", caisse="cotedopale"), noon(after))

    with sessions() as session:
        last = after + timedelta(days=1)
        assert queries.all_ended(session, applied.structure, "S0", last) == last
