"""A receipt proves what it says: whole it is genuine, and changed by one word it is not."""

import base64
import copy
import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker

from governance.core.keys import Keys
from governance.people.actions import adopt_convention
from governance.people.queries import Adoption
from governance.people.rules import Role, command
from scanners.actions import keep_receipt
from scanners.dossier import Dossier, check_dossier
from scanners.engine import default
from scanners.queries import find_receipt, frame
from scanners.receipts import Seal
from scanners.seeing import Attachment, Instruments
from tests.actions.cli import Call, call
from tests.conftest import Demonstration, on_sqlite

__all__ = ["call"]

SECRET = bytes(range(32))
SEAL = Seal.of(Keys(SECRET))
COMMENT = "Suivi pour un diabète, NIR 1 85 07 78 006 000 13."


@pytest.fixture
def document(sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime) -> dict[str, Any]:
    """Give a receipt as it is downloaded, of a comment and a file."""
    structure, by = demonstration.structure, demonstration.actor(Role.TECHNICIEN)
    dossier = Dossier(COMMENT, (Attachment("liste.csv", b"nom;note\nx;y\n"),))
    with sessions.begin() as session:
        adopt_convention(session, structure, Adoption("S3", date(2026, 1, 1), None), by=command(structure), at=at)
        under = frame(session, "S3", at.date(), by)
        checked = check_dossier(dossier, under.terms, under.bounds, Instruments(default()), under.own)
        kept = keep_receipt(session, dossier, (checked, under, SEAL), by=by, at=at).receipt.id
    with sessions() as session:
        downloaded: dict[str, Any] = json.loads(json.dumps(dict(find_receipt(session, kept, by))))
    return downloaded


@pytest.fixture
def path(tmp_path: Path, document: dict[str, Any]) -> Path:
    """Give the file of the receipt."""
    return saved(tmp_path, document)


@on_sqlite
def test_a_downloaded_receipt_is_genuine(call: Call, path: Path) -> None:
    done = call("receipts", "verify", path, "--public-key", SEAL.public)

    assert (done.status, done.err) == (0, "")
    assert "Reçu authentique" in done.out
    assert "S3" in done.out


@on_sqlite
@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({}, None),
        ({"health_tiers": ["nomme", "probable"]}, None),
        ({"health_tiers": ["nomme"]}, "ce qui n'est que probable n'a pas été cherché"),
        ({"health_tiers": ["probable"]}, "ce qui est nommé n'a pas été cherché"),
        ({"health_tiers": []}, "elles n'ont pas été cherchées"),
    ],
)
def test_a_receipt_old_or_new_is_verified_and_says_what_was_not_looked_for(
    told: dict[str, list[str]], said: str | None, call: Call, tmp_path: Path, document: dict[str, Any]
) -> None:
    older = {name: one for name, one in document["receipt"].items() if name != "health_tiers"}
    receipt = older | told

    signed = {"receipt": receipt, "signature": SEAL.sign(receipt)}
    done = call("receipts", "verify", saved(tmp_path, signed), "--public-key", SEAL.public)

    assert (done.status, done.err) == (0, "")
    assert ("Données de santé" in done.out) == (said is not None)
    assert (said or "") in done.out


@on_sqlite
def test_a_receipt_stays_genuine_however_its_json_is_laid_out(call: Call, document: dict[str, Any]) -> None:
    laid_out = json.dumps(document, ensure_ascii=True, indent=4, sort_keys=True).encode()

    done = call("receipts", "verify", "-", "--public-key", SEAL.public, given=laid_out)

    assert done.status == 0


@on_sqlite
def test_a_receipt_says_the_day_and_the_versions_and_nothing_of_the_text(document: dict[str, Any]) -> None:
    receipt = document["receipt"]

    assert receipt["on"] == "2026-11-23"
    assert receipt["convention"] == {"code": "S3", "edition": 1}
    assert set(receipt["versions"]) >= {"engine", "lexicon"}
    assert receipt["comment"]["levels"] == {"bloquant": 2}
    written = json.dumps(document, ensure_ascii=False)
    assert [word for word in ("diabète", "1 85 07", "liste", "nom;note") if word in written] == []


@on_sqlite
def test_each_part_that_is_changed_makes_it_false(call: Call, tmp_path: Path, document: dict[str, Any]) -> None:
    changed = list(changes(document["receipt"]))
    statuses = []

    for receipt in changed:
        forged = saved(tmp_path, {"receipt": receipt, "signature": document["signature"]})
        statuses.append(call("receipts", "verify", forged, "--public-key", SEAL.public).status)

    assert len(changed) > 30
    assert set(statuses) <= {1, 2}
    assert statuses.count(2) == sum(receipt.get("format") != document["receipt"]["format"] for receipt in changed)


@on_sqlite
def test_each_character_of_the_signature_counts(call: Call, tmp_path: Path, document: dict[str, Any]) -> None:
    signature = document["signature"]
    statuses = set()

    for position in range(len(signature)):
        other = "A" if signature[position] != "A" else "B"
        forged = document | {"signature": signature[:position] + other + signature[position + 1 :]}
        statuses.add(call("receipts", "verify", saved(tmp_path, forged), "--public-key", SEAL.public).status)

    assert 0 not in statuses


@on_sqlite
def test_the_key_of_another_service_says_that_it_proves_nothing(call: Call, path: Path) -> None:
    done = call("receipts", "verify", path, "--public-key", Seal.of(Keys(bytes(32))).public)

    assert (done.status, done.err) == (1, "")
    assert "il ne prouve rien" in done.out


@on_sqlite
@pytest.mark.parametrize("key", ["", "é", "AAAA", base64.b64encode(bytes(31)).decode(), "=" * 44])
def test_what_is_no_key_is_refused_by_its_name(call: Call, path: Path, key: str) -> None:
    done = call("receipts", "verify", path, "--public-key", key)

    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("La clé publique")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"{",
        b"[]",
        b"null",
        b'{"receipt": {}, "signature": ""}',
        b'{"receipt": [], "signature": 3}',
        b'{"receipt": {"format": "vigie-receipt/0"}, "signature": "AAAA"}',
        b'{"receipt": {"format": "vigie-receipt/1", "x": "\\ud800"}, "signature": "AAAA"}',
        b"[" * 100_000,
        b" " * 2_000_000,
    ],
)
def test_what_is_no_receipt_is_refused_by_its_name(call: Call, content: bytes) -> None:
    done = call("receipts", "verify", "-", "--public-key", SEAL.public, given=content)

    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("Ce document n'est pas un reçu")


@on_sqlite
def test_nothing_may_stand_beside_what_is_signed(call: Call, document: dict[str, Any]) -> None:
    beside = json.dumps(document | {"note": "accepté"}).encode()
    twice = json.dumps(document).replace('"outcome": "refuse"', '"outcome": "accepte", "outcome": "refuse"', 1).encode()

    statuses = [
        call("receipts", "verify", "-", "--public-key", SEAL.public, given=one).status for one in (beside, twice)
    ]

    assert statuses == [2, 2]


@on_sqlite
def test_an_installation_knows_its_own_key(call: Call, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_SECRET", base64.b64encode(SECRET).decode())

    key = call("receipts", "public-key")
    verified = call("receipts", "verify", path)

    assert key.out == SEAL.public + "\n"
    assert verified.status == 0


@pytest.mark.parametrize("arguments", [("verify", "absent.json"), ("verify", "/"), ("public-key",)])
def test_what_is_missing_is_said_in_one_line(call: Call, arguments: tuple[str, ...]) -> None:
    done = call("receipts", *arguments)

    assert (done.status, done.out, len(done.err.splitlines())) == (2, "", 1)


def saved(folder: Path, document: dict[str, Any]) -> Path:
    path = folder / "recu.json"
    path.write_text(json.dumps(document), "utf-8")
    return path


def changes(value: Any) -> Iterator[Any]:
    """Give the copies of a JSON value that differ from it in one leaf, one key or one item."""
    if isinstance(value, dict):
        yield value | {"autre": 1}
        for key in value:
            yield {name: one for name, one in value.items() if name != key}
            for changed in changes(value[key]):
                copied = copy.deepcopy(value)
                copied[key] = changed
                yield copied
    elif isinstance(value, list):
        yield [*value, None]
        for index in range(len(value)):
            yield from ([*value[:index], changed, *value[index + 1 :]] for changed in changes(value[index]))
    else:
        yield f"{value}x" if isinstance(value, str) else str(value)
        yield None if value is not None else 0
