"""What the tests of destruction see: rows left, steps, what the program that checks a certificate says."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from governance.core.storage import reading
from governance.destruction import actions, queries
from governance.destruction.tables import Destruction, DestructionStep
from governance.people.rules import Role
from tests.actions.destroying import CODE, OPENED, Installation

VERIFIER = Path(__file__).parents[2] / "tools" / "verify_certificate.py"


def count(here: Installation, table: Any, code: str = CODE) -> int:
    """Return how many rows of a table a convention has."""
    with reading(here.sessions) as session:
        return session.scalar(select(func.count()).select_from(table).where(table.convention == code)) or 0


def opened(here: Installation, code: str = CODE) -> str:
    """Open a destruction as its DPO, and return its identifier."""
    with here.sessions.begin() as session:
        return actions.open_destruction(session, here.structure, code, by=here.person(Role.DPO), at=OPENED)


def state(here: Installation, identifier: str) -> str:
    """Return where a destruction stands."""
    with reading(here.sessions) as session:
        return session.get_one(Destruction, identifier).state


def errors(here: Installation) -> dict[str, str]:
    """Return why steps failed, by their name."""
    with reading(here.sessions) as session:
        return {step.name: step.error for step in session.scalars(select(DestructionStep)) if step.error}


def states(here: Installation) -> dict[str, str]:
    """Return where the steps stand."""
    with reading(here.sessions) as session:
        return {step.name: step.state for step in session.scalars(select(DestructionStep))}


def written(here: Installation, identifier: str) -> tuple[Path, list[str]]:
    """Write the last certificate and its identifiers, as the pages give them."""
    with reading(here.sessions) as session:
        path = here.means.setup.ledger / "attestations"
        number = queries.certificates(session, identifier)[0].number
    ids = [f"--ids={one}" for one in sorted(here.means.setup.ledger.glob("*.ids"))]
    return path / f"{identifier}-{number}.json", ids


def verified(certificate: Path, *more: str) -> tuple[int, str]:
    """Run the program that checks a certificate; return its status and what it said."""
    done = subprocess.run([sys.executable, VERIFIER, certificate, *more], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr
