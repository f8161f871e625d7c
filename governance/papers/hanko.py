"""PAdES signatures (ETSI EN 319 142-1) by pyHanko; imported when a document is first signed: it takes a second."""

from asyncio import to_thread
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import tsp, x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import Certificate
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from governance.core.trail.stamping import Authority, post
from governance.papers import certificates
from governance.papers.apart import apart
from governance.papers.certificates import Signatory

FIELD = "Vigie"


class Stamps(TimeStamper):
    """Asks the authority of the trail for a stamp of each signature."""

    def __init__(self, authority: Authority) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # pyHanko leaves it untyped
        self._authority = authority

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Return the authority's answer; raises NoStamp."""
        return tsp.TimeStampResp.load(await to_thread(post, self._authority, req.dump()))


class SignerAt(PdfSigner):
    """Signs at an instant that it is given, rather than at that of the machine's clock."""

    at: datetime

    def init_signing_session(self, *arguments: Any, **more: Any) -> Any:
        """Return the signing session, at the instant."""
        session = super().init_signing_session(*arguments, **more)
        session.system_time = self.at
        return session


def signed(pdf: bytes, by: Signatory, at: datetime) -> bytes:
    """Return a PDF signed by the certificate of the year, stamped when an authority is set.

    Raises ValueError for what is no PDF, NoStamp when the authority does not answer.
    """
    metadata = PdfSignatureMetadata(field_name=FIELD, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    stamper = Stamps(by.authority) if by.authority else None
    signer = SignerAt(metadata, _signer(by, at), timestamper=stamper)
    signer.at = at
    try:
        out: BytesIO = apart(lambda: signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf))))
    except PdfError as error:
        raise ValueError("not a PDF that can be signed") from error
    return out.getvalue()


def _signer(by: Signatory, at: datetime) -> SimpleSigner:
    year = at.astimezone(UTC).year
    key = certificates.key_of_year(by.keys, year)
    raw = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    known = SimpleCertificateStore.from_certs([_loaded(certificates.root(by.keys))])
    mine = _loaded(certificates.of_year(by.keys, by.place, year))
    return SimpleSigner(mine, asn1_keys.PrivateKeyInfo.load(raw), known)


def _loaded(certificate: Certificate) -> x509.Certificate:
    return x509.Certificate.load(certificate.public_bytes(Encoding.DER))
