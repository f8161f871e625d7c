"""Time stamps, asked of a real authority: `openssl ts` behind an HTTP server of this machine."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from sqlalchemy.orm import Session, sessionmaker

from governance.core.keys import Keys
from governance.core.trail import record, signing
from governance.core.trail.checkpoints import signed_bytes
from governance.core.trail.stamping import Authority, NoStamp, ask, stamp_latest, stamped_at
from governance.core.trail.tables import TrailCheckpoint, TrailStamp
from tests.actions.timestamping import authority, folder, openssl
from tests.conftest import on_sqlite

__all__ = ["authority", "folder"]

KEYS = Keys(b"le secret du service, 32 octets.")


def test_a_checkpoint_is_stamped_once_and_openssl_agrees(
    sessions: sessionmaker[Session], at: datetime, authority: Authority, folder: Path
) -> None:
    with sessions.begin() as session:
        record(session, "acte.essai", "sujet", by="essai", structure=None, at=at)
        session.flush()
        content = signed_bytes(signing.make(session, KEYS, at).body)

    first, second = (stamp_latest(sessions, authority, at) for _ in range(2))

    with sessions() as session:
        token = session.query(TrailStamp).one().token
    (folder / "content").write_bytes(content)
    (folder / "kept.tsr").write_bytes(token)
    openssl(*("ts", "-verify", "-data", folder / "content", "-in", folder / "kept.tsr"), "-CAfile", folder / "ca.pem")
    assert (first, second) == (1, None)
    assert abs(stamped_at(token, content, authority.roots) - datetime.now(UTC)) < timedelta(minutes=5)


@on_sqlite
def test_nothing_is_stamped_of_an_empty_trail(sessions: sessionmaker[Session], at: datetime) -> None:
    assert stamp_latest(sessions, Authority("http://127.0.0.1:1/", ()), at) is None


def test_a_stamp_of_something_else_is_refused(authority: Authority, folder: Path) -> None:
    token = ask(authority, b"un point")
    stranger = x509.load_pem_x509_certificate((folder / "tsa.pem").read_bytes())

    for raw, content, roots in (
        (token, b"un autre point", authority.roots),
        (token, b"un point", (stranger,)),
        (token[:-9] + b"x" * 9, b"un point", authority.roots),
        (b"", b"un point", authority.roots),
    ):
        with pytest.raises(NoStamp):
            stamped_at(raw, content, roots)


@on_sqlite
def test_an_authority_that_is_away_leaves_the_checkpoint_to_be_stamped(
    sessions: sessionmaker[Session], at: datetime
) -> None:
    with sessions.begin() as session:
        record(session, "acte.essai", "sujet", by="essai", structure=None, at=at)
        session.flush()
        signing.make(session, KEYS, at)

    with pytest.raises(NoStamp):
        stamp_latest(sessions, Authority("http://127.0.0.1:1/", ()), at)

    with sessions() as session:
        assert session.query(TrailCheckpoint).count() == 1
        assert session.query(TrailStamp).count() == 0
