"""PostgreSQL lets the service in by a certificate, without any password: each user their own, and nobody without."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from app import schema
from governance.core.storage import connect
from governance.destruction.backups.databases import copied
from tests.postgres import owner, programs, server

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.skipif(programs() is None, reason="PostgreSQL is not installed: the tests start their own"),
]
NOBODY = "host all all all reject\n"
BY_CERTIFICATE = "local all all reject\nhostssl all all all cert\n" + NOBODY


@dataclass(frozen=True)
class Authority:
    """Who signs certificates, and the folder where they are written."""

    folder: Path
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def issue(self, name: str, folder: Path | None = None) -> tuple[Path, Path]:
        """Write a certificate and its key; return where they are."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = signed(name, key, self.certificate.subject, self.key, is_authority=False)
        certificate, secret = ((folder or self.folder) / f"{name}.{end}" for end in ("pem", "key"))
        certificate.write_bytes(made.public_bytes(Encoding.PEM))
        secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        secret.chmod(0o600)
        return certificate, secret

    def url(self, base: str, user: str, certificate_of: str, **more: str) -> str:
        """Return the address of the base for a user with somebody's certificate, which is issued."""
        certificate, secret = self.issue(certificate_of)
        query = {"sslmode": "verify-full", "sslrootcert": str(self.folder / "root.pem")}
        query |= {"sslcert": str(certificate), "sslkey": str(secret)} | more
        address = make_url(base).set(username=user, host="localhost", query=query)
        return address.render_as_string(hide_password=False)


def signed(
    name: str, key: ec.EllipticCurvePrivateKey, issuer: x509.Name | None, by: ec.EllipticCurvePrivateKey,
    *, is_authority: bool,
) -> x509.Certificate:  # fmt: skip
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer or subject)
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=2))
    builder = builder.add_extension(x509.BasicConstraints(is_authority, None), critical=True)
    return builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False).sign(by, SHA256())


def authority(folder: Path) -> Authority:
    """Return a fresh authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    made = Authority(folder, key, signed("autorite.example", key, None, key, is_authority=True))
    (folder / "root.pem").write_bytes(made.certificate.public_bytes(Encoding.PEM))
    return made


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Authority, str]]:
    """Give an authority, and the address of a server that lets in whoever it certifies, and nobody else."""
    signer = authority(tmp_path_factory.mktemp("certificates"))
    with server() as own:
        with psycopg.connect(own.url, autocommit=True) as admin:
            admin.execute("CREATE ROLE vigie LOGIN")
            admin.execute("CREATE ROLE autre LOGIN")
            admin.execute("CREATE DATABASE vigie OWNER vigie")
            signer.issue("localhost", own.folder)
            (own.folder / "root.pem").write_bytes((signer.folder / "root.pem").read_bytes())
            (own.folder / "pg_hba.conf").write_text(BY_CERTIFICATE)
            if (name := owner()) is not None:
                for path in own.folder.glob("*.[pk]e[my]"):
                    shutil.chown(path, name)
            for setting, value in {"cert": "localhost.pem", "key": "localhost.key", "ca": "root.pem"}.items():
                admin.execute(f"ALTER SYSTEM SET ssl_{setting}_file = '{value}'")
            admin.execute("ALTER SYSTEM SET ssl = on")
            admin.execute("SELECT pg_reload_conf()")
        yield signer, make_url(own.url).set(database="vigie").render_as_string(hide_password=False)


def test_the_service_makes_its_tables_and_is_copied_with_a_certificate_and_no_password(
    trusted: tuple[Authority, str], tmp_path: Path
) -> None:
    signer, base = trusted
    url = signer.url(base, "vigie", "vigie")

    schema.migrate(url)
    engine = connect(url)
    with engine.connect() as connection:
        how = "SELECT usename, ssl, client_dn FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)"
        told = connection.execute(sa.text(f"{how} WHERE pid = pg_backend_pid()")).one()
    is_current = schema.is_current(engine)
    copy = b"".join(copied(engine, tmp_path, "essai"))
    engine.dispose()

    assert "password" not in url
    assert tuple(told) == ("vigie", True, "/CN=vigie")
    assert is_current
    assert copy.startswith(b"PGDMP")


def test_nobody_enters_without_a_certificate_or_with_somebody_else_s_or_another_authority_s(
    trusted: tuple[Authority, str], tmp_path: Path
) -> None:
    signer, base = trusted
    stranger = authority(tmp_path)
    (tmp_path / "root.pem").write_bytes((signer.folder / "root.pem").read_bytes())
    none = make_url(signer.url(base, "vigie", "vigie")).difference_update_query(["sslcert", "sslkey"])
    refused = {
        "no certificate": none.render_as_string(hide_password=False),
        "somebody else's": signer.url(base, "vigie", "autre"),
        "another authority's": stranger.url(base, "vigie", "vigie"),
        "in the clear": signer.url(base, "vigie", "vigie", sslmode="disable"),
    }

    entered = {}
    for name, url in refused.items():
        engine = connect(url)
        try:
            engine.connect().close()
            entered[name] = True
        except OperationalError:
            entered[name] = False
        engine.dispose()

    assert entered == dict.fromkeys(refused, False)


def test_a_server_that_the_authority_does_not_know_is_not_believed(
    trusted: tuple[Authority, str], tmp_path: Path
) -> None:
    signer, base = trusted
    authority(tmp_path)

    engine = connect(signer.url(base, "vigie", "vigie", sslrootcert=str(tmp_path / "root.pem")))

    with pytest.raises(OperationalError, match="SSL error"):
        engine.connect()
    engine.dispose()
