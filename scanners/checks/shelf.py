"""What a check leaves for the minutes it lasts: sealed files in a private folder, whose key is in memory only.

Several processes serve the site: they share the folder and the key, which were made before they parted. A service that
is killed leaves sealed files that nobody can open, swept by the next one.
"""

import os
import secrets
import shutil
import tempfile
import threading
import weakref
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from time import time

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from scanners.documents.folders import private_folder

KEPT_SECONDS = 15 * 60.0
MOST_BYTES = 400_000_000
_PREFIX = "vigie-controles-"
_NONCE = 12


class Shelf:
    """Values by name, each for a quarter of an hour at most."""

    def __init__(self) -> None:
        self._folder, self._lock = private_folder(Path(tempfile.gettempdir()), _PREFIX)
        self._key = secrets.token_bytes(32)
        self._seal = AESGCM(self._key)
        self._sweeping: threading.Timer | None = None
        self.close = weakref.finalize(self, _remove, self._folder, self._lock, os.getpid())
        os.register_at_fork(after_in_child=self._forget_timer)

    def places(self) -> Path:
        """Return a folder for what the processes of the service share besides."""
        folder = self._folder / "places"
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def put(self, name: str, value: bytes, *, new: bool = False) -> bool:
        """Keep a value in the place of the one before; `new`: only where there is none, False otherwise."""
        path = self._path(name)
        if new and self.get(name) is not None:
            return False
        nonce = secrets.token_bytes(_NONCE)
        with tempfile.NamedTemporaryFile(dir=self._folder, prefix="_", delete=False) as file:
            file.write(nonce + self._seal.encrypt(nonce, value, path.name.encode()))
        if new:
            return self._linked(Path(file.name), path)
        Path(file.name).replace(path)
        self._sweep_later()
        return True

    def get(self, name: str, within: float = KEPT_SECONDS) -> bytes | None:
        """Return a value put at most that many seconds ago."""
        path = self._path(name)
        try:
            if time() - path.stat().st_mtime > within:
                return None
            sealed = path.read_bytes()
            return self._seal.decrypt(sealed[:_NONCE], sealed[_NONCE:], path.name.encode())
        except (OSError, InvalidTag):
            return None

    def drop(self, name: str) -> None:
        """Forget a value."""
        self._path(name).unlink(missing_ok=True)

    def mark(self, *parts: bytes) -> str:
        """Return a name for some bytes, from which nothing can be read back."""
        digest = blake2b(key=self._key, digest_size=20)
        for part in parts:
            digest.update(len(part).to_bytes(8, "big") + part)
        return digest.hexdigest()

    def is_full(self) -> bool:
        """Say whether nothing more may be kept for now."""
        return sum(_size(one) for one in self._folder.iterdir()) > MOST_BYTES

    def sweep(self) -> None:
        """Forget what has lasted."""
        with suppress(OSError):
            for one in self._folder.glob("*"):
                if one.is_file() and time() - one.stat().st_mtime > KEPT_SECONDS:
                    one.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._folder / self.mark(b"name", name.encode())

    def _linked(self, made: Path, path: Path) -> bool:
        if self.get_age(path) > KEPT_SECONDS:
            path.unlink(missing_ok=True)
        try:
            os.link(made, path)  # fails where there is one, whoever put it
        except FileExistsError:
            return False
        finally:
            made.unlink()
        self._sweep_later()
        return True

    @staticmethod
    def get_age(path: Path) -> float:
        """Return the age of a file in seconds, 0 for one that does not exist."""
        try:
            return time() - path.stat().st_mtime
        except OSError:
            return 0.0

    def _sweep_later(self) -> None:
        if self._sweeping is None or not self._sweeping.is_alive():
            self._sweeping = threading.Timer(KEPT_SECONDS + 1, self.sweep)
            self._sweeping.daemon = True
            self._sweeping.start()

    def _forget_timer(self) -> None:
        self._sweeping = None


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _remove(folder: Path, lock: int, owner: int) -> None:
    """Remove the folder when the process that made it ends; those it forked leave it."""
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)
