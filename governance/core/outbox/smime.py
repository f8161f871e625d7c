"""S/MIME (RFC 8551): which certificates can be written to, and encrypting to one."""

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from governance.core.refusals import Invalid

RSA_BITS = 2048  # ANSSI, RGS annexe B1: the least until 2030
ENOUGH_BITS = 3072  # 128 bits of security (OWASP ASVS 5.0, 11.2.3)
CERTIFICATE_BYTES = 20_000

_PEM = b"-----BEGIN CERTIFICATE-----"
_PURPOSES = (ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE)


class BadCertificate(Invalid):
    """Nothing can be encrypted to this certificate."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """What a certificate says: for whom, by whom, from when to when; `der` is the certificate itself."""

    der: bytes
    subject: str
    issuer: str
    fingerprint: str
    begins_at: datetime
    ends_at: datetime


def read_certificate(raw: bytes, address: str, at: datetime) -> Recipient:
    """Return what a PEM or DER certificate says, once it can serve to write to an address; raises BadCertificate."""
    certificate = _parsed(raw)
    _check_key(certificate)
    _check_usage(certificate)
    _check_address(certificate, address)
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not begins <= at < ends:
        raise _refusal(f"Ce certificat vaut du {begins:%d/%m/%Y} au {ends:%d/%m/%Y}.")
    return Recipient(
        certificate.public_bytes(Encoding.DER), _name(certificate.subject), _name(certificate.issuer),
        certificate.fingerprint(SHA256()).hex(), begins, ends,
    )  # fmt: skip


def short_key(certificate: bytes) -> int | None:
    """Return the bits of the key of a certificate (DER) that serves but should be replaced; None when it is enough."""
    key = x509.load_der_x509_certificate(certificate).public_key()
    return key.key_size if isinstance(key, rsa.RSAPublicKey) and key.key_size < ENOUGH_BITS else None


def encrypt(content: bytes, certificate: bytes) -> bytes:
    """Return content enveloped for the holder of a certificate (both DER), in AES-256-CBC.

    The library's default is AES-128; its key transport is RSA with PKCS#1 v1.5, hence RSA certificates only.
    """
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(content).add_recipient(x509.load_der_x509_certificate(certificate))
    sealed = builder.set_content_encryption_algorithm(AES256)
    return sealed.encrypt(Encoding.DER, [pkcs7.PKCS7Options.Binary])


def _parsed(raw: bytes) -> x509.Certificate:
    if len(raw) > CERTIFICATE_BYTES:
        raise _refusal("Ce fichier est trop gros pour un certificat.")
    try:
        is_pem = _PEM in raw
        return x509.load_pem_x509_certificate(raw) if is_pem else x509.load_der_x509_certificate(raw)
    except ValueError:
        raise _refusal("Ce fichier n'est pas un certificat (PEM ou DER).") from None


def _check_key(certificate: x509.Certificate) -> None:
    try:
        key = certificate.public_key()
    except (ValueError, TypeError, NotImplementedError):
        raise _refusal("La clé de ce certificat ne peut pas être lue.") from None
    if isinstance(key, ec.EllipticCurvePublicKey):
        raise _refusal(
            "Ce certificat porte une clé à courbe elliptique : seuls les certificats RSA peuvent servir ici."
        )
    if not isinstance(key, rsa.RSAPublicKey):
        raise _refusal("Seuls les certificats RSA peuvent servir ici.")
    if key.key_size < RSA_BITS:
        raise _refusal(f"La clé de ce certificat est trop courte : {RSA_BITS} bits au moins.")


def _check_usage(certificate: x509.Certificate) -> None:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        if not usage.key_encipherment:
            raise _refusal("Ce certificat ne sert pas à chiffrer (il est réservé à la signature).")
    except x509.ExtensionNotFound:
        pass
    except ValueError:
        raise _refusal("Les extensions de ce certificat ne peuvent pas être lues.") from None
    try:
        purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return
    if not any(purpose in purposes for purpose in _PURPOSES):
        raise _refusal("Ce certificat n'est pas fait pour la messagerie.")


def _check_address(certificate: x509.Certificate, address: str) -> None:
    named = {str(one.value) for one in certificate.subject.get_attributes_for_oid(NameOID.EMAIL_ADDRESS)}
    try:
        other = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        named.update(other.get_values_for_type(x509.RFC822Name))
    except x509.ExtensionNotFound:
        pass
    if address.lower() not in {one.lower() for one in named}:
        raise _refusal("Ce certificat n'est pas celui de cette adresse.")


def _name(name: x509.Name) -> str:
    common = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    text = str(common[0].value) if common else name.rfc4514_string()
    return "".join(one for one in text if one.isprintable())[:200]


def _refusal(message: str) -> BadCertificate:
    return BadCertificate(message, field="certificate")
