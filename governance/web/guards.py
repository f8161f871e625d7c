"""What is refused before any page sees it: unreadable addresses, forged forms, unannounced content."""

from urllib.parse import unquote_to_bytes

from flask import Flask, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import BadRequest, NotFound, UnsupportedMediaType
from werkzeug.routing import IntegerConverter

from governance.web.identity import is_api

BODIES = frozenset({"application/json", "multipart/form-data"})
FORMS = frozenset({"oauth.token"})  # RFC 6749, § 3.2: the token endpoint reads forms
JSON = frozenset({"scanners.preview"})  # the page that a script asks while somebody types
FILES = frozenset({"file", "files", "certificate"})  # the fields of pages that take files


class Number(IntegerConverter):
    """A number in an address: none that a database's column could not hold, which would be an error, not found."""

    regex = r"\d{1,9}"


def install(app: Flask) -> None:
    """Check each request; pages need a CSRF token, the API needs none since it reads no cookie."""
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None)
    app.url_map.converters["int"] = Number
    csrf = CSRFProtect(app)

    def check() -> None:
        check_address()
        if is_api():
            check_body()
        elif request.endpoint is not None:
            csrf.protect()
            check_form()

    app.before_request(check)


def check_address() -> None:
    """Refuse a NUL anywhere in the address, and a query string that is not UTF-8."""
    if "\0" in request.path:
        raise NotFound
    query = unquote_to_bytes(request.query_string)
    try:
        query.decode()
    except UnicodeDecodeError as error:
        raise BadRequest from error
    if b"\0" in query:
        raise BadRequest


def check_form() -> None:
    """Refuse JSON, which Flask-WTF reads as fields, and forget files in fields of text, which it gives as texts."""
    if request.is_json and request.endpoint not in JSON:
        raise UnsupportedMediaType
    if not FILES.issuperset(request.files):
        kept = [(name, file) for name, file in request.files.items(multi=True) if name in FILES]
        request.files = ImmutableMultiDict(kept)


def check_body() -> None:
    """Refuse a body whose announced type the API does not read."""
    has_body = bool(request.content_length) or "chunked" in request.headers.get("Transfer-Encoding", "")
    read = {"application/x-www-form-urlencoded"} if request.endpoint in FORMS else BODIES
    if has_body and request.mimetype not in read:
        raise UnsupportedMediaType
