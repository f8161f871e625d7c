"""What people read of the conventions: the list, what each requires, on which day, and since when it applies."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from html import unescape
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from governance.conventions.actions import import_convention
from governance.conventions.editions import latest_toml
from governance.conventions.listing import Shown, Standing, matching, rows, standing
from governance.conventions.schema import RULES
from governance.conventions.shipped import CODES, shipped
from governance.conventions.shown import shown_rules, silences, themes, unbroken, unsettled
from governance.core.trail import TrailEntry
from governance.people.queries import Adoption, adoptions
from governance.people.rules import Role
from tests.conftest import Demonstration, on_sqlite
from tests.web.conftest import Submit

SignIn = Callable[..., FlaskClient]
DAY = date(2026, 11, 22)
ADOPTION = "/conventions/S1/application"
AMENDMENT = """
[[rules.B1]]
since = 2026-03-01
value = "24 h"
article = "avenant n° 1, art. 2"
quote = "dans les vingt-quatre heures"
"""


class Anchors(HTMLParser):
    """Remember each identifier and each link to one, in their order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if str(found.get("href")).startswith("#"):
            self.links.append(str(found["href"])[1:])


@pytest.fixture
def dpo(sign_in: SignIn) -> FlaskClient:
    return sign_in(Role.DPO)


@pytest.fixture
def amended(sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime) -> None:
    with sessions.begin() as session:
        text = latest_toml(session, "S1") + AMENDMENT
        import_convention(session, text, by=demonstration.actor(Role.DPO), at=at)


def read(client: FlaskClient, path: str, status: int = 200) -> str:
    """Return a page as text, its spaces made plain."""
    answer = client.get(path)
    assert answer.status_code == status
    return plain(answer.get_data(as_text=True))


def plain(page: str) -> str:
    return " ".join(unescape(page).replace("\u00a0", " ").split())


# The list


@on_sqlite
def test_the_list_gives_partner_caisses_adoption_and_what_each_file_lacks(dpo: FlaskClient) -> None:
    page = read(dpo, "/conventions")

    assert "5 conventions" in page
    for code in CODES:
        assert f"/conventions/{code}" in page
        assert shipped()[code].partner in page
    assert "CPAM de la Côte d'Opale, CPAM de l'Artois" in page
    assert "18 septembre 2023" in page
    assert page.count("manquant") == 3


@on_sqlite
def test_a_day_known_by_its_year_only_is_shown_as_a_year(dpo: FlaskClient) -> None:
    page = read(dpo, "/conventions/S2")

    assert "2024," in page
    assert "1 janvier 2024" not in page


@on_sqlite
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=cote+opale", ["S0"]),
        ("q=CÔTE", ["S0"]),
        ("q=artois+habitat", ["S2"]),
        ("montrer=incomplets", ["S0", "S2", "S3", "S4"]),
        ("montrer=structure", []),
        ("q=bondues&montrer=incomplets", ["S3"]),
    ],
)
def test_the_filter_is_in_the_address(dpo: FlaskClient, query: str, found: list[str]) -> None:
    page = read(dpo, f"/conventions?{query}")

    assert [code for code in CODES if f'href="/conventions/{code}"' in page] == found
    assert f"{len(found)} convention" in page
    assert ("Aucune convention ne correspond." in page) is (found == [])


@on_sqlite
@pytest.mark.parametrize("query", ["montrer=rien", "q=" + "a" * 101])
def test_a_filter_that_means_nothing_is_said_beside_its_field(dpo: FlaskClient, query: str) -> None:
    page = read(dpo, f"/conventions?{query}", 422)

    assert "À corriger" in page
    assert "5 conventions" in page


@pytest.mark.parametrize(
    ("begins", "ends", "expected"),
    [
        (None, None, Standing.UNDATED),
        (DAY, None, Standing.IN_FORCE),
        (DAY, DAY, Standing.IN_FORCE),
        (date(2026, 11, 23), None, Standing.COMING),
        (date(2026, 1, 1), date(2026, 11, 21), Standing.ENDED),
        (None, date(2026, 11, 21), Standing.ENDED),
        (None, DAY, Standing.UNDATED),
    ],
)
def test_a_convention_stands_as_its_typed_dates_say(begins: date | None, ends: date | None, expected: Standing) -> None:
    assert standing(Adoption("S1", begins, ends), DAY) is expected


def test_what_nobody_adopted_is_not_applied() -> None:
    assert standing(None, DAY) is Standing.NOT_ADOPTED


def test_every_row_is_kept_without_words_nor_choice() -> None:
    every = rows(shipped().values(), {}, DAY)

    assert matching(every, "  ", Shown.ALL) == every


# What a convention requires


@on_sqlite
@pytest.mark.parametrize("code", CODES)
def test_every_rule_has_one_anchor_its_article_and_its_sentence(dpo: FlaskClient, code: str) -> None:
    page = dpo.get(f"/conventions/{code}").get_data(as_text=True)

    anchors, text = Anchors(page), plain(page)
    assert len(anchors.ids) == len(set(anchors.ids))
    assert set(anchors.links) <= set(anchors.ids)
    assert {kind.id for kind in RULES} <= set(anchors.ids)
    for _, cited in shipped()[code].on(DAY).rules():
        for part in (cited.article, cited.quote, cited.note):
            assert part is None or plain(part) in text


@on_sqlite
def test_what_the_text_does_not_settle_comes_before_the_themes(dpo: FlaskClient) -> None:
    page = read(dpo, "/conventions/S1")

    order = ["Le texte se contredit (10)", "Le texte a plusieurs lectures (2)", 'id="theme-P"', 'id="B1"']
    assert [page.index(one) for one in order] == sorted(page.index(one) for one in order)
    first = page[: page.index('id="theme-P"')]
    assert "L'alarme sonne à 24 h" in first
    assert "Appliqué en attendant" in first


@pytest.mark.parametrize("code", CODES)
def test_a_rule_is_settled_silent_or_told_among_the_unsettled(code: str) -> None:
    convention = shipped()[code]
    rules = shown_rules(convention, convention.on(DAY))

    told = {one.id for group in unsettled(rules) for one in group.rules}
    shown = [one.id for theme in themes(rules) for one in theme.rules]
    silent = [one.id for theme in themes(rules) for group in theme.silent for one in group.rules]
    assert {kind.id for kind, _ in convention.on(DAY).unsettled()} <= told
    assert sorted(shown + silent) == sorted(kind.id for kind in RULES)
    assert told.isdisjoint(silent)
    assert sum(count for _, count in silences(rules)) >= len(silent)


@on_sqlite
def test_a_missing_document_and_the_rules_it_takes_away_are_said_plainly(dpo: FlaskClient) -> None:
    page = read(dpo, "/conventions/S2")

    assert "Convention d'utilisation d'Espace Partenaires (annexe 3)" in page
    assert "36 règles absentes." in page
    assert "La convention d'utilisation du portail ne figure pas dans le dossier." in page
    assert "inconnue : à lire sur l'exemplaire signé" in page


@on_sqlite
def test_each_caisse_is_shown_with_the_mailbox_of_its_dpo_or_its_absence(dpo: FlaskClient) -> None:
    two, none = read(dpo, "/conventions/S0"), read(dpo, "/conventions/S4")

    assert "mailto:dpo.cpam-cotedopale@assurance-maladie.fr" in two
    assert "mailto:dpo.cpam-artois@assurance-maladie.fr" in two
    assert "aucune adresse dans le texte" in none


@on_sqlite
def test_the_codes_of_caisses_are_never_shown_to_people(dpo: FlaskClient) -> None:
    page = read(dpo, "/conventions/S0")

    assert "CPAM de la Côte d'Opale : signature" in page
    assert "cotedopale :" not in page


@on_sqlite
@pytest.mark.usefixtures("amended")
def test_the_rules_are_those_of_the_day_asked_for(dpo: FlaskClient) -> None:
    before, after = read(dpo, "/conventions/S1?le=2026-02-28"), read(dpo, "/conventions/S1?le=2026-03-01")

    rule = [page[page.index('id="B1"') : page.index('id="B2"')] for page in (before, after)]
    assert [page.index("Informer au plus tard") < page.index("vingt-quatre heures") for page in rule] == [True, False]
    assert "Une autre version" in rule[0]
    assert "28 février 2026" in before
    assert "Avenant, 1er mars 2026" in before
    assert "Texte n° 2, enregistré le 23 novembre 2026, 10 h 00" in before


@on_sqlite
@pytest.mark.parametrize("day", ["2020-01-01", "hier", "2026-02-30", "2026-1", "00000-00-00", "99999-01-01", "<b>"])
def test_a_day_without_rules_is_refused_beside_its_field_and_the_rules_still_shown(dpo: FlaskClient, day: str) -> None:
    answer = dpo.get("/conventions/S1", query_string={"le": day})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in page
    assert 'id="B1"' in page
    assert "<b>" not in page


@on_sqlite
@pytest.mark.parametrize("code", ["S9", "s1", "Camille%20Exemple", "%F0%9F%A6%84", "A" * 3000])
def test_an_unknown_convention_is_not_found_and_not_repeated(dpo: FlaskClient, code: str) -> None:
    paths = [f"/conventions/{code}{rest}" for rest in ("", "/texte", "/application")]

    answers = [dpo.get(path) for path in paths]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert all("Camille" not in answer.get_data(as_text=True) for answer in answers)


@on_sqlite
def test_the_text_of_a_convention_can_be_kept(dpo: FlaskClient, sessions: sessionmaker[Session]) -> None:
    answer = dpo.get("/conventions/S3/texte")

    with sessions() as session:
        assert answer.get_data(as_text=True) == latest_toml(session, "S3")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="S3.toml"'


@on_sqlite
def test_only_who_may_change_something_is_offered_to(sign_in: SignIn) -> None:
    reader = sign_in(Role.TECHNICIEN)

    pages = read(reader, "/conventions") + read(reader, "/conventions/S0")

    assert "importer" not in pages
    assert "application" not in pages.replace("application/", "")


def test_french_punctuation_stays_with_its_word() -> None:
    assert unbroken("le « mot » : oui ; non ?") == "le «\u00a0mot\u00a0»\u00a0: oui\u00a0; non\u00a0?"


# Since when it applies


def test_the_dates_typed_are_kept_traced_and_said_back_with_their_day(
    dpo: FlaskClient, submit: Submit, sessions: sessionmaker[Session], demonstration: Demonstration
) -> None:
    data = {"effective_from": "2024-07-01", "effective_to": "2027-06-30"}

    answer = submit(dpo, ADOPTION, data)

    assert (answer.status_code, answer.location) == (303, "/conventions/S1")
    page = read(dpo, "/conventions/S1")
    assert "à partir du lundi 1 juillet 2024 jusqu'au mercredi 30 juin 2027" in page
    with sessions() as session:
        assert adoptions(session, demonstration.structure) == (Adoption("S1", date(2024, 7, 1), date(2027, 6, 30)),)
        entry = session.scalars(select(TrailEntry).where(TrailEntry.action == "convention.adopted")).one()
        assert (entry.subject, entry.structure) == ("S1", demonstration.structure)


@on_sqlite
def test_a_date_that_nobody_knows_yet_stays_unknown(dpo: FlaskClient, submit: Submit) -> None:
    submit(dpo, ADOPTION, {"effective_from": "", "effective_to": ""})

    assert "à des dates qui restent à saisir" in read(dpo, "/conventions/S1")
    assert "date d'effet à saisir" in read(dpo, "/conventions?montrer=structure")


@on_sqlite
def test_the_dates_already_typed_are_shown_again(dpo: FlaskClient, submit: Submit) -> None:
    submit(dpo, ADOPTION, {"effective_from": "2024-07-01"})

    page = read(dpo, ADOPTION)

    assert 'value="2024-07-01"' in page


@on_sqlite
@pytest.mark.parametrize(
    ("begins", "ends", "message"),
    [
        ("2025-01-02", "2025-01-01", "La fin précède le début."),
        ("2024-06-11", "", "Cette date précède l'adoption du texte (12/06/2024)"),
        ("", "2024-06-11", "Cette date précède l'adoption du texte (12/06/2024)"),
        ("2025-02-30", "", "Cette date n'existe pas"),
        ("bientôt", "", "Cette date n'existe pas"),
        ("2025-01-01\0", "", "Cette date n'existe pas"),
    ],
)
def test_a_date_that_cannot_be_is_refused_beside_its_field_and_nothing_kept(
    dpo: FlaskClient,
    submit: Submit,
    sessions: sessionmaker[Session],
    demonstration: Demonstration,
    begins: str,
    ends: str,
    message: str,
) -> None:
    answer = submit(dpo, ADOPTION, {"effective_from": begins, "effective_to": ends})

    assert answer.status_code == 422
    assert plain(answer.get_data(as_text=True)).count(message) == 2
    with sessions() as session:
        assert adoptions(session, demonstration.structure) == ()


@on_sqlite
def test_a_structure_does_not_see_the_dates_of_another(sign_in: SignIn, submit: Submit) -> None:
    submit(sign_in(Role.DPO), ADOPTION, {"effective_from": "2024-07-01"})

    page = read(sign_in(Role.DPO, other=True), "/conventions")

    assert page.count("non appliquée") == 5


@on_sqlite
def test_a_convention_that_has_not_begun_is_shown_as_it_will_be(
    dpo: FlaskClient, sessions: sessionmaker[Session], demonstration: Demonstration
) -> None:
    with sessions.begin() as session:
        text = latest_toml(session, "S1").replace('code = "S1"', 'code = "LOIN"').replace("2024-06-12", "2999-06-12")
        import_convention(session, text, by=demonstration.actor(Role.DPO), at=datetime(2026, 1, 1, tzinfo=UTC))

    page = read(dpo, "/conventions/LOIN")

    assert "telles qu'elles valent le 12 juin 2999" in page
