"""What the tests of the API share: a program with a key, whose structure works under two conventions."""

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from governance.people.actions import adopt_convention
from governance.people.queries import Adoption
from governance.people.rules import Permission, command
from tests.conftest import Demonstration

SCANS = "/api/v1/scans"
NIR = "1 85 07 78 006 000 13"
REFUSED = f"Madame est diabétique, son numéro est {NIR}."
CLEAN = "Droits fermés depuis mars, attestation demandée."


@dataclass(frozen=True)
class Program:
    """A program that calls the API with its key."""

    client: FlaskClient
    key: str | None

    def scan(self, convention: object = "S0", comment: object = CLEAN, **more: object) -> TestResponse:
        """Have a comment checked, as JSON."""
        return self.send({"convention": convention, "comment": comment, **more})

    def send(self, body: object, **headers: str) -> TestResponse:
        """Send a JSON body to be checked."""
        return self.client.post(SCANS, json=body, headers=self.headers | headers)

    def deposit(self, files: Iterable[tuple[bytes, str]], **fields: object) -> TestResponse:
        """Have files checked, as a form."""
        data = {"convention": "S0", **fields, "files": [(io.BytesIO(content), name) for content, name in files]}
        return self.client.post(SCANS, data=data, headers=self.headers, content_type="multipart/form-data")

    def get(self, path: str) -> TestResponse:
        """Read something."""
        return self.client.get(path, headers=self.headers)

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers that say who asks."""
        return {"Authorization": f"Bearer {self.key}"} if self.key else {}


@pytest.fixture
def program(
    client: FlaskClient,
    sessions: sessionmaker[Session],
    demonstration: Demonstration,
    api_key: Callable[..., str],
    at: datetime,
) -> Program:
    """Give a program with every permission of machines, whose structure works under S0 and S3."""
    structure = demonstration.structure
    with sessions.begin() as session:
        for code in ("S0", "S3"):
            adoption = Adoption(code, date(2026, 1, 1), None)
            adopt_convention(session, structure, adoption, by=command(structure), at=at)
    return Program(client, api_key(Permission.SCAN, Permission.READ_RECEIPT, Permission.READ_CONVENTIONS))


def problem(answer: TestResponse) -> tuple[int, list[str]]:
    """Return the status and the pointers of a problem document."""
    assert answer.content_type == "application/problem+json"
    body: dict[str, Any] = answer.get_json(force=True)
    assert body["status"] == answer.status_code
    return answer.status_code, [error["pointer"] for error in body.get("errors", ())]
