"""Mailboxes that the service reads: a Maildir of this machine, or a folder of an IMAP server, each mail once."""

import imaplib
import mailbox
import re
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy.orm import Session, sessionmaker

from governance.core import clock
from governance.core.outbox.reports import REPORT_BYTES, take_in
from governance.core.outbox.smtp import TIMEOUT_SECONDS, Tls
from governance.core.refusals import Unavailable

AT_ONCE = 500  # mails of one reading: a mailbox left for years is read in several

_UID = re.compile(rb"\bUID (\d+)")

# Whether a mail counted; its effect is committed when this returns.
Take = Callable[[bytes], bool]


class MailboxAway(Unavailable):
    """The mailbox cannot be read: no server, no such account, no such folder."""


class Read(NamedTuple):
    """How many mails counted, out of how many that were new."""

    counted: int
    total: int


@dataclass(frozen=True, slots=True)
class Maildir:
    """A Maildir of this machine."""

    path: Path

    def read(self, take: Take) -> Read:
        """Hand over each new mail, then mark it seen; raises MailboxAway."""
        try:
            folder = mailbox.Maildir(self.path, create=False)
            new = sorted(key for key in folder.keys() if folder.get_message(key).get_subdir() == "new")  # noqa: SIM118
        except (OSError, mailbox.Error) as error:
            raise MailboxAway(f"Le dossier Maildir ne peut pas être lu ({type(error).__name__}).") from error
        return Read(sum([_taken(folder, key, take) for key in new]), len(new))


@dataclass(frozen=True, slots=True)
class Imap:
    """A folder of an account of an IMAP server (RFC 9051, or 3501)."""

    host: str
    port: int
    tls: Tls
    user: str
    password: str | None = field(default=None, repr=False)
    authorities: Path | None = None
    folder: str = "INBOX"
    timeout: float = TIMEOUT_SECONDS

    def read(self, take: Take) -> Read:
        """Hand over each mail that is not seen, then mark it seen; raises MailboxAway."""
        try:
            with self._selected() as imap:
                new = _unseen(imap)[:AT_ONCE]
                return Read(sum([_fetched(imap, one, take) for one in new]), len(new))
        except (OSError, imaplib.IMAP4.error) as error:
            raise MailboxAway(f"La boîte IMAP ne peut pas être relevée ({type(error).__name__}).") from error

    @contextmanager
    def _selected(self) -> Iterator[imaplib.IMAP4]:
        imap = self._connected()
        try:
            self._sign_in(imap)
            _ok(imap.select(_quoted(self.folder)))
            yield imap
        finally:
            with suppress(OSError, imaplib.IMAP4.error):
                imap.logout()

    def _sign_in(self, imap: imaplib.IMAP4) -> None:
        # RFC 4616, which every server of RFC 9051 knows: UTF-8, where LOGIN has ASCII alone.
        imap.authenticate("PLAIN", lambda _: f"\0{self.user}\0{self.password or ''}".encode())

    def _connected(self) -> imaplib.IMAP4:
        context = ssl.create_default_context(cafile=self.authorities)
        if self.tls is Tls.IMPLICIT:
            return imaplib.IMAP4_SSL(self.host, self.port, ssl_context=context, timeout=self.timeout)
        imap = imaplib.IMAP4(self.host, self.port, timeout=self.timeout)
        try:
            if self.tls is Tls.STARTTLS:
                imap.starttls(context)  # refused when the server does not offer it: never in clear instead
        except BaseException:
            imap.shutdown()
            raise
        return imap


def applying(sessions: sessionmaker[Session], address: str | None, at: datetime) -> Take:
    """Return what applies each mail in a transaction of its own; `address`: that of the exercises."""
    now = clock.running(at)

    def take(raw: bytes) -> bool:
        with sessions.begin() as session:
            return take_in(session, raw, address, now())

    return take


def _taken(folder: mailbox.Maildir, key: str, take: Take) -> bool:
    counts = take(folder.get_bytes(key)[:REPORT_BYTES])
    with suppress(KeyError):  # another reader moved it an instant before: its effect is counted once
        seen = folder.get_message(key)
        seen.set_subdir("cur")
        seen.add_flag("S")
        folder[key] = seen
    return counts


def _unseen(imap: imaplib.IMAP4) -> list[str]:
    found = _ok(imap.uid("SEARCH", "UNSEEN"))
    return found[0].decode("ascii").split() if found and found[0] else []


def _fetched(imap: imaplib.IMAP4, uid: str, take: Take) -> bool:
    """Take a mail; one that another reader removed meanwhile is passed over."""
    parts = _ok(imap.uid("FETCH", uid, f"(UID BODY.PEEK[]<0.{REPORT_BYTES}>)"))
    raw = next((part[1] for part in parts if isinstance(part, tuple) and _UID.search(part[0])), None)
    counts = raw is not None and take(raw)
    _ok(imap.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)"))
    return counts


def _ok(answer: tuple[str, Sequence[Any]]) -> Sequence[Any]:
    kind, parts = answer
    if kind != "OK":
        raise imaplib.IMAP4.error("refused")
    return parts


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", r"\\").replace('"', r"\"") + '"'
