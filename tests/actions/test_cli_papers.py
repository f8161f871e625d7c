"""`vigie papers`: a receiver's questions, answered on the command line."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from cryptography.x509 import load_pem_x509_certificate
from reportlab.pdfgen.canvas import Canvas

from app.keyring import load_keys
from app.settings import load
from governance.core.keys import Keys
from governance.papers import certificates, signing
from governance.papers.certificates import Signatory
from tests.actions.cli import Call, call
from tests.web.conftest import SECRET

__all__ = ["call"]

AT = datetime(2026, 5, 1, 15, 30, tzinfo=UTC)
OTHER = Keys(b"le secret d'un autre, 32 octets.")


@pytest.fixture
def mine(monkeypatch: pytest.MonkeyPatch) -> Keys:
    """Give the keys of this installation."""
    monkeypatch.setenv("VIGIE_SECRET", SECRET)
    return load_keys(load())


def page(folder: Path, keys: Keys) -> Path:
    """Write a signed PDF and return its path."""
    target = BytesIO()
    canvas = Canvas(target)
    canvas.drawString(100, 700, "Tableau")
    canvas.save()
    path = folder / "tableau.pdf"
    path.write_bytes(signing.sign(target.getvalue(), Signatory(keys, "vigie.ccas.example"), at=AT))
    return path


def test_a_document_of_this_installation_is_told_with_its_signer_and_its_instant(
    call: Call, mine: Keys, tmp_path: Path
) -> None:
    done = call("papers", "verify", page(tmp_path, mine))

    assert (done.status, done.err) == (0, "")
    assert done.lines == ["Document authentique : signé le 1er mai 2026, 17 h 30 par « Vigie – vigie.ccas.example »."]


def test_a_changed_document_proves_nothing(call: Call, mine: Keys, tmp_path: Path) -> None:
    path = page(tmp_path, mine)
    raw = path.read_bytes()
    path.write_bytes(raw.replace(b"%PDF-1.", b"%PDF-1.", 1).replace(b"/MediaBox", b"/MediaBoy", 1))

    assert call("papers", "verify", path).status in (1, 2)


def test_what_is_added_after_the_signature_is_seen(call: Call, mine: Keys, tmp_path: Path) -> None:
    path = page(tmp_path, mine)
    path.write_bytes(path.read_bytes() + b"\n% ajout\n")

    assert call("papers", "verify", path).status in (1, 2)


def test_the_document_of_another_is_not_ours(call: Call, mine: Keys, tmp_path: Path) -> None:
    done = call("papers", "verify", page(tmp_path, OTHER))

    assert (done.status, done.lines) == (1, ["Ce document est signé, mais pas par cette installation."])


@pytest.mark.parametrize("raw", [b"", b"bonjour", b"%PDF-1.7\n", b"%PDF-1.7\ntrailer << /Root 1 0 R >>\n%%EOF", b"{}"])
def test_what_is_no_signed_document_is_said_in_one_line(call: Call, mine: Keys, tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "document"
    path.write_bytes(raw)

    done = call("papers", "verify", path)

    assert (done.status, len(done.err.splitlines())) == (2, 1)


def test_a_json_document_is_told_with_its_kind_and_its_value(call: Call, mine: Keys, tmp_path: Path) -> None:
    path = tmp_path / "document.json"
    path.write_bytes(signing.signed_json(mine, "reviews.closing", {"comptes": 3}, at=AT))

    done = call("papers", "verify", path)

    assert done.status == 0
    assert done.lines[0] == "Document authentique : reviews.closing, signé le 1er mai 2026, 17 h 30."
    assert '"comptes": 3' in done.out


def test_a_forged_json_document_is_refused(call: Call, mine: Keys, tmp_path: Path) -> None:
    path = tmp_path / "document.json"
    path.write_bytes(signing.signed_json(OTHER, "reviews.closing", 1, at=AT))

    assert call("papers", "verify", path).status == 1


def test_the_authority_is_given_with_its_fingerprint(call: Call, mine: Keys) -> None:
    done = call("papers", "certificate")

    given = load_pem_x509_certificate(done.out.encode())
    assert given == certificates.root(mine)
    assert certificates.fingerprint(given) in done.err
    assert call("papers", "public-key").lines == [signing.public_key(mine)]
