"""What a command reads of one file that must be small."""

from pathlib import Path

from governance.core.refusals import NotFound

STDIN = "-"


class UnreadableFile(NotFound):
    """The file is not there, or cannot be read."""


def content(file: str, most: int) -> bytes:
    """Return what a file, or standard input, holds, up to one byte more than `most`; raises UnreadableFile."""
    try:
        with open(0 if file == STDIN else Path(file), "rb", closefd=file != STDIN) as stream:
            return stream.read(most + 1)
    except (OSError, ValueError) as error:
        raise UnreadableFile("Ce fichier n'existe pas, ou ne peut pas être lu.") from error
