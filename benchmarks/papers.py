"""Measure what a document costs: `./vigie bench papers`.

Layout and signature, on one core, by CPU time; reportlab draws the same rows in the same run, without tags, styles nor
PDF/A, as the least that a PDF costs.
"""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from time import process_time

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import pypdfium2  # noqa: E402  # the repository's own modules come first
from jinja2 import ChoiceLoader, DictLoader  # noqa: E402
from reportlab.lib import colors  # noqa: E402
from reportlab.lib.pagesizes import A4  # noqa: E402
from reportlab.platypus import SimpleDocTemplate, Table  # noqa: E402

from governance.core.keys import Keys  # noqa: E402
from governance.papers import signing  # noqa: E402
from governance.papers.certificates import Signatory  # noqa: E402
from governance.papers.environment import environment  # noqa: E402
from governance.papers.printing import pdf  # noqa: E402
from governance.papers.sheets import csv, xlsx  # noqa: E402

AT = datetime(2026, 5, 1, 15, 30, tzinfo=UTC)
BY = Signatory(Keys(bytes(32)), "vigie.ccas.example")
COLUMNS = ("Nom", "Prénom", "Profil", "Depuis", "Décision")
PAPER = (
    '{% extends "papers/paper.html" %}{% from "papers/macros.html" import table %}'
    '{% block content %}{{ table("Comptes", columns, rows) }}{% endblock %}'
)
RUNS = 5


def main() -> None:
    """Print the tables of docs/benchmarks.md."""
    loader = environment().loader
    assert loader is not None
    environment().loader = ChoiceLoader([loader, DictLoader({"mesure.html": PAPER})])
    printed([]), signing.sign(drawn([COLUMNS]), BY, at=AT)  # the libraries and the fonts are loaded once
    print("| rows | pages | bytes | layout, s | s a page | signature, s | reportlab, s | ratio |")
    print("|---|---|---|---|---|---|---|---|")
    for count in (10, 100, 300, 1000):
        print(line(count))
    rows = some(20_000)
    sheet, text = best(lambda: xlsx("Comptes", COLUMNS, rows)), best(lambda: csv(COLUMNS, rows))
    print(f"\n20 000 rows: XLSX {sheet[0]:.2f} s, CSV {text[0]:.2f} s")


def line(count: int) -> str:
    """Return a line of the table."""
    rows = some(count)
    layout, made = best(lambda: printed(rows))
    signature, _ = best(lambda: signing.sign(made, BY, at=AT))
    opponent, _ = best(lambda: drawn([COLUMNS, *rows]))
    pages = len(pypdfium2.PdfDocument(made))
    cells = (count, pages, len(made), f"{layout:.2f}", f"{layout / pages:.3f}", f"{signature:.3f}", f"{opponent:.3f}",
             f"{layout / opponent:.0f}")  # fmt: skip
    return f"| {' | '.join(map(str, cells))} |"


def printed(rows: list[tuple[str, ...]]) -> bytes:
    """Return the rows as a document of ours."""
    return pdf("mesure.html", {"columns": COLUMNS, "rows": rows, "issuer": "CCAS"}, "Tableau des comptes", at=AT)


def drawn(rows: list[tuple[str, ...]]) -> bytes:
    """Return the rows as reportlab draws them."""
    target = BytesIO()
    table = Table(rows, repeatRows=1)
    table.setStyle([("LINEBELOW", (0, 0), (-1, -1), 0.5, colors.grey)])
    SimpleDocTemplate(target, pagesize=A4).build([table])
    return target.getvalue()


def some(count: int) -> list[tuple[str, ...]]:
    """Return rows of invented people."""
    return [(f"Nom{n}", f"Prénom{n}", "Gestionnaire", "1er mai 2026", "Conservé") for n in range(count)]


def best(work: Callable[[], bytes]) -> tuple[float, bytes]:
    """Return the least CPU seconds of several runs, and what was made."""
    found = []
    for _ in range(RUNS):
        begun = process_time()
        made = work()
        found.append(process_time() - begun)
    return min(found), made


if __name__ == "__main__":
    main()
