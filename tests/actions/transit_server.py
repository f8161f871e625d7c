"""The part of OpenBao's HTTP API that a transit key needs, with real AES-256-GCM, versions and trimming.

Used where no `bao` executable is found; the same tests run against the real server where there is one.
"""

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

TOKEN = "jeton-des-essais"


class _Refused(Exception):
    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class _Key:
    def __init__(self) -> None:
        self.versions = {1: os.urandom(32)}
        self.limits = {"min_available_version": 0, "min_decryption_version": 1, "min_encryption_version": 0}

    def read(self) -> dict[str, Any]:
        return {"latest_version": max(self.versions), **self.limits}

    def encrypt(self, sent: dict[str, Any]) -> dict[str, Any]:
        version, nonce = sent.get("key_version") or max(self.versions), os.urandom(12)
        if version not in self.versions or version < self.limits["min_encryption_version"]:
            raise _Refused(400)
        cipher = AESGCM(self.versions[version])
        blob = nonce + cipher.encrypt(nonce, b64decode(sent["plaintext"]), b64decode(sent.get("associated_data", "")))
        return {"ciphertext": f"vault:v{version}:{b64encode(blob).decode()}"}

    def decrypt(self, sent: dict[str, Any]) -> dict[str, Any]:
        try:
            _, version, text = sent["ciphertext"].split(":")
            if int(version[1:]) < self.limits["min_decryption_version"]:
                raise _Refused(400)
            blob, cipher = b64decode(text), AESGCM(self.versions[int(version[1:])])
            plain = cipher.decrypt(blob[:12], blob[12:], b64decode(sent.get("associated_data", "")))
        except (InvalidTag, KeyError, ValueError) as error:
            raise _Refused(400) from error
        return {"plaintext": b64encode(plain).decode()}

    def configure(self, sent: dict[str, Any]) -> None:
        self.limits |= {name: value for name, value in sent.items() if value is not None}

    def trim(self, sent: dict[str, Any]) -> None:
        first = sent["min_available_version"]
        if first > min(self.limits["min_decryption_version"], self.limits["min_encryption_version"]):
            raise _Refused(400)
        self.versions = {version: key for version, key in self.versions.items() if version >= first}
        self.limits["min_available_version"] = first


class _Server(ThreadingHTTPServer):
    keys: dict[str, _Key]

    def answer(self, method: str, path: str, sent: dict[str, Any]) -> dict[str, Any] | None:
        action, name, *rest = path.removeprefix("/v1/transit/").split("/")
        if action == "keys" and not rest and method == "POST":
            self.keys.setdefault(name, _Key())
            return None
        key = self.keys.get(name)
        if key is None:
            raise _Refused(404 if method == "GET" else 400)
        if action in ("encrypt", "decrypt"):
            return key.encrypt(sent) if action == "encrypt" else key.decrypt(sent)
        if rest == ["rotate"]:
            key.versions[max(key.versions) + 1] = os.urandom(32)
        elif rest:
            {"config": key.configure, "trim": key.trim}[rest[0]](sent)
        return None if rest else key.read()


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        sent = json.loads(self.rfile.read(length) or b"{}")
        try:
            if self.headers.get("X-Vault-Token") != TOKEN:
                raise _Refused(403)
            data = self.server.answer("POST" if self.command == "PUT" else self.command, self.path, sent)
            status, body = (200, {"data": data}) if data is not None else (204, None)
        except _Refused as refused:
            status, body = refused.status, {"errors": ["refused"]}
        self.send_response(status)
        content = json.dumps(body).encode() if body is not None else b""
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = _serve


@contextmanager
def loopback() -> Iterator[str]:
    """Serve on loopback; give the address."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.keys = {}
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
