"""Scenarios: a visa partly refused, places outside, a cut at any step, a certificate that anyone checks."""

import json
import sqlite3
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer
from sqlalchemy import create_engine, func, select, text

from governance.conventions.life import actions as entering
from governance.core.keystore import KeyGone, KeyStore
from governance.core.masters import FileMaster, GivenMaster
from governance.core.outbox.tables import OutboxContent
from governance.core.refusals import Conflict, Forbidden
from governance.core.sealed_rows import sessions_on
from governance.core.storage import reading
from governance.destruction import actions, archives, holds, jobs, queries
from governance.destruction.acting import canaries, compacting, verifying
from governance.destruction.acting.means import Means
from governance.destruction.archives import Visa
from governance.destruction.backups import making, shelf
from governance.destruction.rules import AlreadyOpened, BadVisa, GateClosed, State, StillInForce, TooLate
from governance.destruction.stores import actions as stores
from governance.destruction.stores.actions import Attestation, Draft
from governance.destruction.stores.rules import Allowed, Kind
from governance.destruction.tables import Destruction, DestructionStep, ExternalStore
from governance.jobs.job import Turn
from governance.people.actions import adopt_convention
from governance.people.queries import Adoption
from governance.people.rules import Role, command
from scanners.tables import Receipt
from tests.actions.destroying import (
    AFTER,
    CODE,
    OPENED,
    OTHER,
    Installation,
    agree,
    destroy,
    fill,
    install,
    open_and_agree,
)
from tests.conftest import on_sqlite

pytestmark = on_sqlite
VERIFIER = Path(__file__).parents[2] / "tools" / "verify_certificate.py"


@pytest.fixture
def here(tmp_path: Path, database_url: str) -> Installation:
    """Give an installation that holds rows under two conventions."""
    found = install(tmp_path, database_url)
    fill(found)
    return found


def count(here: Installation, table: Any, code: str = CODE) -> int:
    with reading(here.sessions) as session:
        return session.scalar(select(func.count()).select_from(table).where(table.convention == code)) or 0


def opened(here: Installation, code: str = CODE) -> str:
    with here.sessions.begin() as session:
        return actions.open_destruction(session, here.structure, code, by=here.person(Role.DPO), at=OPENED)


def state(here: Installation, identifier: str) -> str:
    with reading(here.sessions) as session:
        return session.get_one(Destruction, identifier).state


def errors(here: Installation) -> dict[str, str]:
    with reading(here.sessions) as session:
        return {step.name: step.error for step in session.scalars(select(DestructionStep)) if step.error}


def states(here: Installation) -> dict[str, str]:
    with reading(here.sessions) as session:
        return {step.name: step.state for step in session.scalars(select(DestructionStep))}


def written(here: Installation, identifier: str) -> tuple[Path, list[str]]:
    """Write the last certificate and its identifiers, as the pages give them."""
    with reading(here.sessions) as session:
        path = here.means.setup.ledger / "attestations"
        number = queries.certificates(session, identifier)[0].number
    ids = [f"--ids={one}" for one in sorted(here.means.setup.ledger.glob("*.ids"))]
    return path / f"{identifier}-{number}.json", ids


def verified(certificate: Path, *more: str) -> tuple[int, str]:
    done = subprocess.run([sys.executable, VERIFIER, certificate, *more], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


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


def test_rows_that_come_during_the_act_are_named_and_destroyed_too(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    identifier, real = open_and_agree(here), verifying.look
    late = iter((True,))

    def look(means: Means, work: Any) -> Any:
        if next(late, False):
            with here.sessions.begin() as session:
                session.execute(text("UPDATE scan_receipt SET convention = 'S1' WHERE convention = 'S3'"))
        return real(means, work)

    monkeypatch.setattr(verifying, "look", look)
    first = destroy(here, identifier)
    second = destroy(here, identifier)

    assert (first, second) == (False, True)
    assert (count(here, Receipt), len(here.means.ledger.entries())) == (0, 2)


def test_a_trace_found_when_all_is_read_again_has_the_database_rewritten_before_it_is_read_once_more(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    identifier, real = open_and_agree(here), verifying.look
    late = iter((True,))

    def look(means: Means, work: Any) -> Any:
        if next(late, False):
            leave_a_trace(here, canaries.read(means, work)[0].needle)
        return real(means, work)

    monkeypatch.setattr(verifying, "look", look)
    first, told, waiting = destroy(here, identifier), errors(here), states(here)
    second = destroy(here, identifier)

    assert (first, second, len(here.means.ledger.entries())) == (False, True, 1)
    assert told == {"verify": "Il reste 0 ligne(s), 1 trace(s), 0 valeur(s) qui s'ouvrent encore."}
    assert (waiting["compact"], waiting["verify"], set(states(here).values())) == ("waiting", "failed", {"done"})


def leave_a_trace(here: Installation, needle: bytes) -> None:
    """Leave bytes in a page that the database no longer uses, as a program that does not blank does."""
    with closing(sqlite3.connect(here.means.engine.url.database or "", isolation_level=None)) as raw:
        raw.execute("PRAGMA secure_delete=OFF")
        raw.execute("CREATE TABLE passage (octets BLOB)")
        raw.execute("INSERT INTO passage VALUES (?)", [needle])
        raw.execute("DROP TABLE passage")


def test_a_reader_that_stays_stops_the_certificate_and_is_told(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    identifier = open_and_agree(here)
    with here.means.engine.connect().execution_options(read_only=True) as reader:
        reader.execute(text("SELECT count(*) FROM scan_receipt")).scalar()
        monkeypatch.setattr(compacting, "BUSY_MS", 50)
        stopped = destroy(here, identifier)

    assert not stopped
    assert "lecture en cours" in errors(here)["compact"]
    assert state(here, identifier) == State.UNDERWAY
    assert destroy(here, identifier)
    assert state(here, identifier) == State.DONE


def test_a_certificate_is_final_only_when_no_backup_and_no_old_master_key_can_open_the_data(
    here: Installation, tmp_path: Path
) -> None:
    made = making.create(here.means, OPENED)
    identifier = open_and_agree(here)
    assert destroy(here, identifier)
    provisional, ids = written(here, identifier)
    setup, later = here.means.setup, made.expires_at + timedelta(days=60)

    early = jobs.finalise(here.means, Turn(AFTER, AFTER))
    shelf.expire(setup.backups, setup.backup_keys, later)
    unspoken = jobs.finalise(here.means, Turn(later, later))
    with here.sessions.begin() as session:
        escrow = session.scalars(select(ExternalStore.id).where(ExternalStore.kind == Kind.ESCROW)).one()
        said = Attestation("Copie remplacée, ancienne détruite.", b"pv")
        stores.attest(session, escrow, said, by=here.person(Role.DPO), at=later)
    last = jobs.finalise(here.means, Turn(later, later))

    assert (early, unspoken, last) == ("", "", "1 attestation(s) définitive(s)")
    final, _ = written(here, identifier)
    status, said_of_it = verified(final, *ids, f"--previous={provisional}")
    assert (status, "définitive" in said_of_it) == (0, True)
    assert verified(provisional, *ids)[0] == 0


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


@pytest.fixture
def bucket() -> Iterator[dict[str, str]]:
    """Give a bucket with versions and markers, on a server of object stores."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    client = boto3.client(
        "s3", endpoint_url=endpoint, aws_access_key_id="a", aws_secret_access_key="b", region_name="us-east-1"
    )
    client.create_bucket(Bucket="dossiers")
    client.put_bucket_versioning(Bucket="dossiers", VersioningConfiguration={"Status": "Enabled"})
    for number in range(3):
        for _ in range(2):
            client.put_object(Bucket="dossiers", Key=f"s1/{number}", Body=b"CANARI")
    client.delete_object(Bucket="dossiers", Key="s1/0")
    client.put_object(Bucket="dossiers", Key="s3/autre", Body=b"autre")
    yield {"endpoint": endpoint, "bucket": "dossiers", "prefix": "s1/", "access_key": "a", "secret_key": "b"}
    server.stop()


@pytest.mark.slow
def test_places_outside_are_emptied_and_read_again_and_their_connection_forgotten(
    here: Installation, tmp_path: Path, bucket: dict[str, str]
) -> None:
    outside = tmp_path / "ouvert" / "ccas"
    (outside / "sous").mkdir(parents=True)
    (outside / "sous" / "a.txt").write_text("CANARI")
    (outside / "b.txt").write_text("CANARI")
    (tmp_path / "ailleurs.txt").write_text("à garder")
    (outside / "lien").symlink_to(tmp_path / "ailleurs.txt")
    other = create_engine(f"sqlite:///{tmp_path / 'ouvert' / 'autre.sqlite'}")
    with other.begin() as database:
        database.execute(text("CREATE TABLE dossier (convention TEXT, nom TEXT)"))
        database.execute(text("INSERT INTO dossier VALUES ('S1', 'CANARI-SQL'), ('S1', 'CANARI-SQL'), ('S3', 'autre')"))
    allowed = Allowed((tmp_path / "ouvert",), frozenset({"127.0.0.1"}))
    here = replace(here, means=replace(here.means, setup=replace(here.means.setup, allowed=allowed)))
    sql = {"url": f"sqlite:///{tmp_path / 'ouvert' / 'autre.sqlite'}", "table": "dossier", "column": "convention"}
    drafts = (
        Draft(Kind.FOLDER, "Dossier", {"path": str(outside)}),
        Draft(Kind.SQL, "Table", sql | {"value": "S1"}),
        Draft(Kind.BUCKET, "Seau", bucket),
        Draft(Kind.PAPER, "Armoire", {}),
        Draft(Kind.SUBPROCESSOR, "Hébergeur", {"email": "dpo@hebergeur.example"}),
    )
    dpo, identifier = here.person(Role.DPO), opened(here)
    with here.sessions.begin() as session:
        ids = [stores.declare(session, identifier, one, allowed, by=dpo, at=OPENED) for one in drafts]
        archives.answer_without_visa(session, identifier, "Copies.", by=dpo, at=OPENED)
    agree(here, identifier)

    waiting = destroy(here, identifier)
    with here.sessions.begin() as session:
        with pytest.raises(Conflict):
            stores.attest(session, ids[0], Attestation("Vide."), by=dpo, at=AFTER)
        for one in ids[3:]:
            stores.attest(session, one, Attestation("Broyé devant nous."), by=dpo, at=AFTER)
    over = destroy(here, identifier)

    assert (waiting, over) == (False, True)
    assert [*outside.iterdir()] == []
    assert (tmp_path / "ailleurs.txt").read_text() == "à garder"
    with other.connect() as database:
        assert database.execute(text("SELECT convention FROM dossier")).scalars().all() == ["S3"]
    assert b"CANARI-SQL" not in (tmp_path / "ouvert" / "autre.sqlite").read_bytes()
    client = boto3.client(
        "s3", endpoint_url=bucket["endpoint"], aws_access_key_id="a", aws_secret_access_key="b", region_name="us-east-1"
    )
    left = client.list_object_versions(Bucket="dossiers")
    assert [one["Key"] for one in (*left["Versions"], *left.get("DeleteMarkers", ()))] == ["s3/autre"]
    with reading(here.sessions) as session:
        found = {row.label: (row.before, row.after, row.connection) for row in session.scalars(select(ExternalStore))}
        asked = session.scalar(text("SELECT count(*) FROM outbox_message WHERE kind = 'destruction.request'"))
    assert (found["Dossier"], found["Table"], found["Seau"]) == ((3, 0, None), (2, 0, None), (7, 0, None))
    assert asked == 1
    certificate, files = written(here, identifier)
    assert verified(certificate, *files)[0] == 0


def test_a_store_that_refuses_is_told_tried_again_and_stops_nothing_else(here: Installation, tmp_path: Path) -> None:
    allowed = Allowed((tmp_path / "ouvert",), frozenset({"127.0.0.1:1"}))
    here = replace(here, means=replace(here.means, setup=replace(here.means.setup, allowed=allowed)))
    dpo, identifier = here.person(Role.DPO), opened(here)
    way = {"url": "postgresql+psycopg://u:secret@127.0.0.1:1/base", "table": "t", "whole": "oui"}
    with here.sessions.begin() as session:
        stores.declare(session, identifier, Draft(Kind.SQL, "Base", way), allowed, by=dpo, at=OPENED)
        archives.answer_without_visa(session, identifier, "Copies.", by=dpo, at=OPENED)
    agree(here, identifier)

    over = (destroy(here, identifier), destroy(here, identifier))

    [(name, said)] = errors(here).items()
    assert over == (False, False)
    assert name.startswith("store:")
    assert "secret" not in said
    assert (count(here, Receipt), state(here, identifier)) == (0, State.UNDERWAY)


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


def test_a_master_key_of_the_environment_is_replaced_by_whoever_gives_it_and_the_act_waits_for_them(
    tmp_path: Path, database_url: str
) -> None:
    first, second = (b64encode(letter.encode() * 32).decode() for letter in "ab")
    here = install(tmp_path, database_url, master=GivenMaster(first))
    fill(here)
    identifier = open_and_agree(here)

    def given(*keys: str) -> Installation:
        store = KeyStore(tmp_path / "keys", GivenMaster(*keys))
        return replace(here, means=replace(here.means, sessions=sessions_on(here.means.engine, store)))

    alone = destroy(here, identifier), errors(here)
    both = destroy(given(first, second), identifier), errors(here)
    after = destroy(given(second), identifier)

    assert (alone[0], both[0], after) == (False, False, True)
    assert "VIGIE_MASTER_KEY_NEXT" in alone[1]["keys"]
    assert "encore dans l'environnement" in both[1]["old-master"]
    assert state(here, identifier) == State.DONE


def test_a_wrong_master_key_stops_the_act_and_the_right_one_ends_it(here: Installation, tmp_path: Path) -> None:
    dpo, identifier = here.person(Role.DPO), opened(here)
    with here.sessions.begin() as session:
        archives.answer_without_visa(session, identifier, "Copies.", by=dpo, at=OPENED)
    agree(here, identifier)
    wrong = FileMaster(tmp_path / "another")
    wrong.create()
    store = KeyStore(tmp_path / "keys", wrong)
    other = replace(here, means=replace(here.means, sessions=sessions_on(here.means.engine, store)))

    over = destroy(other, identifier)

    assert not over
    assert "clé maître" in errors(here)["keys"]
    assert destroy(here, identifier)
