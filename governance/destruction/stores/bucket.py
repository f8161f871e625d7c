"""A bucket of an object store (S3): every version of every object, the markers of deletion, the unfinished sendings."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from governance.destruction.stores.rules import Connection, StoreRefuses

METHOD = "toutes les versions, marqueurs de suppression et envois inachevés supprimés ; seau relu"
TIMEOUT_SECONDS = 15
AT_ONCE = 1_000  # what one request may delete


def count(connection: Connection) -> int:
    """Return how many versions, markers and unfinished sendings there are under the prefix; raises StoreRefuses."""
    with _client(connection) as client:
        return sum(1 for _ in _versions(client, connection)) + sum(1 for _ in _uploads(client, connection))


def destroy(connection: Connection) -> None:
    """Delete all of them; raises StoreRefuses, also for one that the store retains (object lock)."""
    with _client(connection) as client:
        for upload in list(_uploads(client, connection)):
            client.abort_multipart_upload(Bucket=connection["bucket"], **upload)
        found = list(_versions(client, connection))
        for start in range(0, len(found), AT_ONCE):
            asked = {"Objects": found[start : start + AT_ONCE], "Quiet": True}
            answer = client.delete_objects(Bucket=connection["bucket"], Delete=asked)
            if answer.get("Errors"):
                raise StoreRefuses(f"{len(answer['Errors'])} objet(s) retenus par le stockage : verrou ou droits.")


def _versions(client: Any, connection: Connection) -> Iterator[dict[str, str]]:
    pages = client.get_paginator("list_object_versions")
    for page in pages.paginate(Bucket=connection["bucket"], Prefix=connection["prefix"]):
        for one in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
            yield {"Key": one["Key"], "VersionId": one["VersionId"]}


def _uploads(client: Any, connection: Connection) -> Iterator[dict[str, str]]:
    pages = client.get_paginator("list_multipart_uploads")
    for page in pages.paginate(Bucket=connection["bucket"], Prefix=connection["prefix"]):
        for one in page.get("Uploads", ()):
            yield {"Key": one["Key"], "UploadId": one["UploadId"]}


@contextmanager
def _client(connection: Connection) -> Iterator[Any]:
    try:
        boto3, core = import_module("boto3"), import_module("botocore.config")
        refused = import_module("botocore.exceptions")
    except ImportError as error:
        raise StoreRefuses("Le client de stockage d'objets n'est pas installé (vigie-rgpd[object-store]).") from error
    config = core.Config(connect_timeout=TIMEOUT_SECONDS, read_timeout=TIMEOUT_SECONDS, retries={"max_attempts": 2})
    try:
        yield boto3.client(
            "s3", endpoint_url=connection["endpoint"], region_name=connection["region"] or "us-east-1", config=config,
            aws_access_key_id=connection["access_key"], aws_secret_access_key=connection["secret_key"],
        )  # fmt: skip
    except (refused.BotoCoreError, refused.ClientError, ValueError) as error:
        raise StoreRefuses(f"Le stockage d'objets ne répond pas, ou refuse ({type(error).__name__}).") from error
