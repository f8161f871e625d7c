"""What takes seconds to work out is kept between starts, in the person's cache folder, named by what it was made from.

Nothing depends on it: what is missing, damaged or somebody else's is worked out again, and a folder that cannot be
written is no failure. It holds words of the vocabulary, never a text under scan.
"""

import json
import os
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

MOST_VERSIONS = 4  # two versions of the product side by side must not chase each other


def kept(name: str, made_from: Iterable[bytes], build: Callable[[], Any]) -> Any:
    """Return what `build` returned for these very sources, from disk when it is there; it must be JSON."""
    digest = sha256()
    for source in made_from:
        digest.update(sha256(source).digest())
    folder = cache_folder()
    if folder is None:
        return build()
    path = folder / f"{name}-{digest.hexdigest()[:24]}"
    found = _read(path)
    if found is None:
        found = build()
        with suppress(OSError):
            _write(path, found)
            _forget_older(path)
    return found


def cache_folder() -> Path | None:
    """Return where things are kept (XDG Base Directory Specification 0.8); None for a service without a home."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("HOME", "") + "/.cache"
    folder = Path(base) / "vigie"
    return folder if folder.is_absolute() and base != "/.cache" else None


def _read(path: Path) -> Any:
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_uid != os.geteuid():
                return None
            checksum, _, content = file.read().partition(b"\n")
    except OSError:
        return None
    return json.loads(content) if checksum == sha256(content).hexdigest().encode() else None


def _write(path: Path, value: object) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = json.dumps(value, separators=(",", ":")).encode()
    with tempfile.NamedTemporaryFile("wb", dir=path.parent, delete=False) as file:
        file.write(sha256(content).hexdigest().encode() + b"\n" + content)
    Path(file.name).replace(path)


def _forget_older(path: Path) -> None:
    name = path.name.rpartition("-")[0]
    versions = sorted(path.parent.glob(f"{name}-*"), key=lambda one: one.stat().st_mtime)
    for old in versions[:-MOST_VERSIONS]:
        old.unlink(missing_ok=True)
