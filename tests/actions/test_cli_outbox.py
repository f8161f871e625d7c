"""`vigie outbox`, with the mail of the settings: the scanner stops what must not leave, the folder keeps what does."""

import mailbox
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from app.mail import outbound
from app.settings import BadSettings, load
from governance.core import clock
from governance.core.outbox.outcomes import What
from governance.core.outbox.sending import send_due
from tests.actions.cli import Call, call
from tests.actions.outbox import answers, state, write
from tests.actions.test_outbox_reports import report
from tests.conftest import on_sqlite

__all__ = ["call"]

Sessions = sessionmaker[Session]


@pytest.fixture
def folder(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make the migrated database that of the installation, and give the folder it writes mail to."""
    monkeypatch.setenv("VIGIE_DATABASE_URL", database_url)
    monkeypatch.setenv("VIGIE_MAIL_FOLDER", str(tmp_path / "courriels"))
    return tmp_path / "courriels"


@on_sqlite
def test_what_is_due_is_sent_from_the_terminal_and_shown(call: Call, sessions: Sessions, folder: Path) -> None:
    identifier = write(sessions, clock.now())

    sent, listed, shown = call("outbox", "send"), call("outbox", "list"), call("outbox", "show", identifier)

    assert (sent.status, sent.out) == (0, "1 pris par le serveur\n")
    assert "odile@ccas.example" in listed.out
    assert "Pris en charge par le serveur" in shown.out
    assert len(mailbox.Maildir(folder)) == 1


@on_sqlite
def test_the_real_scanner_stops_a_nir_and_a_disease_without_repeating_them(
    call: Call, sessions: Sessions, folder: Path
) -> None:
    identifier = write(sessions, clock.now(), body="Mme suivie pour un diabète, NIR 1 85 07 78 006 000 13.")

    call("outbox", "send")

    assert state(sessions, identifier) == "failed"
    [said] = answers(sessions, identifier)
    assert said == "Le contrôle a bloqué ce message avant l'envoi : nir (1), sante (1)."
    assert not folder.exists()


@on_sqlite
def test_late_messages_end_the_command_with_an_alarm(call: Call, sessions: Sessions, folder: Path) -> None:
    folder.write_text("un fichier là où il faudrait un dossier")
    write(sessions, clock.now() - timedelta(minutes=20))

    sent, listed = call("outbox", "send"), call("outbox", "list")

    assert (sent.status, listed.status) == (1, 1)
    assert "en retard" in listed.out


@on_sqlite
def test_a_report_is_read_and_the_message_sent_again(
    call: Call, sessions: Sessions, folder: Path, tmp_path: Path
) -> None:
    identifier = write(sessions, clock.now())
    call("outbox", "send")
    (tmp_path / "avis.eml").write_bytes(report(identifier))
    (tmp_path / "autre.eml").write_bytes(b"Subject: Bonjour\n\nRien.")

    read, other = (call("outbox", "read-dsn", tmp_path / name) for name in ("avis.eml", "autre.eml"))
    bounced = state(sessions, identifier)
    again, twice = call("outbox", "resend", identifier), call("outbox", "resend", identifier)

    assert (read.status, other.status, bounced) == (0, 2, "failed")
    assert (again.status, twice.status) == (0, 2)
    assert "encore en cours d'envoi" in twice.err


@on_sqlite
def test_without_a_server_messages_wait_and_say_why(
    sessions: Sessions, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VIGIE_MAIL_FOLDER")
    identifier, at = write(sessions, clock.now()), clock.now()

    done = send_due(sessions, outbound(load(), sessions), at)

    assert done == {What.UNREACHABLE: 1}
    assert "VIGIE_SMTP_HOST" in answers(sessions, identifier)[0]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"VIGIE_SMTP_HOST": "relais.example"}, "VIGIE_MAIL_FROM"),
        ({"VIGIE_MAIL_FROM": "Vigie\r\nBcc: x@y.example"}, "la forme attendue"),
        ({"VIGIE_SMTP_TLS": "peut-être"}, "une des valeurs"),
        (
            {
                "VIGIE_SMTP_HOST": "relais.example",
                "VIGIE_MAIL_FROM": "vigie@ccas.example",
                "VIGIE_SMTP_USER": "vigie",
                "VIGIE_SMTP_TLS": "none",
            },
            "en clair",
        ),
    ],
)
def test_wrong_settings_of_mail_are_said(given: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(BadSettings, match=said):
        load()
