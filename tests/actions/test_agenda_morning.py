"""The morning mail: once a day to each person who has something to do within the days they chose."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from app.mail import refusal
from governance.agenda.actions import choose_morning
from governance.agenda.items import Task
from governance.agenda.morning import job
from governance.core.outbox.tables import OutboxContent, OutboxMessage
from governance.jobs.actions import run_slot
from governance.jobs.job import Turn
from governance.people.accounts.actions import close_account
from governance.people.actions import set_roles
from governance.people.rules import Actor, Role, command
from governance.web.feature import Feature
from tests.conftest import Demonstration, on_sqlite

pytestmark = on_sqlite
SLOT = datetime(2026, 4, 29, 5, 0, tzinfo=UTC)  # 7 h in Paris
AT = SLOT + timedelta(seconds=5)
TURN = Turn(SLOT, AT)
ADDRESS = "https://vigie.example"


def tasks(session: Session, by: Actor, at: datetime) -> tuple[Task, ...]:
    """Give gestionnaires one thing for the day after tomorrow, DPOs one for twenty days later, the others nothing."""
    days = {Role.GESTIONNAIRE: 2, Role.DPO: 20}
    return tuple(
        Task(f"essai:{role}:{by.structure}", "Finir la revue", "Finir", "/revues", at + timedelta(days=days[role]))
        for role in by.roles & set(days)
    )


FEATURES = (Feature(name="essai", tasks=tasks),)


def run(sessions: sessionmaker[Session], turn: Turn = TURN) -> str:
    return run_slot(sessions, job(FEATURES, ADDRESS), turn)


def written(sessions: sessionmaker[Session]) -> dict[str, tuple[str, str]]:
    """Return what was written, by recipient."""
    with sessions() as session:
        rows = session.scalars(select(OutboxContent).order_by(OutboxContent.message)).all()
        return {row.recipient: (row.subject, row.body) for row in rows}


def test_who_has_something_due_in_their_days_is_written_to_and_nobody_else(
    sessions: sessionmaker[Session], demonstration: Demonstration
) -> None:
    run(sessions)

    both = {demonstration.email(Role.GESTIONNAIRE), demonstration.email(Role.GESTIONNAIRE, other=True)}
    assert set(written(sessions)) == both


def test_the_mail_says_what_and_when_with_one_link_and_passes_the_scanner(
    sessions: sessionmaker[Session], demonstration: Demonstration
) -> None:
    run(sessions)

    subject, body = written(sessions)[demonstration.email(Role.GESTIONNAIRE)]
    assert "1 chose à faire avant le ven. 1er mai, 7" in subject
    assert body.count("://") == 1
    assert body.endswith(f"{ADDRESS}/a-faire")
    assert refusal(subject + body) is None


def test_a_line_that_the_control_refuses_keeps_no_mail_from_leaving(
    sessions: sessionmaker[Session], demonstration: Demonstration
) -> None:
    def told(session: Session, by: Actor, at: datetime) -> tuple[Task, ...]:
        return (Task("essai", "Revoir un suivi pour diabète", "Voir", "/revues", at + timedelta(hours=3)),)

    features = (Feature(name="essai", tasks=told),)
    run_slot(sessions, job(features, ADDRESS, lambda line: refusal(line) is not None), TURN)

    subject, body = written(sessions)[demonstration.email(Role.GESTIONNAIRE)]
    assert body.startswith("– Une chose à faire : dans 3")
    assert refusal(subject + body) is None


def test_a_morning_done_again_writes_to_nobody_twice(
    sessions: sessionmaker[Session], demonstration: Demonstration
) -> None:
    work = job(FEATURES, ADDRESS).work
    for later in (0, 40):
        work.do(sessions, Turn(SLOT, AT + timedelta(minutes=later)))  # type: ignore[arg-type]

    with sessions() as session:
        assert len(session.scalars(select(OutboxMessage)).all()) == 2


def test_the_next_morning_is_another(sessions: sessionmaker[Session], demonstration: Demonstration) -> None:
    for day in (0, 1):
        run(sessions, Turn(SLOT + timedelta(days=day), AT + timedelta(days=day)))

    with sessions() as session:
        assert len(session.scalars(select(OutboxMessage)).all()) == 4


@pytest.mark.parametrize(("days", "is_written"), [(0, False), (7, False), (30, True)])
def test_each_person_chooses_how_far_it_looks_or_switches_it_off(
    days: int, is_written: bool, sessions: sessionmaker[Session], demonstration: Demonstration
) -> None:
    with sessions.begin() as session:
        choose_morning(session, days, by=demonstration.actor(Role.DPO), at=AT)

    run(sessions)

    assert (demonstration.email(Role.DPO) in written(sessions)) is is_written


def test_a_person_of_two_structures_gets_one_mail_that_names_both(
    sessions: sessionmaker[Session], demonstration: Demonstration
) -> None:
    person, role = demonstration.people[Role.GESTIONNAIRE], frozenset({Role.GESTIONNAIRE})
    with sessions.begin() as session:
        set_roles(session, person, demonstration.other, role, by=command(demonstration.other), at=AT)

    run(sessions)

    _, body = written(sessions)[demonstration.email(Role.GESTIONNAIRE)]
    assert "[CCAS d'ici]" in body
    assert "[CCAS d'ailleurs]" in body


def test_what_fails_for_one_keeps_nobody_else_from_their_mail(
    sessions: sessionmaker[Session], demonstration: Demonstration
) -> None:
    def failing(session: Session, by: Actor, at: datetime) -> tuple[Task, ...]:
        if by.id == demonstration.people[Role.GESTIONNAIRE]:
            raise RuntimeError("broken")
        return tasks(session, by, at)

    with pytest.raises(RuntimeError):
        run_slot(sessions, job((Feature(name="essai", tasks=failing),), ADDRESS), TURN)

    assert set(written(sessions)) == {demonstration.email(Role.GESTIONNAIRE, other=True)}


def test_a_closed_account_is_not_written_to(sessions: sessionmaker[Session], demonstration: Demonstration) -> None:
    with sessions.begin() as session:
        by = command(demonstration.structure)
        close_account(session, demonstration.people[Role.GESTIONNAIRE], by=by, at=AT)

    run(sessions)

    assert demonstration.email(Role.GESTIONNAIRE) not in written(sessions)


def test_a_service_that_comes_back_after_noon_writes_no_morning_mail(
    sessions: sessionmaker[Session], demonstration: Demonstration
) -> None:
    assert run(sessions, Turn(SLOT, SLOT + timedelta(hours=5))) == "trop tard pour ce matin"
    assert written(sessions) == {}
