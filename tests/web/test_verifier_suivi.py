"""Each piece of « Vérifier un signalement » is read once chosen, followed, looked at, and forgotten when taken away."""

import io
from collections.abc import Callable
from time import monotonic, sleep
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from governance.people.rules import Role
from scanners import seeing
from tests.conftest import on_sqlite
from tests.scanners import pictures, samples
from tests.web.conftest import token
from tests.web.verifying import CLEAN, NIR, PAGE, adopt, check, writer

__all__ = ["adopt", "writer"]

pytestmark = on_sqlite

PIECES = "/signalements/verifier/pieces"


def send(client: FlaskClient, content: bytes, name: str, convention: str = "S0/artois") -> TestResponse:
    """Send a piece as the page does."""
    data = {"convention": convention, "file": (io.BytesIO(content), name)}
    headers = {"X-CSRFToken": token(client, PAGE), "Accept": "application/json"}
    return client.post(PIECES, data=data, headers=headers, content_type="multipart/form-data")


def ended(client: FlaskClient, answer: TestResponse) -> dict[str, Any]:
    """Follow a piece to its end."""
    until = monotonic() + 60
    while not (state := client.get(answer.get_json()["follow"]).get_json())["is_over"]:
        assert monotonic() < until
        sleep(0.05)
    return state  # type: ignore[no-any-return]


def images(state: dict[str, Any]) -> list[str]:
    """Return the addresses of the pictures that are shown."""
    return [part.split('"')[0] for part in state["html"].split('<img src="')[1:]]


def red(image: Image.Image) -> list[tuple[int, int]]:
    """Return where a picture is red."""
    small = image.convert("RGB")
    points = ((x, y) for x in range(small.width) for y in range(small.height))
    return [at for at in points if small.getpixel(at)[0] > 120 and small.getpixel(at)[1] < 70]  # type: ignore[index]


def test_a_piece_is_told_with_its_outcome_its_places_and_its_pages(writer: FlaskClient) -> None:
    state = ended(writer, send(writer, samples.pdf("Rien ici.", f"NIR {NIR}"), "attestation.pdf"))

    assert state["said"] == "Lue"
    assert "Acceptée" in state["html"]
    assert "page 2" in state["html"] and NIR not in state["html"]
    assert len(images(state)) == 1


@pytest.mark.parametrize("way", ["written", "scanned", "picture"])
def test_a_page_is_shown_with_a_box_round_what_was_found(writer: FlaskClient, way: str) -> None:
    page = pictures.page("Bonjour", f"NIR {NIR}")
    files = {
        "written": (samples.pdf(f"NIR {NIR}"), "a.pdf"),
        "scanned": (pictures.pdf(page), "a.pdf"),
        "picture": (pictures.saved(page), "a.png"),
    }

    state = ended(writer, send(writer, *files[way]))
    answer = writer.get(images(state)[0])

    assert (answer.status_code, answer.content_type) == (200, "image/jpeg")
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(red(Image.open(io.BytesIO(answer.data)))) > 50


def test_no_address_says_anything_of_the_piece(writer: FlaskClient) -> None:
    answer = send(writer, samples.pdf(f"NIR {NIR}"), "MARTIN.pdf")
    state = ended(writer, answer)

    for address in (*answer.get_json().values(), *images(state)):
        assert "MARTIN" not in address and NIR.replace(" ", "") not in address


def test_nobody_else_follows_a_piece_nor_sees_its_pages(
    writer: FlaskClient, sign_in: Callable[..., FlaskClient]
) -> None:
    answer = send(writer, samples.pdf(f"NIR {NIR}"), "a.pdf")
    addresses = [answer.get_json()["follow"], *images(ended(writer, answer))]

    for stranger in (sign_in(Role.DPO), sign_in(Role.TECHNICIEN, other=True)):
        assert [stranger.get(one).status_code for one in addresses] == [404, 404]


def test_a_piece_taken_away_is_forgotten_with_its_pages(writer: FlaskClient) -> None:
    answer = send(writer, samples.pdf(f"NIR {NIR}"), "a.pdf")
    addresses = [answer.get_json()["follow"], *images(ended(writer, answer))]

    gone = writer.post(answer.get_json()["forget"], headers={"X-CSRFToken": token(writer, PAGE)})

    assert gone.status_code == 204
    assert [writer.get(one).status_code for one in addresses] == [404, 404]


def test_sending_reads_no_piece_again_and_a_replaced_one_alone(
    writer: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    real = seeing.read_document
    monkeypatch.setattr(seeing, "read_document", lambda name, *rest: read.append(name) or real(name, *rest))
    for name in ("un", "deux"):
        ended(writer, send(writer, f"{name};b\n".encode(), f"{name}.csv"))

    page = check(writer, CLEAN, files=[(b"un;b\n", "un.csv"), (b"autre;b\n", "deux.csv")])

    assert page.text("#bilan-titre") == "Rien ne s'oppose à l'envoi"
    assert read == ["un.csv", "deux.csv", "deux.csv"]


@pytest.mark.parametrize(
    ("content", "name", "status", "said"),
    [
        (b"", "vide.pdf", 422, "Ce fichier est vide."),
        (b"a", "a.txt", 422, "Ce type de fichier n'est pas accepté."),
        (b"a" * 5_000_001, "a.csv", 413, "Ce fichier dépasse 5 Mo."),
        (b"a", "x" * 300 + "\u202e.csv", 422, "Le nom de ce fichier dépasse 255 caractères"),
    ],
    ids=["empty", "type", "too big", "long name"],
)
def test_a_piece_that_the_portal_would_refuse_is_refused_without_its_name(
    writer: FlaskClient, content: bytes, name: str, status: int, said: str
) -> None:
    answer = send(writer, content, name)

    assert answer.status_code == status
    assert answer.get_json(force=True)["detail"].startswith(said)


def test_one_byte_is_read_and_the_lie_of_its_name_told(writer: FlaskClient) -> None:
    state = ended(writer, send(writer, b"a", "a.pdf"))

    assert "À vérifier" in state["html"]
    assert "mais contient du texte" in state["html"]


def test_the_page_of_the_service_says_what_stands_between_files_and_the_machine(
    sign_in: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scanners.feature.around", tuple)
    monkeypatch.setattr("scanners.feature.prepared", lambda: None)

    said = sign_in(Role.DPO).get("/a-propos").get_data(as_text=True)

    assert "Isolation des pièces lues" in said
    assert "limites de mémoire, de temps et de fichiers ; sans bubblewrap" in said
    assert "sans seccomp (paquet libseccomp2)" in said


def test_what_is_kept_meanwhile_goes_with_the_service(writer: FlaskClient, app: APIFlask) -> None:
    ended(writer, send(writer, samples.pdf(f"NIR {NIR}"), "a.pdf"))
    shelf = app.extensions["vigie.scanners"].checks.shelf
    folder = shelf._folder

    on_disk = [one.read_bytes() for one in folder.iterdir() if one.is_file()]
    shelf.close()

    assert on_disk and not [one for one in on_disk if NIR.encode() in one or b"a.pdf" in one]
    assert not folder.exists()
