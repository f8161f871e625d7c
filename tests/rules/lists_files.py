"""Files as people send them, made for the tests: invented people only."""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import xlsxwriter

PORTAL = ("Nom", "Prénom", "Adresse e-mail", "Profil", "État", "Dernière connexion")
STAFF = ("Nom", "Prénom", "Courriel", "Fonction", "Arrivée", "Départ", "Engagement", "Formation", "Fin de validité")


def csv_of(
    titles: Sequence[str], rows: Iterable[Sequence[str]], separator: str = ";", encoding: str = "utf-8"
) -> bytes:
    """Return a CSV file, as a French spreadsheet writes it."""
    return "\r\n".join(separator.join(row) for row in (titles, *rows)).encode(encoding)


def workbook_of(rows: Iterable[Sequence[Any]], options: Mapping[str, Any] | None = None) -> bytes:
    """Return a workbook whose first sheet holds these rows; dates are kept as the numbers that Excel keeps."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, **(options or {})}) as book:
        sheet, dated = book.add_worksheet("Liste"), book.add_format({"num_format": "dd/mm/yyyy"})
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(number, column, value, dated)
                else:
                    sheet.write(number, column, value)
    return buffer.getvalue()


def repacked(content: bytes, changes: Mapping[str, bytes | None]) -> bytes:
    """Return a workbook some of whose parts are replaced, or removed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as after:
        names = dict.fromkeys((*before.namelist(), *changes))
        for name in names:
            part = changes[name] if name in changes else before.read(name)
            if part is not None:
                after.writestr(name, part)
    return buffer.getvalue()
