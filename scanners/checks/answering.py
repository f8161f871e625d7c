"""The API's long work: a check goes on whether or not its caller waits, and is followed page by page."""

import re
import secrets
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Annotated, Any

from flask import Flask, Response, current_app, jsonify, request, url_for

from governance.core.refusals import Refusal
from governance.people.rules import Actor
from governance.web.act import afterwards, instant
from scanners import actions
from scanners.checks.following import Following, seen_of
from scanners.checks.known import Known
from scanners.checks.running import Check, Checks, Owner, State, Tell, UnknownCheck
from scanners.dossier import Dossier, check_dossier, judge_file
from scanners.models import Model, words
from scanners.pages import TOOLS, Tools
from scanners.queries import Frame
from scanners.schemas import FileOut, ScanOut, file_out, scan_out

WAIT_SECONDS, MOST_SECONDS = 10, 60  # that a caller waits who says nothing, and who asks for more (RFC 7240)
AGAIN_SECONDS = 2
_WAIT = re.compile(r"(?:^|[,;\s])wait=(\d{1,4})(?:$|[,;\s])")


class ProgressOut(Model):
    """Where a file is: pages read, and what is found so far."""

    pages: int
    pages_read: int
    is_done: bool
    file: FileOut


class CheckOut(Model):
    """A check under way: `scan` is its answer once it is done, `said` why it ended without one."""

    id: str
    state: Annotated[State, words(State)]
    files: list[ProgressOut]
    scan: ScanOut | None
    said: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a check needs once its request is over."""

    dossier: Dossier
    frame: Frame
    idempotency: str | None
    by: Actor
    tools: Tools
    app: Flask


def find_check(identifier: str, by: Actor) -> CheckOut:
    """Return where a check of that person is; raises UnknownCheck."""
    return _check_out(_checks().find(identifier, Owner(by.structure, by.id)))


def scan_in_time(dossier: Dossier, frame: Frame, by: Actor, idempotency: str | None) -> Response | ScanOut:
    """Return the answer of a check, or where to follow it when it takes longer than the caller waits.

    Raises what the check raises, Busy, OtherContent.
    """
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # Flask's own proxy
    asked = Asked(dossier, frame, idempotency, by, current_app.extensions[TOOLS], app)
    until = monotonic() + _patience(request.headers.get("Prefer", ""))
    name, result = _joined(asked, until) if idempotency is not None else _begun(asked)
    if result is not None:
        try:
            return ScanOut.model_validate(result.result(max(until - monotonic(), 0))["scan"])
        except TimeoutError:
            pass
    return _elsewhere(_checks().find(name, Owner(by.structure, by.id)))


def _joined(asked: Asked, until: float) -> tuple[str, "Future[Mapping[str, Any]] | None"]:
    """Begin a check, or wait for the one that has its key already."""
    checks, owner = _checks(), Owner(asked.by.structure, asked.by.id)
    key = checks.shelf.mark(asked.by.structure.encode(), asked.by.id.encode(), (asked.idempotency or "").encode())
    name = secrets.token_hex(16)
    taken = checks.claim(key, _content(asked), name)
    if taken is None:
        try:
            return _begun(asked, name)
        except Refusal:
            checks.release(key)
            raise
    try:
        return taken, _awaited(taken, owner, until)
    except UnknownCheck:
        # Begun an instant ago in another process, it may not be told yet.
        if checks.is_fresh(key):
            sleep(0.1)
        else:
            checks.release(key)
        return _joined(asked, until)


def _awaited(name: str, owner: Owner, until: float) -> "Future[Mapping[str, Any]] | None":
    """Wait for a check that another request began, perhaps in another process."""
    while (check := _checks().find(name, owner)).state is State.RUNNING:
        if monotonic() >= until:
            return None
        sleep(0.1)
    if check.state is State.FAILED:
        raise UnknownCheck("Le contrôle a été interrompu.")  # asked again, it is made again
    done: Future[Mapping[str, Any]] = Future()
    done.set_result(check.told)
    return done


def _begun(asked: Asked, name: str | None = None) -> tuple[str, "Future[Mapping[str, Any]]"]:
    owner = Owner(asked.by.structure, asked.by.id)
    at = instant()

    def work(tell: Tell) -> Mapping[str, Any]:
        scanner, own = asked.tools.instruments.scanner, asked.frame.own
        count = len(asked.dossier.attachments)
        following = Following(count, (scanner, own), lambda value: tell(_progress(value, asked)))
        watch = Known(asked.tools.checks.shelf, owner.structure, own, following).watch()
        frame = asked.frame
        checked = check_dossier(asked.dossier, frame.terms, frame.bounds, asked.tools.instruments, own, watch)
        with asked.app.app_context(), afterwards(asked.by) as session:
            done = (checked, frame, asked.tools.seal)
            kept = actions.keep_receipt(session, asked.dossier, done, by=asked.by, at=at, idempotency=asked.idempotency)
            scan = scan_out(kept.receipt.id, asked.dossier, kept.checked, own)
        return {**_progress(following.value(), asked), "scan": scan.model_dump(mode="json")}

    return _checks().begin(owner, len(asked.dossier.attachments), work, name)


def _progress(value: Mapping[str, Any], asked: Asked) -> Mapping[str, Any]:
    """Return where files are, and what is found so far, judged."""
    frame, scanner, files = asked.frame, asked.tools.instruments.scanner, []
    for position, one in enumerate(value["files"]):
        judged = judge_file(position, seen_of(one["seen"]), asked.dossier, frame.terms, scanner, frame.own)
        told = {"pages": one["pages"], "pages_read": one["read"], "is_done": one["is_done"]}
        files.append(told | {"file": file_out(judged).model_dump(mode="json")})
    return {"files": files}


def _content(asked: Asked) -> str:
    """Return a mark of all that a key stands for."""
    dossier, frame = asked.dossier, asked.frame
    reasons = sorted((position, reason.value) for position, reason in dossier.file_reasons.items())
    said = (frame.convention.code, frame.terms.day.isoformat(), dossier.writer.value, dossier.reason, reasons)
    return _checks().shelf.mark(repr(said).encode(), asked.tools.seal.fingerprint(dossier).encode())


def _patience(preferred: str) -> float:
    """Return how many seconds the caller waits.

    >>> _patience(""), _patience("respond-async"), _patience("wait=3"), _patience("respond-async, wait=900")
    (10, 0, 3, 60)
    """
    asked = _WAIT.search(preferred)
    if asked is not None:
        return min(int(asked[1]), MOST_SECONDS)
    return 0 if "respond-async" in preferred else WAIT_SECONDS


def _elsewhere(check: Check) -> Response:
    answer = jsonify(_check_out(check).model_dump(mode="json"))
    answer.status_code = 202
    answer.headers["Location"] = url_for("scanners_api.read_check", identifier=check.id)
    answer.headers["Retry-After"] = str(AGAIN_SECONDS)
    return answer


def _check_out(check: Check) -> CheckOut:
    told = check.told
    return CheckOut.model_validate(
        {
            "id": check.id,
            "state": check.state,
            "files": told.get("files", []),
            "scan": told.get("scan"),
            "said": told.get("said"),
        }
    )


def _checks() -> Checks:
    tools: Tools = current_app.extensions[TOOLS]
    return tools.checks
