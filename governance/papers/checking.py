"""What a receiver finds in a signed PDF, told by this installation; imported when one is checked."""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from asn1crypto import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import CMSExtractionError
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from governance.papers.apart import apart
from governance.papers.signing import NotASignedDocument


@dataclass(frozen=True, slots=True)
class Seen:
    """Whether a PDF is whole, whether this installation's authority issued its certificate, who and when it says."""

    is_whole: bool
    is_ours: bool
    by: str
    signed_at: datetime | None
    stamped_at: datetime | None


def check_pdf(pdf: bytes, root: Certificate, at: datetime) -> Seen:
    """Return what the last signature of a PDF proves at an instant, with nothing fetched; raises NotASignedDocument."""
    trusted = [x509.Certificate.load(root.public_bytes(Encoding.DER))]
    context = ValidationContext(trust_roots=trusted, moment=at, allow_fetching=False)
    try:
        found = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures
        status = apart(lambda: validate_pdf_signature(found[-1], context)) if found else None
    except (PdfError, SignatureValidationError, CMSExtractionError, ValueError, TypeError, KeyError, IndexError) as bad:
        raise NotASignedDocument("Ce fichier n'est pas un PDF signé qui se lise.") from bad
    if status is None:
        raise NotASignedDocument("Ce PDF n'est pas signé.")
    return _seen(status)


def _seen(status: PdfSignatureStatus) -> Seen:
    stamp = status.timestamp_validity
    is_whole = status.intact and status.valid and not _was_changed(status)
    name = status.signing_cert.subject.native.get("common_name", "")
    stamped = stamp.timestamp if stamp is not None and stamp.intact else None
    return Seen(is_whole, status.trusted, str(name), status.signer_reported_dt, stamped)


def _was_changed(status: PdfSignatureStatus) -> bool:
    """Say whether something was added after the signature: we sign last, so nothing may be."""
    return status.coverage is None or status.coverage.name != "ENTIRE_FILE"
