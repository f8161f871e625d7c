"""Measure 5,000 characters made to be slow, and how time grows with length: `./vigie bench hostile`."""

import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from scanners.detectors.health import shipped  # noqa: E402  # the repository is no package
from scanners.engine import scan  # noqa: E402

LENGTH = 5_000
FIXED = {
    "digits": "1 ", "IBAN begun": "fr76 1234 ", "NIR begun": "1 85 05 78 006 ", "e-mail begun": "a@",
    "spoken digits": "un quatre-vingt-cinq ", "address begun": "12 rue ", "unknown words": "skyzofrainik ",
    "one letter": "a", "accents": "é", "combining accents": "e\u0301", "zero-width": "a\u200b", "emoji": "😀",
    "line ends": "\n", "quotes": "« l'", "capitals": "MADAME DUPONT ", "civilities": "mme ",
}  # fmt: skip
LENGTHS = (10_000, 100_000, 1_000_000)


def seconds(text: str) -> float:
    """Return the least CPU time of three scans: the machine's other work only adds to it."""
    return min(_once(text) for _ in range(3))


def _once(text: str) -> float:
    begun = time.process_time()
    scan(text)
    return time.process_time() - begun


def repeated(words: str, length: int = LENGTH) -> str:
    """Return words again and again, up to a length."""
    return (words * (length // len(words) + 1))[:length]


def forms() -> dict[str, str]:
    """Return one form of each set of readings that ask for a context, shortest first: repeated, they cost most."""
    chosen: dict[tuple[int, ...], str] = {}
    for form, entries in sorted(shipped().vocabulary.items(), key=lambda one: (len(one[0]), one[0])):
        if any(entry.cases for entry in entries):
            chosen.setdefault(tuple(id(entry) for entry in entries), form + " ")
    return {form.strip(): form for form in chosen.values()}


def main() -> None:
    """Print the worst texts, then the times by length."""
    scan("")
    measured = {name: seconds(repeated(words)) for name, words in (FIXED | forms()).items()}
    print(f"{len(measured)} texts of {LENGTH:,} characters; the ten slowest:\n\n| text | CPU ms |\n|---|---|")
    for name, took in sorted(measured.items(), key=lambda one: -one[1])[:10]:
        print(f"| {name} | {took * 1000:.0f} |")
    print("\n| characters of an ordinary comment, repeated | CPU s |\n|---|---|")
    for length in LENGTHS:
        text = repeated("Monsieur demande l'ouverture de ses droits, il est suivi pour un diabète. ", length)
        print(f"| {length:,} | {seconds(text):.3f} |")


if __name__ == "__main__":
    main()
