"""The erasure ledger: which rows were destroyed, by opaque identifiers, in files that no backup of the database holds.

An entry is two files: `000001-<name>.ids`, one row a line, then `000001-<name>.json`, signed, which makes it count.
Each names the digest of the entry before it: one that is taken away, or changed, is missed.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature

from governance.core import private
from governance.core.domains import Domain
from governance.core.keys import Keys
from governance.core.refusals import Unavailable
from governance.core.trail.merkle import Frontier

FORMAT = "vigie-erasure/1"
PURPOSE = "erasure"
Row = tuple[str, str]  # the table, the identifier


class DamagedLedger(Unavailable):
    """The ledger is not as it was written."""


class NoLedger(Unavailable):
    """The ledger cannot be read or written."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What an act destroyed; `held`: the tables whose rows stayed, by a hold."""

    number: int
    name: str
    at: datetime
    domain: Domain
    held: tuple[str, ...]
    counts: Mapping[str, int]
    root: str
    previous: str

    def body(self) -> dict[str, Any]:
        """Return what is signed."""
        return {
            "format": FORMAT,
            "number": self.number,
            "name": self.name,
            "at": self.at.isoformat(timespec="microseconds"),
            "structure": self.domain.structure,
            "convention": self.domain.convention,
            "held": list(self.held),
            "counts": dict(self.counts),
            "root": self.root,
            "previous": self.previous,
        }

    @property
    def stem(self) -> str:
        """Return how its files are named."""
        return f"{self.number:06d}-{self.name}"


def leaf(row: Row) -> bytes:
    """Return the leaf of a row: SHA-256(0x00 ‖ ["table","identifier"]) (RFC 6962, § 2.1; RFC 8785)."""
    return hashlib.sha256(b"\0" + rfc8785.dumps(list(row))).digest()


def root_of(rows: Iterable[Row]) -> str:
    """Return the root of the tree of these rows, in their order."""
    frontier = Frontier()
    for row in rows:
        frontier.add(leaf(row))
    return frontier.root().hex()


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger of an installation, in a folder that is neither the database's nor its backups'."""

    folder: Path
    keys: Keys

    def entries(self) -> tuple[Entry, ...]:
        """Return every entry, in order; raises DamagedLedger, naming the first that is not as it was written."""
        found: list[Entry] = []
        previous = ""
        for path in sorted(self.folder.glob("*.json")):
            entry, digest = self._read(path)
            if entry.number != len(found) + 1 or entry.previous != previous:
                raise DamagedLedger(f"Le registre des effacements est incomplet avant l'entrée {entry.number}.")
            found.append(entry)
            previous = digest
        return tuple(found)

    def head(self) -> tuple[int, str]:
        """Return the number of entries and the digest of the last, which backups remember."""
        entries = self.entries()
        return (len(entries), _digest(self._path(entries[-1])) if entries else "")

    def digest(self, entry: Entry) -> str:
        """Return the digest of an entry, by which the next one and the backups name it."""
        return _digest(self._path(entry))

    def find(self, name: str) -> Entry | None:
        """Return the entry of an act, or None."""
        return next((entry for entry in self.entries() if entry.name == name), None)

    def write(self, name: str, domain: Domain, rows: Iterable[Row], held: Iterable[str], at: datetime) -> Entry:
        """Write the entry of an act, once: done again, the one that is there is returned.

        Rows are sorted and counted here. Raises NoLedger.
        """
        known = self.find(name)
        if known is not None:
            return known
        ordered, (count, previous) = sorted(set(rows)), self.head()
        counts: dict[str, int] = {}
        for table, _ in ordered:
            counts[table] = counts.get(table, 0) + 1
        entry = Entry(count + 1, name, at, domain, tuple(sorted(held)), counts, root_of(ordered), previous)
        signature = self.keys.signing(PURPOSE).sign(rfc8785.dumps(entry.body()))
        document = {"entry": entry.body(), "signature": base64.b64encode(signature).decode()}
        lines = "".join(f"{table}\t{identifier}\n" for table, identifier in ordered)
        try:
            private.write(self.folder / f"{entry.stem}.ids", lines.encode())
            private.write(self._path(entry), json.dumps(document, indent=1).encode())
        except OSError as error:
            raise NoLedger(f"Le registre des effacements ne peut pas être écrit ({self.folder}).") from error
        return entry

    def rows(self, entry: Entry) -> Iterator[Row]:
        """Yield the rows of an entry; raises DamagedLedger when they are not those that were signed."""
        frontier = Frontier()
        try:
            with (self.folder / f"{entry.stem}.ids").open(encoding="utf-8") as file:
                for line in file:
                    table, _, identifier = line.rstrip("\n").partition("\t")
                    frontier.add(leaf((table, identifier)))
                    yield table, identifier
        except (OSError, UnicodeDecodeError) as error:
            raise DamagedLedger(f"Les identifiants de l'entrée {entry.number} ne peuvent pas être lus.") from error
        if frontier.root().hex() != entry.root:
            raise DamagedLedger(f"Les identifiants de l'entrée {entry.number} ne sont plus ceux qui furent signés.")

    def _path(self, entry: Entry) -> Path:
        return self.folder / f"{entry.stem}.json"

    def _read(self, path: Path) -> tuple[Entry, str]:
        try:
            document = json.loads(path.read_text("utf-8"))
            body, signature = document["entry"], base64.b64decode(document["signature"], validate=True)
            self.keys.signing(PURPOSE).public_key().verify(signature, rfc8785.dumps(body))
            entry = _parsed(body)
        except OSError as error:
            raise NoLedger(f"Le registre des effacements ne peut pas être lu ({self.folder}).") from error
        except InvalidSignature:
            raise DamagedLedger(f"{path.name} : cette entrée n'est pas signée par ce service.") from None
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise DamagedLedger(f"{path.name} : ce n'est pas une entrée du registre.") from error
        return entry, _digest(path)


def _parsed(body: Any) -> Entry:
    domain = Domain(body["structure"], body["convention"])
    at, held, counts = datetime.fromisoformat(body["at"]), tuple(body["held"]), dict(body["counts"])
    entry = Entry(body["number"], body["name"], at, domain, held, counts, body["root"], body["previous"])
    if entry.body() != body:
        raise ValueError("not as an entry is written")
    return entry


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
