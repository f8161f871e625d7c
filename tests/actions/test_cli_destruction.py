"""At the terminal: plan, backup, act, certificate; a restored database serves nobody before the replay."""

import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.actions.cli import call
from tests.actions.destroying import CODE, SECRET, fill, install
from tests.actions.destroying import open_and_agree as opened
from tests.conftest import on_sqlite

__all__ = ["call"]


@on_sqlite
def test_a_destruction_from_the_plan_to_a_restore_at_the_terminal(
    call: Callable, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str
) -> None:
    monkeypatch.delenv("VIGIE_MASTER_KEY")
    for name, value in {
        "DATABASE_URL": database_url,
        "SECRET": base64.b64encode(SECRET.secret).decode(),
        "MASTER_KEY_FILE": str(tmp_path / "master"),
        "KEY_STORE": str(tmp_path / "keys"),
        "ERASURE_LEDGER": str(tmp_path / "ledger"),
        "BACKUP_FOLDER": str(tmp_path / "backups"),
        "BACKUP_KEYS": str(tmp_path / "backup-keys"),
    }.items():
        monkeypatch.setenv(f"VIGIE_{name}", value)
    here = install(tmp_path, database_url)
    fill(here)
    plan = call("destruction", "plan", CODE)
    backup = call("backup", "create").out.split()[0]
    identifier = opened(here)
    waiting = call("destruction", "list")
    done = call("destruction", "run", identifier)
    written = call("destruction", "certificate", identifier, "--output", str(tmp_path / "preuve"))
    here.means.engine.dispose()
    old = f"sqlite:///{tmp_path / 'ancienne.sqlite'}"
    monkeypatch.setenv("VIGIE_DATABASE_URL", old)

    restored = call("backup", "restore", backup)
    again = call("backup", "restore", backup)

    assert (plan.status, "9 ligne(s) à détruire" in plan.out, "scan_receipt" in plan.out) == (0, True, True)
    assert (waiting.status, done.status, written.status) == (1, 0, 0)
    assert json.loads((tmp_path / "preuve" / f"attestation-{identifier}.json").read_text())["certificate"]["acts"]
    assert len((tmp_path / "preuve" / f"identifiants-{identifier}-1.txt").read_text().splitlines()) == 9
    assert (restored.status, "0 ressuscité" in restored.out) == (0, True)
    assert (again.status, "rien n'est écrasé" in again.err) == (2, True)


@on_sqlite
def test_a_database_put_back_by_hand_starts_no_command_before_the_replay(
    call: Callable, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str
) -> None:
    monkeypatch.delenv("VIGIE_MASTER_KEY")
    monkeypatch.setenv("VIGIE_SECRET", base64.b64encode(SECRET.secret).decode())
    monkeypatch.setenv("VIGIE_MASTER_KEY_FILE", str(tmp_path / "master"))
    monkeypatch.setenv("VIGIE_KEY_STORE", str(tmp_path / "keys"))
    monkeypatch.setenv("VIGIE_ERASURE_LEDGER", str(tmp_path / "ledger"))
    here = install(tmp_path, database_url)
    fill(here)
    base = Path(here.means.engine.url.database or "")
    here.means.engine.dispose()
    kept = base.read_bytes()
    identifier = opened(here)
    monkeypatch.setenv("VIGIE_DATABASE_URL", database_url)
    assert call("destruction", "run", identifier).status == 0
    here.means.engine.dispose()
    for path in base.parent.glob("vigie.sqlite*"):
        path.unlink()
    base.write_bytes(kept)

    refused = [call(*words) for words in (("serve",), ("run-jobs",), ("jobs", "list"), ("trail", "verify"))]
    replayed = call("backup", "replay")
    after = call("destruction", "list")

    assert {one.status for one in refused} == {2}
    assert all("vigie backup replay" in one.err for one in refused)
    assert (replayed.status, "9 ligne(s)" in replayed.out, "0 ressuscité" in replayed.out) == (0, True, True)
    assert after.status == 0
