"""A destruction that is killed at any step ends complete, and its certificate is true."""

import random
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from governance.core.storage import reading
from governance.destruction.rules import State
from governance.destruction.tables import Destruction
from scanners.tables import Receipt
from tests.actions.destroying import AFTER, CODE, OTHER, fill, install, open_and_agree
from tests.conftest import on_sqlite
from tests.faults.destruction_lives import kill_until_done

VERIFIER = Path(__file__).parents[2] / "tools" / "verify_certificate.py"


@on_sqlite
@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_killed_at_any_step_it_ends_complete_and_its_certificate_is_true(
    tmp_path: Path, database_url: str, seed: int
) -> None:
    here = install(tmp_path, database_url)
    fill(here, many=200)
    identifier = open_and_agree(here)

    killed = kill_until_done(here, identifier, AFTER, 6, 0.6, random.Random(seed))

    with reading(here.sessions) as session:
        left = {code: session.scalar(select(func.count()).where(Receipt.convention == code)) for code in (CODE, OTHER)}
        assert session.get_one(Destruction, identifier).state == State.DONE
    assert (killed > 0, left) == (True, {CODE: 0, OTHER: 200})
    assert here.means.store.master.generations() == (here.means.store.contents().master,)
    certificates = sorted((tmp_path / "ledger" / "attestations").glob("*.json"))
    ids = [f"--ids={path}" for path in sorted((tmp_path / "ledger").glob("*.ids"))]
    checked = subprocess.run(
        [sys.executable, VERIFIER, certificates[-1], *ids], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
