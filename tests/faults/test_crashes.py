"""What survives a failing disk, a call of the system that kills, and a power cut: all of an act, or nothing of it."""

import shutil
from pathlib import Path

import pytest

from tests.faults import powercut, syscalls
from tests.faults.recorder import Wrong

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("strace") is None, reason="no strace: apt-get install strace"),
]


def test_a_call_that_fails_or_kills_leaves_a_whole_act_or_none(tmp_path: Path) -> None:
    done = list(syscalls.trials(syscalls.database(tmp_path), every=17))

    assert len(done) > 20
    assert [one for one in done if not one.wrong.nothing] == []


def test_an_act_written_in_two_transactions_would_be_seen(tmp_path: Path) -> None:
    done = syscalls.trials(syscalls.database(tmp_path), apart=True, every=7)

    assert any(one.wrong.halves for one in done)  # the first that is seen ends the trial


def test_what_was_acknowledged_is_there_after_a_power_cut(tmp_path: Path) -> None:
    try:
        done = list(powercut.cuts(tmp_path, 5))
    except powercut.NoDisk as error:
        pytest.skip(str(error))

    assert sum(one.acts for one in done) > 0
    assert {one.wrong for one in done} == {Wrong(0, 0)}
