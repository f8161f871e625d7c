"""The JSON API: have a dossier checked, read a receipt, know the conventions of one's structure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from apiflask import APIBlueprint
from apiflask.exceptions import HTTPError
from flask import Response, current_app, request, url_for
from pydantic import ValidationError

from governance.conventions.life.queries import check_open
from governance.conventions.queries import UnknownConvention, find_convention
from governance.conventions.terms import Convention
from governance.core import clock
from governance.core.refusals import Invalid
from governance.people.queries import adoptions
from governance.people.rules import Permission, require
from governance.web.act import act, reading
from governance.web.idempotency import HEADER, header_key
from scanners import actions, queries
from scanners.checks.answering import CheckOut, find_check, scan_in_time
from scanners.convention_schemas import ConventionsOut, convention_out
from scanners.documents.acceptance import Limits, why_refused
from scanners.dossier import BadFile, Dossier, TooManyFiles, check_dossier, faults
from scanners.forms import attachments_of
from scanners.pages import TOOLS, Tools
from scanners.queries import Frame
from scanners.schemas import ReceiptOut, ScanForm, ScanOut, ScanRequest, scan_out
from scanners.seeing import Attachment

FILES = "files"
_NAME = re.compile(r"[A-Za-z_]{1,32}")

Asked = TypeVar("Asked", bound=ScanRequest)

api = APIBlueprint("scanners_api", __name__, url_prefix="/api/v1", tag="Signalements")


class UnknownField(Invalid):
    """The request holds a field that the API does not read."""


class UnknownCaisse(Invalid):
    """The convention does not bind that caisse."""


def _form_schema() -> dict[str, Any]:
    schema = ScanForm.model_json_schema()
    file = {"type": "string", "contentMediaType": "application/octet-stream"}
    schema["properties"][FILES] = {"type": "array", "items": file, "description": "Les pièces, une par partie."}
    return schema


# APIFlask documents one body of one type; what an operation truly takes goes in as it is written in OpenAPI.
_DESCRIBED = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": ScanRequest.model_json_schema()},
            "multipart/form-data": {"schema": _form_schema()},
        },
    },
    "parameters": [
        {
            "name": HEADER,
            "in": "header",
            "required": False,
            "description": "La même clé, envoyée deux fois avec le même contenu, ne laisse qu'un reçu.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 64},
        }
    ],
}
_CREATED: dict[int | str, dict[str, str | dict[str, dict[str, Any]]]] = {
    201: {"headers": {"Location": {"description": "Adresse du reçu.", "schema": {"type": "string"}}}},
    202: {
        "description": "La lecture continue : l'adresse donnée dit où elle en est, page par page.",
        "headers": {"Location": {"description": "Où suivre le contrôle.", "schema": {"type": "string"}}},
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/CheckOut"}}},
    },
}


@api.post("/scans")
@api.output(ScanOut, status_code=201, description="Vérifié ; un reçu est gardé, le texte ne l'est pas.")
@api.doc(summary="Vérifier un signalement", responses=_CREATED, extensions=_DESCRIBED)
def create_scan() -> tuple[ScanOut, int, dict[str, str]] | Response:
    """Check a comment, files, or both."""
    with reading() as doing:
        require(Permission.SCAN, doing.by, doing.by.structure)
    asked, attachments = _asked()
    idempotency = header_key()
    with reading() as doing:
        today, by = clock.day(doing.at), doing.by
        frame = queries.frame(doing.session, asked.convention, asked.on or today, by, asked.caisse)
        check_open(doing.session, (by.structure, asked.convention, asked.caisse), today)  # whatever day is told
        dossier = asked.dossier(queries.writer_of(doing.session, doing.by), attachments)
    _check_caisse(asked.caisse, frame.convention)
    _check_files(attachments, frame.bounds.files)
    for fault in faults(dossier, frame.bounds):
        raise fault
    if attachments:
        answer = scan_in_time(dossier, frame, by, idempotency)
        if isinstance(answer, Response):
            return answer
    else:
        answer = _checked(dossier, frame, idempotency)
    return answer, 201, {"Location": url_for("scanners_api.read_scan", identifier=answer.id)}


@api.get("/checks/<identifier>")
@api.output(CheckOut, description="Où en est le contrôle ; sa réponse, une fois fini.")
@api.doc(summary="Suivre un contrôle")
def read_check(identifier: str) -> CheckOut:
    """Return where a check is, page by page."""
    with reading() as doing:
        require(Permission.SCAN, doing.by, doing.by.structure)
        return find_check(identifier, doing.by)


@api.get("/scans/<identifier>")
@api.output(ReceiptOut, description="Le reçu et sa signature.")
@api.doc(summary="Lire un reçu")
def read_scan(identifier: str) -> ReceiptOut:
    """Return the receipt of a check."""
    with reading() as doing:
        found = queries.find_receipt(doing.session, identifier, doing.by)
    return ReceiptOut.model_validate(found)


@api.get("/conventions")
@api.output(ConventionsOut, description="Les conventions de la structure, leurs limites et leurs règles.")
@api.doc(summary="Lire les conventions de la structure")
def read_conventions() -> ConventionsOut:
    """Return the conventions that the structure adopted."""
    with reading() as doing:
        require(Permission.READ_CONVENTIONS, doing.by, doing.by.structure)
        found = []
        for adoption in adoptions(doing.session, doing.by.structure):
            try:
                found.append((find_convention(doing.session, adoption.code, doing.by.structure), adoption))
            except UnknownConvention:
                continue  # adopted under a code that no text bears yet
    today = clock.day(doing.at)
    return ConventionsOut(conventions=[convention_out(one, adoption, today) for one, adoption in found])


def _checked(dossier: Dossier, frame: Frame, idempotency: str | None) -> ScanOut:
    tools: Tools = current_app.extensions[TOOLS]
    checked = check_dossier(dossier, frame.terms, frame.bounds, tools.instruments, frame.own)
    with act(once=False) as (session, by, at):
        done = (checked, frame, tools.seal)
        kept = actions.keep_receipt(session, dossier, done, by=by, at=at, idempotency=idempotency)
        return scan_out(kept.receipt.id, dossier, kept.checked, frame.own)


def _asked() -> tuple[ScanRequest, tuple[Attachment, ...]]:
    """Return what was sent, in JSON or as a form; raises UnknownField, Invalid, HTTPError."""
    if request.mimetype == "application/json":
        return _validated(ScanRequest, request.get_json()), ()
    unknown = [name for name in request.files if name != FILES]
    if unknown:
        raise _unknown(unknown)
    attachments = attachments_of(request.files.getlist(FILES))
    asked = _validated(ScanForm, _fields())
    if len(asked.file_reasons) > len(attachments):
        raise Invalid("Il y a plus de motifs que de fichiers.", field="file_reasons")
    return asked, attachments


def _fields() -> Mapping[str, str]:
    """Return the fields of the form, those left empty being absent."""
    fields = {}
    for name, values in request.form.lists():
        if len(values) > 1:
            raise Invalid("Ce champ est donné plusieurs fois.", field=name if _NAME.fullmatch(name) else None)
        if values[0]:
            fields[name] = values[0]
    return fields


def _validated(model: type[Asked], sent: Any) -> Asked:
    unknown = [name for name in sent if name not in model.model_fields] if isinstance(sent, dict) else []
    if unknown:
        raise _unknown(unknown)
    try:
        return model.model_validate(sent)
    except ValidationError as error:
        raise HTTPError(422) from error


def _unknown(names: list[str]) -> UnknownField:
    # A name is repeated when it reads like the name of a field: anything else may be what was to be checked.
    named = next((name for name in names if _NAME.fullmatch(name)), None)
    return UnknownField("Ce champ n'existe pas.", field=named)


def _check_caisse(code: str | None, convention: Convention) -> None:
    if code is not None and convention.caisse(code) is None:
        raise UnknownCaisse("Cette convention ne lie pas cette caisse.", field="caisse")


def _check_files(attachments: Sequence[Attachment], limits: Limits) -> None:
    # Said as `check_dossier` would, less the file's name: what programs receive ends in logs.
    for position, one in enumerate(attachments[: limits.files]):
        if refused := why_refused(one.name, len(one.data), limits):
            error = TooManyFiles if len(one.data) > limits.bytes_each else BadFile
            raise error(refused, field=f"{FILES}/{position}")
