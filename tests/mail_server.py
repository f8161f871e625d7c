"""A real SMTP server on loopback, that can be made to answer as bad ones do, and certificates to try it with."""

import asyncio
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from threading import Event, Thread
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

LOST = "lost"  # the server takes the message, and the connection breaks before its answer

Script = Callable[[str, int], str | None]


@dataclass
class Mailbox:
    """What a server took, and what it says: `script(stage, count)` returns a reply, LOST, or None for « yes »."""

    script: Script = lambda stage, count: None
    taken: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    was_encrypted: list[bool] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        said = self._said("MAIL")
        if said is None:
            envelope.mail_from = address
            self.options += options
        return said or "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        said = self._said("RCPT")
        if said is None:
            envelope.rcpt_tos.append(address)
            self.options += options
        return said or "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        said = self._said("DATA")
        if said in (None, LOST):
            mail = message_from_bytes(envelope.content, policy=default)
            assert isinstance(mail, EmailMessage)
            self.taken.append(mail)
            self.recipients += envelope.rcpt_tos
            self.was_encrypted.append(session.ssl is not None)
        if said == LOST:
            server.transport.abort()
        return said or "250 2.0.0 pris en charge"

    def _said(self, stage: str) -> str | None:
        self.counts[stage] = self.counts.get(stage, 0) + 1
        return self.script(stage, self.counts[stage])


class Reporting(SMTP):
    """A server that announces DSN (RFC 3461), and keeps what is asked of it."""

    async def smtp_EHLO(self, hostname: str) -> None:
        await super().smtp_EHLO(hostname)

    async def smtp_MAIL(self, arg: str) -> None:
        await super().smtp_MAIL(self._kept(arg, ("RET=", "ENVID=")))

    async def smtp_RCPT(self, arg: str) -> None:
        await super().smtp_RCPT(self._kept(arg, ("NOTIFY=", "ORCPT=")))

    def _kept(self, arg: str, asked: tuple[str, ...]) -> str:
        words = arg.split(" ")
        self.event_handler.options += [word for word in words if word.startswith(asked)]
        return " ".join(word for word in words if not word.startswith(asked))


class ReportingMailbox(Mailbox):
    """The mailbox of a server that announces DSN."""

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, name: str, said: list[str]) -> list[str]:
        session.host_name = name
        return [*said[:-1], "250-DSN", said[-1]]


@contextmanager
def serving(mailbox: Mailbox, kind: type[SMTP] = SMTP, **options: Any) -> Iterator[int]:
    """Serve a mailbox on loopback and give its port; `implicit` is an SSL context for TLS from the first byte."""
    implicit, ready, found = options.pop("implicit", None), Event(), []
    loop = asyncio.new_event_loop()

    def make() -> SMTP:
        return kind(mailbox, hostname="relais.example", loop=loop, enable_SMTPUTF8=True, **options)

    def run() -> None:
        asyncio.set_event_loop(loop)
        server = loop.run_until_complete(loop.create_server(make, "127.0.0.1", options_port, ssl=implicit))
        found.append(server.sockets[0].getsockname()[1])
        ready.set()
        loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()

    options_port = options.pop("port", 0)
    thread = Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield found[0]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


def only(user: str, password: str) -> Callable[..., AuthResult]:
    """Return an authenticator that knows one account."""

    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (user.encode(), password.encode()))

    return check


@dataclass(frozen=True)
class Identity:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> bytes:
        """Return the certificate in PEM."""
        return self.certificate.public_bytes(Encoding.PEM)

    def written(self, folder: Path) -> tuple[Path, Path]:
        """Write the certificate and its key, and return where."""
        private = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / "cert.pem").write_bytes(self.pem)
        (folder / "key.pem").write_bytes(private)
        return folder / "cert.pem", folder / "key.pem"

    def context(self, folder: Path) -> ssl.SSLContext:
        """Return the TLS context of a server of that identity."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.written(folder))
        return context


def identity(
    *names: x509.GeneralName, key: Any = None, begins: datetime | None = None, days: int = 30, usage: bool | None = None
) -> Identity:
    """Return a self-signed identity for some names; `usage` says whether it may encipher keys, or nothing."""
    key = key or rsa.generate_private_key(65537, 2048)
    begins = begins or datetime.now(UTC) - timedelta(days=1)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Essai")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(begins)
    builder = builder.not_valid_after(begins + timedelta(days=days))
    builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    if usage is not None:
        flags = dict.fromkeys(("content_commitment", "data_encipherment", "key_agreement", "key_cert_sign"), False)
        others = dict.fromkeys(("crl_sign", "encipher_only", "decipher_only"), False)
        builder = builder.add_extension(
            x509.KeyUsage(digital_signature=True, key_encipherment=usage, **flags, **others), critical=True
        )
    return Identity(builder.sign(key, SHA256()), key)
