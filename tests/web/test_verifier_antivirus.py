"""Pieces go through the antivirus before anything opens them, and what it says is told and traced."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from app.settings import Settings
from governance.core.trail.tables import TrailEntry
from scanners.tables import Receipt
from tests.conftest import on_sqlite
from tests.scanners import clamd, samples
from tests.web.verifying import CLEAN, adopt, check, writer

__all__ = ["adopt", "writer"]

pytestmark = on_sqlite


@pytest.fixture(scope="module")
def daemon() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder, clamd.running(Path(folder)) as address:
        yield address


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    address = request.getfixturevalue("daemon") if getattr(request, "param", "up") == "up" else "unix:/nowhere"
    return settings.model_copy(update={"antivirus": address})


def test_a_piece_with_a_virus_is_refused_told_and_traced(writer: FlaskClient, sessions: sessionmaker[Session]) -> None:
    page = check(writer, CLEAN, files=[(clamd.EICAR, "devis.csv"), (samples.pdf("Rien ici."), "attestation.pdf")])

    first, second = page.texts(".s-files > li")
    assert "L'antivirus y a reconnu un programme malveillant" in first
    assert second.startswith("Acceptée")
    with sessions() as session:
        receipt = session.scalars(select(Receipt)).one()
        entry = session.scalars(select(TrailEntry).where(TrailEntry.subject == receipt.id)).one()
    assert [file["virus"] for file in receipt.body["files"]] == ["infecte", "sain"]
    assert (entry.action, entry.details["infected"]) == ("scan.refuse", 1)


@pytest.mark.parametrize("settings", ["down"], indirect=True)
def test_a_daemon_that_is_down_is_told_and_a_person_must_answer_for_the_piece(writer: FlaskClient) -> None:
    sent = [(samples.pdf("Rien ici."), "attestation.pdf")]

    asked = check(writer, CLEAN, files=sent)
    passed = check(writer, CLEAN, files=sent, piece="attestation.pdf", motif="antivirus_du_poste")

    assert asked.text("#bilan-titre") == "À vérifier avant l'envoi"
    assert "L'antivirus ne répond pas" in asked.text(".s-files")
    assert passed.text("#bilan-titre") == "Rien ne s'oppose à l'envoi"


@pytest.mark.parametrize("settings", ["down"], indirect=True)
def test_f4_where_files_must_be_analysed_first_none_passes_without_its_antivirus(
    writer: FlaskClient, adopt: object
) -> None:
    adopt("S4")  # type: ignore[operator]

    page = check(
        writer, CLEAN, "S4/artois", [(samples.pdf("Rien."), "a.pdf")], piece="a.pdf", motif="antivirus_du_poste"
    )

    assert page.text("#bilan-titre").startswith("À corriger")
    assert "S4, CU art. 3.1" in page.text(".s-files")
