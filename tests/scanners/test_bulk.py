"""Many texts on several cores: the same answers, in order, with little in hand at any time."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence

import pytest

from scanners.bulk import AHEAD, BATCH, HEAVIEST, WorkerLost, scan_many, spread
from scanners.engine import LONGEST, TextTooLong, scan

TEXTS = [
    (number, f"Dossier {number}, {'suivie pour un cancer' if number % 3 else 'demande de C2S'}.")
    for number in range(400)
]
SPELLED = ["suivi pour dyalise", "est skizofrene", "sous antidepreseur", "une ospitalisation", "ses crise depilepsie"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_text_has_its_findings_in_the_order_of_the_texts(jobs: int) -> None:
    answers = list(scan_many(TEXTS, jobs))

    assert answers == [(number, scan(text)) for number, text in TEXTS]


def test_as_they_come_no_text_is_lost_and_none_is_there_twice() -> None:
    answers = list(scan_many(TEXTS, 2, ordered=False))

    assert sorted(number for number, _ in answers) == [number for number, _ in TEXTS]


def test_the_source_is_read_as_answers_are_taken() -> None:
    taken: list[int] = []

    def source() -> Iterator[int]:
        for number in range(1_000_000):
            taken.append(number)
            yield number

    answers = spread(len, source(), 2)
    next(answers)

    assert len(taken) <= 2 * AHEAD * BATCH + BATCH
    answers.close()


def test_a_batch_of_heavy_items_is_a_small_one() -> None:
    sizes = list(spread(len, range(10), 1, weigh=lambda _: HEAVIEST // 2))

    assert sizes == [2] * 5


def test_a_text_that_is_too_long_is_refused_as_by_one_scan() -> None:
    with pytest.raises(TextTooLong):
        list(scan_many([(1, "a" * (LONGEST + 1))], 2))


def test_a_process_that_dies_is_told_rather_than_waited_for() -> None:
    def die(batch: Sequence[int]) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(WorkerLost):
        list(spread(die, range(3), 2))


@pytest.mark.slow
def test_two_processes_find_the_same_whatever_the_order_of_their_sets() -> None:
    script = f"from scanners.engine import scan; print([scan(text) for text in {SPELLED!r}])"

    said = {
        subprocess.run(
            [sys.executable, "-c", script], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2", "3")
    }

    assert len(said) == 1
