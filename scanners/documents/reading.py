"""The way in: a file's name and bytes, and always an honest reading of them."""

from dataclasses import replace

from scanners.documents.budgets import MAX_BYTES
from scanners.documents.kinds import lie
from scanners.documents.legibility import Legibility, advice, judged
from scanners.documents.passages import Reading, gather, not_read, sentence
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
    doubtful = [one for one in reading.sights if judged(one) is Legibility.MIDDLING]
    told = [f"{sentence(one.place)} : {advice(one)}" for one in doubtful]
    return replace(reading, remarks=tuple(said for said in (lie(name, reading.kind), *told) if said))
