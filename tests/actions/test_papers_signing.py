"""Signed documents: what a receiver's program finds, and that one changed byte is seen."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import pem, x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext
from reportlab.pdfgen.canvas import Canvas

from governance.core import signatures
from governance.core.keys import Keys
from governance.core.trail.stamping import Authority, NoStamp
from governance.papers import certificates, signing
from governance.papers.apart import apart
from governance.papers.certificates import Signatory
from governance.papers.signing import ForgedDocument, NotASignedDocument, signed_json, verify
from tests.actions.timestamping import authority, folder

__all__ = ["authority", "folder"]

KEYS = Keys(b"le secret du service, 32 octets.")
OTHER = Keys(b"le secret d'un autre, 32 octets.")
AT = datetime(2026, 5, 1, 15, 30, tzinfo=UTC)
BY = Signatory(KEYS, "vigie.ccas.example")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def page() -> bytes:
    """Give a small PDF."""
    target = io.BytesIO()
    canvas = Canvas(target)
    canvas.drawString(100, 700, "Tableau")
    canvas.save()
    return target.getvalue()


def checked(content: bytes, keys: Keys = KEYS, *more: x509.Certificate) -> PdfSignatureStatus:
    """Return what a receiver who trusts this service's authority finds."""
    _, _, der = pem.unarmor(certificates.pem(certificates.root(keys)).encode())
    context = ValidationContext(trust_roots=[x509.Certificate.load(der), *more], moment=AT)
    (found,) = PdfFileReader(io.BytesIO(content)).embedded_signatures
    return apart(lambda: validate_pdf_signature(found, context, ts_validation_context=context))


def test_a_signed_document_is_sound_and_trusted_and_bears_the_instant_of_the_act(page: bytes) -> None:
    status = checked(signing.sign(page, BY, at=AT))

    assert status.bottom_line
    assert status.signer_reported_dt == AT
    assert "vigie.ccas.example" in status.signing_cert.subject.human_friendly


def test_a_changed_byte_is_seen(page: bytes) -> None:
    signed = bytearray(signing.sign(page, BY, at=AT))
    signed[signed.index(b"%PDF") + 6] ^= 1

    assert not checked(bytes(signed)).intact


def test_the_signature_of_another_service_is_not_trusted(page: bytes) -> None:
    assert not checked(signing.sign(page, Signatory(OTHER), at=AT)).trusted


def test_what_is_no_pdf_is_not_signed() -> None:
    with pytest.raises(ValueError, match="not a PDF"):
        signing.sign(b"bonjour", BY, at=AT)


def test_every_process_makes_the_same_certificates() -> None:
    first = certificates.of_year(KEYS, "vigie.ccas.example", 2026)
    certificates.of_year.cache_clear()
    certificates.root.cache_clear()

    again = certificates.of_year(KEYS, "vigie.ccas.example", 2026)

    assert again.public_bytes(Encoding.DER) == first.public_bytes(Encoding.DER)


def test_each_year_has_its_own_key_under_the_same_authority() -> None:
    one, next_one = (certificates.of_year(KEYS, "", year) for year in (2026, 2027))

    assert one.public_key() != next_one.public_key()
    one.verify_directly_issued_by(certificates.root(KEYS))
    next_one.verify_directly_issued_by(certificates.root(KEYS))


def test_a_signature_is_stamped_by_the_authority_of_the_trail(page: bytes, authority: Authority, folder: Path) -> None:
    _, _, der = pem.unarmor((folder / "ca.pem").read_bytes())

    status = checked(signing.sign(page, Signatory(KEYS, authority=authority), at=AT), KEYS, x509.Certificate.load(der))

    assert status.timestamp_validity is not None
    assert status.timestamp_validity.intact


def test_an_authority_that_does_not_answer_leaves_nothing_unstamped(page: bytes) -> None:
    absent = Authority("http://127.0.0.1:9/", ())

    with pytest.raises(NoStamp):
        signing.sign(page, Signatory(KEYS, authority=absent), at=AT)


@given(JSON)
def test_a_signed_value_is_read_again_as_it_was(value: object) -> None:
    read = verify(signed_json(KEYS, "essai", value, at=AT), signing.public_key(KEYS))

    assert (read.kind, read.at, read.value) == ("essai", AT, value)


@pytest.mark.parametrize("part", ["format", "kind", "at", "value"])
def test_a_statement_changed_anywhere_is_forged_or_is_none(part: str) -> None:
    parts = json.loads(signed_json(KEYS, "essai", {"n": 1}, at=AT))
    parts["document"][part] = "2026-05-02T15:30:00+00:00"

    with pytest.raises((ForgedDocument, NotASignedDocument)):
        verify(json.dumps(parts), signing.public_key(KEYS))


def test_the_statement_of_another_service_is_forged() -> None:
    with pytest.raises(ForgedDocument):
        verify(signed_json(OTHER, "essai", 1, at=AT), signing.public_key(KEYS))


@pytest.fixture(params=["", "[]", "{}", "null", '{"document": {}}', "[" * 100_000, '{"document": 1, "document": 2}'])
def nonsense(request: pytest.FixtureRequest) -> Iterator[str]:
    yield request.param


def test_what_is_no_statement_is_said_so(nonsense: str) -> None:
    with pytest.raises(NotASignedDocument):
        verify(nonsense, signing.public_key(KEYS))


def test_a_statement_signed_for_the_trail_is_no_document() -> None:
    body = {"format": signing.FORMAT, "kind": "essai", "at": AT.isoformat(), "value": 1}
    parts = {"document": body, "signature": signatures.sign(KEYS, "trail", body)}

    with pytest.raises(ForgedDocument):
        verify(json.dumps(parts), signing.public_key(KEYS))
