"""Checks that outlast their request: who may follow them, who waits for whom, and that nothing of them stays."""

import os
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from scanners.checks import running, shelf
from scanners.checks.running import Busy, Checks, OtherContent, Owner, State, Tell, UnknownCheck
from scanners.checks.shelf import Shelf
from scanners.documents.cores import Cores, count
from scanners.documents.turns import Turns

HERE, THERE = Owner("departement", "claire"), Owner("ailleurs", "paul")


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    """Give a shelf in a folder of the test's own."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    made = Shelf()
    yield made
    made.close()


@pytest.fixture
def checks(kept: Shelf) -> Checks:
    """Give checks that tell to that shelf."""
    return Checks(kept)


def done(_: Tell) -> Mapping[str, Any]:
    """Do nothing, at once."""
    return {"read": 1}


def test_a_value_is_given_back_under_its_name_alone(kept: Shelf) -> None:
    kept.put("one", b"value")

    assert (kept.get("one"), kept.get("other")) == (b"value", None)


def test_what_is_on_disk_says_nothing_without_the_key_in_memory(kept: Shelf, tmp_path: Path) -> None:
    kept.put("check of MARTIN", b"NIR 1 85 07")

    on_disk = [*tmp_path.glob("*/*")]

    assert not [one for one in on_disk if b"NIR" in one.read_bytes() or "MARTIN" in str(one)]
    assert {one.stat().st_mode & 0o777 for one in (*on_disk, on_disk[0].parent)} == {0o600, 0o700}


def test_a_value_moved_under_another_name_does_not_open(kept: Shelf, tmp_path: Path) -> None:
    kept.put("one", b"value")
    kept.put("two", b"other")
    first, second = sorted(tmp_path.glob("*/*"))

    first.replace(second)

    assert {kept.get("one"), kept.get("two")} == {None}


def test_a_value_lasts_a_quarter_of_an_hour_then_is_swept(kept: Shelf, tmp_path: Path) -> None:
    kept.put("one", b"value")
    for file in tmp_path.glob("*/*"):
        os.utime(file, (0, file.stat().st_mtime - shelf.KEPT_SECONDS - 1))

    found = kept.get("one")
    kept.sweep()

    assert found is None
    assert [*tmp_path.glob("*/*")] == []


def test_the_folder_goes_with_its_owner_and_that_of_a_killed_one_is_swept(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    killed = tmp_path / "vigie-controles-killed"
    killed.mkdir()
    (killed / "a").write_bytes(b"sealed")

    Shelf().close()

    assert [*tmp_path.iterdir()] == []


def test_only_the_first_takes_a_name_that_must_be_new(kept: Shelf) -> None:
    taken = [kept.put("key", str(rank).encode(), new=True) for rank in range(3)]

    assert taken == [True, False, False]
    assert kept.get("key") == b"0"


def test_a_check_is_followed_by_who_began_it_and_by_nobody_else(checks: Checks) -> None:
    name, result = checks.begin(HERE, 1, done)
    result.result(5)

    assert checks.find(name, HERE).told == {"read": 1}
    for other in (THERE, Owner(HERE.structure, "paul"), Owner("ailleurs", HERE.person)):
        with pytest.raises(UnknownCheck):
            checks.find(name, other)


def test_what_a_check_tells_is_known_before_it_ends_and_in_another_process_too(checks: Checks) -> None:
    go_on = threading.Event()

    def work(tell: Tell) -> Mapping[str, Any]:
        tell({"read": 1})
        go_on.wait(5)
        return {"read": 2}

    name, result = checks.begin(HERE, 1, work)
    while not checks.find(name, HERE).told:
        pass
    pid = os.fork()
    if pid == 0:
        os._exit(checks.find(name, HERE).told["read"])
    _, status = os.waitpid(pid, 0)
    go_on.set()
    result.result(5)

    assert os.waitstatus_to_exitcode(status) == 1
    assert checks.find(name, HERE).state is State.DONE


def test_a_check_that_fails_says_so_without_saying_of_what(checks: Checks) -> None:
    def work(_: Tell) -> Mapping[str, Any]:
        raise RuntimeError("NIR 1 85 07")

    name, result = checks.begin(HERE, 1, work)

    with pytest.raises(RuntimeError):
        result.result(5)
    assert checks.find(name, HERE).state is State.FAILED
    assert checks.find(name, HERE).told == {"said": "Le contrôle a été interrompu : recommencez."}


def test_a_check_whose_process_was_stopped_is_known_no_longer(checks: Checks, monkeypatch) -> None:
    go_on = threading.Event()
    name, result = checks.begin(HERE, 1, lambda _: {"waited": go_on.wait(5)})
    monkeypatch.setattr(running, "SILENT_SECONDS", -1.0)

    with pytest.raises(UnknownCheck):
        checks.find(name, HERE)
    go_on.set()
    result.result(5)


def test_a_structure_that_sends_much_is_told_to_wait_and_another_is_let_in(checks: Checks) -> None:
    go_on = threading.Event()
    results = [checks.begin(HERE, 8, lambda _: {"waited": go_on.wait(5)})[1] for _ in range(2)]

    with pytest.raises(Busy):
        checks.begin(HERE, 1, done)
    results += [checks.begin(THERE, 8, lambda _: {"waited": go_on.wait(5)})[1] for _ in range(2)]
    with pytest.raises(Busy):
        checks.begin(Owner("troisième", "a"), 1, done)
    go_on.set()
    for one in results:
        one.result(5)


def test_room_is_given_back_when_checks_end_well_or_not(checks: Checks) -> None:
    def fail(_: Tell) -> Mapping[str, Any]:
        raise ValueError

    for work in (done, fail) * 20:
        checks.begin(HERE, 8, work)[1].exception(5)

    while checks._files.total():
        pass


def test_a_key_sent_twice_names_one_check_and_refuses_another_content(checks: Checks) -> None:
    assert checks.claim("key", "content", "first") is None
    assert checks.claim("key", "content", "second") == "first"
    with pytest.raises(OtherContent):
        checks.claim("key", "other content", "third")


def test_places_go_round_between_owners_and_keep_each_one_s_order() -> None:
    turns, served = Turns(1), []

    def wait(owner: str, rank: int) -> None:
        with turns.taken(owner, 5) as has_place:
            served.append((owner, rank, has_place))

    threads = []
    with turns.taken("first", 5):
        for owner, rank in [("a", 1), ("a", 2), ("a", 3), ("b", 1), ("c", 1)]:
            threads.append(threading.Thread(target=wait, args=(owner, rank)))
            threads[-1].start()
            while sum(map(len, turns._waiting.values())) < len(threads):
                pass
    for one in threads:
        one.join(5)

    assert served == [("a", 1, True), ("b", 1, True), ("c", 1, True), ("a", 2, True), ("a", 3, True)]


def test_who_waits_too_long_is_told_and_takes_no_place() -> None:
    turns = Turns(1)

    with turns.taken("a", 5), turns.taken("b", 0.01) as has_place:
        late = has_place
    with turns.taken("b", 0.01) as has_place:
        later = has_place

    assert (late, later) == (False, True)


def test_processes_that_share_a_folder_take_one_core_each_and_one_that_dies_gives_it_back(tmp_path: Path) -> None:
    cores, others = Cores(), Cores()
    cores.share(tmp_path)
    others.share(tmp_path)
    with ExitStack() as held:
        for _ in range(count()):
            assert held.enter_context(cores.taken(0))
        with others.taken(0) as has_core:
            refused = not has_core
    told, telling = os.pipe()
    if (pid := os.fork()) == 0:
        with others.taken(0):
            os.write(telling, b"held")
            signal.pause()
    os.read(told, 4)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)

    with ExitStack() as held:
        again = [held.enter_context(cores.taken(0)) for _ in range(count())]

    assert refused
    assert all(again)


def test_a_folder_that_is_gone_keeps_nobody_from_reading(tmp_path: Path) -> None:
    cores = Cores()
    cores.share(tmp_path / "gone")

    with cores.taken(0) as has_core:
        assert has_core
