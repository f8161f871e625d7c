"""A folder of files: each is blanked where it lies, then removed; links are removed, never followed."""

import os
import stat
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from governance.core import private
from governance.destruction.stores.rules import Allowed, Connection, StoreRefuses, check_folder

METHOD = "fichiers écrasés de zéros puis supprimés ; dossier relu"


def count(connection: Connection, allowed: Allowed) -> int:
    """Return how many files there are, at any depth; 0 once the folder itself is gone. Raises StoreRefuses."""
    return sum(1 for _ in _files(_root(connection, allowed)))


def destroy(connection: Connection, allowed: Allowed) -> None:
    """Destroy every file and every folder under the root, which stays. Raises StoreRefuses."""
    root = _root(connection, allowed)
    found = list(_files(root))
    try:
        _check_links(found)
        for path in found:
            if stat.S_ISREG(path.lstat().st_mode):
                private.blank(path)
            path.unlink()
        for folder, _, _ in list(os.walk(root, topdown=False, followlinks=False)):
            if Path(folder) != root:
                Path(folder).rmdir()
        if root.exists():
            private.sync(root)
    except OSError as error:
        raise StoreRefuses(f"Un fichier du dossier ne peut pas être détruit ({type(error).__name__}).") from error


def _check_links(found: list[Path]) -> None:
    """Refuse (StoreRefuses) files that have another name elsewhere: blanked here, they would be lost there."""
    seen = [path.lstat() for path in found]
    inside = Counter((one.st_dev, one.st_ino) for one in seen)
    shared = sum(1 for one in seen if stat.S_ISREG(one.st_mode) and one.st_nlink > inside[one.st_dev, one.st_ino])
    if shared:
        raise StoreRefuses(f"{shared} fichier(s) du dossier ont un autre nom ailleurs (lien physique) : retirez-le.")


def _root(connection: Connection, allowed: Allowed) -> Path:
    return check_folder(Path(connection["path"]), allowed)


def _files(root: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            raise StoreRefuses("Un dossier ne peut pas être lu.") from error

    for folder, folders, files in os.walk(root, onerror=refuse, followlinks=False):
        yield from (Path(folder) / name for name in files)
        yield from (Path(folder) / name for name in folders if (Path(folder) / name).is_symlink())
