"""What holds of every entry, every chain and every tree."""

import hashlib
import hmac
import json
import re
import string
import struct
from datetime import UTC, datetime, timedelta
from random import Random
from types import SimpleNamespace

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from governance.core.trail import chain
from governance.core.trail.merkle import Frontier, Tree, is_included, root
from governance.core.trail.rules import check_details

CODES = st.text(string.ascii_letters + "_.:+/-", max_size=20)
KEYS = st.text(string.ascii_lowercase + "_", min_size=1, max_size=10).filter(lambda key: key[0] != "_")
SCALARS = st.none() | st.booleans() | st.integers(-(10**8), 10**8) | CODES
DETAILS = st.dictionaries(KEYS, SCALARS | st.lists(SCALARS, max_size=4) | st.dictionaries(CODES, SCALARS, max_size=4))
LEAVES = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=70)

# Published with the reference implementation of RFC 6962: the roots of its eight test leaves.
VECTORS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


@given(DETAILS)
def test_the_fast_way_to_write_an_entry_is_rfc_8785(details: dict[str, object]) -> None:
    check_details(details)

    assert chain.canonical(details) == rfc8785.dumps(details)


@given(st.text(), st.text())
def test_text_too_is_written_as_rfc_8785_says(one: str, two: str) -> None:
    value = {"action": one, "subject": two}

    try:
        expected = rfc8785.dumps(value)
    except rfc8785.CanonicalizationError:  # half of a surrogate pair: no database keeps it
        return
    assert chain.canonical(value) == expected


ENTRIES = st.builds(
    SimpleNamespace,
    id=st.integers(-(2**53) + 1, 2**53 - 1),
    at=st.datetimes(timezones=st.just(UTC)),
    actor=st.text(),
    role=st.none() | st.text(),
    structure=st.none() | st.text(),
    action=st.text(),
    subject=st.text(),
    details=DETAILS,
    salt=st.none() | CODES,
)


@given(ENTRIES)
def test_an_entry_is_hashed_as_rfc_8785_writes_it(entry: SimpleNamespace) -> None:
    try:
        expected = rfc8785.dumps(chain.content(entry))
    except rfc8785.CanonicalizationError:
        return
    assert chain.written(entry) == expected


@given(DETAILS)
def test_details_are_kept_as_the_text_that_is_hashed(details: dict[str, object]) -> None:
    kept = json.dumps(chain.in_order(details), separators=(",", ":"))  # as the engine writes JSON

    assert kept.encode() == chain.canonical(details)


# Names of the columns, and what stands between them: where a text could be cut again.
TRAPS = st.sampled_from(["id", "role", "salt", "structure", "subject", "v", "details", "at", "+00:00", "null", "1", ""])
TRICKY = st.dictionaries(TRAPS, st.none() | st.just(1) | TRAPS | st.dictionaries(TRAPS, TRAPS, max_size=3), max_size=6)

QUOTED = r'"(?:[^"\\]|\\.)*"'
AFTER_DETAILS = re.compile(
    r',"id":-?\d+'
    + "".join(rf',"{name}":(?:null|{QUOTED})' for name in ("role", "salt", "structure", "subject"))
    + ',"v":1}'
)


@given(ENTRIES, TRICKY)
def test_no_other_text_in_the_place_of_details_is_hashed_alike(
    entry: SimpleNamespace, details: dict[str, object]
) -> None:
    at, kept = entry.at.isoformat(timespec="microseconds"), chain.canonical(details).decode()
    whole = chain.joined(entry, at, kept).decode()
    start = whole.index(f'"at":"{at}","details":') + len(f'"at":"{at}","details":')

    ends = [end for end in range(start, len(whole)) if AFTER_DETAILS.fullmatch(whole, end)]

    assert ends == [start + len(kept)]


@pytest.mark.parametrize("size", ROOTS)
def test_roots_are_those_that_the_reference_implementation_publishes(size: int) -> None:
    leaves = [hashlib.sha256(b"\0" + bytes.fromhex(vector)).digest() for vector in VECTORS[:size]]

    assert root(leaves).hex() == ROOTS[size]


@given(LEAVES)
def test_a_tree_grown_leaf_by_leaf_has_the_root_of_the_whole(leaves: list[bytes]) -> None:
    assert root(leaves) == Tree(leaves).root()


@given(LEAVES, st.data())
def test_growing_again_from_kept_peaks_leads_to_the_same_root(leaves: list[bytes], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(leaves)))
    first = Frontier()
    for leaf in leaves[:cut]:
        first.add(leaf)

    second = Frontier(first.size, list(first.peaks))
    for leaf in leaves[cut:]:
        second.add(leaf)

    assert second.root() == root(leaves)


@given(LEAVES, st.data())
def test_every_leaf_has_a_proof_and_it_is_short(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    tree = Tree(leaves)

    path = tree.proof(index)

    assert len(path) <= len(leaves).bit_length()
    assert is_included(leaves[index], index, len(leaves), path, tree.root())


@given(st.sets(st.binary(min_size=32, max_size=32), min_size=2, max_size=70), st.integers())
def test_no_mutated_proof_is_accepted(leaves: set[bytes], seed: int) -> None:
    ordered, random = sorted(leaves), Random(seed)
    tree, index = Tree(ordered), random.randrange(len(ordered))
    path, whole = tree.proof(index), tree.root()

    forged = mutated(ordered[index], index, len(ordered), path, whole, random)

    assert not [one for one in forged if is_included(*one)]


def mutated(
    leaf: bytes, index: int, size: int, path: list[bytes], whole: bytes, random: Random
) -> list[tuple[bytes, int, int, list[bytes], bytes]]:
    """Return proofs spoiled in the ways that the reference implementation tries: bits, nodes, ranks, sizes, roots."""
    at = random.randrange(len(path)) if path else 0
    noise = random.randbytes(32)
    spoiled = [
        (flipped(leaf, random), index, size, path, whole),
        (leaf, index, size, path, flipped(whole, random)),
        (leaf, index, size, path, leaf),
        (leaf, index, size, [*path, noise], whole),
        (leaf, index, size, [noise, *path], whole),
        (leaf, size, size, path, whole),
        (leaf, -1, size, path, whole),
        (noise, index, size, path, whole),
    ]
    if path:
        spoiled += [
            (leaf, index, size, path[:at] + path[at + 1 :], whole),
            (leaf, index, size, [*path[:at], flipped(path[at], random), *path[at + 1 :]], whole),
            (leaf, index, size, [], whole),
            (leaf, index ^ 1, size, path, whole),
        ]
    return spoiled


def flipped(value: bytes, random: Random) -> bytes:
    position = random.randrange(len(value))
    return value[:position] + bytes([value[position] ^ 1 << random.randrange(8)]) + value[position + 1 :]


@given(st.binary(min_size=32, max_size=32), st.integers(1, 2**40), st.integers(1, 2**40), st.integers(0, 10**15))
def test_a_seal_depends_on_all_that_it_covers(leaf: bytes, position: int, entry: int, microseconds: int) -> None:
    key, at = b"k" * 32, datetime(2000, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    made = chain.seal(key, chain.GENESIS, position, entry, at, leaf)
    numbers = struct.pack(">qqq", position, entry, microseconds + 946_684_800_000_000)

    assert made == hmac.digest(key, b"vigie-trail/1" + chain.GENESIS + numbers + leaf, "sha256")

    others = {
        chain.seal(b"l" * 32, chain.GENESIS, position, entry, at, leaf),
        chain.seal(key, b"\1" * 32, position, entry, at, leaf),
        chain.seal(key, chain.GENESIS, position + 1, entry, at, leaf),
        chain.seal(key, chain.GENESIS, position, entry + 1, at, leaf),
        chain.seal(key, chain.GENESIS, position, entry, at + timedelta(microseconds=1), leaf),
        chain.seal(key, chain.GENESIS, position, entry, at, hashlib.sha256(leaf).digest()),
    }

    assert made not in others
    assert len(others) == 6
