"""What is true of every backup and of every ledger: whole, they are read as they were; otherwise they are refused."""

import io
import tempfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.core.domains import Domain
from governance.core.keys import Keys
from governance.destruction.backups import sealed_file
from governance.destruction.backups.shelf import BadBackup
from governance.destruction.ledger import DamagedLedger, Ledger, NoLedger, leaf, root_of
from governance.destruction.verify_certificate import root_of as recomputed

KEY = b"k" * 32
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ROWS = st.lists(
    st.tuples(st.sampled_from(["scan_receipt", "outbox_content"]), st.text("0123456789abcdef", min_size=4, max_size=8)),
    max_size=20,
)


def written(blocks: list[bytes], chunk: int) -> bytes:
    file, kept = io.BytesIO(), sealed_file.CHUNK
    sealed_file.CHUNK = chunk
    try:
        sealed_file.write(file, KEY, {"id": "essai"}, blocks)
    finally:
        sealed_file.CHUNK = kept
    return file.getvalue()


def read(content: bytes, chunk: int) -> bytes:
    kept = sealed_file.CHUNK
    sealed_file.CHUNK = chunk
    try:
        with tempfile.TemporaryDirectory() as name:
            path = Path(name) / "sauvegarde"
            path.write_bytes(content)
            return b"".join(sealed_file.read(path, KEY))
    finally:
        sealed_file.CHUNK = kept


@settings(max_examples=60)
@given(st.lists(st.binary(max_size=40), max_size=6), st.integers(1, 17))
def test_a_backup_is_read_as_it_was_written_whatever_its_chunks(blocks: list[bytes], chunk: int) -> None:
    assert read(written(blocks, chunk), chunk) == b"".join(blocks)


@settings(max_examples=120)
@given(st.binary(min_size=1, max_size=60), st.integers(1, 17), st.data())
def test_a_backup_that_was_changed_cut_or_prolonged_anywhere_is_refused(
    block: bytes, chunk: int, data: st.DataObject
) -> None:
    good = written([block], chunk)
    where = data.draw(st.integers(0, len(good) - 1))
    flipped = good[:where] + bytes([good[where] ^ (1 << data.draw(st.integers(0, 7)))]) + good[where + 1 :]

    for bad in (flipped, good[:where], good + b"\0"):
        with pytest.raises(BadBackup):
            read(bad, chunk)


@settings(max_examples=40)
@given(ROWS)
def test_the_root_of_a_ledger_is_recomputed_without_the_service(rows: list[tuple[str, str]]) -> None:
    ordered = sorted(set(rows))

    assert recomputed([leaf(row) for row in ordered]) == root_of(ordered)


@settings(max_examples=40)
@given(ROWS.filter(bool), st.data())
def test_a_ledger_with_any_byte_changed_is_refused(rows: list[tuple[str, str]], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        ledger = Ledger(Path(name), Keys(b"un secret de 32 octets, d'essai.."))
        ledger.write("acte-1", Domain("ab", "S1"), rows, (), AT)
        path = data.draw(st.sampled_from(sorted(Path(name).iterdir())))
        content = bytearray(path.read_bytes())
        where = data.draw(st.integers(0, len(content) - 1))
        content[where] ^= 1
        path.write_bytes(content)

        with suppress(DamagedLedger, NoLedger):
            entries = ledger.entries()
            found = [row for entry in entries for row in ledger.rows(entry)]
            assert (len(entries), sorted(found)) == (1, sorted(set(rows)))  # a blank of the JSON, that changes nothing
