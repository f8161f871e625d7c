"""An outsider verifies alone: the little program that the journal's page gives, without any of our libraries."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session, sessionmaker

from governance.core.keys import Keys
from governance.core.storage import reading
from governance.core.trail import checkpoints, record, sealing, signing
from governance.people.rules import command
from governance.trail import exports, queries
from governance.trail import verifier_journal as outsider
from governance.trail.queries import Wanted
from tests.conftest import on_sqlite

KEYS = Keys(b"le secret du service, 32 octets.")
PROGRAM = Path(outsider.__file__)

Make = Callable[..., Path]


@pytest.fixture
def exported(sessions: sessionmaker[Session], at: datetime, tmp_path: Path) -> Iterator[Make]:
    """Give the act of exporting: `exported()` the whole trail, `exported("ici")` the entries of a structure."""
    with sessions.begin() as session:
        for number in range(23):
            where = "ici" if number % 3 else "ailleurs"
            record(session, "acte.essai", f"s{number}", by="essai", structure=where, at=at, number=number)
        session.flush()
        point = signing.make(session, KEYS, at)
        text = checkpoints.document(point.body, point.signature, checkpoints.public_key(KEYS))
        (tmp_path / "point.json").write_text(text)
        record(session, "acte.apres", "s", by="essai", structure="ici", at=at + timedelta(hours=1))
        session.flush()
        sealing.seal_all(session, KEYS, at)

    def make(structure: str | None = None) -> Path:
        with reading(sessions) as session:
            point = queries.point_of(session)
            if structure is None:
                lines = exports.complete(session, KEYS, point)
            else:
                rows = queries.every(session, Wanted(structure), by=command(structure))
                lines = exports.proven(session, KEYS, rows, point)
            path = tmp_path / "export.jsonl"
            path.write_text("".join(lines))
        return path

    yield make


def verified(path: Path, *options: object) -> tuple[int, str]:
    command_line = [sys.executable, "-I", PROGRAM, path, *options]
    ran = subprocess.run([str(one) for one in command_line], capture_output=True, text=True, check=False)
    return ran.returncode, ran.stdout


@on_sqlite
@pytest.mark.parametrize(("structure", "count"), [(None, 23), ("ici", 15), ("ailleurs", 8)])
def test_a_genuine_export_is_proven(exported: Make, structure: str | None, count: int) -> None:
    path = exported(structure)

    status, said = verified(
        path, "--public-key", checkpoints.public_key(KEYS), "--checkpoint", path.parent / "point.json"
    )

    assert (status, said.split()[0]) == (0, str(count))
    assert ("1 lignes, plus récentes" in said) == (structure != "ailleurs")


@on_sqlite
@pytest.mark.parametrize("structure", [None, "ici"])
@pytest.mark.parametrize("number", [1, 7, 14])
def test_an_export_with_one_word_changed_is_not(exported: Make, structure: str | None, number: int) -> None:
    path = exported(structure)
    lines = path.read_text().splitlines()
    changed = json.loads(lines[number])
    changed["entry"]["actor"] = "quelqu-un"
    lines[number] = json.dumps(changed)
    path.write_text("\n".join(lines))

    status, said = verified(path)

    assert status == 1
    assert said


@on_sqlite
def test_a_line_taken_off_the_whole_trail_is_missed(exported: Make) -> None:
    path = exported()
    lines = path.read_text().splitlines()
    path.write_text("\n".join(lines[:5] + lines[6:]))

    assert verified(path) == (1, "Le rang 5 manque.\n")


@on_sqlite
def test_another_key_is_not_taken_for_the_services(exported: Make) -> None:
    other = checkpoints.public_key(Keys(b"un autre secret, de 32 octets..."))

    assert verified(exported(), "--public-key", other)[0] == 1


@on_sqlite
def test_a_file_that_is_no_export_is_said_to_be_unreadable(exported: Make) -> None:
    path = exported()
    path.write_text("bonjour\n")

    assert verified(path)[0] == 2


def test_the_programs_signatures_are_those_of_the_library() -> None:
    for number in range(8):
        key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(bytes([number])).digest())
        public, message = key.public_key().public_bytes_raw(), b"message" * number
        signature = key.sign(message)

        assert outsider.is_signed(public, message, signature)
        assert not outsider.is_signed(public, message + b".", signature)
        assert not outsider.is_signed(public, message, signature[:32] + bytes(32))
        assert not outsider.is_signed(bytes(32), message, signature)
        assert not outsider.is_signed(public, message, signature[:-1])
