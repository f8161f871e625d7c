"""The places outside are emptied and read again: folders, tables of other databases, buckets."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import boto3
import psycopg
import pytest
from moto.server import ThreadedMotoServer
from sqlalchemy import create_engine, select, text
from sqlalchemy.engine import make_url

from governance.core.refusals import Conflict
from governance.core.storage import reading
from governance.destruction import archives
from governance.destruction.rules import State
from governance.destruction.stores import actions as stores
from governance.destruction.stores import connectors
from governance.destruction.stores.actions import Attestation, Draft
from governance.destruction.stores.rules import Allowed, Connection, Kind, StoreRefuses
from governance.destruction.tables import ExternalStore
from governance.people.rules import Role
from scanners.tables import Receipt
from tests.actions.destroyed import count, errors, opened, state, verified, written
from tests.actions.destroying import (
    AFTER,
    OPENED,
    Installation,
    agree,
    destroy,
    here,
)
from tests.conftest import database, on_sqlite

__all__ = ["here"]

pytestmark = on_sqlite


@pytest.fixture
def bucket() -> Iterator[dict[str, str]]:
    """Give a bucket with versions, markers and sendings that were cut, on a server of object stores."""
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
    for key in ("s1/coupe", "s1/coupe", "s3/coupe"):
        upload = client.create_multipart_upload(Bucket="dossiers", Key=key)["UploadId"]
        client.upload_part(Bucket="dossiers", Key=key, UploadId=upload, PartNumber=1, Body=b"CANARI")
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
    assert [one["Key"] for one in client.list_multipart_uploads(Bucket="dossiers")["Uploads"]] == ["s3/coupe"]
    with reading(here.sessions) as session:
        found = {row.label: (row.before, row.after, row.connection) for row in session.scalars(select(ExternalStore))}
        asked = session.scalar(text("SELECT count(*) FROM outbox_message WHERE kind = 'destruction.request'"))
    assert (found["Dossier"], found["Table"], found["Seau"]) == ((3, 0, None), (2, 0, None), (9, 0, None))
    assert asked == 1
    certificate, files = written(here, identifier)
    assert verified(certificate, *files)[0] == 0


@pytest.fixture
def server(postgres: str) -> Iterator[str]:
    """Give the address of a PostgreSQL database that is not the service's, with dossiers of two conventions."""
    with database(postgres) as url:
        with psycopg.connect(url) as outside:
            outside.execute("CREATE SCHEMA metier")
            outside.execute("CREATE TABLE metier.dossier (convention TEXT, nom TEXT)")
            for code, count in (("S1", 200), ("S3", 3)):
                outside.execute(
                    "INSERT INTO metier.dossier SELECT %s, 'CANARI-' || %s || n FROM generate_series(1, %s) AS n",
                    [code, code, count],
                )
            outside.execute("CREATE INDEX ON metier.dossier (nom)")
        yield url


@pytest.mark.postgresql
def test_a_table_of_a_server_that_is_not_the_services_is_emptied_of_the_convention_and_rewritten(
    here: Installation, server: str
) -> None:
    allowed = Allowed((), frozenset({make_url(server).host or ""}))
    here = replace(here, means=replace(here.means, setup=replace(here.means.setup, allowed=allowed)))
    way = {"url": server, "table": "metier.dossier", "column": "convention", "value": "S1"}
    dpo, identifier = here.person(Role.DPO), opened(here)
    with here.sessions.begin() as session:
        stores.declare(session, identifier, Draft(Kind.SQL, "Base métier", way), allowed, by=dpo, at=OPENED)
        archives.answer_without_visa(session, identifier, "Copies.", by=dpo, at=OPENED)
    agree(here, identifier)

    over = any(destroy(here, identifier) for _ in range(6))  # others' transactions may make it wait for its next turn

    with psycopg.connect(server) as database:
        left = database.execute("SELECT DISTINCT convention, count(*) FROM metier.dossier GROUP BY 1").fetchall()
        raw = "SELECT pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class WHERE relname LIKE 'dossier%'"
        files = b"".join(bytes(row[0]) for row in database.execute(raw))
        stats = database.execute("SELECT most_common_vals::text || histogram_bounds::text FROM pg_stats").fetchall()
    with reading(here.sessions) as session:
        found = session.scalars(select(ExternalStore).where(ExternalStore.kind == Kind.SQL)).one()
        assert (found.before, found.after, found.connection) == (200, 0, None)
    assert (over, left) == (True, [("S3", 3)])
    assert (b"CANARI-S1" in files, b"CANARI-S3" in files) == (False, True)
    assert "CANARI-S1" not in str(stats)


def test_a_file_that_has_another_name_elsewhere_is_left_whole_and_told(here: Installation, tmp_path: Path) -> None:
    outside = tmp_path / "ouvert" / "ccas"
    outside.mkdir(parents=True)
    (tmp_path / "ailleurs.txt").write_text("à garder")
    (outside / "lien.txt").hardlink_to(tmp_path / "ailleurs.txt")
    (outside / "a.txt").write_text("CANARI")
    way = Connection(Kind.FOLDER, {"path": str(outside)})
    allowed = Allowed((tmp_path / "ouvert",))

    with pytest.raises(StoreRefuses, match="lien physique"):
        connectors.destroy(way, allowed)
    before = connectors.count(way, allowed)
    (tmp_path / "ailleurs.txt").unlink()
    connectors.destroy(way, allowed)

    assert (before, connectors.count(way, allowed)) == (2, 0)


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
