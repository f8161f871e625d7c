"""A person has a signalement checked: what they see, what is asked of them, what is kept."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from governance.core.trail import TrailEntry
from governance.people.rules import Role, command
from governance.people.tables import Structure
from scanners import actions
from scanners.feature import TOOLS
from scanners.findings import Level
from scanners.receipts import is_genuine
from scanners.tables import Receipt
from tests.conftest import Demonstration, on_sqlite
from tests.web.verifying import BLOCKED, CLEAN, PAGE, Page, adopt, check, writer

__all__ = ["adopt", "writer"]

pytestmark = on_sqlite


@pytest.fixture
def doubtful(sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime) -> str:
    """Give a comment that is to be checked, whatever the vocabulary that ships."""
    with sessions.begin() as session:
        by = command(demonstration.structure)
        actions.add_word(session, "zonzonite", Level.A_VERIFIER, by=by, at=at)
    return "Suivi pour zonzonite depuis mars."


def receipts(sessions: sessionmaker[Session]) -> list[Receipt]:
    with sessions() as session:
        return list(session.scalars(select(Receipt).order_by(Receipt.at)))


def test_a_convention_with_two_caisses_offers_each_of_them(writer: FlaskClient) -> None:
    page = Page(writer.get(PAGE))

    assert page.values("#convention option", "value") == ["S0/cotedopale", "S0/artois"]
    assert page.texts("#convention option")[1] == "CPAM de l'Artois (S0)"


def test_a_single_choice_is_told_and_not_asked(sign_in: Callable[..., FlaskClient], adopt: Callable[..., None]) -> None:
    adopt("S1")

    page = Page(sign_in(Role.TECHNICIEN).get(PAGE))

    assert page.values("#convention", "type") == ["hidden"]
    assert "CPAM du Doubs (S1)" in page.texts(".s-convention .form-label")


def test_a_convention_that_ended_or_has_not_begun_is_not_offered(
    sign_in: Callable[..., FlaskClient], adopt: Callable[..., None]
) -> None:
    adopt("S1", until=date(2024, 12, 31))
    adopt("S2", since=date(2999, 1, 1))
    adopt("S3", "S4")

    page = Page(sign_in(Role.TECHNICIEN).get(PAGE))

    assert page.values("#convention option", "value") == ["S3/roubaix-tourcoing", "S4/artois"]


def test_a_structure_without_convention_is_told_who_adds_one(sign_in: Callable[..., FlaskClient]) -> None:
    page = Page(sign_in(Role.TECHNICIEN).get(PAGE))

    assert "Aucune convention n'est en vigueur" in page.text(".v-empty-title")
    assert page.html.query("form#signalement") == []


def test_an_agent_of_the_caisse_chooses_a_partner_and_is_bound_by_its_own_clause(
    writer: FlaskClient, sessions: sessionmaker[Session], demonstration: Demonstration
) -> None:
    with sessions.begin() as session:
        session.get_one(Structure, demonstration.structure).kind = "caisse"

    offered = Page(writer.get(PAGE))
    page = check(writer, BLOCKED, "S0/")

    assert "Département du Pas-de-Calais (S0)" in offered.texts(".s-convention .form-label")
    assert "/conventions/S0#T2" in page.values(".s-article a", "href")
    assert receipts(sessions)[0].body["writer"] == "caisse"


def test_the_convention_used_last_comes_first(sign_in: Callable[..., FlaskClient], adopt: Callable[..., None]) -> None:
    adopt("S1", "S3")
    client = sign_in(Role.TECHNICIEN)
    check(client, CLEAN, "S3/roubaix-tourcoing")

    page = Page(client.get(PAGE))

    assert page.values("#convention option", "value")[0] == "S3/roubaix-tourcoing"


def test_a_health_datum_and_a_nir_refuse_the_comment_and_say_why_by_which_article_and_what_to_write(
    writer: FlaskClient,
) -> None:
    page = check(writer, BLOCKED)

    assert page.status == 200
    assert "ne peut pas partir ainsi" in page.text("#bilan-titre")
    assert page.text(".s-summary") == "2 points bloquants"
    assert page.texts(".s-remark .v-badge") == ["Bloquant", "Bloquant"]
    assert page.texts(".s-passage") == ["« diabétique »", "« 1 85 07 78 006 000 13 »"]
    assert page.values(".s-article a", "href") == ["/conventions/S0#T1", "/conventions/S0#N1"]
    assert "Écrire plutôt" in page.texts(".s-remark")[0]
    assert "Case du formulaire" in page.texts(".s-remark")[0]
    assert "Retirez le numéro" in page.texts(".s-remark")[1]
    assert page.comment == BLOCKED


def test_without_script_the_remarks_are_marked_in_the_text_and_the_whole_comment_is_given_masked(
    writer: FlaskClient,
) -> None:
    page = check(writer, BLOCKED)

    assert page.texts(".s-read mark") == ["diabétique", "1 85 07 78 006 000 13"]
    assert page.texts(".s-read")[1] == "Madame est [santé], son numéro est [NIR]."


def test_a_blocked_comment_offers_no_reason_and_no_copy(writer: FlaskClient) -> None:
    page = check(writer, BLOCKED, reason="faux_positif")

    assert page.text("#bilan-titre").startswith("À corriger")
    assert page.html.query("[data-act=copy]") == []


def test_what_is_to_be_checked_passes_with_a_reason_of_the_list(
    writer: FlaskClient, doubtful: str, sessions: sessionmaker[Session]
) -> None:
    asked = check(writer, doubtful)
    passed = check(writer, doubtful, reason="piece_jointe")

    assert asked.text("#bilan-titre") == "À vérifier avant l'envoi"
    assert "hidden" not in asked.html.query("#motif-zone")[0].attrs
    assert asked.values("#reason option", "value") == [
        "",
        "case_indisponible",
        "partenaire_habilite",
        "piece_jointe",
        "faux_positif",
    ]
    assert passed.text("#bilan-titre") == "Rien ne s'oppose à l'envoi"
    assert "L'information désigne une pièce jointe demandée" in passed.text("#bilan")
    assert [one.body["reasons"] for one in receipts(sessions)] == [[], ["piece_jointe"]]


@pytest.mark.parametrize("reason", ["lu_par_moi", "parce_que", "<script>"])
def test_a_reason_that_is_not_offered_is_refused_beside_the_list(
    writer: FlaskClient, doubtful: str, reason: str, sessions: sessionmaker[Session]
) -> None:
    page = check(writer, doubtful, reason=reason)

    assert page.status == 422
    assert "motif" in page.error("reason")
    assert page.comment == doubtful
    assert receipts(sessions) == []


def test_a_comment_with_nothing_to_say_can_be_copied_and_the_consent_is_recalled(writer: FlaskClient) -> None:
    page = check(writer, CLEAN)

    assert page.text("#bilan-titre") == "Rien ne s'oppose à l'envoi"
    assert "un contrôle automatique ne voit pas tout" in page.text("#bilan")
    assert "à recueillir par case à cocher (S0, CM art. 9" in page.text("#bilan")
    assert page.texts("[data-act=copy]") == ["Copier le texte"]


def test_where_the_convention_is_silent_on_health_general_law_is_cited(
    sign_in: Callable[..., FlaskClient], adopt: Callable[..., None]
) -> None:
    adopt("S4")

    page = check(sign_in(Role.TECHNICIEN), "Madame est diabétique.", "S4/artois")

    assert "RGPD, art. 9" in page.text(".s-article")


def test_sending_twice_keeps_one_receipt(writer: FlaskClient, sessions: sessionmaker[Session]) -> None:
    key = Page(writer.get(PAGE)).values("#key", "value")[0]

    first, second = (check(writer, BLOCKED, key=key) for _ in range(2))

    assert first.receipt == second.receipt
    assert len(receipts(sessions)) == 1
    with sessions() as session:
        told = select(func.count()).where(TrailEntry.action == "scan.refuse")
        assert session.scalar(told) == 1


def test_going_back_to_a_page_and_changing_it_is_another_check(
    writer: FlaskClient, doubtful: str, sessions: sessionmaker[Session]
) -> None:
    key = Page(writer.get(PAGE)).values("#key", "value")[0]

    pages = [
        check(writer, text, key=key, **more)
        for text, more in ((doubtful, {}), (doubtful, {"reason": "faux_positif"}), (CLEAN, {}))
    ]

    assert [page.status for page in pages] == [200, 200, 200]
    assert [one.outcome for one in receipts(sessions)] == ["a_verifier", "accepte", "accepte"]


def test_each_page_has_a_key_of_its_own(writer: FlaskClient) -> None:
    shown = [Page(writer.get(PAGE)), Page(writer.get(PAGE)), check(writer, CLEAN), check(writer, "")]

    assert len({page.values("#key", "value")[0] for page in shown}) == 4


def test_the_receipt_is_downloaded_signed_and_without_a_word_of_the_text(writer: FlaskClient, app: APIFlask) -> None:
    page = check(writer, BLOCKED)

    answer = writer.get(page.receipt)

    document = answer.get_json()
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="recu-')
    assert is_genuine(document, app.extensions[TOOLS].seal.public)
    assert document["receipt"]["comment"]["categories"] == {"nir": 1, "sante": 1}
    assert "diab" not in answer.text


def test_a_receipt_of_another_structure_is_not_found(writer: FlaskClient, sign_in: Callable[..., FlaskClient]) -> None:
    page = check(writer, BLOCKED)

    answer = sign_in(Role.TECHNICIEN, other=True).get(page.receipt)

    assert answer.status_code == 404


def test_line_ends_count_as_the_portal_counts_them_and_come_back_as_typed(writer: FlaskClient) -> None:
    text = "\r\n".join(["ab"] * 1667)[:6666]

    page = check(writer, text)

    assert page.status == 200
    assert page.comment == text.replace("\r\n", "\n")


def test_a_comment_that_begins_with_an_empty_line_keeps_it(writer: FlaskClient) -> None:
    page = check(writer, "\r\nDeuxième ligne.")

    assert page.comment == "\nDeuxième ligne."


def test_markup_in_a_comment_is_shown_as_text(writer: FlaskClient) -> None:
    text = "</textarea><script>alert(1)</script> <b>diabétique</b>"

    page = check(writer, text)

    assert page.comment == text
    assert "<script>alert" not in page.answer.text


def test_whoever_is_signed_out_meanwhile_gets_their_text_back(
    writer: FlaskClient, client: FlaskClient, submit: Callable[..., object]
) -> None:
    answer = submit(
        client, PAGE, {"convention": "S0/artois", "comment": BLOCKED, "reason": "faux_positif"}, "/connexion"
    )

    page = Page(answer)  # type: ignore[arg-type]
    assert page.status == 401
    assert page.comment == BLOCKED
    assert page.values("main a[target=_blank]", "href") == ["/connexion"]
    assert page.values("[name=convention], [name=reason]", "value") == ["S0/artois", "faux_positif"]


def test_whoever_signed_in_again_meanwhile_gets_their_text_back_with_a_fresh_token(
    writer: FlaskClient, sessions: sessionmaker[Session]
) -> None:
    stale = Page(writer.post(PAGE, data={"csrf_token": "perime", "convention": "S0/artois", "comment": BLOCKED}))

    fresh = {"csrf_token": stale.values("#signalement [name=csrf_token]", "value")[0], "convention": "S0/artois"}
    again = Page(writer.post(PAGE, data={**fresh, "comment": stale.comment}))

    assert stale.status == 400
    assert "rien n'a été vérifié" in stale.text(".v-summary")
    assert stale.comment == BLOCKED
    assert again.status == 200
    assert len(receipts(sessions)) == 1


def test_a_role_without_the_permission_is_refused_even_with_a_stale_form(
    sign_in: Callable[..., FlaskClient],
) -> None:
    answer = sign_in(Role.ADMINISTRATEUR).post(PAGE, data={"comment": BLOCKED})

    assert answer.status_code == 403
    assert "diab" not in answer.text


def test_home_of_a_technicien_is_the_comment_box(writer: FlaskClient) -> None:
    page = Page(writer.get("/", follow_redirects=True))

    assert page.text("h1") == "Vérifier un signalement"
    assert "autofocus" in page.html.query("#comment")[0].attrs
