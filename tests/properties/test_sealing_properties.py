"""What is true of every sealed value, whatever the text and wherever it is moved."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from governance.core.domains import Domain
from governance.core.keystore import KeyStore
from governance.core.masters import FileMaster
from governance.core.seals import HEADER_BYTES as HEADER
from governance.core.seals import NONCE_BYTES, NotSealed, Place, SealBroken, keyed, seal, unseal

WORDS = st.text(max_size=8)
CODES = st.text("ab1|:", max_size=3)
DOMAINS = st.builds(Domain, st.sampled_from(["s1", "s2"]), st.sampled_from(["", "S1", "S2"]))
PLACES = st.builds(Place, CODES, DOMAINS, CODES)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeyStore]:
    folder: Path = tmp_path_factory.mktemp("kept")
    store = KeyStore(folder / "store", FileMaster(folder / "master"))
    store.master.create()
    store.create()
    yield store


@given(st.text(), PLACES, CODES)
def test_any_text_opens_at_its_place(kept: KeyStore, text: str, place: Place, column: str) -> None:
    assert unseal(kept, place, column, seal(kept, place, column, text)) == text


@given(WORDS, PLACES, CODES, PLACES, CODES)
def test_no_text_opens_anywhere_else(
    kept: KeyStore, text: str, place: Place, column: str, other: Place, other_column: str
) -> None:
    assume((place, column) != (other, other_column))

    with pytest.raises(SealBroken):
        unseal(kept, other, other_column, seal(kept, place, column, text))


@given(WORDS, PLACES, st.data())
def test_no_damaged_value_opens(kept: KeyStore, text: str, place: Place, data: st.DataObject) -> None:
    token = bytearray(seal(kept, place, "name", text))
    bit = data.draw(st.integers(8 * HEADER, 8 * len(token) - 1))
    token[bit // 8] ^= 1 << bit % 8

    with pytest.raises(SealBroken):
        unseal(kept, place, "name", bytes(token))


@given(WORDS, PLACES, st.data())
def test_no_cut_or_lengthened_value_opens(kept: KeyStore, text: str, place: Place, data: st.DataObject) -> None:
    token = seal(kept, place, "name", text)
    cut = token[: data.draw(st.integers(HEADER, len(token) - 1))]

    for wrong in (cut, token + data.draw(st.binary(min_size=1, max_size=4))):
        with pytest.raises(SealBroken):
            unseal(kept, place, "name", wrong)


@given(st.binary(max_size=80))
def test_bytes_that_were_never_sealed_are_refused_by_name(kept: KeyStore, garbage: bytes) -> None:
    assume(not garbage.startswith(b"\x01"))

    with pytest.raises(NotSealed):
        unseal(kept, Place("person", Domain("s1"), "p"), "name", garbage)


def test_no_nonce_comes_twice(kept: KeyStore) -> None:
    place = Place("person", Domain("s1"), "p")

    nonces = {seal(kept, place, "name", "Ada")[HEADER : HEADER + NONCE_BYTES] for _ in range(20_000)}

    assert len(nonces) == 20_000


@given(WORDS, WORDS, DOMAINS, DOMAINS)
def test_two_hashes_are_equal_when_value_and_domain_are_and_only_then(
    kept: KeyStore, one: str, two: str, here: Domain, there: Domain
) -> None:
    same = keyed(kept, here, "person", "email", one) == keyed(kept, there, "person", "email", two)

    assert same == ((one, here) == (two, there))
