"""A master key that an OpenBao or a Vault holds: a real one."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from governance.core.domains import Domain
from governance.core.keystore import KeyGone, KeyStore
from governance.core.masters import NoMasterKey, WrongMasterKey
from governance.core.seals import Place, seal, unseal
from governance.core.transit import TransitMaster
from tests.actions.openbao import openbao, token_file

LIVING, DYING = Domain("a1", "S1"), Domain("a1", "S2")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with openbao() as address:
        yield address


@pytest.fixture
def master(server: str, tmp_path: Path) -> TransitMaster:
    return TransitMaster(server, tmp_path.name.replace("_", "-"), token_file(tmp_path))


@pytest.fixture
def made(master: TransitMaster, tmp_path: Path) -> KeyStore:
    master.create()
    store = KeyStore(tmp_path / "store", master)
    store.create()
    return store


def place(domain: Domain) -> Place:
    return Place("person", domain, "p1")


def test_data_keys_are_wrapped_by_a_key_that_never_comes_here(made: KeyStore, master: TransitMaster) -> None:
    token = seal(made, place(LIVING), "name", "Ada")

    fresh = KeyStore(made.folder, master)
    fresh.check()

    assert unseal(fresh, place(LIVING), "name", token) == "Ada"
    assert "vault:v1:" in (made.folder / "data-keys.json").read_text()


def test_a_destroyed_domain_opens_from_no_copy_since_the_server_forgot_the_old_versions(
    made: KeyStore, master: TransitMaster, tmp_path: Path, at
) -> None:
    tokens = {domain: seal(made, place(domain), "name", "Ada") for domain in (LIVING, DYING)}
    copy = KeyStore(shutil.copytree(made.folder, tmp_path / "copy"), master)

    made.destroy(DYING, at)

    assert unseal(KeyStore(made.folder, master), place(LIVING), "name", tokens[LIVING]) == "Ada"
    assert master.generations() == (made.contents().master,)
    with pytest.raises(KeyGone):
        unseal(made, place(DYING), "name", tokens[DYING])
    with pytest.raises(WrongMasterKey):
        unseal(copy, place(DYING), "name", tokens[DYING])


def test_a_ratchet_cut_after_the_server_made_its_version_is_taken_up_again(
    made: KeyStore, master: TransitMaster
) -> None:
    token = seal(made, place(LIVING), "name", "Ada")
    master.advance()

    again = KeyStore(made.folder, master)
    again.check()
    again.rotate_master()

    assert unseal(again, place(LIVING), "name", token) == "Ada"
    assert master.generations() == (again.contents().master,)


def test_a_key_wrapped_for_another_place_is_refused(master: TransitMaster) -> None:
    master.create()
    (generation,) = master.generations()

    wrapped = master.wrap(generation, b"k" * 32, b"here")

    assert master.unwrap(generation, wrapped, b"here") == b"k" * 32
    with pytest.raises(WrongMasterKey):
        master.unwrap(generation, wrapped, b"elsewhere")


def test_an_unknown_key_a_wrong_token_and_a_server_away_are_refused_in_words(
    made: KeyStore, master: TransitMaster, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("un-autre-jeton")
    wrong.chmod(0o600)

    for other in (
        TransitMaster(master.url, "nulle-part", master.token_file),
        TransitMaster(master.url, master.key, wrong),
        TransitMaster("http://127.0.0.1:9", master.key, master.token_file),
        TransitMaster(master.url, master.key, tmp_path / "absent"),
    ):
        with pytest.raises(NoMasterKey) as refusal:
            KeyStore(made.folder, other).check()
        assert "jeton" not in refusal.value.message or "chmod" in refusal.value.message
