"""What the CNIL and the persons are told, and the register that keeps every state of every breach."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from breach.actions import Entry, add_line
from breach.cnil.actions import Filed, decide, file, persons_told
from breach.cnil.persons import BadDecision, Choice, Decision
from breach.cnil.queries import decisions, filings
from breach.cnil.rules import NotFiled, Version
from breach.dossier.actions import save
from breach.dossier.queries import base_of, versions
from breach.dossier.rules import Output
from breach.handling import close
from breach.ledger import Known
from breach.notices.telling import Addressee, last_to
from breach.owing import ReasonRequired
from breach.queries import find_row
from breach.register.actions import keep, keep_changed
from breach.register.queries import history, register
from breach.register.rules import Wanted, digest
from breach.register.tables import RegisterVersion
from breach.severity.actions import assess
from breach.severity.queries import assessments, dissent, latest_score
from breach.severity.rules import Conclusion, Confidentiality, DataKind, Ease, Inputs, Risk
from governance.core.refusals import Conflict, Forbidden, Invalid
from governance.people.rules import Role
from tests.actions.noticing import Scene, scene
from tests.conftest import Demonstration, on_sqlite

LOW = Inputs(DataKind.SIMPLE, Ease.NEGLIGIBLE, Confidentiality.NO_EVIDENCE)
HIGH = Inputs(DataKind.SENSITIVE, Ease.MAXIMUM, Confidentiality.KNOWN)


@pytest.fixture
def own(sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime) -> Scene:
    """Give a breach of the structure's own data, known at once, so that it owes the CNIL."""
    made = scene(sessions, demonstration, at, own_data=True)
    with sessions.begin() as session:
        add_line(session, made.breach, Entry(Known.AWARE, at), by=made.dpo, at=at)
    return made


def saved(made: Scene, **facts: str) -> None:
    """Type facts."""
    with made.sessions.begin() as session:
        save(session, made.breach, facts, by=made.dpo, at=made.at)


def concluded(made: Scene, inputs: Inputs, risk: Risk) -> None:
    """Assess, and conclude."""
    with made.sessions.begin() as session:
        assess(
            session, made.breach, inputs, Conclusion(risk, "Les données ont été récupérées."), by=made.dpo, at=made.at
        )


@on_sqlite
def test_a_number_of_the_teleservice_discharges_the_duty_and_what_was_told_is_kept(own: Scene) -> None:
    saved(own, count="140")
    with own.sessions.begin() as session:
        file(session, own.breach, Filed(Version.INITIAL, "FR-2026-0042", own.at), by=own.dpo, at=own.at)

    duty = own.duty("CNIL")
    assert (duty.proof, duty.reference) == ("TELESERVICE", "FR-2026-0042")
    with own.sessions() as session:
        told = last_to(session, base_of(session, find_row(session, own.breach)), Addressee(Output.CNIL))
    assert told is not None
    assert (told.facts["count"], told.is_stale) == ("140", False)


@on_sqlite
def test_a_complement_follows_an_initial_notification_and_makes_the_cnil_up_to_date(own: Scene) -> None:
    first = Filed(Version.INITIAL, "FR-2026-0042", own.at)
    with own.sessions.begin() as session:
        with pytest.raises(NotFiled):
            file(session, own.breach, Filed(Version.COMPLEMENTARY, "FR-1", own.at), by=own.dpo, at=own.at)
        file(session, own.breach, first, by=own.dpo, at=own.at)
    saved(own, count="200")

    def told() -> bool:
        with own.sessions() as session:
            last = last_to(session, base_of(session, find_row(session, own.breach)), Addressee(Output.CNIL))
            return last is not None and last.is_stale

    assert told()
    with own.sessions.begin() as session:
        file(session, own.breach, Filed(Version.COMPLEMENTARY, "FR-2026-0043", own.at), by=own.dpo, at=own.at)

    assert not told()
    with own.sessions() as session:
        assert [one.reference for one in filings(session, own.breach)] == ["FR-2026-0042", "FR-2026-0043"]


@on_sqlite
def test_a_late_notification_gives_its_reasons_and_they_stay_in_the_register(own: Scene) -> None:
    late = own.at + timedelta(hours=73)
    with own.sessions.begin() as session, pytest.raises(ReasonRequired):
        file(session, own.breach, Filed(Version.COMPLETE, "FR-1A", late), by=own.dpo, at=late)
    with own.sessions.begin() as session:
        filed = Filed(Version.COMPLETE, "FR-1A", late, "Le DPO était absent.")
        file(session, own.breach, filed, by=own.dpo, at=late)
        keep(session, own.breach, by="essai", at=late)

    with own.sessions() as session:
        (entry,) = register(session, own.dpo, Wanted())
    assert entry.entry["late_reasons"] == "Le DPO était absent."


@on_sqlite
def test_not_telling_the_persons_needs_a_conclusion_and_reasons_which_stay(own: Scene) -> None:
    refusing = Decision(Choice.NOT_HIGH, "Le destinataire a tout détruit.")
    with own.sessions.begin() as session, pytest.raises(BadDecision):
        decide(session, own.breach, refusing, by=own.dpo, at=own.at)
    concluded(own, LOW, Risk.UNLIKELY)
    with own.sessions.begin() as session:
        decide(session, own.breach, refusing, by=own.dpo, at=own.at)
    with own.sessions.begin() as session:
        decide(session, own.breach, Decision(Choice.TELL_ANYWAY, "Par loyauté."), by=own.dpo, at=own.at)

    with own.sessions() as session:
        kept = decisions(session, own.breach)
    assert [one.decision.choice for one in kept] == [Choice.TELL_ANYWAY, Choice.NOT_HIGH]
    assert own.duty("PERSONS").proof == "DECISION"


@on_sqlite
def test_the_persons_are_told_once_it_is_decided(own: Scene) -> None:
    with own.sessions.begin() as session, pytest.raises(Conflict):
        persons_told(session, own.breach, "lettres postées", by=own.dpo, at=own.at)
    with own.sessions.begin() as session:
        decide(session, own.breach, Decision(Choice.TELL, ""), by=own.dpo, at=own.at)
        persons_told(session, own.breach, "140 lettres postées", by=own.dpo, at=own.at)
        with pytest.raises(Invalid):
            persons_told(session, own.breach, " ", by=own.dpo, at=own.at)


@on_sqlite
def test_assessments_are_all_kept_and_who_disagrees_is_shown(own: Scene, demonstration: Demonstration) -> None:
    concluded(own, LOW, Risk.UNLIKELY)
    other = demonstration.actor(Role.DPO)
    colleague = type(other)("f" * 32, other.kind, other.structure, other.roles, "Un autre DPO")
    with own.sessions.begin() as session:
        assess(session, own.breach, HIGH, Conclusion(Risk.HIGH, "Un diagnostic est sorti."), by=colleague, at=own.at)

    with own.sessions() as session:
        every, last = assessments(session, own.breach), latest_score(session, own.breach)
    assert [one.conclusion.risk for one in every] == [Risk.HIGH, Risk.UNLIKELY]
    assert last == every[0]
    assert dissent(every) == (every[1],)


@on_sqlite
def test_a_dossier_is_kept_version_by_version_and_the_same_twice_is_one(own: Scene) -> None:
    saved(own, count="140")
    saved(own, count="140")
    saved(own, count="10 à 50")

    with own.sessions() as session:
        kept = versions(session, own.breach)
    assert [(one.number, one.facts["count"]) for one in kept] == [(2, "10-50"), (1, "140")]


@on_sqlite
def test_the_next_dossier_repeats_what_the_structure_says_of_itself(
    own: Scene, demonstration: Demonstration, at: datetime
) -> None:
    saved(own, siren="123 456 789", count="140")

    other = scene(own.sessions, demonstration, at + timedelta(days=1))

    with own.sessions() as session:
        facts = base_of(session, find_row(session, other.breach)).facts
    assert (facts["siren"], facts.get("count")) == ("123 456 789", None)


def test_every_state_of_an_entry_is_kept_in_order_and_none_is_changed(own: Scene) -> None:
    with own.sessions.begin() as session:
        assert keep_changed(session, at=own.at) == 1
        assert keep_changed(session, at=own.at) == 0
    saved(own, count="140")
    with own.sessions.begin() as session:
        assert keep_changed(session, at=own.at + timedelta(minutes=5)) == 1

    with own.sessions() as session:
        last, first = history(session, own.breach, own.dpo)
    assert [(one.label, one.before, one.now) for one in last.changes] == [("Nombre de personnes", "", "140")]
    assert all(digest(one.entry) == one.digest for one in (last, first))
    with pytest.raises(sa.exc.DBAPIError), own.sessions.begin() as session:
        session.execute(sa.update(RegisterVersion).values(digest="0" * 64))


@on_sqlite
def test_a_near_miss_is_an_entry_too_and_filters_find_it(own: Scene) -> None:
    with own.sessions.begin() as session:
        close(session, own.breach, "Le fichier n'était pas parti.", by=own.dpo, at=own.at, near_miss=True)
        keep_changed(session, at=own.at)

    with own.sessions() as session:
        found = {
            wanted: len(register(session, own.dpo, wanted))
            for wanted in (
                Wanted(state="sans violation (presque-accident)"), Wanted(state="ouverte"), Wanted(year="2026"),
                Wanted(year="2025"), Wanted(caisse="artois"), Wanted(words="fichier PARTI"), Wanted(sensitive="nir"),
            )
        }  # fmt: skip
    assert list(found.values()) == [1, 0, 1, 0, 1, 1, 0]


@on_sqlite
def test_the_register_is_read_in_its_structure_only(own: Scene, demonstration: Demonstration) -> None:
    with own.sessions.begin() as session:
        keep_changed(session, at=own.at)
        assert register(session, demonstration.actor(Role.DPO, other=True), Wanted()) == ()
        with pytest.raises(Forbidden):
            register(session, demonstration.actor(Role.TECHNICIEN), Wanted())
