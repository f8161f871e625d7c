"""The two tiers of health data on « Vocabulaire »: each switched off for a reason, and on again, by the DPO."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from governance.core.trail import TrailEntry
from governance.people.rules import Role
from scanners.tables import OwnWord
from scanners.tiers import Tier
from tests.conftest import on_sqlite
from tests.web.conftest import Submit
from tests.web.verifying import CLEAN, NIR, PAGE, WORDS, Page, adopt, check, peek, writer

__all__ = ["adopt", "writer"]

pytestmark = on_sqlite

SILENCE = "/vocabulaire/taire"
NAMED_TEXT, LIKELY_TEXT = "Elle a un cancer.", "Elle parle de ventriculoscopie."
WHY = "Trop de fausses alertes"


@pytest.fixture
def dpo(sign_in: Callable[..., FlaskClient], adopt: Callable[..., None]) -> FlaskClient:
    """Give the browser of a DPO whose structure works under S0."""
    adopt("S0")
    return sign_in(Role.DPO)


def off(tier: Tier) -> str:
    return f"/vocabulaire/etages/{tier}/couper"


def on(tier: Tier) -> str:
    return f"/vocabulaire/etages/{tier}/remettre"


def outcome(client: FlaskClient, text: str) -> str:
    return str(peek(client, text).get_json()["outcome"])


def traced(sessions: sessionmaker[Session]) -> list[tuple[str, str | None]]:
    with sessions() as session:
        told = select(TrailEntry).where(TrailEntry.action.like("lexicon.%")).order_by(TrailEntry.id)
        return [(one.action, one.details.get("tier")) for one in session.scalars(told)]


def test_both_tiers_are_explained_and_on_at_first(dpo: FlaskClient) -> None:
    page = Page(dpo.get(WORDS))

    assert page.texts(".s-tiers h3 .v-badge") == ["En service", "En service"]
    assert page.values(".s-tiers form", "action") == [off(Tier.NAMED), off(Tier.LIKELY)]
    assert page.text("#coupe-titre") == ""


@pytest.mark.parametrize(
    ("tier", "text", "before", "after"),
    [(Tier.NAMED, NAMED_TEXT, "refuse", "accepte"), (Tier.LIKELY, LIKELY_TEXT, "a_verifier", "accepte")],
)
def test_a_tier_is_switched_off_for_a_reason_and_on_again_by_the_forms_of_the_page(
    tier: Tier,
    text: str,
    before: str,
    after: str,
    dpo: FlaskClient,
    submit: Submit,
    sessions: sessionmaker[Session],
) -> None:
    found = outcome(dpo, text)
    submit(dpo, off(tier), {"reason": f"  {WHY} "}, WORDS)
    page, silent = Page(dpo.get(WORDS)), outcome(dpo, text)
    submit(dpo, page.values(f"#etage-{tier} form", "action")[0], {}, WORDS)

    assert (found, silent, outcome(dpo, text)) == (before, after, before)
    assert "Coupé" in page.text(f"#etage-{tier} h3")
    assert WHY in page.text(f"#etage-{tier} .s-since")
    assert page.values(f"#etage-{tier} form", "action") == [on(tier)]
    assert traced(sessions) == [("lexicon.silenced", tier.value), ("lexicon.removed", tier.value)]


def test_one_tier_goes_on_without_the_other(dpo: FlaskClient, submit: Submit) -> None:
    submit(dpo, off(Tier.NAMED), {"reason": WHY}, WORDS)

    assert (outcome(dpo, LIKELY_TEXT), outcome(dpo, f"NIR {NIR}")) == ("a_verifier", "refuse")


def test_with_the_first_tier_off_the_page_says_what_is_no_longer_covered_who_did_it_and_why(
    dpo: FlaskClient, submit: Submit
) -> None:
    submit(dpo, off(Tier.NAMED), {"reason": WHY}, WORDS)

    page = Page(dpo.get(WORDS))
    told = page.text("[aria-labelledby=coupe-titre]")

    assert "ne sont plus cherchées" in told
    assert "peut être accepté" in told
    assert "La règle, elle, ne change pas" in told
    assert WHY in told
    assert "une personne" not in told
    assert page.texts(".s-words tbody th") == []


def test_the_second_tier_off_asks_for_no_warning(dpo: FlaskClient, submit: Submit) -> None:
    submit(dpo, off(Tier.LIKELY), {"reason": WHY}, WORDS)

    assert Page(dpo.get(WORDS)).text("#coupe-titre") == ""
    assert "ne sont pas cherchées" not in dpo.get(PAGE).get_data(as_text=True)


@pytest.mark.parametrize("reason", ["", "  ", "ok", "x" * 201, "par\0ce que"])
@pytest.mark.parametrize("tier", list(Tier))
def test_a_reason_that_says_nothing_is_refused_beside_its_field(
    tier: Tier, reason: str, dpo: FlaskClient, submit: Submit, sessions: sessionmaker[Session]
) -> None:
    page = Page(submit(dpo, off(tier), {"reason": reason}, WORDS))

    assert page.status == 422
    assert "Dites pourquoi" in page.error(f"raison-{tier}")
    assert len(page.html.query("details[open] .is-invalid")) == 1
    assert page.texts("title")[0].startswith("Erreur")
    assert traced(sessions) == []


def test_a_tier_is_not_switched_off_twice_nor_on_twice(dpo: FlaskClient, submit: Submit) -> None:
    never_off = submit(dpo, on(Tier.NAMED), {}, WORDS)
    submit(dpo, off(Tier.NAMED), {"reason": WHY}, WORDS)
    again = Page(submit(dpo, off(Tier.NAMED), {"reason": WHY}, WORDS))

    assert (never_off.status_code, again.status) == (409, 409)


def test_there_is_no_third_tier(dpo: FlaskClient, submit: Submit) -> None:
    answers = [
        submit(dpo, f"/vocabulaire/etages/autre/{act}", {"reason": WHY}, WORDS) for act in ("couper", "remettre")
    ]

    assert [one.status_code for one in answers] == [404, 404]


@pytest.mark.parametrize(("tier", "typed"), [(Tier.NAMED, "Mots nommés"), (Tier.LIKELY, "mots probables")])
def test_the_words_of_a_tier_typed_to_be_silenced_switch_it_off_too(
    tier: Tier, typed: str, dpo: FlaskClient, submit: Submit, sessions: sessionmaker[Session]
) -> None:
    submit(dpo, SILENCE, {"word": typed, "reason": WHY}, WORDS)

    again = Page(submit(dpo, SILENCE, {"word": typed, "reason": WHY}, WORDS))

    assert "Coupé" in again.text(f"#etage-{tier} h3")
    assert again.status == 409
    assert again.error("mot-tu").endswith("Cet étage est déjà coupé.")
    with sessions() as session:
        assert [one.reason for one in session.scalars(select(OwnWord).order_by(OwnWord.id))] == [WHY]


def test_the_words_of_a_tier_are_not_added_as_words_to_be_found(dpo: FlaskClient, submit: Submit) -> None:
    page = Page(submit(dpo, WORDS, {"word": Tier.NAMED.words, "level": "info"}))

    assert page.status == 422
    assert "étage" in page.error("mot-ajoute")


def test_who_only_writes_switches_nothing(writer: FlaskClient, submit: Submit) -> None:
    answer = submit(writer, off(Tier.NAMED), {"reason": WHY}, PAGE)

    assert answer.status_code == 403
    assert outcome(writer, NAMED_TEXT) == "refuse"


def test_another_structure_keeps_its_own_tiers(
    dpo: FlaskClient, submit: Submit, sign_in: Callable[..., FlaskClient]
) -> None:
    submit(dpo, off(Tier.NAMED), {"reason": WHY}, WORDS)

    elsewhere = Page(sign_in(Role.DPO, other=True).get(WORDS))

    assert elsewhere.texts(".s-tiers h3 .v-badge") == ["En service", "En service"]


def test_who_has_a_text_checked_is_told_that_named_health_is_not_looked_for(
    dpo: FlaskClient, writer: FlaskClient, submit: Submit
) -> None:
    before = Page(writer.get(PAGE))
    submit(dpo, off(Tier.NAMED), {"reason": WHY}, WORDS)

    shown, checked = Page(writer.get(PAGE)), check(writer, CLEAN)
    copy = Page(writer.get("/signalements/copie-nettoyee"))

    assert before.text(".v-flash.v-attention") == ""
    assert "nommées" in shown.text(".v-flash.v-attention")
    assert WHY not in shown.text("main")
    assert checked.text("#bilan-titre").endswith("pour ce qui est cherché")
    assert "ne sont pas cherchées" in checked.text("#bilan")
    assert "ne sont pas cherchées" in peek(writer, CLEAN).get_json()["remarks"]
    assert "ne les noircit pas" in copy.text(".v-flash.v-attention")
