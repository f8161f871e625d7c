"""The way in: a file's name and bytes, and always an honest reading of them."""

from dataclasses import replace

from scanners.documents.budgets import MAX_BYTES
from scanners.documents.kinds import lie
from scanners.documents.passages import Reading, gather, not_read
from scanners.documents.sights import whole

EMPTY = "Le fichier est vide."
TOO_BIG = f"Le fichier dépasse {MAX_BYTES // 1_000_000} Mo : il n'a pas été lu."


def read_document(name: str, data: bytes) -> Reading:
    """Return the reading of any file; it raises nothing, logs nothing, and takes the name's extension only."""
    if not data:
        return not_read(EMPTY)
    if len(data) > MAX_BYTES:
        return not_read(TOO_BIG)
    reading = gather(whole(data))
    told = lie(name, reading.kind)
    return replace(reading, remarks=(told,)) if told else reading
