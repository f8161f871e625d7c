"""The headers every answer carries."""

import secrets

from flask import Flask, Response, g, request

POLICY = {
    "default-src": "'none'",
    "script-src": "'self' 'nonce-{nonce}'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "object-src": "'none'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
FIXED = {
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
}
HSTS = "max-age=31536000; includeSubDomains"  # one year


def install(app: Flask) -> None:
    """Add the headers to every answer; templates get `csp_nonce()`."""
    app.after_request(_add)
    app.jinja_env.globals["csp_nonce"] = nonce


def nonce() -> str:
    """Return the value that lets this answer's own scripts run, and no other (CSP level 3)."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    value: str = g.nonce
    return value


def _add(response: Response) -> Response:
    policy = "; ".join(f"{name} {value}" for name, value in POLICY.items())
    response.headers["Content-Security-Policy"] = policy.format(nonce=nonce())
    response.headers.update(FIXED)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = HSTS
    if not _is_static():
        response.headers["Cache-Control"] = "no-store"
    return response


def _is_static() -> bool:
    return request.endpoint is not None and request.endpoint.rpartition(".")[2] == "static"
