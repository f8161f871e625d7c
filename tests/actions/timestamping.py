"""A real time-stamping authority: `openssl ts` behind an HTTP server of this machine."""

import shutil
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509

from governance.core.trail.stamping import Authority

CONFIG = """
[tsa]
default_tsa = one
[one]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
[ext]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a root and a time-stamping certificate that it signed."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl")
    folder = tmp_path_factory.mktemp("tsa")
    (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
    (folder / "serial").write_text("01\n")
    fresh = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3650"]
    openssl("req", "-x509", *fresh, "-keyout", folder / "ca.key", "-out", folder / "ca.pem", "-subj", "/CN=Racine")
    openssl("req", "-new", *fresh[:-2], "-keyout", folder / "tsa.key", "-out", folder / "tsa.csr", "-subj", "/CN=TSA")
    openssl(
        *("x509", "-req", "-in", folder / "tsa.csr", "-CA", folder / "ca.pem", "-CAkey", folder / "ca.key"),
        *("-days", "3650", "-CAcreateserial", "-out", folder / "tsa.pem"),
        *("-extfile", folder / "tsa.cnf", "-extensions", "ext"),
    )
    return folder


@pytest.fixture
def authority(folder: Path) -> Iterator[Authority]:
    """Give an authority that answers."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = folder / "query.tsq"
            query.write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            # Without -chain: openssl would write the set of certificates unordered, which strict DER refuses.
            config = ("-config", folder / "tsa.cnf", "-section", "one")
            openssl("ts", "-reply", *config, "-queryfile", query, "-out", folder / "reply.tsr")
            self.send_response(200)
            self.end_headers()
            self.wfile.write((folder / "reply.tsr").read_bytes())

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    root = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
    yield Authority(f"http://127.0.0.1:{server.server_port}/", (root,))
    server.shutdown()
    server.server_close()
    thread.join()


def openssl(*arguments: object) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)
