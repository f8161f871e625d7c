"""The store of data keys: apart from the database, opened by one master key at a time, whatever dies when."""

import json
import shutil
import stat
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from governance.core import keys
from governance.core.domains import SERVICE, Domain
from governance.core.keystore import RETIRED_FOR, KeyGone, KeyStore, KeyStoreExists, NoKeyStore
from governance.core.masters import FileMaster, GivenMaster, NoMasterKey, NoNextMaster, WrongMasterKey
from governance.core.seals import Place, SealBroken, seal, unseal
from tests.actions.killing import is_killed_at

LIVING, DYING = Domain("a1", "S1"), Domain("a1", "S2")
TEXT = "Ada Lemoine"


def place(domain: Domain) -> Place:
    return Place("person", domain, "p1")


def on_file(folder: Path) -> KeyStore:
    return KeyStore(folder / "store", FileMaster(folder / "master"))


def secret(letter: str) -> str:
    return b64encode(letter.encode() * 32).decode()


@pytest.fixture
def made(tmp_path: Path) -> KeyStore:
    """Give a store whose master key is a file."""
    store = on_file(tmp_path)
    store.master.create()
    store.create()
    return store


def test_everything_is_for_the_owner_only(made: KeyStore, tmp_path: Path) -> None:
    made.current(LIVING)

    files = [path for path in tmp_path.rglob("*") if path.is_file()]

    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert {path.name for path in files} == {"master", "data-keys.json", "lock"}


def test_no_key_is_written_but_wrapped(made: KeyStore, tmp_path: Path) -> None:
    key = made.lookup_key(LIVING)

    kept = (tmp_path / "store" / "data-keys.json").read_text()

    assert b64encode(key).decode() not in kept
    assert key.hex() not in kept
    assert (tmp_path / "master").read_text().strip() not in kept + repr(made.master) + repr(made.current(LIVING))


def test_the_store_is_never_made_twice_nor_by_itself(made: KeyStore, tmp_path: Path) -> None:
    with pytest.raises(KeyStoreExists):
        made.create()
    with pytest.raises(NoKeyStore, match="keys init"):
        KeyStore(tmp_path / "elsewhere", made.master).contents()


@pytest.mark.parametrize("wrong", ["", "pas du base64 !", "Y291cnQ=", "\x00"])
def test_a_master_key_that_is_none_is_refused_and_never_repeated(tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "master"
    path.write_text(wrong)
    path.chmod(0o600)

    for master in (FileMaster(path), GivenMaster(wrong)):
        with pytest.raises(NoMasterKey) as refusal:
            master.generations()
        assert not wrong or wrong not in refusal.value.message


def test_a_master_key_others_can_read_or_that_is_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "master"
    keys.create(path)
    path.chmod(0o640)

    with pytest.raises(NoMasterKey, match="chmod 600"):
        FileMaster(path).generations()
    with pytest.raises(NoMasterKey, match="ne peut pas être lu"):
        FileMaster(tmp_path / "absent").generations()


def test_another_master_key_opens_nothing_and_changes_nothing(made: KeyStore, tmp_path: Path) -> None:
    token = seal(made, place(LIVING), "name", TEXT)
    before = (tmp_path / "store" / "data-keys.json").read_bytes()
    other = KeyStore(made.folder, GivenMaster(secret("x")))

    for ask in (other.check, lambda: other.current(LIVING), lambda: other.current(DYING), other.rotate_master):
        with pytest.raises((WrongMasterKey, NoNextMaster)):
            ask()

    assert (tmp_path / "store" / "data-keys.json").read_bytes() == before
    assert unseal(made, place(LIVING), "name", token) == TEXT


def test_a_wrapped_key_put_in_the_place_of_another_does_not_open(made: KeyStore, tmp_path: Path) -> None:
    made.current(LIVING)
    made.current(DYING)
    path = tmp_path / "store" / "data-keys.json"
    contents = json.loads(path.read_text())
    one, two = (contents["domains"][str(domain)]["versions"][0] for domain in (LIVING, DYING))
    one["wrapped"], two["wrapped"] = two["wrapped"], one["wrapped"]
    path.write_text(json.dumps(contents))

    with pytest.raises(WrongMasterKey):
        on_file(tmp_path).current(LIVING)


@pytest.mark.parametrize("text", ["", "{", '{"format": 1}', "[]"])
def test_a_store_that_cannot_be_read_is_refused_not_replaced(made: KeyStore, tmp_path: Path, text: str) -> None:
    path = tmp_path / "store" / "data-keys.json"
    path.write_text(text)

    with pytest.raises(NoKeyStore):
        on_file(tmp_path).check()
    assert path.read_text() == text


def test_every_process_sees_a_key_made_by_another(made: KeyStore, tmp_path: Path) -> None:
    others = [on_file(tmp_path) for _ in range(8)]

    with ThreadPoolExecutor(8) as pool:
        made_by = list(pool.map(lambda store: store.current(LIVING).id, others))

    assert len(set(made_by)) == 1
    assert made.current(LIVING).id == made_by[0]


def test_the_master_key_is_replaced_and_everything_still_opens(made: KeyStore, tmp_path: Path) -> None:
    token, before = seal(made, place(LIVING), "name", TEXT), (tmp_path / "master").read_bytes()

    made.rotate_master()

    assert (tmp_path / "master").read_bytes() != before
    assert made.master.generations() == (made.contents().master,)
    assert unseal(on_file(tmp_path), place(LIVING), "name", token) == TEXT


def test_what_is_destroyed_opens_from_no_copy_of_the_store_whenever_it_was_taken(
    made: KeyStore, tmp_path: Path, at
) -> None:
    tokens = {domain: seal(made, place(domain), "name", TEXT) for domain in (LIVING, DYING)}
    copies = []
    for change in (lambda: None, made.rotate_master, lambda: made.destroy(DYING, at), made.rotate_master):
        copies.append(shutil.copytree(made.folder, tmp_path / f"copy-{len(copies)}"))
        change()

    for copy in copies[:3]:  # every copy that holds the destroyed key, with every master key there is now
        with pytest.raises(WrongMasterKey):
            unseal(KeyStore(copy, made.master), place(DYING), "name", tokens[DYING])

    with pytest.raises(KeyGone):
        unseal(made, place(DYING), "name", tokens[DYING])
    assert unseal(made, place(LIVING), "name", tokens[LIVING]) == TEXT


def test_nothing_is_sealed_again_in_a_destroyed_domain_even_by_who_still_held_its_key(
    made: KeyStore, tmp_path: Path, at
) -> None:
    holder = on_file(tmp_path)
    token = seal(holder, place(DYING), "name", TEXT)

    made.destroy(DYING, at)

    for ask in (
        lambda: seal(holder, place(DYING), "name", TEXT),
        lambda: unseal(holder, place(DYING), "name", token),
        lambda: holder.lookup_key(DYING),
    ):
        with pytest.raises(KeyGone):
            ask()


def test_a_master_key_of_the_environment_is_replaced_by_the_next_one_it_gives(tmp_path: Path, at) -> None:
    first, both = GivenMaster(secret("a")), GivenMaster(secret("a"), secret("b"))
    store = KeyStore(tmp_path, first)
    store.create()
    token = seal(store, place(LIVING), "name", TEXT)

    with pytest.raises(NoNextMaster, match="VIGIE_MASTER_KEY_NEXT"):
        store.rotate_master()
    KeyStore(tmp_path, both).rotate_master()
    with pytest.raises(NoNextMaster, match="déjà en service"):
        KeyStore(tmp_path, both).rotate_master()

    assert unseal(KeyStore(tmp_path, GivenMaster(secret("b"))), place(LIVING), "name", token) == TEXT
    with pytest.raises(WrongMasterKey):
        KeyStore(tmp_path, first).check()


def test_a_retired_key_is_kept_while_a_row_or_a_transaction_may_use_it(made: KeyStore, at) -> None:
    old = made.current(LIVING).id
    made.renew(LIVING, at)
    new = made.current(LIVING).id

    soon = made.prune(LIVING, {new}, at + RETIRED_FOR)
    used = made.prune(LIVING, {new, old}, at + 2 * RETIRED_FOR)
    kept = made.find(old).id
    free = made.prune(LIVING, {new}, at + 2 * RETIRED_FOR)

    assert (soon, used, kept, free) == (0, 0, old, 1)
    with pytest.raises(KeyGone):
        made.find(old)


CHANGES: dict[str, Callable[[KeyStore, object], object]] = {
    "rotate": lambda store, at: store.rotate_master(),
    "destroy": lambda store, at: store.destroy(DYING, at),
    "first use": lambda store, at: store.current(Domain("b2", "S1")),
    "renew": lambda store, at: store.renew(LIVING, at),
}


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES)
def test_killed_at_any_line_of_a_change_every_living_value_reads(made: KeyStore, tmp_path: Path, at, change) -> None:
    tokens = {domain: seal(made, place(domain), "name", TEXT) for domain in (SERVICE, LIVING, DYING)}
    step, stride = 1, 5  # `./vigie bench sealing` kills at each line

    while killed(tmp_path, step, lambda folder: CHANGES[change](on_file(folder), at)):
        after = on_file(tmp_path / "killed")
        after.check()
        readable = {domain for domain, token in tokens.items() if opens(after, domain, token)}
        assert readable >= {SERVICE, LIVING}
        assert readable == set(tokens) or (change == "destroy" and str(DYING) in after.contents().destroyed)
        assert after.master.generations() == (after.contents().master,)
        after.current(Domain("c3", "S1"))
        step += stride

    assert step > 20


def killed(folder: Path, step: int, act: Callable[[Path], object]) -> bool:
    """Do it on a copy, killed at that line; say whether it was."""
    copy = folder / "killed"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    shutil.copytree(folder / "store", copy / "store")
    shutil.copy(folder / "master", copy / "master")
    return is_killed_at(step, lambda: act(copy), "governance/core")


def opens(store: KeyStore, domain: Domain, token: bytes) -> bool:
    try:
        return unseal(store, place(domain), "name", token) == TEXT
    except KeyGone:
        return False


def test_a_full_disk_leaves_the_store_as_it_was(
    made: KeyStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, before = seal(made, place(LIVING), "name", TEXT), made.contents()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    for change in (made.rotate_master, lambda: made.current(DYING)):
        with pytest.raises(NoKeyStore):
            change()
    monkeypatch.undo()

    assert on_file(tmp_path).contents() == before
    assert unseal(on_file(tmp_path), place(LIVING), "name", token) == TEXT
    made.current(DYING)
    assert not list(tmp_path.rglob("*.nouveau-*"))


def test_a_value_opens_nowhere_but_at_its_place(made: KeyStore) -> None:
    token = seal(made, place(LIVING), "name", TEXT)
    elsewhere = [
        (Place("other", LIVING, "p1"), "name"),
        (Place("person", DYING, "p1"), "name"),
        (Place("person", Domain("b2", "S1"), "p1"), "name"),
        (Place("person", LIVING, "p2"), "name"),
        (place(LIVING), "email"),
        (Place("person", Domain("a1"), "S1"), "name"),
    ]

    for where, column in elsewhere:
        with pytest.raises(SealBroken):
            unseal(made, where, column, token)
