"""« Signaler une erreur »: said of a refusal on the page, without its words, answered by the DPO on « Vocabulaire »."""

import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from governance.people.rules import Role
from scanners.forms import CALLED_A_MISTAKE
from scanners.tables import Doubt, Receipt
from tests.conftest import Demonstration, on_sqlite
from tests.doubting import HINT
from tests.web.conftest import Submit
from tests.web.verifying import BLOCKED, CLEAN, PAGE, WORDS, Page, adopt, check, peek, writer

__all__ = ["adopt", "writer"]

pytestmark = on_sqlite

REPORTS = "/signalements/erreurs"
BUTTON = f"button[name={CALLED_A_MISTAKE}]"
OFFSETS = [
    "",
    "0",
    "0-",
    "-1-4",
    "0-999999",
    "10-19",
    "9999999999999999-1",
    "é",
    "1e3-4",
    "\0",
    "10-20; DROP",
    "１０-２０",
]


@pytest.fixture
def dpo(writer: FlaskClient, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    """Give the browser of the DPO of the writer's structure."""
    return sign_in(Role.DPO)


def place(client: FlaskClient, comment: str = BLOCKED) -> str:
    """Return what the first button of a comment's remarks sends."""
    return check(client, comment).values(BUTTON, "value")[0]


def report(client: FlaskClient, comment: str = BLOCKED, where: str | None = None) -> Page:
    """Press the button of a remark, as a browser without script does: the whole form is sent."""
    return check(client, comment, **{CALLED_A_MISTAKE: place(client, comment) if where is None else where})


def answer(dpo: FlaskClient, submit: Submit, decision: str, title: str = "alertes-titre") -> None:
    """Answer the first alert under a title of the DPO's page."""
    (form, *_) = Page(dpo.get(WORDS)).values(f"[aria-labelledby={title}] form", "action")
    assert submit(dpo, form, {"decision": decision}, WORDS).status_code == 303


def kept(sessions: sessionmaker[Session]) -> list[Doubt]:
    with sessions() as session:
        return list(session.scalars(select(Doubt).order_by(Doubt.id)))


def test_every_blocking_health_remark_offers_it_and_no_other_does(writer: FlaskClient) -> None:
    page = check(writer, f"{BLOCKED} {HINT} Joindre au 06 12 34 56 78.")

    assert page.texts(".s-remark .v-badge") == ["Bloquant", "Bloquant", "À vérifier", "Pour information"]
    assert page.texts(BUTTON) == ["Signaler une erreur sur « diabétique »"]
    assert page.values(BUTTON, "type") == ["submit"]
    assert page.html.query(f"form#signalement {BUTTON}")


def test_a_report_keeps_the_text_typed_refuses_it_still_and_says_what_to_do_meanwhile(
    writer: FlaskClient, sessions: sessionmaker[Session]
) -> None:
    page = report(writer)

    assert (page.status, page.comment) == (200, BLOCKED)
    assert page.text("#signale-titre") == "Erreur signalée : l'envoi reste refusé"
    assert "En attendant, récrivez le passage" in page.text("#signale")
    assert "Votre délégué en décidera" in page.text(".s-standing")
    assert page.html.query(BUTTON) == []
    assert check(writer, BLOCKED).text("#bilan-titre").startswith("À corriger")
    assert peek(writer, BLOCKED).get_json()["outcome"] == "refuse"
    with sessions() as session:
        assert [one.outcome for one in session.scalars(select(Receipt))] == ["refuse"] * 2  # a report makes none


def test_the_same_report_sent_twice_is_one_candidate(writer: FlaskClient, sessions: sessionmaker[Session]) -> None:
    where = place(writer)

    pages = [report(writer, where=where), report(writer, where=where)]

    assert [one.status for one in pages] == [200, 200]
    assert [one.times for one in kept(sessions)] == [1]


def test_the_dpo_is_told_accepts_and_the_remark_is_raised_no_more_then_is_again(
    writer: FlaskClient, dpo: FlaskClient, submit: Submit
) -> None:
    report(writer), report(dpo)

    awaited = Page(dpo.get("/a-faire")).text("main")
    row = Page(dpo.get(WORDS)).text("[aria-labelledby=alertes-titre] li")
    answer(dpo, submit, "acceptee")
    silenced, sent = Page(dpo.get(WORDS)).text("[aria-labelledby=tues-titre] li"), check(writer, BLOCKED)
    answer(dpo, submit, "refusee", "tues-titre")

    assert "1 remarque bloquante signalée comme erreur" in awaited
    assert "Bloquant" in row and "par 2 personnes" in row and "Règle sante.pathologie" in row
    assert "Dans une phrase qui parle d'une personne" in row
    assert "N'est plus relevée" in silenced
    assert sent.texts(".s-passage") == ["« 1 85 07 78 006 000 13 »"]
    assert Page(dpo.get(WORDS)).html.query("[aria-labelledby=tues-titre]") == []
    assert check(writer, BLOCKED).texts(".s-passage")[0] == "« diabétique »"


def test_who_reported_reads_the_answer_under_the_remark_and_on_a_page_of_their_own(
    writer: FlaskClient, dpo: FlaskClient, submit: Submit
) -> None:
    nothing, where = Page(writer.get(REPORTS)).text(".v-empty-title"), place(writer)
    report(writer, where=where)
    waits = Page(writer.get(REPORTS)).text("[aria-labelledby=titre] li")

    answer(dpo, submit, "refusee")

    again = report(writer, where=where)
    assert nothing == "Vous n'avez rien signalé."
    assert "Votre délégué n'a pas encore répondu" in waits
    assert "Reste relevée" in Page(writer.get(REPORTS)).text("[aria-labelledby=titre] li")
    assert "Votre délégué a répondu" in check(writer, BLOCKED).text(".s-standing")
    assert again.status == 409
    assert "cette remarque reste" in again.text(".v-summary")
    assert REPORTS in Page(writer.get(PAGE)).values("main a", "href")
    assert Page(dpo.get(REPORTS)).html.query("[aria-labelledby=titre]") == []


@pytest.mark.parametrize("where", OFFSETS)
def test_a_place_that_is_not_one_of_a_remark_reports_nothing_and_says_so(
    writer: FlaskClient, sessions: sessionmaker[Session], where: str
) -> None:
    page = report(writer, where=where)

    assert (page.status, page.comment) == (409, BLOCKED)
    assert "rien n'a été signalé" in page.text(".v-summary")
    assert kept(sessions) == []


@pytest.mark.parametrize(
    ("comment", "where", "status", "said"),
    [
        (BLOCKED, f"{BLOCKED.index('1 85')}-{BLOCKED.index('1 85') + 21}", 422, "toujours relevé"),
        (HINT, f"{HINT.index('RQTH')}-{HINT.index('RQTH') + 4}", 422, "ne bloque pas"),
        (CLEAN, "10-20", 409, "rien n'a été signalé"),
        ("", "10-20", 422, "Écrivez un commentaire"),
        ("x" * 5_001, "10-20", 422, "5000 au plus"),
        ("Elle est diabét\0ique", "10-20", 422, "caractère invisible"),
    ],
)
def test_what_cannot_be_reported_is_said_on_the_page_and_keeps_what_was_typed(
    writer: FlaskClient, sessions: sessionmaker[Session], comment: str, where: str, status: int, said: str
) -> None:
    page = report(writer, comment, where)

    assert page.status == status
    assert said in page.text(".v-summary").replace("\u202f", "")
    assert page.comment == comment or "\0" in comment
    assert kept(sessions) == []


def test_the_text_is_given_back_to_who_is_no_longer_signed_in(writer: FlaskClient, client: FlaskClient) -> None:
    data = {"convention": "S0/artois", "comment": BLOCKED, CALLED_A_MISTAKE: "10-20", "files": (io.BytesIO(b""), "")}

    page = Page(client.post(PAGE, data=data, content_type="multipart/form-data"))

    assert page.status in {400, 401}
    assert page.comment == BLOCKED


def test_a_report_made_elsewhere_is_neither_seen_nor_answered_here(
    writer: FlaskClient,
    sign_in: Callable[..., FlaskClient],
    submit: Submit,
    sessions: sessionmaker[Session],
    demonstration: Demonstration,
) -> None:
    report(writer)
    (doubt,) = kept(sessions)
    elsewhere = sign_in(Role.DPO, other=True)

    stolen = submit(elsewhere, f"/vocabulaire/fausses-alertes/{doubt.id}", {"decision": "acceptee"}, WORDS)

    assert stolen.status_code == 404
    assert Page(elsewhere.get(WORDS)).html.query("[aria-labelledby=alertes-titre]") == []
    assert kept(sessions)[0].decision is None


@pytest.mark.parametrize("decision", ["", "ACCEPTEE", "acceptee\0", "oui"])
def test_an_answer_that_is_not_one_decides_nothing(
    writer: FlaskClient, dpo: FlaskClient, submit: Submit, sessions: sessionmaker[Session], decision: str
) -> None:
    report(writer)
    (form,) = Page(dpo.get(WORDS)).values("[aria-labelledby=alertes-titre] form", "action")

    refused = submit(dpo, form, {"decision": decision}, WORDS)

    assert refused.status_code == 422
    assert kept(sessions)[0].decision is None
