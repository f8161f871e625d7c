"""« Vérifier un signalement » in a real browser: the live check, the keyboard alone, and nothing typed is ever lost."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from governance.people.rules import Role, command
from scanners import actions
from scanners.findings import Level
from scanners.tables import OwnWord, Receipt
from tests.conftest import PASSWORD, Demonstration, on_sqlite
from tests.scanners import samples
from tests.web.verifying import BLOCKED, CLEAN, PAGE, adopt

__all__ = ["adopt"]

pytestmark = [pytest.mark.browser, pytest.mark.slow, on_sqlite]

DOUBTFUL = "Suivi pour zonzonite depuis mars."
PNG = {"name": "piece.png", "mimeType": "image/png", "buffer": samples.PNG}
TEXT = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"x"}
FOCUSED = "document.activeElement.innerText.trim()"


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """Give a window of its own."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="fr-FR")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context
    context.close()


@pytest.fixture
def arrive(
    context: BrowserContext,
    address: str,
    demonstration: Demonstration,
    adopt: Callable[..., None],
    sessions: sessionmaker[Session],
    at: datetime,
) -> Callable[..., Page]:
    """Give the act of arriving at the desk, signed in, in a structure that listed « zonzonite » as to be checked."""

    def come(role: Role = Role.TECHNICIEN) -> Page:
        adopt("S0")
        with sessions.begin() as session:
            by = command(demonstration.structure)
            actions.add_word(session, "zonzonite", Level.A_VERIFIER, by=by, at=at)
        page = context.new_page()
        enter(page, address, demonstration.email(role))
        page.goto(address + PAGE)
        expect(page.locator("#comment")).to_be_focused()  # after the page is loaded: what is typed before is lost
        return page

    return come


def enter(page: Page, address: str, email: str) -> None:
    page.goto(f"{address}/connexion")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: not url.endswith("/connexion"))


def marks(page: Page) -> list[str]:
    return page.locator(".s-backdrop mark").all_inner_texts()


def press_until(page: Page, key: str, said: str) -> None:
    """Move the focus until it stands on what says so; fail after a hundred steps."""
    for _ in range(100):
        page.keyboard.press(key)
        if said in (page.evaluate(FOCUSED) or ""):
            return
    raise AssertionError(f"« {said} » is out of the keyboard's reach")


def test_words_are_marked_and_explained_as_one_types(arrive: Callable[..., Page]) -> None:
    page = arrive()

    page.keyboard.type(BLOCKED)

    expect(page.locator(".s-remark")).to_have_count(2)
    assert marks(page) == ["diabétique", "1 85 07 78 006 000 13"]
    assert page.inner_text("#annonce") == "2 points bloquants"
    assert page.inner_text("#compte") == f"{len(BLOCKED)} / 5\u202f000 caractères"


def test_the_marks_stay_under_their_words_while_scrolling_resizing_and_editing(arrive: Callable[..., Page]) -> None:
    page = arrive()
    page.fill(
        "#comment", "Une ligne assez longue pour se couper en deux quand la fenêtre est étroite.\n" * 40 + BLOCKED
    )
    expect(page.locator(".s-backdrop mark")).to_have_count(2)

    for width in (1280, 700, 390):
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate("document.getElementById('comment').scrollTop = 1e6")
        page.wait_for_timeout(100)
        measured = page.evaluate(
            """() => {
              const area = document.getElementById('comment'), back = document.querySelector('.s-backdrop');
              return ['clientWidth', 'scrollHeight', 'scrollTop'].map((one) => area[one] - back[one]);
            }"""
        )
        assert [abs(one) < 2 for one in measured] == [True] * 3, (width, measured)

    page.evaluate("document.getElementById('comment').setSelectionRange(0, 0)")
    page.focus("#comment")
    page.keyboard.type("Avant. ")
    assert marks(page) == ["diabétique", "1 85 07 78 006 000 13"]


def test_an_input_method_composes_undisturbed(arrive: Callable[..., Page], context: BrowserContext) -> None:
    page = arrive()
    keys = context.new_cdp_session(page)
    page.keyboard.type("Madame est ")

    keys.send("Input.imeSetComposition", {"text": "diab", "selectionStart": 4, "selectionEnd": 4})
    page.wait_for_timeout(500)
    keys.send("Input.insertText", {"text": "diabétique"})

    expect(page.locator(".s-remark")).to_have_count(1)
    assert page.input_value("#comment") == "Madame est diabétique"


def test_one_corrects_sends_and_copies_with_the_keyboard_alone(arrive: Callable[..., Page]) -> None:
    page = arrive()
    assert page.evaluate("document.activeElement.id") == "comment"
    page.keyboard.type(BLOCKED)
    expect(page.locator(".s-remark")).to_have_count(2)

    press_until(page, "Tab", "Remplacer")
    page.keyboard.press("Enter")
    assert "Renoncement aux soins – demande d'accompagnement santé." in page.input_value("#comment")
    assert page.evaluate("document.activeElement.id") == "comment"
    expect(page.locator(".s-remark")).to_have_count(1)
    press_until(page, "Tab", "Retirer")
    page.keyboard.press("Enter")
    expect(page.locator(".s-nothing")).to_have_count(1)
    press_until(page, "Tab", "Vérifier et garder un reçu")
    page.keyboard.press("Enter")
    expect(page.locator("#bilan")).to_be_focused()
    press_until(page, "Tab", "Copier le texte")
    page.keyboard.press("Enter")

    expect(page.locator("#annonce")).to_have_text("Texte copié.")
    assert page.evaluate("navigator.clipboard.readText()") == page.input_value("#comment")
    assert "1 85 07" not in page.input_value("#comment")


def test_a_replacement_is_undone_as_anything_one_types(arrive: Callable[..., Page]) -> None:
    page = arrive()
    page.keyboard.type(BLOCKED)
    expect(page.locator(".s-remark")).to_have_count(2)
    page.click("text=Remplacer")
    assert page.input_value("#comment") != BLOCKED

    page.keyboard.press("Control+z")

    assert page.input_value("#comment") == BLOCKED
    expect(page.locator(".s-remark")).to_have_count(2)


def test_everything_is_masked_at_once_and_can_be_undone(arrive: Callable[..., Page]) -> None:
    page = arrive()
    page.keyboard.type(BLOCKED)

    page.click("text=Masquer tout")

    assert page.input_value("#comment") == "Madame est [santé], son numéro est [NIR]."
    expect(page.locator(".s-nothing")).to_have_count(1)
    page.keyboard.press("Control+z")
    assert page.input_value("#comment") == BLOCKED


def test_a_remark_leads_to_its_passage_and_the_passage_to_its_remark(arrive: Callable[..., Page]) -> None:
    page = arrive()
    page.fill("#comment", "Ligne.\n" * 60 + BLOCKED)
    expect(page.locator(".s-remark")).to_have_count(2)
    page.evaluate("document.getElementById('comment').scrollTop = 0")

    page.locator("text=Montrer").nth(1).click()

    selected = "(() => { const a = document.activeElement; return a.value.slice(a.selectionStart, a.selectionEnd); })()"
    assert page.evaluate(selected) == "1 85 07 78 006 000 13"
    assert page.evaluate("document.getElementById('comment').scrollTop") > 300
    expect(page.locator(".s-current .s-passage")).to_have_text("« 1 85 07 78 006 000 13 »")


def test_a_stale_answer_never_replaces_a_newer_one(arrive: Callable[..., Page]) -> None:
    page = arrive()
    held: list[Route] = []
    page.route("**/apercu", lambda route: held.append(route) if not held else route.continue_())

    page.fill("#comment", BLOCKED)
    page.wait_for_timeout(500)
    page.fill("#comment", "Madame est diabétique.")
    expect(page.locator(".s-remark")).to_have_count(1)

    assert marks(page) == ["diabétique"]
    assert "ABORTED" in (held[0].request.failure or "")


def test_typing_asks_once_per_pause(arrive: Callable[..., Page]) -> None:
    page = arrive()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/apercu") else None)

    page.keyboard.type(BLOCKED, delay=5)
    expect(page.locator(".s-remark")).to_have_count(2)

    assert 1 <= len(asked) <= 3


def test_a_reason_is_asked_only_for_what_is_to_be_checked(arrive: Callable[..., Page]) -> None:
    page = arrive()

    page.fill("#comment", DOUBTFUL)
    expect(page.locator("#reason")).to_be_visible()
    page.fill("#comment", DOUBTFUL + " " + BLOCKED)
    expect(page.locator("#reason")).to_be_hidden()
    page.fill("#comment", DOUBTFUL)
    page.select_option("#reason", "faux_positif")
    page.click("#verifier")

    expect(page.locator("#bilan-titre")).to_contain_text("Rien ne s'oppose à l'envoi")


def test_the_counter_says_what_is_too_long(arrive: Callable[..., Page]) -> None:
    page = arrive()

    page.fill("#comment", "x" * 4_990 + "\n" + "😀" * 10)

    assert page.inner_text("#compte").startswith("5\u202f011 caractères\u00a0: 11 de trop")
    page.click("#verifier")
    expect(page.locator("#comment-erreur")).to_contain_text("5011 caractères")
    expect(page.locator(".v-summary")).to_be_focused()


def test_pieces_add_up_are_refused_at_once_removed_and_stay_chosen_when_sent(arrive: Callable[..., Page]) -> None:
    page = arrive()
    page.fill("#comment", CLEAN)
    page.set_input_files("#files", [PNG])
    page.set_input_files("#files", [TEXT])
    assert page.locator("#pieces-choisies .s-name").all_inner_texts() == ["piece.png (0,1 ko)", "notes.txt (0,1 ko)"]
    assert "Ce type de fichier n'est pas accepté." in page.inner_text("#pieces-choisies")

    page.focus("text=Enlever notes.txt")
    page.keyboard.press("Enter")
    page.click("#verifier")
    expect(page.locator("#bilan-titre")).to_contain_text("À vérifier")
    page.select_option("#motif-1", "lu_par_moi")
    page.click("#verifier")

    expect(page.locator("#bilan-titre")).to_contain_text("Rien ne s'oppose à l'envoi")
    assert page.evaluate("document.getElementById('files').files.length") == 1


def test_taking_a_piece_away_or_adding_one_reads_no_other_again(arrive: Callable[..., Page]) -> None:
    page = arrive()
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.url.rpartition("/")[2]) if one.method == "POST" else None)
    page.set_input_files("#files", [{**TEXT, "name": f"{name}.csv"} for name in ("un", "deux")])
    expect(page.locator(".s-piece")).to_contain_text(["Acceptée", "Acceptée"])

    page.set_input_files("#files", [{**TEXT, "name": "trois.csv"}])
    expect(page.locator(".s-piece")).to_contain_text(["Acceptée"] * 3)
    page.click("#pieces-choisies > li:first-child button")
    expect(page.locator(".s-piece")).to_have_count(2)
    page.click("#verifier")
    expect(page.locator(".s-files > li")).to_have_count(2)

    assert sent == ["pieces"] * 3 + ["oublier", "verifier"]


def test_pieces_are_dropped_and_one_dropped_aside_does_not_take_the_page_away(arrive: Callable[..., Page]) -> None:
    page = arrive()
    page.fill("#comment", CLEAN)
    drop = """(selector) => {
      const data = new DataTransfer();
      data.items.add(new File(["%PDF-1.4"], "note.pdf", { type: "application/pdf" }));
      const event = new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
      return !document.querySelector(selector).dispatchEvent(event);
    }"""

    aside, inside = page.evaluate(drop, "h1"), page.evaluate(drop, ".s-drop")

    assert (aside, inside) == (True, True)
    assert page.locator("#pieces-choisies .s-name").all_inner_texts() == ["note.pdf (0,1 ko)"]


def test_an_expired_sign_in_loses_neither_text_nor_pieces(
    arrive: Callable[..., Page], context: BrowserContext, address: str, demonstration: Demonstration
) -> None:
    page = arrive()
    page.fill("#comment", CLEAN)
    page.set_input_files("#files", [PNG])
    context.clear_cookies()

    page.click("#verifier")
    expect(page.locator("#erreurs-zone")).to_contain_text("Vous n'êtes plus connecté")
    other = context.new_page()
    enter(other, address, demonstration.email(Role.TECHNICIEN))
    page.click("#verifier")

    expect(page.locator("#bilan-titre")).to_contain_text("À vérifier")
    assert page.input_value("#comment") == CLEAN
    assert page.evaluate("document.getElementById('files').files.length") == 1
    page.fill("#comment", BLOCKED)
    expect(page.locator(".s-remark")).to_have_count(2)


def test_the_live_check_says_when_one_is_signed_out_and_starts_again_after(
    arrive: Callable[..., Page], context: BrowserContext, address: str, demonstration: Demonstration
) -> None:
    page = arrive()
    context.clear_cookies()

    page.fill("#comment", BLOCKED)
    expect(page.locator("#remarques")).to_contain_text("Vous n'êtes plus connecté")
    enter(context.new_page(), address, demonstration.email(Role.TECHNICIEN))
    page.fill("#comment", "Madame est diabétique.")

    expect(page.locator(".s-remark")).to_have_count(1)


def test_a_service_that_does_not_answer_is_told_and_nothing_moves(arrive: Callable[..., Page]) -> None:
    page = arrive()
    page.route("**/signalements/verifier**", lambda route: route.abort())

    page.fill("#comment", CLEAN)
    expect(page.locator("#remarques")).to_contain_text("ne répond pas")
    page.click("#verifier")

    expect(page.locator("#erreurs-zone")).to_contain_text("n'a pas abouti")
    assert page.input_value("#comment") == CLEAN


def test_a_double_click_keeps_one_receipt(arrive: Callable[..., Page], sessions: sessionmaker[Session]) -> None:
    page = arrive()
    page.fill("#comment", CLEAN)

    page.dblclick("#verifier")
    expect(page.locator("#bilan")).to_be_visible()

    with sessions() as session:
        assert len(session.scalars(select(Receipt)).all()) == 1


def test_a_result_is_told_stale_when_the_text_changes(arrive: Callable[..., Page]) -> None:
    page = arrive()
    page.fill("#comment", CLEAN)
    page.click("#verifier")
    expect(page.locator("[data-act=copy]")).to_be_visible()

    page.focus("#comment")
    page.keyboard.type("Suite. ")

    expect(page.locator("#bilan")).to_contain_text("a changé depuis ce contrôle")
    expect(page.locator("[data-act=copy]")).to_have_count(0)


def test_a_dpo_silences_a_word_from_its_remark_without_leaving(
    arrive: Callable[..., Page], sessions: sessionmaker[Session]
) -> None:
    page = arrive(Role.DPO)
    page.fill("#comment", "Madame est diabétique.")

    page.click("text=Ne plus relever")
    expect(page.locator(".s-nothing")).to_have_count(1)

    assert page.input_value("#comment") == "Madame est diabétique."
    assert page.url.endswith(PAGE)
    with sessions() as session:
        silenced = session.scalars(select(OwnWord).where(OwnWord.level.is_(None))).one()
        assert (silenced.word, silenced.reason) == ("diabétique", "Faux positif constaté en vérifiant un signalement")


def test_nothing_typed_enters_an_address_or_the_browser_s_storage(arrive: Callable[..., Page]) -> None:
    page = arrive()
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))

    page.fill("#comment", BLOCKED)
    expect(page.locator(".s-remark")).to_have_count(2)
    page.click("#verifier")
    expect(page.locator("#bilan")).to_be_visible()

    assert all("?" not in one and "diab" not in one for one in [*addresses, page.url])
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]


def test_leaving_with_a_text_that_was_not_copied_is_asked_again(arrive: Callable[..., Page]) -> None:
    page = arrive()
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.focus("#comment")
    page.keyboard.type(CLEAN)

    page.click("a.v-brand")
    page.wait_for_url("**/signalements/verifier")

    assert asked == ["beforeunload"]


def test_without_script_the_same_is_said(
    chromium: Browser, arrive: Callable[..., Page], address: str, demonstration: Demonstration
) -> None:
    arrive()
    plain = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = plain.new_page()
    enter(page, address, demonstration.email(Role.TECHNICIEN))
    page.goto(address + PAGE)

    page.fill("#comment", BLOCKED)
    page.set_input_files("#files", [PNG])
    page.click("#verifier")
    page.wait_for_load_state()  # buttons that need a script are hidden by a style sheet

    assert page.locator(".s-remark").count() == 2
    assert page.input_value("#comment") == BLOCKED
    assert page.locator("[data-act]:visible").count() == 0
    assert page.is_visible("text=choisissez-les à nouveau")
    page.click("main summary")
    assert page.is_visible("text=Madame est [santé], son numéro est [NIR].")
    plain.close()
