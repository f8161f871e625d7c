"""What the tests of « Vérifier un signalement » share: a desk with conventions, and a page that can be questioned."""

import io
from collections.abc import Callable, Iterable
from datetime import date, datetime

import pytest
from flask.testing import FlaskClient
from justhtml import JustHTML
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from governance.people import actions as people
from governance.people.queries import Adoption
from governance.people.rules import Role, command
from tests.conftest import Demonstration
from tests.web.conftest import token

PAGE = "/signalements/verifier"
PREVIEW = "/signalements/verifier/apercu"
WORDS = "/vocabulaire"
NIR = "1 85 07 78 006 000 13"
BLOCKED = f"Madame est diabétique, son numéro est {NIR}."
CLEAN = "Droits fermés depuis mars, attestation demandée."

File = tuple[bytes, str]


class Page:
    """An answer, questioned with CSS selectors."""

    def __init__(self, answer: TestResponse) -> None:
        self.answer = answer
        self.status = answer.status_code
        self.html = JustHTML(answer.get_data(as_text=True), sanitize=False)

    def texts(self, selector: str) -> list[str]:
        """Return the text of every element."""
        return [" ".join(one.to_text().split()) for one in self.html.query(selector)]

    def text(self, selector: str) -> str:
        """Return the text of the first element, empty when there is none."""
        return next(iter(self.texts(selector)), "")

    def values(self, selector: str, attribute: str) -> list[str]:
        """Return an attribute of every element."""
        return [one.attrs.get(attribute, "") for one in self.html.query(selector)]

    @property
    def comment(self) -> str:
        """Return what stands in the comment box."""
        return "".join(child.data or "" for child in self.html.query("#comment")[0].children)

    @property
    def receipt(self) -> str:
        """Return the address of the receipt."""
        return self.values("#bilan a[download]", "href")[0]

    def error(self, field: str) -> str:
        """Return the message beside a field; the field names it, and the summary leads to the field."""
        control = self.html.query(f"#{field}")[0]
        assert f"{field}-erreur" in control.attrs["aria-describedby"].split()
        assert "is-invalid" in control.attrs["class"].split()
        assert f"#{field}" in self.values(".v-summary a", "href")
        return self.text(f"#{field}-erreur")


@pytest.fixture
def adopt(sessions: sessionmaker[Session], demonstration: Demonstration, at: datetime) -> Callable[..., None]:
    """Give the act of putting conventions in force: `adopt("S0", until=…)`."""

    def put(*codes: str, since: date | None = None, until: date | None = None) -> None:
        with sessions.begin() as session:
            for code in codes:
                adoption = Adoption(code, since, until)
                people.adopt_convention(
                    session, demonstration.structure, adoption, by=command(demonstration.structure), at=at
                )

    return put


@pytest.fixture
def writer(sign_in: Callable[..., FlaskClient], adopt: Callable[..., None]) -> FlaskClient:
    """Give the browser of a technicien whose structure works under S0."""
    adopt("S0")
    return sign_in(Role.TECHNICIEN)


def check(
    client: FlaskClient,
    comment: str = "",
    convention: str = "S0/artois",
    files: Iterable[File] = (),
    **more: object,
) -> Page:
    """Send the form as a browser does: token of the page, one part per file."""
    data: dict[str, object] = {"csrf_token": token(client, PAGE), "convention": convention, "comment": comment, **more}
    data["files"] = [(io.BytesIO(content), name) for content, name in files] or [(io.BytesIO(b""), "")]
    return Page(client.post(PAGE, data=data, content_type="multipart/form-data"))


def peek(client: FlaskClient, comment: object, convention: object = "S0/artois") -> TestResponse:
    """Ask what would be found, as the page's script does."""
    headers = {"X-CSRFToken": token(client, PAGE), "Accept": "application/json"}
    return client.post(PREVIEW, json={"convention": convention, "comment": comment}, headers=headers)
