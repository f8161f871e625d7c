"""Sent twice, recorded once: a form's key, or the header `Idempotency-Key` under /api, is kept with what it recorded.

The key is taken in the transaction of the act, so that a lost answer, a double click or a retry find it there. Follows
draft-ietf-httpapi-idempotency-key-header-07 under /api: 422 for a key that served for something else, 409 while the
first answer is unknown.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Iterator
from datetime import timedelta
from time import sleep

from flask import Flask, Response, current_app, g, request
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from governance.core import storage
from governance.core.refusals import Conflict, Invalid
from governance.jobs.job import Turn
from governance.people.rules import Actor
from governance.web import logs
from governance.web.identity import instant, is_api, sessions
from governance.web.tables import SentRequest

HEADER = "Idempotency-Key"
FIELD = "send_key"
KEPT = timedelta(days=2)
LARGEST_ANSWER = 65_536  # bytes

_UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_OF_FORM = re.compile(r"[A-Za-z0-9_-]{16,64}")
_OF_HEADER = re.compile(r'[\x21-\x7e]{1,64}|"[\x20-\x7e]{1,64}"')  # bare, or a string of RFC 9651
_FIELDS = Markup('<input type="hidden" name="csrf_token" value="{}"><input type="hidden" name="send_key" value="{}">')
_WAIT_SECONDS, _WAITS = 0.1, 30
_UNSEEN = frozenset({"csrf_token", FIELD, "confirm_password"})  # a password leaves no trace, not even hashed


class BadKey(Invalid):
    """The idempotency key is not one."""


class SameKeyOtherContent(Invalid):
    """The key has already served for another content."""


class AlreadyRecorded(Conflict):
    """It was recorded, and what was answered then is not known any more."""


class AlreadySent(Exception):
    """The request was recorded before: its first answer is to be given again."""


def install(app: Flask) -> None:
    """Keep the answer to each request that took its key, and let templates write the hidden fields of a form."""
    app.after_request(_keep)
    app.jinja_env.globals["tokens"] = tokens


def tokens() -> Markup:
    """Return the hidden fields of a form: the proof that we made it, and a key of its own."""
    return _FIELDS.format(generate_csrf(), secrets.token_urlsafe(18))


def header_key() -> str | None:
    """Return the key of the request's header, or None; raises BadKey."""
    key = request.headers.get(HEADER)
    if key is not None and not _OF_HEADER.fullmatch(key):
        raise BadKey(f"{HEADER} : de 1 à 64 caractères visibles de l'ASCII.")
    return key.strip('"') if key else key


def take(session: Session, by: Actor) -> str | None:
    """Take the request's key, if it has one, in the transaction of its act, and return what names it.

    Raises AlreadySent when it was taken, BadKey.
    """
    if request.method not in _UNSAFE or "sent_request" in g:
        return None
    content = _content()
    name = _name(by, content)
    if name is None:
        return None
    session.add(SentRequest(id=name, at=instant(), content=content))
    try:
        session.flush()
    except IntegrityError:
        g.asked_again = (name, content)
        raise AlreadySent from None
    return name


def again() -> Response:
    """Return the first answer once more, as soon as it is known; raises AlreadyRecorded, SameKeyOtherContent."""
    name, content = g.asked_again
    for _ in range(_WAITS):
        with storage.reading(sessions()) as session:
            row = session.get(SentRequest, name)
            if row is not None and row.content != content:
                raise SameKeyOtherContent(f"{HEADER} : cette clé a déjà servi pour un autre contenu.")
            if row is not None and row.status is not None:
                return _answer(row)
        sleep(_WAIT_SECONDS)
    raise _recorded()


def forget(session: Session, turn: Turn) -> str:
    """Remove the keys past their time; return how many."""
    removed = session.execute(delete(SentRequest).where(SentRequest.at < turn.at - KEPT))
    return f"{removed.rowcount} clé(s) effacée(s)"  # type: ignore[attr-defined]


def _recorded() -> AlreadyRecorded:
    return AlreadyRecorded("C'est déjà enregistré, une seule fois : revenez à la page d'avant et rechargez-la.")


def _answer(row: SentRequest) -> Response:
    if row.location is None and row.body is None:
        raise _recorded()
    answer = Response(row.body or "", row.status, content_type=row.media_type)
    if row.location is not None:
        answer.headers["Location"] = row.location
    return answer


def _keep(response: Response) -> Response:
    name = g.get("sent_request")
    if name is None or "asked_again" in g or response.status_code >= 500:
        return response
    try:
        with sessions().begin() as session:
            row = session.get_one(SentRequest, name)
            row.status, row.location, row.media_type = response.status_code, response.location, response.content_type
            # A page may show a secret once, and holds tokens: only what programs read is kept, sealed.
            if is_api() and not response.is_streamed and (response.content_length or 0) <= LARGEST_ANSWER:
                row.body = response.get_data(as_text=True)
    except SQLAlchemyError as error:
        logs.failure(error)  # recorded all the same: a second sending is told so
    return response


def _name(by: Actor, content: str) -> str | None:
    if is_api():
        parts = [header_key(), ""]
    else:
        key = request.form.get(FIELD, "")
        # Gone back to and changed, a form is another one: what it holds is part of its name.
        parts = [key if _OF_FORM.fullmatch(key) else None, content]
    if parts[0] is None:
        return None
    return _digest(value.encode() for value in (by.id, by.structure, request.method, request.path, *map(str, parts)))


def _content() -> str:
    """Return a hash of what was sent, whatever the order of parts and the boundary between them."""
    if request.mimetype not in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        return _digest([request.get_data()])
    return _digest(_parts())


def _parts() -> Iterator[bytes]:
    for name, value in sorted(request.form.items(multi=True)):
        if name not in _UNSEEN:
            yield from (name.encode(errors="replace"), value.encode(errors="replace"))
    for name, file in sorted(request.files.items(multi=True), key=lambda one: (one[0], one[1].filename or "")):
        yield from (name.encode(errors="replace"), (file.filename or "").encode(errors="replace"))
        yield hashlib.sha256(file.stream.read()).digest()
        file.stream.seek(0)


def _digest(parts: Iterable[bytes]) -> str:
    # Keyed: the hash of a short form could be guessed.
    hashed = hmac.new(current_app.config["SECRET_KEY"], digestmod="sha256")
    for part in parts:
        hashed.update(len(part).to_bytes(8, "big") + part)
    return hashed.hexdigest()
