"""A DPO imports a convention by a page: looked at first, registered once, and nothing written when it is wrong."""

import base64
from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from governance.conventions.comparison import additions, header_changes
from governance.conventions.editions import latest_toml
from governance.conventions.forms import shown_name
from governance.conventions.reader import MAX_BYTES, read
from governance.conventions.tables import ImportedConvention
from governance.core.trail import TrailEntry
from governance.people.rules import Role
from tests.conftest import Demonstration, on_sqlite
from tests.web.conftest import Submit, token
from tests.web.test_conventions_pages import AMENDMENT, plain

SignIn = Callable[..., FlaskClient]
SEND = "/conventions/importer"
CONFIRM = "/conventions/importer/confirmer"


@pytest.fixture
def dpo(sign_in: SignIn) -> FlaskClient:
    return sign_in(Role.DPO)


@pytest.fixture
def s1(sessions: sessionmaker[Session]) -> str:
    with sessions() as session:
        return latest_toml(session, "S1")


@pytest.fixture
def lille(s1: str) -> str:
    return s1.replace('code = "S1"', 'code = "LILLE-1"')


@pytest.fixture
def registered(sessions: sessionmaker[Session]) -> Callable[[], list[tuple[str, int, str]]]:
    """Give what was registered: code, number and text of each."""

    def rows() -> list[tuple[str, int, str]]:
        with sessions() as session:
            found = session.scalars(select(ImportedConvention).order_by(ImportedConvention.edition))
            return [(row.code, row.edition, row.toml) for row in found]

    return rows


def upload(submit: Submit, client: FlaskClient, content: bytes, name: str = "essai.toml") -> TestResponse:
    return submit(client, SEND, {"file": (BytesIO(content), name)})


def sealed(text: str) -> dict[str, object]:
    return {"source": base64.b64encode(text.encode()).decode()}


def carried(answer: TestResponse) -> dict[str, object]:
    """Return what the preview sends back when it is confirmed."""
    page = answer.get_data(as_text=True)
    return {"source": page.split('name="source" type="hidden" value="')[1].split('"')[0]}


# Looking


@pytest.mark.parametrize("way", ["file", "text"])
def test_a_new_convention_is_shown_before_it_is_registered(
    dpo: FlaskClient, submit: Submit, lille: str, registered: Callable[[], list[object]], way: str
) -> None:
    answer = upload(submit, dpo, lille.encode()) if way == "file" else submit(dpo, SEND, {"text": lille})

    page = plain(answer.get_data(as_text=True))
    assert answer.status_code == 200
    assert "Enregistrer la convention LILLE-1 ?" in page
    assert "Rien n'est encore enregistré." in page
    assert "C'est une nouvelle convention." in page
    assert "CCAS de Besançon" in page
    assert "Points que le texte ne tranche pas (14)" in page
    assert registered() == []


@on_sqlite
def test_an_amendment_is_shown_against_what_is_in_force(dpo: FlaskClient, submit: Submit, s1: str) -> None:
    signed = s1.replace('signature = "inconnue"', "signature = 2024-07-01")

    page = plain(upload(submit, dpo, (signed + AMENDMENT).encode()).get_data(as_text=True))

    assert "deviendra son texte n° 2 ; 1 règle change ; 1 point de l'en-tête change." in page
    assert page.index("Informer au plus tard") < page.index("À partir du 1er mars 2026") < page.index("vingt-quatre")
    assert "Date de signature" in page
    assert "01/07/2024" in page


@on_sqlite
def test_a_comparison_tells_the_caisse_and_the_document_added(s1: str) -> None:
    caisse = '[[caisses]]\ncode = "jura"\nname = "CPAM du Jura"\n\n[[documents]]\n'
    later = s1.replace("[[documents]]\n", caisse, 1).replace('presence = "présent"', 'presence = "incomplet"', 1)
    known, proposed = read(s1, "connu"), read(later, "nouveau")

    changes = header_changes(known, proposed)

    assert additions(known, proposed) == ()
    assert [(one.what, one.before[:11]) for one in changes] == [
        ("Caisse", "non indiqué"),
        ("Document CM", "Convention "),
    ]


# Registering


def test_the_text_confirmed_is_the_very_text_sent(
    dpo: FlaskClient,
    submit: Submit,
    lille: str,
    registered: Callable[[], list[object]],
    sessions: sessionmaker[Session],
    demonstration: Demonstration,
) -> None:
    typed = lille.replace("\n", "\r\n")

    preview = upload(submit, dpo, typed.encode())
    answer = submit(dpo, CONFIRM, carried(preview), page=SEND)

    assert (answer.status_code, answer.location) == (303, "/conventions/LILLE-1")
    assert registered() == [("LILLE-1", 1, typed)]
    assert "est enregistrée (texte n° 1)" in dpo.get("/conventions/LILLE-1").get_data(as_text=True)
    with sessions() as session:
        entry = session.scalars(select(TrailEntry).where(TrailEntry.action == "convention.imported")).one()
        assert (entry.subject, entry.actor) == ("LILLE-1", demonstration.people[Role.DPO])
        assert entry.structure == demonstration.structure


def test_a_text_confirmed_twice_is_registered_once(
    dpo: FlaskClient, submit: Submit, lille: str, registered: Callable[[], list[object]]
) -> None:
    answers = [submit(dpo, CONFIRM, sealed(lille), page=SEND) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(registered()) == 1


@on_sqlite
def test_an_amendment_adds_a_text_and_keeps_the_first(
    dpo: FlaskClient, submit: Submit, lille: str, registered: Callable[[], list[object]]
) -> None:
    for text in (lille, lille + AMENDMENT):
        submit(dpo, CONFIRM, sealed(text), page=SEND)

    assert registered() == [("LILLE-1", 1, lille), ("LILLE-1", 2, lille + AMENDMENT)]


@pytest.mark.parametrize("url", [SEND, CONFIRM])
def test_a_text_that_rewrites_what_is_in_force_is_a_conflict(
    dpo: FlaskClient, submit: Submit, s1: str, registered: Callable[[], list[object]], url: str
) -> None:
    text = s1.replace('default = "24 h"', 'default = "48 h"')

    answer = submit(dpo, url, {"text": text} if url == SEND else sealed(text), page=SEND)

    assert answer.status_code == 409
    assert "la règle B1" in answer.get_data(as_text=True)
    assert registered() == []


@on_sqlite
def test_a_text_that_adds_nothing_is_a_conflict_when_it_is_looked_at(dpo: FlaskClient, submit: Submit, s1: str) -> None:
    answer = submit(dpo, SEND, {"text": s1})

    assert answer.status_code == 409
    assert "n&#39;ajoute rien" in answer.get_data(as_text=True)


@on_sqlite
def test_the_code_of_another_structure_is_a_conflict(
    sign_in: SignIn, submit: Submit, lille: str, registered: Callable[[], list[object]]
) -> None:
    submit(sign_in(Role.DPO), CONFIRM, sealed(lille), page=SEND)

    answer = submit(sign_in(Role.DPO, other=True), CONFIRM, sealed(lille + AMENDMENT), page=SEND)

    assert answer.status_code == 409
    assert len(registered()) == 1


@on_sqlite
@pytest.mark.parametrize("role", [Role.GESTIONNAIRE, Role.TECHNICIEN, Role.ADMINISTRATEUR])
def test_only_a_dpo_registers_even_with_a_text_that_is_right(
    sign_in: SignIn, submit: Submit, lille: str, registered: Callable[[], list[object]], role: Role
) -> None:
    answer = submit(sign_in(role), CONFIRM, sealed(lille), page="/conventions")

    assert answer.status_code == 403
    assert registered() == []


# What is wrong


@on_sqlite
def test_every_mistake_is_told_with_its_rule_its_line_and_the_file(
    dpo: FlaskClient, submit: Submit, lille: str, registered: Callable[[], list[object]]
) -> None:
    wrong = lille.replace("[[rules.A1]]", "[[rules.A99]]").replace("since = 2024-06-12\nvalue = true", "since = 3")
    line = wrong[: wrong.index("[[rules.A99]]")].count("\n") + 1

    answer = upload(submit, dpo, wrong.encode(), "dossiers/avenant.toml")

    page = plain(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert f'data-label="Ligne">{line}</td><td role="cell" data-label="Règle">A99</td>' in page
    assert "règle inconnue<br><code>[[rules.A99]]</code>" in page
    assert "règle absente du fichier" in page
    assert "un jour est attendu" in page
    assert "(avenant.toml)" in page
    assert registered() == []


@on_sqlite
def test_the_text_pasted_is_given_back_whole_to_be_corrected(dpo: FlaskClient, submit: Submit) -> None:
    typed = '\n\ncode = "S<b>"\n  # </textarea><script>alert(1)</script>\n'

    page = submit(dpo, SEND, {"text": typed}).get_data(as_text=True)

    kept = page.split('wrap="off">')[1].split("</textarea>")[0]
    assert plain(kept) == plain(typed)
    assert "<script>alert" not in page


@on_sqlite
@pytest.mark.parametrize(
    ("content", "status", "message"),
    [
        (b"", 422, "Ce fichier est vide."),
        (b" \r\n\t", 422, "Ce fichier est vide."),
        (b"x" * 10_000_000, 413, "dépasse 256 Kio"),
        (b"code = 1\n" * 40_000, 413, "dépasse 256 Kio"),
        ("code = « é »".encode("latin-1", "replace"), 422, "le fichier n'est pas en UTF-8"),
        ('code = "S9"'.encode("utf-16"), 422, "le fichier n'est pas en UTF-8"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 422, "le fichier n'est pas en UTF-8"),
        (b'code = "S\0"', 422, "le TOML est illisible"),
        (b"PK\x03\x04\x14\0\0\0", 422, "le TOML est illisible"),
        (b"[" * 100_000, 422, "la ligne dépasse 2000 signes"),
        (b"\n".join([b"a = ["] + [b"["] * 50_000), 422, "le TOML est"),
        (b"code = 1", 422, "« code » : un texte non vide est attendu"),
    ],
    ids=["empty", "blank", "10 MB", "long", "latin-1", "utf-16", "image", "nul", "zip", "line", "nested", "type"],
)
def test_a_bad_file_is_refused_plainly_and_nothing_is_written(
    dpo: FlaskClient,
    submit: Submit,
    registered: Callable[[], list[object]],
    content: bytes,
    status: int,
    message: str,
) -> None:
    answer = upload(submit, dpo, content)

    assert answer.status_code == status
    assert message in plain(answer.get_data(as_text=True))
    assert registered() == []


@on_sqlite
@pytest.mark.parametrize(
    ("text", "status", "message"),
    [
        ("", 422, "Choisissez un fichier, ou collez son texte."),
        (" \n ", 422, "Choisissez un fichier, ou collez son texte."),
        ("code = \ufffd", 422, "des caractères illisibles"),
        ("a" * (MAX_BYTES + 1), 413, "dépasse 256 Kio"),
        ("a" * 10_000_000, 413, "dépasse la taille permise"),
        ("\0", 422, "le TOML est illisible"),
        ("\u202eS1 🦄", 422, "le TOML est illisible"),
    ],
    ids=["empty", "blank", "unreadable", "long", "10 MB", "nul", "odd"],
)
def test_a_bad_text_is_refused_plainly(dpo: FlaskClient, submit: Submit, text: str, status: int, message: str) -> None:
    answer = submit(dpo, SEND, {"text": text, "file": (BytesIO(), "")})

    assert answer.status_code == status
    assert message in plain(answer.get_data(as_text=True))


@on_sqlite
def test_a_file_and_a_text_are_not_guessed_between(dpo: FlaskClient, submit: Submit, lille: str) -> None:
    answer = submit(dpo, SEND, {"file": (BytesIO(lille.encode()), "a.toml"), "text": lille})

    assert answer.status_code == 422
    assert "pas les deux" in answer.get_data(as_text=True)


@on_sqlite
@pytest.mark.parametrize("source", ["", "%%%", "é", "AAAA", base64.b64encode(b"\xff\xfe").decode()])
def test_a_confirmation_that_did_not_come_back_whole_is_refused(
    dpo: FlaskClient, submit: Submit, registered: Callable[[], list[object]], source: str
) -> None:
    answer = submit(dpo, CONFIRM, {"source": source}, page=SEND)

    assert answer.status_code == 422
    assert registered() == []


@on_sqlite
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=400), name=st.text(max_size=120))
def test_whatever_is_sent_is_answered_and_nothing_written(
    dpo: FlaskClient, registered: Callable[[], list[object]], text: str, name: str
) -> None:
    pasted = dpo.post(SEND, data={"csrf_token": token(dpo, SEND), "text": text})
    sent = dpo.post(SEND, data={"csrf_token": token(dpo, SEND), "file": (BytesIO(text.encode()), shown_name(name))})

    assert {pasted.status_code, sent.status_code} <= {413, 422}
    assert registered() == []


@given(name=st.text())
def test_the_name_of_a_file_is_shown_short_and_without_folders(name: str) -> None:
    shown = shown_name(name)

    assert 0 < len(shown) <= 80
    assert shown.isprintable()
    assert not set(shown) & set("/\\")
