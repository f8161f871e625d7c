"""The certificates that sign documents: an authority of this installation, and one certificate a year under it.

Their keys derive from the service's secret, and their dates are those of the calendar: each process makes the same ones
whenever it needs them. Nothing is stored, so nothing is left in the database nor in a backup, and the certificate of
a new year is there on its first day.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import (
    AuthorityKeyIdentifier,
    BasicConstraints,
    Certificate,
    CertificateBuilder,
    ExtendedKeyUsage,
    KeyUsage,
    Name,
    NameAttribute,
    ObjectIdentifier,
    SubjectKeyIdentifier,
)
from cryptography.x509.oid import NameOID

from governance.core.keys import Keys
from governance.core.trail.stamping import Authority

ROOT_FROM, ROOT_UNTIL = datetime(2025, 1, 1, tzinfo=UTC), datetime(2065, 1, 1, tzinfo=UTC)
# A year's key signs that year only; its certificate outlives the longest retention of a document (COPIL reports, proof
# of destruction), so that readers do not call what was signed then doubtful.
VALID_YEARS = 11
_NAME_LIMIT = 64  # X.520, ub-common-name
_PURPOSES = (ObjectIdentifier("1.3.6.1.5.5.7.3.36"), ObjectIdentifier("1.2.840.113583.1.1.5"))  # RFC 9336; Adobe


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs the documents of this installation: its keys, the address people know it by, who stamps the time."""

    keys: Keys
    place: str = ""
    authority: Authority | None = None


@lru_cache(maxsize=8)
def root(keys: Keys) -> Certificate:
    """Return the certificate of this installation's authority: what a receiver trusts, once."""
    key = keys.certifying("papers/root")
    name = Name([NameAttribute(NameOID.COMMON_NAME, f"Vigie, documents ({_short(key.public_key())})")])
    builder = _builder(key.public_key(), name, name).not_valid_before(ROOT_FROM).not_valid_after(ROOT_UNTIL)
    builder = builder.add_extension(BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
    return builder.sign(key, SHA256(), ecdsa_deterministic=True)


@lru_cache(maxsize=8)
def of_year(keys: Keys, place: str, year: int) -> Certificate:
    """Return the certificate that signs the documents of a year."""
    key, issuer = key_of_year(keys, year), keys.certifying("papers/root")
    name = Name([NameAttribute(NameOID.COMMON_NAME, f"Vigie – {place}"[:_NAME_LIMIT] if place else "Vigie")])
    builder = _builder(key.public_key(), name, root(keys).subject)
    builder = builder.not_valid_before(datetime(year, 1, 1, tzinfo=UTC))
    builder = builder.not_valid_after(datetime(year + VALID_YEARS, 1, 1, tzinfo=UTC))
    builder = builder.add_extension(BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
    builder = builder.add_extension(ExtendedKeyUsage(_PURPOSES), critical=False)
    known = AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key())
    return builder.add_extension(known, critical=False).sign(issuer, SHA256(), ecdsa_deterministic=True)


def key_of_year(keys: Keys, year: int) -> EllipticCurvePrivateKey:
    """Return the key that signs the documents of a year."""
    return keys.certifying(f"papers/{year}")


def pem(certificate: Certificate) -> str:
    """Return a certificate as files hold it."""
    return certificate.public_bytes(Encoding.PEM).decode()


def fingerprint(certificate: Certificate) -> str:
    """Return the SHA-256 fingerprint of a certificate, as it is read aloud: « AB:CD:… »."""
    return certificate.fingerprint(SHA256()).hex(":").upper()


def _builder(public: EllipticCurvePublicKey, name: Name, issuer: Name) -> CertificateBuilder:
    serial = int.from_bytes(sha256(_der(public) + name.public_bytes()).digest()[:19])  # below 20 bytes: RFC 5280
    builder = CertificateBuilder().subject_name(name).issuer_name(issuer).public_key(public).serial_number(serial)
    return builder.add_extension(SubjectKeyIdentifier.from_public_key(public), critical=False)


def _usage(*, signs_certificates: bool) -> KeyUsage:
    signs = not signs_certificates
    return KeyUsage(
        digital_signature=signs, content_commitment=signs, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=signs_certificates, crl_sign=signs_certificates, encipher_only=False,
        decipher_only=False,
    )  # fmt: skip


def _short(public: EllipticCurvePublicKey) -> str:
    return sha256(_der(public)).hexdigest()[:8]


def _der(public: EllipticCurvePublicKey) -> bytes:
    return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
