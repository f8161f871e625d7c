"""A cleaned copy is asked for on a page, comes back as a file, and is traced without a word of what it held."""

import io

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from governance.core.trail import TrailEntry
from tests.conftest import on_sqlite
from tests.scanners import samples
from tests.web.conftest import token
from tests.web.verifying import NIR, Page, adopt, writer

__all__ = ["adopt", "writer"]

pytestmark = on_sqlite
ADDRESS = "/signalements/copie-nettoyee"


def send(client: FlaskClient, name: str, data: bytes):
    """Send a file to be copied."""
    fields = {"csrf_token": token(client, ADDRESS), "file": (io.BytesIO(data), name)}
    return client.post(ADDRESS, data=fields, content_type="multipart/form-data")


def test_a_copy_comes_back_masked_under_a_name_that_says_nothing(
    writer: FlaskClient, sessions: sessionmaker[Session]
) -> None:
    answer = send(writer, f"dossier {NIR}.csv", f"nom;nir\nExemple;{NIR}\n".encode())

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="copie-nettoyee.csv"'
    assert NIR not in answer.get_data(as_text=True)
    assert "Exemple" in answer.get_data(as_text=True)
    with sessions() as session:
        traced = session.scalars(select(TrailEntry).where(TrailEntry.action == "copy.made")).all()
    assert len(traced) == 1


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("secret.pdf", samples.locked_pdf(), "abîmé"),
        ("ancien.doc", samples.ole_of({"WordDocument": b"\0" * 600}), "enregistrez le fichier en .docx"),
        ("vide.pdf", b"", "Choisissez un fichier."),
        ("bruit.bin", bytes(range(256)) * 4, "ne se fait pas pour ce type"),
    ],
    ids=["locked", "old", "empty", "noise"],
)
def test_a_copy_that_cannot_be_made_says_why_beside_the_field(
    writer: FlaskClient, name: str, data: bytes, said: str
) -> None:
    page = Page(send(writer, name, data))

    assert page.status == 422
    assert said in page.text("#file-erreur")
