"""Files that a page gives: always to be saved, never shown here."""

from io import BytesIO

from flask import current_app, send_file
from werkzeug.wrappers import Response

from governance.papers.certificates import Signatory

SIGNATORY = "vigie.signatory"

_TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "json": "application/json",
    "ics": "text/calendar",
    "pem": "application/x-pem-file",
}


def download(content: bytes, name: str) -> Response:
    """Return a file under a name whose extension says what it is (« comptes.xlsx »)."""
    kind = _TYPES[name.rpartition(".")[2]]
    return send_file(BytesIO(content), mimetype=kind, as_attachment=True, download_name=name)


def signatory() -> Signatory:
    """Return who signs the documents of this installation."""
    held: Signatory = current_app.extensions[SIGNATORY]
    return held
