"""Scenarios: what must come first, a visa partly refused, a certificate that anyone checks."""

import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from governance.conventions.life import actions as entering
from governance.core.keystore import KeyGone
from governance.core.outbox.tables import OutboxContent
from governance.core.refusals import Forbidden
from governance.core.storage import reading
from governance.core.trail.stamping import Authority, ask
from governance.destruction import actions, archives, holds, jobs, queries
from governance.destruction.archives import Visa
from governance.destruction.rules import AlreadyOpened, BadVisa, GateClosed, State, StillInForce, TooLate
from governance.destruction.tables import Destruction
from governance.jobs.job import Turn
from governance.people.actions import adopt_convention
from governance.people.queries import Adoption
from governance.people.rules import Role, command
from scanners.tables import Receipt
from tests.actions.destroyed import count, opened, state, verified, written
from tests.actions.destroying import (
    AFTER,
    CODE,
    OPENED,
    OTHER,
    Installation,
    agree,
    destroy,
    here,
    open_and_agree,
)
from tests.actions.timestamping import authority, folder, openssl
from tests.conftest import on_sqlite

__all__ = ["here"]

__all__ = ["authority", "folder"]

pytestmark = on_sqlite


def test_one_still_in_force_one_opened_twice_and_one_begun_are_refused(here: Installation) -> None:
    dpo = here.person(Role.DPO)
    identifier = opened(here)

    with pytest.raises(StillInForce):
        opened(here, OTHER)
    with pytest.raises(AlreadyOpened):
        opened(here)
    with here.sessions.begin() as session, pytest.raises(GateClosed, match="archives"):
        actions.consent(session, identifier, (), by=dpo, at=AFTER)
    with here.sessions.begin() as session, pytest.raises(Forbidden):
        actions.consent(session, identifier, (), by=here.person(Role.TECHNICIEN), at=AFTER)

    assert count(here, Receipt) == 3


def test_called_off_during_the_grace_period_nothing_is_lost_and_it_can_be_opened_again(here: Installation) -> None:
    identifier = opened(here)

    with here.sessions.begin() as session:
        actions.cancel(session, identifier, by=here.person(Role.DPO), at=OPENED)
    again = opened(here)

    assert (state(here, identifier), state(here, again)) == (State.CANCELLED, State.OPENED)
    assert count(here, Receipt) == 3


def test_once_begun_it_is_not_called_off(here: Installation) -> None:
    identifier = open_and_agree(here)

    with here.sessions.begin() as session, pytest.raises(TooLate):
        actions.cancel(session, identifier, by=here.person(Role.DPO), at=AFTER)


def test_K16_what_a_partial_visa_refuses_stays_readable_and_is_destroyed_once_released(
    here: Installation, tmp_path: Path
) -> None:
    dpo, identifier = here.person(Role.DPO), opened(here)
    with here.sessions.begin() as session:
        archives.send_slip(session, identifier, date(2026, 11, 3), by=dpo, at=OPENED + timedelta(days=1))
        reference = queries.slip_of(session, identifier).reference
        for wrong in (Visa("BE-AUTRE", date(2026, 11, 5), b"x"), Visa(reference, date(2027, 1, 1), b"x")):
            with pytest.raises(BadVisa):
                archives.answer_with_visa(session, identifier, wrong, by=dpo, at=AFTER)
        refused = frozenset({"outbox_content", "outbox_attachment"})
        visa = Visa(reference, date(2026, 11, 5), b"%PDF vise", refused)
        archives.answer_with_visa(session, identifier, visa, by=dpo, at=AFTER)
    agree(here, identifier)

    assert destroy(here, identifier)

    assert (state(here, identifier), count(here, Receipt), count(here, OutboxContent)) == (State.HELD, 0, 3)
    with reading(here.sessions) as session:
        kept = session.scalars(select(OutboxContent).where(OutboxContent.convention == CODE)).all()
        assert {row.body for row in kept} == {"CANARI" * 5}
        hold = queries.holds_of(session, session.get_one(Destruction, identifier))[0].id
    certificate, ids = written(here, identifier)
    assert verified(certificate, *ids)[0] == 0
    with here.sessions.begin() as session:
        holds.release(session, hold, by=dpo, at=AFTER + timedelta(days=1))
    assert destroy(here, identifier, at=AFTER + timedelta(days=1))
    assert (state(here, identifier), count(here, OutboxContent)) == (State.DONE, 0)
    with pytest.raises(KeyGone):
        here.means.store.current(here.domain)
    certificate, ids = written(here, identifier)
    assert verified(certificate, *ids)[0] == 0


DAMAGES: tuple[tuple[str, Callable[[Any], None], str], ...] = (
    ("count", lambda d: d["certificate"]["acts"][0]["tables"]["scan_receipt"].update(before=2), "signature"),
    ("left", lambda d: d["certificate"]["acts"][0]["tables"]["scan_receipt"].update(after=1), "il reste 1 ligne"),
    ("root", lambda d: d["certificate"]["acts"][0].update(root="00" * 32), "racine du passage 1"),
    ("person", lambda d: d["certificate"]["persons"].pop(), "Deux personnes"),
    ("state", lambda d: d["certificate"].update(state="final"), "copie de secours"),
    ("point", lambda d: d["certificate"]["trail"]["checkpoint"].update(entries=1), "point de contrôle"),
    ("gate", lambda d: d["certificate"]["gates"][1].update(open=False), "préalable"),
    ("archives", lambda d: d["certificate"].update(archives=None), "archives"),
    ("dates", lambda d: d["certificate"].update(started_at="2020-01-01T00:00:00+00:00"), "se suivent pas"),
    ("master", lambda d: d["certificate"]["acts"][0]["old_master"].clear(), "ancienne clé maître"),
)


@pytest.mark.slow
def test_a_damaged_certificate_names_what_is_wrong(here: Installation, tmp_path: Path) -> None:
    identifier = open_and_agree(here)
    assert destroy(here, identifier)
    good, ids = written(here, identifier)
    assert verified(good, *ids)[0] == 0

    for name, damage, told in DAMAGES:
        document = json.loads(good.read_text())
        damage(document)
        bad = tmp_path / f"{name}.json"
        bad.write_text(json.dumps(document))
        status, said = verified(bad, *ids)
        assert (status, told in said) == (1, True), (name, said)
    (tmp_path / "rien.json").write_text("{}")
    assert verified(tmp_path / "rien.json")[0] == 2
    assert verified(good, f"--ids={good}")[0] == 1


def test_a_certificate_is_time_stamped_by_an_authority_which_may_be_away_and_openssl_agrees(
    here: Installation, authority: Authority, folder: Path, tmp_path: Path
) -> None:
    away = Authority("http://127.0.0.1:1/", authority.roots)
    identifier = open_and_agree(with_authority(here, away))
    assert destroy(with_authority(here, away), identifier)
    certificate, ids = written(here, identifier)
    alone = verified(certificate, f"--stamp-out={tmp_path}")

    jobs.finalise(with_authority(here, authority).means, Turn(AFTER, AFTER))
    stamped = verified(certificate, *ids, f"--stamp-out={tmp_path}")

    assert (alone[0], "n'est pas horodatée" in alone[1], stamped[0]) == (1, True, 0)
    parts = ("-data", tmp_path / "attestation.bin", "-in", tmp_path / "attestation.tsr", "-CAfile", folder / "ca.pem")
    openssl("ts", "-verify", *parts)
    document = json.loads(certificate.read_text())
    document["stamp"] = b64encode(ask(authority, b"autre chose")).decode()
    certificate.write_text(json.dumps(document))
    assert "L'horodatage n'est pas celui de cette attestation." in verified(certificate, *ids)[1]


def with_authority(here: Installation, authority: Authority) -> Installation:
    return replace(here, means=replace(here.means, setup=replace(here.means.setup, authority=authority)))


def test_S0_while_one_of_two_caisses_stays_bound_nothing_is_destroyed(here: Installation) -> None:
    with here.sessions.begin() as session:
        by = command(here.structure)
        adopt_convention(session, here.structure, Adoption("S0", date(2025, 11, 1), None), by=by, at=OPENED)
        left = entering.Draft(entering.Kind.ENDED, date(2026, 10, 1), "Accord signé", caisse="artois")
        entering.enter(session, "S0", left, by=by, at=OPENED)

    with pytest.raises(StillInForce):
        opened(here, "S0")

    with here.sessions.begin() as session:
        last = entering.Draft(entering.Kind.ENDED, date(2026, 10, 15), "Accord signé", caisse="cotedopale")
        entering.enter(session, "S0", last, by=by, at=OPENED)
    with reading(here.sessions) as session:
        assert session.scalars(select(Destruction.state).where(Destruction.convention == "S0")).all() == [State.OPENED]


def test_S3r_a_renewal_typed_late_closes_the_gate_of_a_destruction_that_was_opened(here: Installation) -> None:
    identifier = opened(here)
    dpo = here.person(Role.DPO)
    with here.sessions.begin() as session:
        archives.answer_without_visa(session, identifier, "Copies.", by=dpo, at=OPENED)
        session.execute(text("UPDATE adopted_convention SET effective_to = NULL WHERE code = 'S1'"))

    with here.sessions.begin() as session, pytest.raises(GateClosed, match="en vigueur"):
        actions.consent(session, identifier, (), by=dpo, at=AFTER)
