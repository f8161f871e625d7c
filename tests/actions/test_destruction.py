"""Destroying what a structure keeps under a convention: everything goes, nothing else does, and it is proved."""

from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from governance.core.keystore import KeyGone
from governance.core.outbox.tables import OutboxAttachment, OutboxContent, OutboxMessage
from governance.core.storage import reading
from governance.destruction import queries
from governance.destruction.rules import State
from governance.destruction.tables import Destruction, DestructionStep
from scanners.tables import Receipt
from tests.actions.destroying import (
    CODE,
    OTHER,
    Installation,
    destroy,
    fill,
    here,
    install,
    open_and_agree,
)
from tests.conftest import on_postgresql

__all__ = ["here"]


def counts(here: Installation, code: str) -> dict[str, int]:
    """Return how many rows of each kind a convention has."""
    with reading(here.sessions) as session:
        return {
            table.__tablename__: session.scalar(select(func.count()).select_from(table).where(table.convention == code))
            or 0
            for table in (Receipt, OutboxContent, OutboxAttachment, OutboxMessage)
        }


def test_what_belongs_to_the_convention_goes_and_the_rest_stays_readable(here: Installation) -> None:
    identifier = open_and_agree(here)

    is_over = destroy(here, identifier)

    with reading(here.sessions) as session:
        steps = {(s.name, s.state, s.error) for s in session.scalars(select(DestructionStep)) if s.error}
    assert (is_over, steps) == (True, set())
    assert counts(here, CODE) == {"scan_receipt": 0, "outbox_content": 0, "outbox_attachment": 0, "outbox_message": 3}
    assert counts(here, OTHER) == dict.fromkeys(counts(here, OTHER), 3)
    with reading(here.sessions) as session:
        bodies = {row.body for row in session.scalars(select(OutboxContent))}
        assert session.get_one(Destruction, identifier).state == State.DONE
        assert len(queries.certificates(session, identifier)) == 1
    assert bodies == {"CANARI" * 5}
    with pytest.raises(KeyGone):
        here.means.store.current(here.domain)


@on_postgresql
def test_the_statistics_of_a_table_that_is_emptied_forget_what_was_in_it(tmp_path: Path, database_url: str) -> None:
    here = install(tmp_path, database_url)
    fill(here, (CODE,), many=40)
    with here.means.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
        before = said(connection)
    identifier = open_and_agree(here)

    over = any(destroy(here, identifier) for _ in range(6))  # others' transactions may make it wait for its next turn

    with reading(here.sessions) as session:
        steps = {step.name: step.error for step in session.scalars(select(DestructionStep)) if step.error}
    with here.means.engine.connect() as connection:
        after = said(connection)
    assert (over, steps) == (True, {})
    assert ("CANARI" in before, "CANARI" in after) == (True, False)
    here.means.engine.dispose()


def said(connection: Connection) -> str:
    return str(connection.exec_driver_sql("SELECT histogram_bounds::text, most_common_vals::text FROM pg_stats").all())
