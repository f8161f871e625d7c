"""A real IMAP server (Dovecot) on loopback, and the mail server that fills its mailbox."""

import mailbox
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from governance.core.outbox.mailboxes import Imap
from governance.core.outbox.smtp import Tls
from tests.mail_server import Mailbox, identity

DOVECOT = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin")
IMAPD = Path("/usr/lib/dovecot/imap")
USER, PASSWORD = "essai@ccas.example", "Clé-Secrète-42"

SETTINGS = """
base_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = {ssl}
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
auth_mechanisms = plain
auth_failure_delay = 0
disable_plaintext_auth = {secret}
mail_location = maildir:{folder}/mail
first_valid_uid = 1
default_internal_user = {internal}
default_login_user = {login}
default_internal_group = {group}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {port}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@dataclass(frozen=True)
class Served:
    """A mailbox that an IMAP server shows: where its mails lie, how it is reached."""

    mails: Path
    port: int
    plain: int
    authorities: Path

    def imap(self, **changes: Any) -> Imap:
        """Return what reads it."""
        given: dict[str, Any] = {
            "host": "127.0.0.1", "port": self.port, "tls": Tls.IMPLICIT, "user": USER, "password": PASSWORD,
            "authorities": self.authorities,
        }  # fmt: skip
        return Imap(**given | changes)

    def add(self, content: bytes) -> None:
        """Put a mail in the mailbox, as its mail server does."""
        mailbox.Maildir(self.mails).add(content)
        own(self.mails)


class Post(Mailbox):
    """The mailbox of a mail server that puts what it takes where the IMAP server finds it."""

    def __init__(self, served: Served) -> None:
        super().__init__()
        self.served = served

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Take a mail and deliver it."""
        said = await super().handle_DATA(server, session, envelope)
        self.served.add(envelope.content)
        return said


@contextmanager
def running(ssl: str = "required") -> Iterator[Served]:
    """Give a mailbox served until the end, or skip where Dovecot is not installed."""
    if DOVECOT is None or not IMAPD.exists():
        pytest.skip("no dovecot here: apt-get install dovecot-imapd")
    folder = Path(tempfile.mkdtemp(prefix="vigie-imap-", dir="/tmp"))  # a socket's path is short, its folders open
    process = None
    try:
        served = _prepared(folder, ssl)
        process = subprocess.Popen([DOVECOT, "-F", "-c", folder / "dovecot.conf"], stderr=subprocess.DEVNULL)
        _wait(process, served.plain)
        yield served
    finally:
        if process is not None:
            process.terminate()
            process.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def _prepared(folder: Path, ssl: str) -> Served:
    folder.chmod(0o755)
    certificate, _ = identity(x509.IPAddress(ip_address("127.0.0.1"))).written(folder)
    for part in ("cur", "new", "tmp"):
        (folder / "mail" / part).mkdir(parents=True)
    owner, port, plain = _owner(), _free(), _free()
    is_root = os.geteuid() == 0
    names = {"internal": "dovecot", "login": "dovenull", "group": "dovecot"}
    if not is_root:
        names = {"internal": owner.pw_name, "login": owner.pw_name, "group": str(owner.pw_gid)}
    written = SETTINGS.format(
        folder=folder, ssl=ssl, secret="no" if ssl == "no" else "yes", password=PASSWORD, uid=owner.pw_uid,
        gid=owner.pw_gid, port=port, plain=plain, **names,
    )  # fmt: skip
    (folder / "dovecot.conf").write_text(written, "utf-8")
    own(folder / "mail")
    if is_root:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    return Served(folder / "mail", port, plain, certificate)


def _owner() -> pwd.struct_passwd:
    """Return who owns the mails: Dovecot serves nobody's as root."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())


def own(folder: Path) -> None:
    """Give a folder and its files to who owns the mails."""
    owner = _owner()
    for one in (folder, *folder.rglob("*")) if os.geteuid() == 0 else ():
        with suppress(FileNotFoundError):  # the server moved it meanwhile
            os.chown(one, owner.pw_uid, owner.pw_gid)


def _free() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(400):
        assert process.poll() is None, "dovecot did not start"
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError("dovecot does not answer")
