"""The labelled comments that the word table of the second tier is learned from."""

from hashlib import sha256
from pathlib import Path

from evaluation.marked import FOLDER

LEARNED = ("train", "dev", "dev2", "dev3", "dev4", "dev5", "dev6")


def sources() -> list[Path]:
    """Return the files that are learned from, in order: never those of a part that is only reported."""
    return [path for part in LEARNED for path in sorted((FOLDER / part).glob("*.txt"))]


def made_from() -> str:
    """Return a short name of the content of these files, the same for the same comments."""
    digest = sha256()
    for path in sources():
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
