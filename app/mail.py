"""How this installation sends mail: the server of its settings, the scanner, the certificates that were registered."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy.orm import Session, sessionmaker

from app.settings import BadSettings, Settings
from governance.core.outbox.actions import forget
from governance.core.outbox.addresses import address_of
from governance.core.outbox.claims import Claimed
from governance.core.outbox.composing import Envelope
from governance.core.outbox.folder import Folder
from governance.core.outbox.mailboxes import Imap, Maildir, applying
from governance.core.outbox.outcomes import Answer, What
from governance.core.outbox.sending import Outbound, send_due, sweep
from governance.core.outbox.smtp import Server
from governance.core.refusals import Unavailable
from governance.core.storage import reading
from governance.jobs.job import Turn
from governance.mail.queries import certificate_for
from scanners.engine import default
from scanners.findings import Level
from scanners.own_words import OwnWords
from scanners.queries import own_words

DEMO_FOLDER = Path("var/courriels")
DEMO_EXERCISE = "exercice@demonstration.example"
DEMO_SENDER = "Vigie <vigie@demonstration.example>"
LOCAL = "http://127.0.0.1:8000"  # where the demonstration is reached, without VIGIE_ADDRESS
NO_SERVER = "Aucun serveur de courrier n'est réglé (VIGIE_SMTP_HOST)."

SAID = {
    What.ACCEPTED: "pris par le serveur",
    What.DEFERRED: "remis à plus tard",
    What.REFUSED: "refusés",
    What.UNREACHABLE: "serveur injoignable",
    What.UNKNOWN: "sans réponse",
    What.BLOCKED: "bloqués par le contrôle",
    What.EXPIRED: "échus",
}


class MailIsLate(Unavailable):
    """Messages should have left and have not: the job that says so fails, so that the status page turns red."""


def outbound(settings: Settings, sessions: sessionmaker[Session]) -> Outbound:
    """Return what sends this installation's mail; raises BadSettings when the password's file cannot be read."""

    def refuses(text: str, structure: str | None) -> str | None:
        with reading(sessions) as session:
            own = own_words(session, structure).with_every_tier() if structure is not None else None
        return refusal(text, own)

    def certificate(claimed: Claimed, at: datetime) -> bytes | None:
        with reading(sessions) as session:
            return certificate_for(session, claimed.structure, claimed.recipient, at)

    return Outbound(
        sender=settings.mail_from or DEMO_SENDER,
        deliver=_deliverer(settings),
        refuses=refuses,
        certificate=certificate,
        link=lambda identifier: f"{settings.address or LOCAL}/envois/{identifier}/pieces",
    )


def where_mail_goes(settings: Settings) -> str | None:
    """Return where this installation's mail goes, in words, or None when it goes nowhere."""
    folder = _folder(settings)
    if folder is not None:
        return f"les messages sont écrits dans le dossier {folder}"
    return f"serveur {settings.smtp_host}, port {settings.smtp_port}" if settings.smtp_host else None


def refusal(text: str, own: OwnWords | None = None) -> str | None:
    """Return why a text must not leave by mail, without its words, or None: what the scanner says must not be written.

    >>> refusal("NIR 1 85 07 78 006 000 13")
    "Le contrôle a bloqué ce message avant l'envoi : nir (1)."
    """
    found = Counter(one.category.value for one in default().scan(text, own) if one.level is Level.BLOQUANT)
    if not found:
        return None
    counts = ", ".join(f"{category} ({count})" for category, count in sorted(found.items()))
    return f"Le contrôle a bloqué ce message avant l'envoi : {counts}."


def send(settings: Settings) -> Callable[[sessionmaker[Session], Turn], str]:
    """Return the job that sends what is due."""

    def work(sessions: sessionmaker[Session], turn: Turn) -> str:
        return told(send_due(sessions, outbound(settings, sessions), turn.at))

    return work


def watch(sessions: sessionmaker[Session], turn: Turn) -> str:
    """Take back what dead workers held, and raise MailIsLate while messages wait for longer than they should."""
    swept = sweep(sessions, turn.at)
    if swept.late:
        raise MailIsLate(f"{swept.late} message(s) auraient dû partir.")
    return f"{swept.recovered} repris, {swept.expired} échus" if swept.recovered or swept.expired else ""


def is_mailbox_read(settings: Settings) -> bool:
    """Tell whether the service reads a mailbox: reports of delivery and exercises arrive there."""
    return settings.mail_returns is not None or settings.imap_host is not None


def exercise_address(settings: Settings) -> str | None:
    """Return where the daily exercise is written: where it is told to, or to the mailbox that the service reads."""
    own = settings.mail_from if is_mailbox_read(settings) else None
    to = settings.rehearsal_to or (DEMO_EXERCISE if settings.demo else None) or own
    return None if to is None else address_of(to)


def read_mailbox(settings: Settings) -> Callable[[sessionmaker[Session], Turn], str]:
    """Return the job that reads the mailbox of this installation; raises MailboxAway as it runs."""

    def work(sessions: sessionmaker[Session], turn: Turn) -> str:
        read = _mailbox(settings).read(applying(sessions, exercise_address(settings), turn.at))
        return f"{read.counted} pris en compte sur {read.total} courriels" if read.total else ""

    return work


def forget_old(session: Session, turn: Turn) -> str:
    """Remove the messages that ended a year ago."""
    return f"{forget(session, turn.at)} message(s) effacé(s)"


def told(done: Counter[What]) -> str:
    """Return what a run of the worker came to, in French; "" when there was nothing to send."""
    return ", ".join(f"{done[what]} {said}" for what, said in SAID.items() if done[what])


def _deliverer(settings: Settings) -> Callable[[Envelope], Answer]:
    folder = _folder(settings)
    if folder is not None:
        return Folder(folder).deliver
    if settings.smtp_host is None or settings.mail_from is None:
        return lambda envelope: Answer(What.UNREACHABLE, NO_SERVER)
    return Server(
        settings.smtp_host, settings.smtp_port, settings.smtp_tls, address_of(settings.mail_from),
        settings.smtp_user, _password(settings), settings.smtp_authorities,
    ).deliver  # fmt: skip


def _folder(settings: Settings) -> Path | None:
    return settings.mail_folder or (DEMO_FOLDER if settings.demo and settings.smtp_host is None else None)


def _mailbox(settings: Settings) -> Imap | Maildir:
    if settings.imap_host is None or settings.imap_user is None:
        assert settings.mail_returns is not None, "the job exists only where a mailbox is read"
        return Maildir(settings.mail_returns)
    return Imap(
        settings.imap_host, settings.imap_port, settings.imap_tls, settings.imap_user,
        _secret(settings.imap_password, settings.imap_password_file, "VIGIE_IMAP_PASSWORD_FILE"),
        settings.imap_authorities, settings.imap_folder,
    )  # fmt: skip


def _password(settings: Settings) -> str | None:
    return _secret(settings.smtp_password, settings.smtp_password_file, "VIGIE_SMTP_PASSWORD_FILE")


def _secret(value: SecretStr | None, file: Path | None, name: str) -> str | None:
    if file is None:
        return value.get_secret_value() if value else None
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSettings(f"Le fichier de {name} ne peut pas être lu.") from error
