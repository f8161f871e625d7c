"""A refusal that a person calls a mistake: kept without its words for the DPO, whose answer can be taken back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from governance.core.trail import TrailEntry
from governance.people.rules import Actor, Role
from scanners.doubt_actions import MOST_REPORTS, AlreadyDecided, NotReportable, TooManyReports, decide, dispute
from scanners.doubts import COMPANY, Decision, Standing
from scanners.engine import default
from scanners.findings import Level
from scanners.queries import disputes, listed_doubts, own_words, reported_by, waiting_disputes
from scanners.tables import Doubt, DoubtReport
from scanners.tasks import tasks
from scanners.text import Text
from tests.conftest import Demonstration
from tests.doubting import HINT, REFUSED, disputed, told

Sessions = sessionmaker[Session]
ELSEWHERE = "Cancer."
HINTS = "Elle demande sa RQTH. Elle est fatiguée. Elle vit en EHPAD."
DISEASES = (
    "diabète hépatite leucémie asthme tumeur pneumonie cirrhose bronchite otite lumbago lymphome épilepsie eczéma "
    "psoriasis angine phlébite infarctus glaucome cancer sclérose migraine"
).split()


@pytest.fixture
def writer(demonstration: Demonstration) -> Actor:
    """Give who writes comments."""
    return demonstration.actor(Role.TECHNICIEN)


@pytest.fixture
def dpo(demonstration: Demonstration) -> Actor:
    """Give who answers."""
    return demonstration.actor(Role.DPO)


def levels(session: Session, text: str, structure: str) -> list[str]:
    return [one.level.value for one in default().scan(text, own_words(session, structure))]


def stands(session: Session, by: Actor, text: str = REFUSED) -> Standing | None:
    """Return where the first finding of a text stands, as its writer is shown it."""
    known = disputes(session, by)
    return known.of(Text.of(text), default().scan(text)[0]) if known is not None else None


def test_said_twice_by_one_person_then_by_another_it_is_one_candidate_of_two_persons_without_its_words(
    sessions: Sessions, writer: Actor, dpo: Actor, at: datetime
) -> None:
    for by in (writer, writer, dpo):
        with sessions.begin() as session:
            disputed(session, REFUSED, by, at)

    with sessions() as session:
        (row,) = listed_doubts(session, dpo)
        assert (row.is_blocking, row.times, row.rule, row.decision) == (True, 2, "sante.pathologie", None)
        assert row.why == default().scan(REFUSED)[0].why
        assert row.company in COMPANY
        assert "elle a un" not in repr([vars(one) for one in (row, *session.scalars(select(DoubtReport)))]).lower()
        traced = session.scalars(select(TrailEntry).where(TrailEntry.action == "doubt.reported")).all()
        assert [one.details for one in traced] == [{"rule": "sante.pathologie", "level": "bloquant"}] * 2


def test_a_report_changes_no_verdict_until_the_dpo_accepts_it(
    sessions: Sessions, writer: Actor, dpo: Actor, at: datetime
) -> None:
    with sessions.begin() as session:
        disputed(session, REFUSED, writer, at)
        waiting = levels(session, REFUSED, dpo.structure), waiting_disputes(session, dpo), len(tasks(session, dpo, at))

        decide(session, listed_doubts(session, dpo)[0].id, Decision.ACCEPTED, by=dpo, at=at)

        assert waiting == (["bloquant"], 1, 1)
        assert (waiting_disputes(session, dpo), tasks(session, dpo, at)) == (0, ())
        assert levels(session, REFUSED, dpo.structure) == []


def test_accepted_it_holds_for_the_same_words_and_kind_of_sentence_in_that_structure_only(
    sessions: Sessions, demonstration: Demonstration, writer: Actor, dpo: Actor, at: datetime
) -> None:
    with sessions.begin() as session:
        disputed(session, REFUSED, writer, at)
        decide(session, listed_doubts(session, dpo)[0].id, Decision.ACCEPTED, by=dpo, at=at)

        assert levels(session, "ELLE A UN « CANCER »…", dpo.structure) == []
        assert levels(session, ELSEWHERE, dpo.structure) == ["bloquant"]
        assert levels(session, "Elle a un diabète.", dpo.structure) == ["bloquant"]
        assert levels(session, REFUSED, demonstration.other) == ["bloquant"]


def test_accepting_is_taken_back_and_who_reported_reads_each_answer(
    sessions: Sessions, writer: Actor, dpo: Actor, at: datetime
) -> None:
    later = at + timedelta(days=1)
    with sessions.begin() as session:
        disputed(session, REFUSED, writer, at)
        (row,) = listed_doubts(session, dpo)
        reported = stands(session, writer), stands(session, dpo)

        decide(session, row.id, Decision.ACCEPTED, by=dpo, at=at)
        accepted = stands(session, writer), [one.decision for one, _ in reported_by(session, writer)]
        decide(session, row.id, Decision.REFUSED, by=dpo, at=later)

        assert reported == (Standing(None, at), None)
        assert accepted == (None, ["acceptee"])
        assert levels(session, REFUSED, dpo.structure) == ["bloquant"]
        assert stands(session, writer) == stands(session, dpo) == Standing(Decision.REFUSED, later)
        assert [(one.decision, when) for one, when in reported_by(session, writer)] == [("refusee", at)]
        assert reported_by(session, dpo) == []
        done = select(TrailEntry.action).where(TrailEntry.action.like("doubt.%")).order_by(TrailEntry.id)
        assert list(session.scalars(done)) == ["doubt.reported", "doubt.accepted", "doubt.refused"]


def test_what_the_dpo_refused_is_reported_no_more(sessions: Sessions, writer: Actor, dpo: Actor, at: datetime) -> None:
    with sessions.begin() as session:
        disputed(session, REFUSED, writer, at)
        (row,) = listed_doubts(session, dpo)
        decide(session, row.id, Decision.REFUSED, by=dpo, at=at)

        with pytest.raises(AlreadyDecided, match="cette remarque reste"):
            disputed(session, REFUSED, dpo, at)

        assert row.times == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("NIR 1 85 07 78 006 000 13", "toujours relevé"),
        ("Son n° de sécurité sociale : 1 85 07 78 006 000", "toujours relevé"),
        (HINT, "ne bloque pas"),
        ("Joindre au 06 12 34 56 78.", "ne bloque pas"),
    ],
)
def test_neither_a_nir_nor_what_does_not_refuse_is_reported(
    sessions: Sessions, writer: Actor, at: datetime, text: str, said: str
) -> None:
    finding = default().scan(text)[0]

    with sessions.begin() as session, pytest.raises(NotReportable, match=said):
        dispute(session, text, finding, by=writer, at=at)

    with sessions() as session:
        assert session.scalars(select(Doubt)).all() == []


def test_who_accepted_a_question_forgave_no_refusal_and_who_accepted_a_refusal_forgave_the_question(
    sessions: Sessions, writer: Actor, dpo: Actor, at: datetime
) -> None:
    alone = HINTS.partition(".")[0] + "."
    with sessions.begin() as session:
        told(session, alone, writer, at)
        question = listed_doubts(session, dpo)[0].id
        decide(session, question, Decision.ACCEPTED, by=dpo, at=at)
        asked = levels(session, alone, dpo.structure), levels(session, HINTS, dpo.structure)
        decide(session, question, Decision.REFUSED, by=dpo, at=at)

        disputed(session, HINTS, writer, at)
        refusal = next(one.id for one in listed_doubts(session, dpo) if one.is_blocking)
        decide(session, refusal, Decision.ACCEPTED, by=dpo, at=at)

        assert asked == ([], ["bloquant"] * 3)
        assert levels(session, alone, dpo.structure) == []


def test_what_is_accepted_among_three_hints_makes_no_refusal_of_the_two_others(
    sessions: Sessions, writer: Actor, dpo: Actor, at: datetime
) -> None:
    with sessions.begin() as session:
        disputed(session, HINTS, writer, at)
        (row,) = listed_doubts(session, dpo)
        decide(session, row.id, Decision.ACCEPTED, by=dpo, at=at)

        assert row.why is not None and row.why.startswith("Trois indices")
        assert levels(session, HINTS, dpo.structure) == ["a_verifier"] * 2
        assert levels(session, f"{HINTS} Elle voit un dentiste.", dpo.structure) == ["bloquant"] * 3
        assert levels(session, f"{HINTS} Elle souffre.", dpo.structure) == ["a_verifier"] * 2 + ["bloquant"]


def test_a_person_reports_so_many_in_a_day_and_no_more_whatever_the_others_do(
    sessions: Sessions, writer: Actor, dpo: Actor, at: datetime
) -> None:
    texts = [f"Elle a : {one}." for one in DISEASES]
    assert len(set(texts)) > MOST_REPORTS
    assert all(default().scan(text)[0].level is Level.BLOQUANT for text in texts)
    for text in texts[:MOST_REPORTS]:
        with sessions.begin() as session:
            disputed(session, text, writer, at)

    with pytest.raises(TooManyReports, match="20 erreurs"), sessions.begin() as session:
        disputed(session, texts[-1], writer, at)
    with sessions.begin() as session:
        disputed(session, texts[0], writer, at)
        disputed(session, texts[-1], dpo, at)
        disputed(session, texts[-1], writer, at + timedelta(hours=25))

    with sessions() as session:
        rows = listed_doubts(session, dpo)
        assert sorted(one.times for one in rows) == [1] * MOST_REPORTS + [2]


def test_several_persons_who_report_at_once_make_one_candidate(
    sessions: Sessions, demonstration: Demonstration, dpo: Actor, at: datetime
) -> None:
    people = [demonstration.actor(role) for role in (Role.TECHNICIEN, Role.DPO, Role.GESTIONNAIRE, Role.REFERENT)]
    people = [one for one in people if one.structure == dpo.structure]
    start = Barrier(len(people))

    def say(by: Actor) -> None:
        start.wait(timeout=10)
        with sessions.begin() as session:
            disputed(session, REFUSED, by, at)

    with ThreadPoolExecutor(len(people)) as hands:
        list(hands.map(say, people))

    with sessions() as session:
        (row,) = listed_doubts(session, dpo)
        assert row.times == len(people) == len(session.scalars(select(DoubtReport)).all())
