"""A CCAS with one gestionnaire (S3): nobody reviews their own account, so the caisse does, from its own pages."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from governance.core.outbox.tables import OutboxContent, OutboxMessage
from governance.papers.signing import public_key, verify
from governance.web.identity import KEYS
from reviews.tables import ReviewEntry
from tests.conftest import on_sqlite
from tests.scenarios.test_year_of_a_ccas import CAISSE, active, attest, import_staff, open_gestionnaire, year
from tests.scenarios.year import BASE, Year

__all__ = ["year"]
pytestmark = [on_sqlite, pytest.mark.slow]

DAY, OPENED = date(2027, 1, 11), date(2027, 7, 4)
DUE = OPENED + timedelta(days=21)


def test_the_caisse_answers_for_the_only_gestionnaire_and_the_review_closes(year: Year) -> None:
    one_gestionnaire(year.on(DAY))
    url = year.on(OPENED).review()
    year.on(DUE - timedelta(days=15))

    own = year.read("gestionnaire", url)
    refused = year.send("gestionnaire", entry_of(year, "Gestionnaire"), answer="garder")
    year.answer(url, {"Camille Albin": "garder"})
    early = year.send("gestionnaire", f"{url}/signer")
    awaited = year.read("caisse", "/a-faire")
    board = year.read("caisse", url)
    year.answer(url, {"Personne Gestionnaire": "garder"}, "caisse")
    left = year.read("caisse", "/a-faire")
    answered = year.read("gestionnaire", f"{url}?voir=tous")
    signed = year.send("gestionnaire", f"{url}/signer")
    told = verify(
        year.client("caisse").get(f"{url}/attestation.json").data, public_key(year.app.extensions[KEYS])
    ).value

    assert "C'est votre propre compte : une autre personne le revoit. Confié à la caisse." in own
    assert "C'est votre propre compte" in refused
    assert "Un compte reste sans réponse" in early
    assert "Revue des accès S3, prévue au calendrier, chez CCAS d'ici : le compte du seul gestionnaire" in awaited
    assert "la caisse répond pour celui-là" in board and "Camille Albin" not in board
    assert "seul gestionnaire" not in left
    assert "la caisse, 10 juillet 2027" in answered
    assert "La revue est signée et appliquée" in signed
    assert {one["name"]: one["by"] for one in told["accounts"]} == {
        "Personne Gestionnaire": "Agent de la caisse", "Camille Albin": "Personne gestionnaire",
    }  # fmt: skip
    mails = mails_to(year, CAISSE)
    assert [kind for kind, _ in mails] == ["review.ouverture", "review.j"]
    assert all(f"{BASE}{url}" in body for _, body in mails)


def one_gestionnaire(year: Year) -> None:
    """Give the CCAS one gestionnaire, who works with the service too, and one technicien."""
    year.send("gestionnaire", "/agents/reglages/taille", members="8", since="2027-01-01", source="Bilan social")
    domain = {"domain": "ccas-essai.example", "kind": "de_la_structure"}
    year.send("gestionnaire", "/agents/reglages/domaines", **domain)
    open_gestionnaire(year, "Gestionnaire", "Personne", DAY)
    import_staff(year)
    attest(year, "Albin", DAY)
    active(year, "Albin", DAY, by="Gestionnaire")


def entry_of(year: Year, last_name: str) -> str:
    """Return where one answers for an account of the review."""
    known = ReviewEntry.account == year.accounts()[f"{last_name}/{CAISSE}"]
    with year.sessions() as session:
        row = session.scalars(sa.select(ReviewEntry).where(known)).one()
    return f"/revues/{row.campaign_id}/comptes/{row.id}"


def mails_to(year: Year, caisse: str) -> list[tuple[str, str]]:
    """Return to whom and of what one wrote to a caisse about reviews, in order."""
    wanted = (
        sa.select(OutboxMessage.kind, OutboxContent)
        .join(OutboxContent, OutboxContent.message == OutboxMessage.id)
        .where(OutboxMessage.key.like(f"review/%/caisse:{caisse}/%"))
        .order_by(OutboxMessage.created_at)
    )
    with year.sessions() as session:
        return [(kind, row.body) for kind, row in session.execute(wanted)]
