"""Other places that hold canaries: a folder, tables of two other databases, a bucket with versions and cut sendings."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import psycopg
from moto.server import ThreadedMotoServer
from sqlalchemy.engine import make_url

from benchmarks._destruction_places import POSTGRES
from governance.destruction.stores.actions import Draft
from governance.destruction.stores.rules import Allowed, Kind
from tests.actions.destroying import Installation

MARK = b"CANARI-dehors-"


@dataclass(frozen=True)
class Outside:
    """An installation with places outside, and how many canaries they hold, read raw."""

    here: Installation
    stores: tuple[Draft, ...]
    folder: Path
    client: Any
    server: str

    def count(self) -> dict[str, int]:
        """Return how many canaries each place holds."""
        files = sum(path.read_bytes().count(MARK) for path in (self.folder / "dossier").rglob("*") if path.is_file())
        table = sum(path.read_bytes().count(MARK) for path in self.folder.glob("autre.sqlite*"))
        found = self.client.list_object_versions(Bucket="dossiers", MaxKeys=100_000)
        objects = len(found.get("Versions", ())) + len(found.get("DeleteMarkers", ()))
        cut = len(self.client.list_multipart_uploads(Bucket="dossiers").get("Uploads", ()))
        return {"dossier": files, "SQLite": table, "PostgreSQL": self._on_server(), "S3": objects, "envois coupés": cut}

    def _on_server(self) -> int:
        if not self.server:
            return 0
        with psycopg.connect(self.server, autocommit=True) as database:
            database.execute("CHECKPOINT")
            read = "SELECT pg_read_binary_file(pg_relation_filepath('dossier'))"
            stats = database.execute(
                "SELECT histogram_bounds::text FROM pg_stats WHERE tablename = 'dossier'"
            ).fetchall()
            row = database.execute(read).fetchone()
        return bytes(row[0]).count(MARK) + str(stats).count(MARK.decode()) if row else 0


@contextmanager
def outside(here: Installation, many: int) -> Iterator[Outside]:
    """Put canaries in places outside, and let the installation reach them."""
    folder = here.folder / "dehors"
    (folder / "dossier").mkdir(parents=True)
    for number in range(many):
        (folder / "dossier" / f"{number}.txt").write_bytes(MARK + str(number).encode())
    with closing(sqlite3.connect(folder / "autre.sqlite")) as other, other:
        other.execute("CREATE TABLE dossier (convention TEXT, nom TEXT)")
        values = [("S1", (MARK + str(number).encode()).decode()) for number in range(many)]
        other.executemany("INSERT INTO dossier VALUES (?, ?)", values)
    with ExitStack() as stack:
        client, bucket = stack.enter_context(_bucket(many))
        server = stack.enter_context(_server(many))
        allowed = Allowed((here.folder,), frozenset({"127.0.0.1", make_url(POSTGRES).host or ""}))
        means = replace(here.means, setup=replace(here.means.setup, allowed=allowed))
        column = {"table": "dossier", "column": "convention", "value": "S1"}
        stores = [
            Draft(Kind.FOLDER, "Dossier", {"path": str(folder / "dossier")}),
            Draft(Kind.SQL, "SQLite", column | {"url": f"sqlite:///{folder / 'autre.sqlite'}"}),
            Draft(Kind.BUCKET, "Seau", bucket),
        ]
        if server:
            stores.append(Draft(Kind.SQL, "PostgreSQL", column | {"url": server}))
        yield Outside(replace(here, means=means), tuple(stores), folder, client, server)


@contextmanager
def _bucket(many: int) -> Iterator[tuple[Any, dict[str, str]]]:
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    way = {"endpoint": f"http://{host}:{port}", "bucket": "dossiers", "access_key": "a", "secret_key": "b"}
    client = boto3.client(
        "s3", endpoint_url=way["endpoint"], aws_access_key_id="a", aws_secret_access_key="b", region_name="us-east-1"
    )
    client.create_bucket(Bucket="dossiers")
    client.put_bucket_versioning(Bucket="dossiers", VersioningConfiguration={"Status": "Enabled"})
    for number in range(many):
        client.put_object(Bucket="dossiers", Key=f"{number % 700}", Body=MARK + str(number).encode())
    for number in range(20):
        upload = client.create_multipart_upload(Bucket="dossiers", Key=f"coupe-{number}")["UploadId"]
        client.upload_part(Bucket="dossiers", Key=f"coupe-{number}", UploadId=upload, PartNumber=1, Body=MARK)
    yield client, way
    moto.stop()


@contextmanager
def _server(many: int) -> Iterator[str]:
    name = f"vigie_dehors_{uuid4().hex[:10]}"
    try:
        with psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3) as whole:
            whole.execute(f"CREATE DATABASE {name}")
    except psycopg.OperationalError:
        yield ""
        return
    url = make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(url) as database:
        database.execute("CREATE TABLE dossier (convention TEXT, nom TEXT)")
        insert = "INSERT INTO dossier SELECT 'S1', %s || n FROM generate_series(1, %s) AS n"
        database.execute(insert, [MARK.decode(), many])
    with psycopg.connect(url, autocommit=True) as database:
        database.execute("ANALYZE dossier")
    yield url
    with psycopg.connect(POSTGRES, autocommit=True) as whole:
        whole.execute(f"DROP DATABASE {name} WITH (FORCE)")
