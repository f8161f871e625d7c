"""Measure what damaged and hostile files do: `./vigie bench mutations` (`--files N`, 1,200 unless told; `--seed N`).

Samples of every format are cut, spliced and changed byte by byte, archives from the inside too; bombs, loops and lies
come first. Each is read as the service reads it, then once more by a child whose peak is taken.
"""

import argparse
import io
import json
import os
import random
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from scanners.documents import ocr
from scanners.documents.confine import address_space, confine
from scanners.documents.passages import Drawn, Outcome
from scanners.documents.readers import read
from scanners.documents.reading import read_document
from scanners.documents.steps import picture_at
from scanners.documents.tasks import ALLOWED, Task
from scanners.documents.warm import warm_up
from tests.scanners import pictures, samples
from tests.scanners.samples import nir

LEGACY = Path(samples.__file__).parent / "data"
WORDS = dict.fromkeys(("titre", "xmp", "signet", "lien", "annotation", "champ", "script", "pièce jointe"), nir(2))
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def honest() -> dict[str, bytes]:
    """Return a sample of each format, that mutations start from."""
    page = pictures.page(f"NIR {nir(3)}", size=(620, 250))
    return {
        "a.pdf": samples.pdf(f"NIR {nir(1)}", "Deuxième page"),
        "b.pdf": samples.pdf_with_everything(WORDS),
        "c.pdf": pictures.pdf(page),
        "a.docx": samples.document_with_edges("En-tête", "Pied", "Titre"),
        "b.docx": samples.document_with_picture(),
        "a.xlsx": samples.saved(samples.workbook([[nir(1), "a"], [1.5, "b"]])),
        "a.doc": (LEGACY / "ancien.doc").read_bytes(),
        "a.xls": (LEGACY / "ancien.xls").read_bytes(),
        "a.csv": "nom;prénom\r\nExemple;Éloïse\r\n".encode("cp1252"),
        "a.png": pictures.saved(page),
        "a.jpg": pictures.saved(page, "JPEG"),
        "a.tif": pictures.tiff(page, page),
    }


def hostile() -> dict[str, bytes]:
    """Return files made to hurt."""
    external = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:d>&x;</w:d>'
    laughs = '<!DOCTYPE d [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY a{level} "{("&a%s;" % (level - 1 if level else "")) * 10}">' for level in range(12)
    )
    return {
        "bomb.docx": samples.zip_bomb("word/document.xml", 1000),
        "bomb.xlsx": samples.lying_bomb("xl/worksheets/sheet1.xml", 300),
        "nested.docx": samples.with_parts(samples.document("a"), {"word/embeddings/a.zip": samples.zip_bomb("a", 300)}),
        "external.docx": samples.with_parts(samples.document("a"), {"word/document.xml": external}),
        "laughs.docx": samples.with_parts(samples.document("a"), {"word/document.xml": laughs + "]><d>&a11;</d>"}),
        "slip.docx": samples.with_parts(samples.document("a"), {"../../../tmp/evasion": b"a"}),
        "bomb.pdf": samples.pdf_bomb(),
        "loop.pdf": samples.pdf_of_forms(3, 3, endless=True),
        "laughs.pdf": samples.pdf_of_forms(10, 10),
        "pages.pdf": samples.pdf(*["a"] * 3000),
        "poly.pdf": samples.pdf("a") + samples.document("a"),
        "poly.docx": samples.document("a") + samples.pdf("a"),
        "eicar.pdf": EICAR,
        "huge.png": _huge(),
        "dde.csv": b"=cmd|'/C calc'!A0;" * 20_000,
        "nul.csv": b"a\0;" * 100_000,
        "noise.tif": b"II*\0" + random.Random(0).randbytes(50_000),
    }


def _huge() -> bytes:
    """Return a small PNG that announces 10,000 million points."""
    data = bytearray(samples.PNG)
    data[16:24] = (100_000).to_bytes(4, "big") * 2
    return bytes(data)


def mutated(name: str, data: bytes, draw: random.Random, others: list[bytes]) -> bytes:
    """Return a sample changed in up to six places, inside an entry of it when it is an archive, half of the time."""
    if name.endswith(("docx", "xlsx")) and draw.random() < 0.5:
        return _inside(data, draw, others)
    changed = bytearray(data)
    for _ in range(draw.randint(1, 6)):
        start = draw.randrange(len(changed) + 1)
        end = min(len(changed), start + draw.choice((0, 1, 4, 40, 400)))
        match draw.randrange(5):
            case 0:
                changed[start:end] = draw.randbytes(end - start)
            case 1:
                changed[start:end] = bytes(changed[start:end]) * draw.choice((0, 2, 50))
            case 2:
                changed[start:end] = draw.choice(others)[: draw.randint(1, 2000)]
            case 3:
                changed[start:end] = draw.choice((b"\xff\xff\xff\xff", b"\0" * 8, b"999999999", b"<" * 50))
            case 4:
                del changed[start : start + draw.choice((1, 100, len(changed)))]
    return bytes(changed)


def _inside(data: bytes, draw: random.Random, others: list[bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        chosen = draw.choice(old.namelist())
        for one in old.namelist():
            content = old.read(one)
            new.writestr(one, mutated("", content, draw, others) if one == chosen else content)
    return made.getvalue()


def made(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield the hostile files, then mutations of the honest ones, up to a count."""
    yield from hostile().items()
    draw, bases = random.Random(seed), honest()
    others = list(bases.values())
    for rank in range(count - len(hostile())):
        name = list(bases)[rank % len(bases)]
        yield name, mutated(name, bases[name], draw, others)


def peak(data: bytes) -> float:
    """Return the most memory, in Mo, that the children who read a file take, pages shared with others included."""
    to_read, steps = _child(Task.READ, lambda: [item.steps for item in read(data) if isinstance(item, Drawn)][:1])
    if not steps:
        return to_read
    to_see, _ = _child(Task.SEE, lambda: list(ocr.read_words(picture_at(data, steps[0])))[:0])
    return max(to_read, to_see)


def _child(task: Task, work: Callable[[], list[Any]]) -> tuple[float, list[Any]]:
    """Do some work under the limits of a task; return the memory it took and what it returned."""
    told, telling = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            confine(address_space(), ALLOWED[task])
            os.write(telling, json.dumps(work()).encode())
        finally:
            os._exit(0)
    os.close(telling)
    with os.fdopen(told, "rb") as answer:
        said = answer.read()
    _, _, used = os.wait4(pid, 0)
    return used.ru_maxrss / 1024, json.loads(said or b"[]")


def main() -> None:
    """Read them all and print what became of them."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--files", type=int, default=1200)
    asked.add_argument("--seed", type=int, default=1)
    options = asked.parse_args()
    warm_up()
    outcomes: Counter[str] = Counter()
    spent, memory = [], []
    for name, data in made(options.files, options.seed):
        begun = time.monotonic()
        reading = read_document(name, data)
        spent.append((time.monotonic() - begun, name))
        memory.append((peak(data), name))
        if (reading.outcome is Outcome.READ) != (not reading.missing):
            raise SystemExit(f"{name}: read whole, yet something is missing")
        outcomes[reading.outcome] += 1
        if sum(outcomes.values()) % 200 == 0:
            print(f"… {sum(outcomes.values())} files", file=sys.stderr, flush=True)
    spent.sort()
    said = ", ".join(f"{number} {outcome}" for outcome, number in sorted(outcomes.items()))
    print(f"{len(spent)} files: {said}; every one has an outcome, this process parsed none of them")
    print(f"wall: median {spent[len(spent) // 2][0] * 1000:.0f} ms, worst " + _told(spent[-5:], "s"))
    print("peak: worst " + _told(sorted(memory)[-5:], "Mo"))


def _told(worst: list[tuple[float, str]], unit: str) -> str:
    return ", ".join(f"{value:.1f} {unit} ({name})" for value, name in reversed(worst))


if __name__ == "__main__":
    main()
