"""What is refused about a breach, by name and beside its field; and what nobody may do."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from breach import handling
from breach.actions import Entry, add_line, discharge, explain
from breach.handling import Kind, NewDocument, NewTask
from breach.ledger import BadInstant, Known
from breach.owing import Discharge, NoSuchProof, ReasonRequired, duties_of, lines_of
from breach.queries import Wanted, breaches, find_breach
from breach.record import record_of, staff
from breach.rehearsal import Outcome, check, rehearse
from breach.rules import Proof
from breach.tables import AlarmRow, Breach, Rehearsal
from governance.core.domains import Domain
from governance.core.keystore import KeyStore
from governance.core.outbox.rules import State
from governance.core.outbox.tables import OutboxContent, OutboxMessage
from governance.core.refusals import Conflict, Forbidden, Invalid, NotFound, TooLarge
from governance.core.resealing import rotate
from governance.people.rules import Actor, Role
from tests.breaches import declare
from tests.conftest import Demonstration, on_sqlite

Sessions = sessionmaker[Session]
HOUR = timedelta(hours=1)


@pytest.fixture
def dpo(demonstration: Demonstration) -> Actor:
    """Give the DPO of the first structure."""
    return demonstration.actor(Role.DPO)


@on_sqlite
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"suspected_at": timedelta(minutes=1)}, "suspected_at"),
        ({"suspected_at": timedelta(days=-20_000)}, "suspected_at"),
        ({"started_at": timedelta(minutes=1)}, "started_at"),
        ({"started_at": timedelta(minutes=-30)}, "suspected_at"),
        ({"zone": "Europe/Nulle-Part"}, "zone"),
        ({"zone": "../../etc/passwd"}, "zone"),
        ({"told": "  "}, "told"),
        ({"told": "x" * 5_001}, "told"),
        ({"told": "\x00"}, "told"),
        ({"triggers": frozenset()}, "triggers"),
        ({"concerned": ()}, "concerned"),
        ({"concerned": (("S1", "doubs"),)}, "concerned"),
        ({"concerned": (("S0", "doubs"),)}, "concerned"),
    ],
)
def test_a_declaration_that_makes_no_sense_is_refused_beside_its_field(
    sessions: Sessions, dpo: Actor, at: datetime, changes: dict[str, object], field: str
) -> None:
    given = {name: at + value if isinstance(value, timedelta) else value for name, value in changes.items()}

    with pytest.raises(Invalid) as refused, sessions.begin() as session:
        declare(session, dpo, at, "S0", **given)

    assert refused.value.field == field
    with sessions() as session:
        assert session.scalars(sa.select(Breach)).all() == []


@on_sqlite
@pytest.mark.parametrize(
    ("what", "instant", "field"),
    [
        (Known.AWARE, -2 * HOUR, "aware_at"),
        (Known.AWARE, 3 * HOUR, "aware_at"),
        (Known.END, -5 * HOUR, "ended_at"),
        (Known.INFORMED, 3 * HOUR, "instant"),
    ],
)
def test_a_line_that_contradicts_the_ledger_is_refused(
    sessions: Sessions, dpo: Actor, at: datetime, what: Known, instant: timedelta, field: str
) -> None:
    with sessions.begin() as session:
        breach = declare(session, dpo, at, "S0", started_at=at - 4 * HOUR)

    with pytest.raises(BadInstant) as refused, sessions.begin() as session:
        add_line(session, breach, Entry(what, at + instant), by=dpo, at=at + 2 * HOUR)

    assert refused.value.field == field
    with sessions() as session:
        assert len(lines_of(session, breach)) == 2


def test_the_ledger_is_corrected_by_a_line_and_the_database_refuses_to_change_one(
    sessions: Sessions, dpo: Actor, at: datetime
) -> None:
    with sessions.begin() as session:
        breach = declare(session, dpo, at, "S0")
        first = lines_of(session, breach)[0]
        later = Entry(Known.SUSPECTED, at - HOUR / 2, why="Horloge du poste en avance")
        add_line(session, breach, later, by=dpo, at=at, corrects=first.id)
        with pytest.raises(Conflict):
            add_line(session, breach, later, by=dpo, at=at, corrects=first.id)

    with sessions() as session:
        assert duties_of(session, breach)[0].started_at == at - HOUR / 2
        assert [line.corrects for line in lines_of(session, breach)] == [None, first.id]
    with pytest.raises(DBAPIError, match="append-only"), sessions.begin() as session:
        session.execute(sa.text("UPDATE breach_ledger SET number = 9"))


@on_sqlite
def test_a_correction_says_why_and_corrects_the_same_thing(sessions: Sessions, dpo: Actor, at: datetime) -> None:
    with sessions.begin() as session:
        breach = declare(session, dpo, at, "S0")
        first = lines_of(session, breach)[0].id

        with pytest.raises(Invalid, match="attendu"):
            add_line(session, breach, Entry(Known.SUSPECTED, at - HOUR), by=dpo, at=at, corrects=first)
        with pytest.raises(Invalid, match="même chose"):
            add_line(session, breach, Entry(Known.AWARE, at, why="Erreur"), by=dpo, at=at, corrects=first)
        with pytest.raises(NotFound):
            add_line(session, breach, Entry(Known.AWARE, at, why="Erreur"), by=dpo, at=at, corrects="inconnue")


@on_sqlite
def test_a_duty_done_late_asks_why_and_keeps_it(sessions: Sessions, dpo: Actor, at: datetime) -> None:
    late = at + 30 * HOUR
    with sessions.begin() as session:
        breach = declare(session, dpo, at, "S0")
        one, other = (row.id for row in duties_of(session, breach))

        with pytest.raises(ReasonRequired):
            discharge(session, one, Discharge(Proof.MINUTES, late), by=dpo, at=late)
        with pytest.raises(NoSuchProof):
            discharge(session, one, Discharge(Proof.TELESERVICE, at, late_reason="x"), by=dpo, at=late)
        with pytest.raises(Invalid, match="futur"):
            discharge(session, one, Discharge(Proof.MINUTES, late + HOUR), by=dpo, at=late)
        with pytest.raises(Invalid, match="précède"):
            discharge(session, one, Discharge(Proof.MINUTES, at - 9 * HOUR), by=dpo, at=late)
        discharge(session, one, Discharge(Proof.MINUTES, late, late_reason="Serveur en panne"), by=dpo, at=late)
        with pytest.raises(Conflict):
            discharge(session, one, Discharge(Proof.MINUTES, late, late_reason="Encore"), by=dpo, at=late)
        with pytest.raises(Conflict):
            explain(session, one, "Autre motif", by=dpo, at=late)
        explain(session, other, "Adresse refusée", by=dpo, at=late)


@on_sqlite
def test_tasks_documents_and_closing_refuse_what_makes_no_sense(
    sessions: Sessions, demonstration: Demonstration, dpo: Actor, at: datetime
) -> None:
    with sessions.begin() as session:
        breach = declare(session, dpo, at, "S0")
        with pytest.raises(Invalid, match="rôle"):
            task = NewTask(Kind.CONTAIN, "Agir", demonstration.others[Role.DPO], at + HOUR)
            handling.add_task(session, breach, task, by=dpo, at=at)
        with pytest.raises(Invalid, match="à venir"):
            handling.add_task(session, breach, NewTask(Kind.CONTAIN, "Agir", dpo.id, at), by=dpo, at=at)
        with pytest.raises(Invalid, match="vide"):
            handling.add_document(session, breach, NewDocument("a", "text/plain", b""), by=dpo, at=at)
        with pytest.raises(TooLarge):
            large = NewDocument("a", "text/plain", b"x" * (handling.DOCUMENT_BYTES + 1))
            handling.add_document(session, breach, large, by=dpo, at=at)
        with pytest.raises(Conflict, match="sans preuve"):
            handling.close(session, breach, "Rien", by=dpo, at=at)
        handling.close(session, breach, "Clé retrouvée, chiffrée", by=dpo, at=at, near_miss=True)
        with pytest.raises(Conflict, match="plus ouverte"):
            add_line(session, breach, Entry(Known.AWARE, at), by=dpo, at=at)


@on_sqlite
def test_who_is_only_administrator_no_longer_reads_what_they_declared_nor_does_what_they_were_given(
    sessions: Sessions, demonstration: Demonstration, dpo: Actor, at: datetime
) -> None:
    before = demonstration.actor(Role.TECHNICIEN)
    both = replace(before, roles=frozenset({Role.TECHNICIEN, Role.ADMINISTRATEUR}))
    after = replace(before, roles=frozenset({Role.ADMINISTRATEUR}))
    with sessions.begin() as session:
        breach = declare(session, before, at, "S0")
        task = handling.add_task(session, breach, NewTask(Kind.CONTAIN, "Agir", before.id, at + HOUR), by=dpo, at=at)

        assert [find_breach(session, breach, by, at).id for by in (before, both)] == [breach, breach]
        with pytest.raises(NotFound):
            find_breach(session, breach, after, at)
        with pytest.raises(NotFound):
            handling.finish_task(session, task, by=after, at=at)
        handling.finish_task(session, task, by=both, at=at)


@on_sqlite
def test_nothing_of_a_breach_is_given_to_do_to_who_is_only_administrator(
    sessions: Sessions, demonstration: Demonstration, dpo: Actor, at: datetime
) -> None:
    administrator = demonstration.people[Role.ADMINISTRATEUR]
    with sessions.begin() as session:
        breach = declare(session, dpo, at, "S0")

        with pytest.raises(Invalid, match="rôle"):
            task = NewTask(Kind.CONTAIN, "Agir", administrator, at + HOUR)
            handling.add_task(session, breach, task, by=dpo, at=at)
        assert administrator not in dict(staff(session, dpo.structure))


@on_sqlite
@pytest.mark.parametrize("role", [Role.GESTIONNAIRE, Role.TECHNICIEN, Role.REFERENT, Role.ADMINISTRATEUR])
def test_everyone_of_the_partner_declares_and_the_dpo_alone_handles(
    sessions: Sessions, demonstration: Demonstration, at: datetime, role: Role
) -> None:
    by = demonstration.actor(role)

    with sessions.begin() as session:
        breach = declare(session, by, at, "S0")
        with pytest.raises(NotFound):
            add_line(session, breach, Entry(Known.AWARE, at), by=by, at=at)

    with sessions() as session, pytest.raises(Forbidden):
        declare(session, demonstration.actor(Role.AGENT_CAISSE), at)


@on_sqlite
def test_the_exercise_is_proven_once_its_mail_has_left_and_never_counted(
    sessions: Sessions, dpo: Actor, at: datetime
) -> None:
    with sessions.begin() as session:
        declare(session, dpo, at, "S0")
        said = rehearse(session, "essai@ccas.example", at)
    with sessions.begin() as session:
        assert check(session, at + HOUR / 4) == ""
        message = session.get_one(OutboxMessage, session.scalars(sa.select(Rehearsal.message)).one())
        message.state, message.ended_at = State.SENT, at + HOUR / 4
        to = session.scalars(sa.select(OutboxContent)).one().recipient

    with sessions.begin() as session:
        check(session, at + HOUR / 2)

    with sessions() as session:
        row = session.scalars(sa.select(Rehearsal)).one()
        levels = {alarm.exercise for alarm in session.scalars(sa.select(AlarmRow))}
        assert breaches(session, dpo, at, Wanted(stage=None)).total == 1, "the exercise is not in the register"
    assert (said, to) == ("4 niveaux, 0 manquants", "essai@ccas.example")
    assert (row.state, row.proven_at, row.reason) == (
        Outcome.PROVEN,
        at + HOUR / 2,
        "accepté par le serveur de courrier",
    )
    assert levels == {True}


@on_sqlite
@pytest.mark.parametrize(
    ("mailbox", "state", "reason"),
    [
        (None, None, "aucune boîte d'essai réglée"),
        ("essai@ccas.example", State.FAILED, "message en échec"),
        ("essai@ccas.example", None, "message pas parti"),
    ],
)
def test_an_exercise_without_its_proof_is_a_failure(
    sessions: Sessions, dpo: Actor, at: datetime, mailbox: str | None, state: State | None, reason: str
) -> None:
    with sessions.begin() as session:
        declare(session, dpo, at, "S0")
        rehearse(session, mailbox, at)
        if state is not None:
            message = session.scalars(sa.select(OutboxMessage)).one()
            message.state, message.ended_at = state, at

    with sessions.begin() as session:
        check(session, at + 7 * HOUR)
        rehearse(session, mailbox, at + 24 * HOUR)

    with sessions() as session:
        first = session.scalars(sa.select(Rehearsal).order_by(Rehearsal.started_at)).first()
        exercises = session.scalars(sa.select(Breach).where(Breach.exercise.is_(True))).all()
    assert (first.state, first.reason, first.proven_at) == (Outcome.FAILED, reason, None)
    assert len(exercises) == 1, "the exercise of the day before is gone"


def test_a_key_that_turns_seals_the_ledger_again_though_its_lines_never_change(
    sessions: Sessions, dpo: Actor, at: datetime, store: KeyStore
) -> None:
    with sessions.begin() as session:
        breach = declare(session, dpo, at, "S0", suspected_by="L'accueil")
        earlier = Entry(Known.SUSPECTED, at - 2 * HOUR, why="Vu plus tôt")
        add_line(session, breach, earlier, by=dpo, at=at)

    done = rotate(sessions, store, Domain(dpo.structure), at)

    with sessions() as session:
        lines = record_of(session, breach).lines
        changes = record_of(session, breach).changes
    assert (done.values > 0, done.broken) == (True, 0)
    assert [line.said for line in lines] == ["L'accueil", "Vu plus tôt"]
    assert {one.why for one in changes} == {"Vu plus tôt"}
