"""Nothing of what is checked stays anywhere: neither in the database, nor in the logs, nor in a temporary folder."""

import base64
import hashlib
import logging
import secrets
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from governance.people.actions import create_structure
from governance.people.rules import Role, StructureKind, command
from scanners.tables import Receipt
from tests.conftest import on_sqlite
from tests.scanners import samples
from tests.web.conftest import Submit
from tests.web.verifying import PAGE, adopt, check, peek, writer

__all__ = ["adopt", "writer"]

pytestmark = on_sqlite


class Canaries:
    """Words that exist nowhere else; each is handed out once, then looked for everywhere."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def word(self) -> str:
        """Return a fresh word of letters."""
        word = "canari" + "".join(secrets.choice("bcdfghjklmnpqrstvwxz") for _ in range(12))
        self.words.append(word)
        return word

    def nir(self) -> str:
        """Return a NIR that nobody bears, and that no other test writes."""
        number = f"2{secrets.randbelow(100):02d}07{secrets.randbelow(95) + 1:02d}{secrets.randbelow(990):03d}000"
        number += f"{97 - int(number) % 97:02d}"
        self.words.append(number)
        return number

    def text(self) -> str:
        """Return a comment in which most categories are found, each with a canary."""
        word = self.word()
        self.words.append(f"{word}@exemple.fr")
        return (
            f"Madame {self.word()} est diabétique, NIR {self.nir()}, son fils Kevin {self.word().capitalize()} aussi. "
            f"Écrire à {word}@exemple.fr. {self.word()}."
        )

    def traces(self, content: bytes) -> list[str]:
        """Return the canaries found in some bytes, plain or in the forms in which software hides them by mistake."""
        low = content.lower()
        return [word for word in self.words if any(form.lower() in low for form in self._forms(word))]

    @staticmethod
    def _forms(word: str) -> Iterator[bytes]:
        plain = word.encode()
        yield plain
        yield word.encode("utf-16-le")
        yield base64.b64encode(plain)[:-4]
        yield plain.hex().encode()
        yield hashlib.sha256(plain).hexdigest().encode()
        yield hashlib.md5(plain).hexdigest().encode()


@pytest.fixture
def canaries() -> Canaries:
    """Give canaries."""
    return Canaries()


@pytest.fixture
def watched_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Have temporary files written where they are looked for, and uploads never written at all."""

    def refuse(**_: object) -> None:
        raise AssertionError("Werkzeug would write this file to a temporary folder")

    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setattr("werkzeug.wrappers.request.default_stream_factory", refuse)


def test_nothing_of_what_is_checked_is_written_anywhere(
    writer: FlaskClient,
    client: FlaskClient,
    submit: Submit,
    canaries: Canaries,
    watched_folder: None,
    sessions: sessionmaker[Session],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    text = canaries.text()

    statuses = [
        # checked, typed, sent twice
        check(writer, text).status,
        check(writer, text, reason="faux_positif").status,
        peek(writer, canaries.text()).status_code,
        # files of every kind that is read, one larger than what Werkzeug keeps in memory, names included
        check(writer, canaries.text(), files=pieces(canaries)).status,
        # refused: too long, unreadable, unknown convention, wrong reason, wrong files
        check(writer, canaries.text() + "x" * 5_000).status,
        check(writer, canaries.text() + "\0").status,
        check(writer, canaries.text(), canaries.word()).status,
        check(writer, canaries.text(), reason=canaries.word()).status,
        check(writer, canaries.text(), files=[(canaries.text().encode(), f"{canaries.word()}.exe")]).status,
        check(writer, canaries.text() + "x" * 1_100_000).status,
        peek(writer, canaries.text() + "\ud800").status_code,
        peek(writer, canaries.text(), canaries.word()).status_code,
        peek(writer, [canaries.text()]).status_code,
        # signed out, stale
        submit(client, PAGE, {"comment": canaries.text()}, "/connexion").status_code,
        writer.post(PAGE, data={"csrf_token": "perime", "comment": canaries.text()}).status_code,
    ]

    assert statuses == [200, 200, 200, 200, 422, 422, 422, 422, 422, 413, 422, 404, 422, 401, 400]
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(Receipt)) == 3
    written = b"".join(path.read_bytes() for path in sorted(tmp_path.rglob("*")) if path.is_file())
    assert b"scan_receipt" in written
    said = caplog.text + "".join(capfd.readouterr())
    assert "verify" in said or "verifier" in said
    assert (canaries.traces(written), canaries.traces(said.encode())) == ([], [])


def test_a_word_listed_by_the_dpo_is_sealed_and_a_structure_s_name_proves_that_traces_are_seen(
    sign_in: Callable[..., FlaskClient],
    submit: Submit,
    canaries: Canaries,
    tmp_path: Path,
    sessions: sessionmaker[Session],
    at: datetime,
) -> None:
    name = canaries.word()

    submit(sign_in(Role.DPO), "/vocabulaire", {"word": canaries.word(), "level": "info"})
    with sessions.begin() as session:
        create_structure(session, name, StructureKind.PARTENAIRE, by=command(""), at=at)

    written = b"".join(path.read_bytes() for path in sorted(tmp_path.rglob("*")) if path.is_file())
    assert canaries.traces(written) == [name]


def pieces(canaries: Canaries) -> list[tuple[bytes, str]]:
    """Return a piece of each kind that is read, and some that cannot be."""
    return [
        (samples.pdf(canaries.text()), f"{canaries.word()}.pdf"),
        (samples.document(canaries.text()), f"{canaries.word()}.docx"),
        (samples.saved(samples.workbook([[canaries.text()]])), "tableau.xlsx"),
        ((canaries.text() + "\n" + "x" * 600_000).encode(), "grand.csv"),
        (b"%PDF-1.4 " + canaries.text().encode(), "abime.pdf"),
        (samples.PNG + canaries.text().encode(), "image.png"),
    ]
