"""Signing in through an OpenID Connect provider, over real HTTP, and every lie that lets nobody in."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import time_machine
from apiflask import APIFlask
from flask.testing import FlaskClient
from joserfc.jwk import KeySet
from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from app.factory import create_app
from app.settings import Settings
from governance.core.trail import TrailEntry
from governance.people import actions
from governance.people.oidc.tables import LinkedAccount
from governance.people.rules import Role, command
from governance.people.sessions.tables import WebSession
from governance.web.identity import SESSIONS
from tests.conftest import Demonstration, on_sqlite
from tests.web.conftest import Submit
from tests.web.oidc_provider import (
    ACR,
    ACR_2FA,
    CLIENT_ID,
    CLIENT_SECRET,
    OidcProvider,
    new_key,
    serving,
    shared_key,
)
from tests.web.test_second_factor import set_up

Sessions = sessionmaker[Session]
START = "/connexion/fournisseur"


@pytest.fixture(scope="module")
def _running() -> Iterator[OidcProvider]:
    with serving(OidcProvider()) as provider:
        yield provider


@pytest.fixture
def provider(_running: OidcProvider, demonstration: Demonstration) -> OidcProvider:
    """Give an honest provider at which the technicien is signed in."""
    fresh = OidcProvider(issuer=_running.issuer, key=_running.key, email=demonstration.email(Role.TECHNICIEN))
    for name, value in vars(fresh).items():
        setattr(_running, name, value)
    return _running


@pytest.fixture
def changes() -> dict[str, object]:
    """Give the settings that a test adds."""
    return {}


@pytest.fixture
def site(settings: Settings, provider: OidcProvider, changes: dict[str, object]) -> Iterator[APIFlask]:
    """Give the application, set for the provider."""
    oidc = {"oidc_issuer": provider.issuer, "oidc_client_id": CLIENT_ID, "oidc_client_secret": SecretStr(CLIENT_SECRET)}
    app = create_app(settings.model_copy(update=oidc | changes))
    yield app
    app.extensions[SESSIONS].kw["bind"].dispose()


@pytest.fixture
def browser(site: APIFlask) -> FlaskClient:
    """Give a browser in which nobody is signed in."""
    return site.test_client()


def go(browser: FlaskClient, suite: str = "") -> str:
    """Go to the provider and return the address it sends the browser back to."""
    away = browser.get(START, query_string={"suite": suite} if suite else None)
    assert away.status_code == 303, away.text
    answer = requests.get(away.location, allow_redirects=False, timeout=5)
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def enter(browser: FlaskClient, suite: str = "") -> TestResponse:
    """Sign in through the provider."""
    return browser.get(go(browser, suite))


def is_in(browser: FlaskClient) -> bool:
    return browser.get("/a-propos").status_code == 200


def last_entry(sessions: Sessions) -> TrailEntry:
    with sessions() as session:
        return session.scalars(select(TrailEntry).order_by(TrailEntry.id.desc())).first()


@pytest.mark.parametrize("signed", [True, False])
def test_who_is_invited_enters_by_their_verified_address_and_goes_where_they_wanted(
    browser: FlaskClient, provider: OidcProvider, sessions: Sessions, signed: bool
) -> None:
    provider.signs_userinfo = signed

    answer = enter(browser, "/conventions")

    assert (answer.status_code, answer.location) == (303, "/conventions")
    assert "Personne technicien" in browser.get("/a-propos").text
    with sessions() as session:
        assert session.scalars(select(WebSession.method)).all() == ["oidc"]
        assert provider.subject not in session.scalars(select(LinkedAccount.subject)).one()


def test_what_is_asked_of_the_provider_is_what_proconnect_asks_for(
    browser: FlaskClient, provider: OidcProvider
) -> None:
    enter(browser)

    asked = provider.asked
    assert asked["code_challenge_method"] == "S256"
    assert min(len(asked["state"]), len(asked["nonce"])) >= 32
    assert asked["redirect_uri"] == "http://localhost/connexion/fournisseur/retour"
    assert {"openid", "email"} <= set(asked["scope"].split())


def test_who_has_entered_once_is_known_by_their_identifier_whatever_their_address_becomes(
    site: APIFlask, provider: OidcProvider, sessions: Sessions
) -> None:
    enter(site.test_client())
    provider.email, provider.email_verified = "nouvelle@ailleurs.example", False
    again = site.test_client()

    answer = enter(again)

    assert answer.status_code == 303
    assert "Personne technicien" in again.get("/a-propos").text
    with sessions() as session:
        told = session.scalars(select(TrailEntry.action).where(TrailEntry.action == "person.linked")).all()
    assert told == ["person.linked"]


@pytest.mark.parametrize(
    ("email", "verified"),
    [("technicien@ici.example", False), ("technicien@ici.example", None), ("personne@nulle-part.example", True)],
)
def test_nobody_enters_without_an_invitation_under_a_verified_address(
    browser: FlaskClient, provider: OidcProvider, sessions: Sessions, email: str, verified: bool | None
) -> None:
    provider.email, provider.email_verified = email, verified

    answer = enter(browser)

    assert answer.status_code == 403
    assert "vous inviter" in answer.text and email not in answer.text
    assert not is_in(browser)
    assert last_entry(sessions).action == "person.sign_in_refused"


def test_an_address_already_linked_to_another_account_of_the_provider_opens_nothing(
    site: APIFlask, provider: OidcProvider
) -> None:
    enter(site.test_client())
    provider.subject = "sub-2"
    other = site.test_client()

    answer = enter(other)

    assert answer.status_code == 403
    assert not is_in(other)


def test_who_no_longer_holds_a_role_enters_no_more(
    site: APIFlask, provider: OidcProvider, sessions: Sessions, demonstration: Demonstration, at: datetime
) -> None:
    enter(site.test_client())
    here, person = demonstration.structure, demonstration.people[Role.TECHNICIEN]
    with sessions.begin() as session:
        actions.set_roles(session, person, here, frozenset(), by=command(here), at=at)

    assert enter(site.test_client()).status_code == 403


@on_sqlite
@pytest.mark.parametrize("changes", [{"oidc_trusts_email": True}])
def test_an_agreement_may_say_that_addresses_are_verified_but_never_against_the_provider(
    site: APIFlask, provider: OidcProvider
) -> None:
    provider.email_verified = False
    contradicted = enter(site.test_client())
    provider.email_verified = None
    trusted = enter(site.test_client())

    assert (contradicted.status_code, trusted.status_code) == (403, 303)


@on_sqlite
@pytest.mark.parametrize("changes", [{"oidc_acr": (ACR_2FA,), "oidc_second_factor_acr": (ACR_2FA,)}])
def test_a_level_that_was_asked_for_must_be_reached_and_counts_as_a_second_factor_only_when_set_so(
    site: APIFlask, provider: OidcProvider, sessions: Sessions
) -> None:
    provider.acr = ACR
    low = enter(site.test_client())
    provider.acr = ACR_2FA
    high = enter(site.test_client())

    assert (low.status_code, high.status_code) == (403, 303)
    assert provider.asked["acr_values"] == ACR_2FA
    with sessions() as session:
        assert session.scalars(select(WebSession.method)).all() == ["oidc-2"]


def sets(**values: object) -> Callable[[dict[str, object]], None]:
    def lie(claims: dict[str, object]) -> None:
        for name, value in values.items():
            if value is None:
                claims.pop(name, None)
            else:
                claims[name] = value

    return lie


OTHER = new_key("k1")  # the same name, another key
LIES: dict[str, dict[str, object]] = {
    "nonce": {"lie_identity": sets(nonce="x" * 43)},
    "no nonce": {"lie_identity": sets(nonce=None)},
    "expired": {"lie_identity": sets(exp=int(time.time()) - 1)},
    "no expiry": {"lie_identity": sets(exp=None)},
    "expiry that is no number": {"lie_identity": sets(exp="demain")},
    "no issue": {"lie_identity": sets(iat=None)},
    "issuer": {"lie_identity": sets(iss="https://autre.example")},
    "audience": {"lie_identity": sets(aud="autre-service")},
    "no audience": {"lie_identity": sets(aud=None)},
    "two audiences without azp": {"lie_identity": sets(aud=[CLIENT_ID, "autre-service"])},
    "azp of another": {"lie_identity": sets(aud=[CLIENT_ID, "autre-service"], azp="autre-service")},
    "no subject": {"lie_identity": sets(sub=None)},
    "subject that is no text": {"lie_identity": sets(sub=12)},
    "access token of another": {"lie_identity": sets(at_hash="x")},
    "forged": {"signer": OTHER},
    "alg none": {"header": {"alg": "none"}},
    "signed with the client's secret": {"header": {"alg": "HS256"}, "signer": shared_key()},
    "key nobody published": {"header": {"alg": "RS256", "kid": "k2"}, "signer": new_key("k2")},
    "userinfo of another person": {"lie_userinfo": sets(sub="sub-9")},
    "userinfo for another service": {"lie_userinfo": sets(aud="autre-service")},
    "userinfo of another issuer": {"lie_userinfo": sets(iss="https://autre.example")},
    "userinfo without an issuer": {"lie_userinfo": sets(iss=None)},
    "userinfo expired": {"lie_userinfo": sets(exp=int(time.time()) - 1)},
    "unsigned userinfo of another": {"signs_userinfo": False, "lie_userinfo": sets(sub="sub-9")},
}


@on_sqlite
@pytest.mark.parametrize("lie", sorted(LIES))
def test_a_provider_that_lies_lets_nobody_in(
    browser: FlaskClient, provider: OidcProvider, sessions: Sessions, lie: str
) -> None:
    back = go(browser)
    for name, value in LIES[lie].items():
        setattr(provider, name, value)

    answer = browser.get(back)

    assert answer.status_code == 403
    assert not is_in(browser)
    entry = last_entry(sessions)
    assert (entry.action, bool(entry.details["reason"])) == ("person.sign_in_refused", True)


@on_sqlite
def test_an_answer_comes_to_the_browser_that_asked_once_and_in_time(site: APIFlask) -> None:
    asked, stranger = site.test_client(), site.test_client()
    back = go(asked)

    elsewhere = stranger.get(back)
    wrong_state = asked.get(back.replace("state=", "state=x"))
    after_wrong = asked.get(back)
    entered = enter(asked)
    replayed = asked.get(back)

    assert [one.status_code for one in (elsewhere, wrong_state, after_wrong, replayed)] == [403] * 4
    assert entered.status_code == 303


@on_sqlite
def test_a_way_that_was_left_too_long_leads_nowhere(browser: FlaskClient) -> None:
    back = go(browser)

    with time_machine.travel(time.time() + 16 * 60):
        answer = browser.get(back)

    assert answer.status_code == 403


@on_sqlite
@pytest.mark.parametrize(
    "query", ["error=access_denied", "", "code=", "code=inconnu", "code=x&iss=https://autre.example"]
)
def test_a_refusal_of_the_provider_is_said_and_opens_nothing(browser: FlaskClient, query: str) -> None:
    state = parse_qs(urlsplit(go(browser)).query)["state"][0]

    answer = browser.get(f"{START}/retour?state={state}&{query}")

    assert answer.status_code == 403
    assert not is_in(browser)


@on_sqlite
def test_a_provider_that_changes_its_keys_is_still_understood(site: APIFlask, provider: OidcProvider) -> None:
    enter(site.test_client())
    provider.published = [provider.key, new_key("k2")]
    provider.header, provider.signer = {"alg": "RS256", "kid": "k2"}, provider.published[1]

    answer = enter(site.test_client())

    assert answer.status_code == 303
    assert len(KeySet(provider.published).keys) == 2


@on_sqlite
def test_a_provider_that_does_not_answer_is_said_to_be_away(site: APIFlask, provider: OidcProvider) -> None:
    browser = site.test_client()
    with serving(OidcProvider()) as other:
        gone = other.issuer
    site.extensions["vigie.oidc"].provider = type(site.extensions["vigie.oidc"].provider)(gone, "x", "y", "Absent")

    answer = browser.get(START)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")


@on_sqlite
def test_the_session_is_new_and_nothing_of_the_way_remains_in_the_cookie(browser: FlaskClient) -> None:
    enter(browser)

    with browser.session_transaction() as held:
        kept = set(held) - {"csrf_token", "_flashes"}
        hint = held["oidc_hint"]
    assert kept == {"key", "oidc_hint"}
    assert "." not in hint, "an identity token reads as three parts; this one is encrypted"


@on_sqlite
def test_leaving_leads_out_of_the_provider_with_the_token_and_a_long_state(
    browser: FlaskClient, provider: OidcProvider, submit: Callable
) -> None:
    enter(browser)

    page = submit(browser, "/deconnexion", {}, page="/a-propos")
    address = page.text.split("0; url=")[1].split('"')[0].replace("&amp;", "&")
    out = requests.get(address, allow_redirects=False, timeout=5)
    back = urlsplit(out.headers["Location"])
    landed = browser.get(f"{back.path}?{back.query}")

    assert not is_in(browser)
    assert len(provider.left["state"]) >= 32
    assert (landed.status_code, landed.location) == (303, "/connexion")
    assert "ici et du service" in browser.get("/connexion").text


@on_sqlite
def test_the_second_factor_of_here_does_not_lose_the_way_out_of_the_provider(
    site: APIFlask, browser: FlaskClient, provider: OidcProvider, submit: Submit
) -> None:
    enter(browser)
    _, codes = set_up(browser, submit)
    again = site.test_client()

    led = enter(again).location.split("?")[0]
    submit(again, led, {"code": codes[0]})
    page = submit(again, "/deconnexion", {}, page="/a-propos")

    assert led == "/connexion/second-facteur"
    assert "0; url=" in page.text


@on_sqlite
def test_the_sign_in_page_names_the_provider_when_there_is_one(browser: FlaskClient, client: FlaskClient) -> None:
    assert "Se connecter avec ProConnect" in browser.get("/connexion").text
    assert "/connexion/fournisseur" not in client.get("/connexion").text


@on_sqlite
@pytest.mark.parametrize("suite", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_the_way_back_stays_on_this_site(browser: FlaskClient, suite: str) -> None:
    assert enter(browser, suite).location == "/"
