"""A real OpenBao, in memory, on loopback: the tests' extra holds its program."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import hvac
import pytest
from requests import RequestException

TOKEN = "jeton-des-essais"
PROGRAM = Path(sys.executable).with_name("bao")


@contextmanager
def openbao() -> Iterator[str]:
    """Serve an OpenBao whose transit engine is enabled; give the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [PROGRAM, "server", "-dev", f"-dev-root-token-id={TOKEN}", f"-dev-listen-address={address}"]
    process = subprocess.Popen([*command, "-dev-no-store-token"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        client = hvac.Client(f"http://{address}", token=TOKEN)
        _wait(client)
        client.sys.enable_secrets_engine("transit")
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait()


def token_file(folder: Path) -> Path:
    """Write the file that holds the token, and return it."""
    path = folder / "token"
    path.write_text(TOKEN + "\n")
    path.chmod(0o600)
    return path


def _wait(client: hvac.Client) -> None:
    for _ in range(300):
        try:
            if client.sys.is_initialized() and not client.sys.is_sealed():
                return
        except RequestException:
            pass
        time.sleep(0.1)
    pytest.fail("the OpenBao did not start")
