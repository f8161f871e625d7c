"""A backup's file: a header in the clear, then chunks of AES-256-GCM that cannot be cut, swapped or shortened.

Each backup has a key of its own: the nonce is the number of the chunk, and whether it is the last.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import rfc8785
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from governance.destruction.backups.shelf import BadBackup

FORMAT = "vigie-backup/1"
CHUNK = 1 << 20
TAG_BYTES = 16
LONGEST_HEADER = 10_000


def write(file: BinaryIO, key: bytes, header: dict[str, Any], blocks: Iterable[bytes]) -> None:
    """Write a header and the blocks, sealed."""
    said = rfc8785.dumps({"format": FORMAT, **header})
    file.write(said + b"\n")
    cipher = AESGCM(key)
    chunks = _chunks(blocks)
    chunk, number = next(chunks), 0
    for following in chunks:
        file.write(cipher.encrypt(_nonce(number, False), chunk, said))
        chunk, number = following, number + 1
    file.write(cipher.encrypt(_nonce(number, True), chunk, said))


def read(path: Path, key: bytes) -> Iterator[bytes]:
    """Yield the blocks of a file; raises BadBackup at the first that is not as it was written, or missing."""
    try:
        with path.open("rb") as file:
            said = file.readline(LONGEST_HEADER).rstrip(b"\n")
            if json.loads(said).get("format") != FORMAT:
                raise BadBackup("Ce fichier n'est pas une sauvegarde de ce service.")
            yield from _opened(file, AESGCM(key), said)
    except (OSError, ValueError) as error:
        raise BadBackup("La sauvegarde ne peut pas être lue.") from error
    except InvalidTag as error:
        raise BadBackup("La sauvegarde est abîmée, coupée, ou n'est pas celle de cette clé.") from error


def _opened(file: BinaryIO, cipher: AESGCM, said: bytes) -> Iterator[bytes]:
    number, chunk = 0, file.read(CHUNK + TAG_BYTES)
    while True:
        following = file.read(CHUNK + TAG_BYTES)
        yield cipher.decrypt(_nonce(number, not following), chunk, said)
        if not following:
            return
        number, chunk = number + 1, following


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\1" if is_last else b"\0")


def _chunks(blocks: Iterable[bytes]) -> Iterator[bytes]:
    waiting = bytearray()
    for block in blocks:
        waiting += block
        while len(waiting) >= CHUNK:
            yield bytes(waiting[:CHUNK])
            del waiting[:CHUNK]
    yield bytes(waiting)
