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
from tests.actions.killing import is_killed_at
from tests.conftest import on_sqlite
from tests.faults.destruction_lives import carried_on, life

WITHIN = "/governance/"
VERIFIER = Path(__file__).parents[2] / "tools" / "verify_certificate.py"


@on_sqlite
@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_killed_at_any_step_it_ends_complete_and_its_certificate_is_true(
    tmp_path: Path, database_url: str, seed: int
) -> None:
    here = install(tmp_path, database_url)
    fill(here, many=20)
    identifier, chance = open_and_agree(here), random.Random(seed)
    here.means.engine.dispose()
    at_lines = [chance.randint(1, 200), *(chance.randint(1, 3_000) for _ in range(9))]

    killed = [is_killed_at(line, lambda: carried_on(here, identifier, AFTER), WITHIN) for line in at_lines]
    ended = any(life(here, identifier, AFTER, None) for _ in range(3))

    with reading(here.sessions) as session:
        left = {code: session.scalar(select(func.count()).where(Receipt.convention == code)) for code in (CODE, OTHER)}
        assert session.get_one(Destruction, identifier).state == State.DONE
    assert (killed[0], ended, left) == (True, True, {CODE: 0, OTHER: 20})
    assert here.means.store.master.generations() == (here.means.store.contents().master,)
    certificates = sorted((tmp_path / "ledger" / "attestations").glob("*.json"))
    ids = [f"--ids={path}" for path in sorted((tmp_path / "ledger").glob("*.ids"))]
    checked = subprocess.run(
        [sys.executable, VERIFIER, certificates[-1], *ids], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
