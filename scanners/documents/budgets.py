"""How much a reader may take in before it stops and says so."""

from collections.abc import Iterator
from dataclasses import replace

from scanners.documents.passages import Item, Missing, Passage

MAX_BYTES = 25_000_000  # what the child is ever handed; the convention's own limit is far below (S0 annexe 2: 5 Mo)
MAX_ENTRIES = 10_000  # files in one archive
MAX_EXPANDED = 150_000_000  # bytes of XML in one archive, once decompressed
MAX_RATIO = 100  # of XML to the archive that holds it; office software writes 3 to 60
RATIO_FROM = 10_000_000  # bytes of XML under which the ratio does not matter
MAX_PAGES = 1_000
MAX_CHARACTERS = 10_000_000
MAX_PASSAGES = 300_000
TOO_LONG = f"Ce qui suit les {MAX_CHARACTERS // 1_000_000} premiers millions de caractères n'a pas été lu."


def within_budget(items: Iterator[Item]) -> Iterator[Item]:
    """Pass items on until the characters or passages allowed are spent, then say what was left out."""
    left, passages = MAX_CHARACTERS, MAX_PASSAGES
    for item in items:
        if isinstance(item, Passage):
            left, passages = left - len(item.text), passages - 1
            if left < 0 or passages < 0:
                yield replace(item, text=item.text[:left])
                yield Missing(TOO_LONG)
                return
        yield item
