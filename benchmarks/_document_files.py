"""Files of 5 Mo, made here, read against the targets of the service; memory is the child's peak."""

import io
import random
import resource
import time
from collections.abc import Callable
from multiprocessing import get_context

import docx
import xlsxwriter
from reportlab.pdfgen import canvas

from scanners.documents.readers import read

SIZE = 5_000_000


def _words(count: int, seed: int) -> str:
    draw = random.Random(seed)
    return " ".join("".join(draw.choices("abcdefghijklmnopqrstuvwxyzéèà", k=draw.randint(3, 10))) for _ in range(count))


def pdf() -> bytes:
    """Return a PDF of 200 pages of text, of about 5 Mo."""
    made = io.BytesIO()
    drawing = canvas.Canvas(made, pageCompression=0)
    for number in range(200):
        for line in range(80):
            drawing.setFont("Helvetica", 6)
            drawing.drawString(20, 820 - 10 * line, _words(38, number * 80 + line)[:240])
        drawing.showPage()
    drawing.save()
    return made.getvalue()


def document() -> bytes:
    """Return a docx of about 5 Mo."""
    made, to = docx.Document(), io.BytesIO()
    for number in range(9_000):
        made.add_paragraph(_words(120, number))
    made.save(to)
    return to.getvalue()


def workbook() -> bytes:
    """Return an xlsx of 480,000 cells."""
    to = io.BytesIO()
    book = xlsxwriter.Workbook(to, {"constant_memory": True})
    sheet, draw = book.add_worksheet(), random.Random(1)
    for row in range(24_000):
        for column in range(20):
            sheet.write(row, column, draw.randint(0, 10**6) if column % 2 else f"mot {draw.randint(0, 10**5)}")
    book.close()
    return to.getvalue()


def table() -> bytes:
    """Return a CSV of 5 Mo."""
    line = "\n".join(";".join(_words(8, number).split()) for number in range(2_000))
    return (line * (SIZE // len(line.encode()) + 1)).encode("cp1252")[:SIZE]


FILES: dict[str, tuple[Callable[[], bytes], float]] = {
    "PDF, 200 pages of text": (pdf, 1.5),
    "docx": (document, 2),
    "xlsx, 480,000 cells": (workbook, 2),
    "csv": (table, 2),
}


def _measure(data: bytes, answers: "object") -> None:
    begun, first = time.process_time(), 0.0
    for count, _ in enumerate(read(data)):
        if count == 2:
            first = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answers.put((time.process_time() - begun, first, peak))  # type: ignore[attr-defined]


def files() -> None:
    """Read each file in a process of its own and print what it costs."""
    print("| file | Mo | CPU s | target | first words CPU s | RSS Mo |\n|---|---|---|---|---|---|")
    context = get_context("fork")
    for name, (make, target) in FILES.items():
        data, answers = make(), context.Queue()
        child = context.Process(target=_measure, args=(data, answers))
        child.start()
        spent, first, peak = answers.get()
        child.join()
        print(f"| {name} | {len(data) / 1e6:.1f} | {spent:.2f} | {target} | {first:.3f} | {peak:.0f} |", flush=True)
    print()
