"""What an external store is, what its connection must say, and where this installation lets a store be."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from governance.core.refusals import Invalid, Unavailable

CONNECTION_LIMIT = 4_000


class Kind(StrEnum):
    """What sort of store it is."""

    FOLDER = "folder"
    SQL = "sql"
    BUCKET = "bucket"
    MAILBOX = "mailbox"
    PAPER = "paper"
    SUBPROCESSOR = "subprocessor"
    ESCROW = "escrow"


# Those that the service empties by itself; the others are tasks, closed by an attestation.
CONNECTED = frozenset({Kind.FOLDER, Kind.SQL, Kind.BUCKET})

TITLES: Mapping[Kind, str] = {
    Kind.FOLDER: "dossier de fichiers",
    Kind.SQL: "table d'une base de données",
    Kind.BUCKET: "seau d'un stockage d'objets (S3)",
    Kind.MAILBOX: "export de boîte aux lettres",
    Kind.PAPER: "papier",
    Kind.SUBPROCESSOR: "sous-traitant",
    Kind.ESCROW: "copie de secours de la clé maître",
}
NEEDS: Mapping[Kind, tuple[str, ...]] = {
    Kind.FOLDER: ("path",),
    Kind.SQL: ("url", "table"),
    Kind.BUCKET: ("endpoint", "bucket", "access_key", "secret_key"),
    Kind.SUBPROCESSOR: ("email",),
}

_SQLITE = "sqlite:////"  # the whole path of a file


class BadStore(Invalid):
    """The store cannot be declared as it is."""


class StoreRefuses(Unavailable):
    """The store does not answer, or does not let its data be destroyed."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """Where stores may be: folders, and hosts as « db.ccas.fr » or « s3.ccas.fr:9000 »; nowhere by default.

    A person types a path or an address on a page: without this, they would choose what the service deletes.
    """

    folders: tuple[Path, ...] = ()
    hosts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Connection:
    """How a store is reached; its values are secrets."""

    kind: Kind
    values: Mapping[str, str] = field(repr=False)

    def text(self) -> str:
        """Return what is sealed."""
        return json.dumps(dict(self.values), sort_keys=True)

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")


def connection(kind: Kind, values: Mapping[str, Any], allowed: Allowed) -> Connection | None:
    """Return how a store is reached, or None for one that nobody connects to; raises BadStore."""
    if kind not in NEEDS:
        return None
    given = {name: str(value).strip() for name, value in values.items() if str(value or "").strip()}
    for name in NEEDS[kind]:
        if name not in given:
            raise BadStore("Ce renseignement est nécessaire pour atteindre le lieu.", field=name)
    if sum(map(len, given.values())) > CONNECTION_LIMIT:
        raise BadStore("Ces renseignements sont trop longs.", field=NEEDS[kind][0])
    made = Connection(kind, given)
    match kind:
        case Kind.FOLDER:
            check_folder(Path(given["path"]), allowed)
        case Kind.SQL:
            _check_table(made, allowed)
        case Kind.BUCKET:
            check_host(given["endpoint"], allowed, "endpoint")
        case _:
            pass
    return made


def read(kind: Kind, text: str) -> Connection:
    """Return the connection that was sealed."""
    return Connection(kind, json.loads(text))


def check_folder(path: Path, allowed: Allowed) -> Path:
    """Return a folder once its links are followed; refuse (BadStore) one that is not within those allowed."""
    if not path.is_absolute() or "\0" in str(path):
        raise BadStore("Donnez le chemin entier du dossier.", field="path")
    real = path.resolve()
    if not any(folder.resolve() in real.parents for folder in allowed.folders):
        raise BadStore(
            "Ce dossier n'est dans aucun de ceux que l'administrateur a ouverts (VIGIE_STORE_FOLDERS).", field="path"
        )
    return real


def check_host(url: str, allowed: Allowed, name: str) -> None:
    """Refuse (BadStore) an address that the administrator has not opened."""
    try:
        parts = urlsplit(url)
        place = parts.netloc.rpartition("@")[2].lower()
        known = place in allowed.hosts or (parts.hostname or "") in allowed.hosts
    except ValueError:
        known = False
    if not known:
        raise BadStore(
            "Cette machine n'est pas de celles que l'administrateur a ouvertes (VIGIE_STORE_HOSTS).", field=name
        )


def _check_table(made: Connection, allowed: Allowed) -> None:
    if bool(made["column"]) != bool(made["value"]):
        raise BadStore("Donnez la colonne et la valeur ensemble, ou aucune des deux.", field="column")
    if not made["column"] and made["whole"] != "oui":
        raise BadStore(
            "Dites quelles lignes détruire (colonne et valeur), ou cochez « toute la table ».", field="column"
        )
    if "?" in made["url"]:  # its parameters would lead elsewhere than the machine it names
        raise BadStore("Donnez l'adresse de la base sans paramètres.", field="url")
    if made["url"].startswith(_SQLITE):
        check_folder(Path("/" + made["url"].removeprefix(_SQLITE)), allowed)
    else:
        check_host(made["url"], allowed, "url")
