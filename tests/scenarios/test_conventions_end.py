"""Three conventions that end, from the pages: S3 denounced in time, S2 not renewed, S0 that a caisse leaves."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from governance.conventions.life.jobs import jobs
from governance.core import clock
from governance.core.outbox.tables import OutboxContent, OutboxMessage
from governance.core.trail import TrailEntry
from governance.habilitations.tables import Account
from governance.jobs.job import InSlot, Turn
from governance.people.actions import adopt_convention
from governance.people.queries import Adoption
from governance.people.rules import Permission, Role, command
from tests.actions.portal import Portal
from tests.conftest import Demonstration, on_sqlite
from tests.web.conftest import Submit

SIGNED = date(2026, 3, 15)
TERM = date(2027, 3, 15)
DAY = timedelta(days=1)
CLEAN = "Droits fermés depuis mars : demande d'accompagnement."
JOBS = jobs("https://vigie.ccas.example")

pytestmark = pytest.mark.slow


class World:
    """The service as its DPO and its clock see it: a day is set, then pages are asked for and forms are sent."""

    def __init__(self, sessions, demonstration, sign_in, submit, api_key, monkeypatch) -> None:  # type: ignore[no-untyped-def]
        self.sessions: sessionmaker[Session] = sessions
        self.structure: str = demonstration.structure
        self.sign_in: Callable[..., FlaskClient] = sign_in
        self.submit: Submit = submit
        self.monkeypatch: pytest.MonkeyPatch = monkeypatch
        self.key: str = api_key(Permission.SCAN)

    def on(self, day: date) -> "World":
        """Bring the clock to a day, and do what is due then."""
        at = datetime.combine(day, time(12), UTC)
        self.monkeypatch.setattr(clock, "now", lambda: at)
        for job in JOBS:
            assert isinstance(job.work, InSlot)
            with self.sessions.begin() as session:
                job.work.do(session, Turn(job.timetable.latest(at), at))
        return self

    def enter(self, code: str, kind: str, **typed: object) -> None:
        """Send the form of an act as the DPO."""
        answer = self.submit(
            self.sign_in(Role.DPO), f"/conventions/{code}/vie/{kind}", {"reference": "Dossier 12", **typed}
        )
        assert answer.status_code == 303, plain(answer.get_data(as_text=True))

    def read(self, path: str, role: Role = Role.DPO) -> str:
        """Return a page as plain text."""
        return plain(self.sign_in(role).get(path).get_data(as_text=True))

    def scan(self, client: FlaskClient, code: str, caisse: str) -> tuple[int, str]:
        """Ask the API for a check."""
        answer = client.post(
            "/api/v1/scans",
            json={"convention": code, "comment": CLEAN, "caisse": caisse},
            headers={"Authorization": f"Bearer {self.key}"},
        )
        return answer.status_code, answer.get_json().get("detail", "")

    def subjects(self) -> list[str]:
        """Return the subjects of what the DPO was written."""
        wanted = select(OutboxContent).join(OutboxMessage, OutboxMessage.id == OutboxContent.message)
        with self.sessions() as session:
            rows = session.scalars(wanted.where(OutboxMessage.kind.like("life.%")).order_by(OutboxMessage.created_at))
            return [plain(one.subject) for one in rows]

    def letter(self, page: str) -> str:
        """Return the identifier of the letter that a form offers."""
        raw = self.sign_in(Role.DPO).get(page).get_data(as_text=True)
        return raw.split('name="of"')[1].split('value="')[1].split('"')[0]

    def states(self) -> list[str]:
        """Return the states of the accounts of the structure, by caisse."""
        with self.sessions() as session:
            return list(session.scalars(select(Account.state).order_by(Account.caisse)))

    def acts(self, code: str) -> list[str]:
        """Return what the trail says of a convention's end."""
        with self.sessions() as session:
            wanted = select(TrailEntry.action).where(
                TrailEntry.subject == code, TrailEntry.action.like("convention.end%")
            )
            return list(session.scalars(wanted.order_by(TrailEntry.id)))


@pytest.fixture
def world(
    sessions: sessionmaker[Session],
    demonstration: Demonstration,
    sign_in: Callable[..., FlaskClient],
    submit: Submit,
    api_key: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> World:
    return World(sessions, demonstration, sign_in, submit, api_key, monkeypatch).on(SIGNED)


def plain(page: str) -> str:
    return " ".join(unescape(page).replace("\u00a0", " ").split())


def apply(world: World, *codes: str) -> None:
    with world.sessions.begin() as session:
        for code in codes:
            by = command(world.structure)
            adopt_convention(session, by.structure, Adoption(code, SIGNED, None), by=by, at=clock.now())


@on_sqlite
def test_S3_denounced_in_time_ends_on_its_anniversary(world: World, client: FlaskClient) -> None:
    apply(world, "S3")
    world.enter("S3", "signature", day=SIGNED)
    page = world.on(date(2026, 11, 16)).read("/conventions/S3/vie")
    assert "Dernier jour sûr pour dénoncer" in page
    assert "14 décembre 2026" in page
    assert "dans les 3 mois avant la date anniversaire" in page

    world.enter("S3", "denonciation", day=date(2026, 11, 16), party="partenaire")
    unsure = world.read("/conventions/S3/vie")
    letter = world.letter("/conventions/S3/vie/reception")
    world.on(date(2026, 11, 20)).enter("S3", "reception", day=date(2026, 11, 18), of=letter)
    sure = world.read("/conventions/S3/vie")
    last_day = world.on(TERM).scan(client, "S3", "roubaix-tourcoing")
    after = world.on(TERM + DAY).scan(client, "S3", "roubaix-tourcoing")

    assert "La dénonciation met-elle fin à la convention" in unsure
    assert "La dénonciation met-elle fin" not in sure
    assert "dénoncée" in sure
    assert last_day[0] == 201
    assert after[0] == 422
    assert "S3 n'est plus en vigueur" in after[1]
    assert "CM art. 9" in after[1]
    assert "terminée" in world.read("/conventions/S3/vie")
    assert [one for one in world.subjects() if "préparer la destruction" in one] == [
        "Délégué : préparer la destruction des données, convention S3"
    ]


@on_sqlite
def test_S2_not_renewed_ends_and_an_amendment_entered_late_brings_it_back(world: World, client: FlaskClient) -> None:
    apply(world, "S2")
    world.enter("S2", "signature", day=SIGNED)
    for left in (90, 60, 30, 7, 0):
        world.on(TERM - timedelta(days=left))
    warned = [one for one in world.subjects() if "préparer la fin de la convention S2" in one]

    refused = world.on(TERM + DAY).scan(client, "S2", "artois")
    shown = world.read("/signalements/verifier", Role.TECHNICIEN)
    world.on(TERM + timedelta(days=9)).enter("S2", "renouvellement", day=TERM, until=date(2028, 3, 15))
    back = world.scan(client, "S2", "artois")

    assert len(warned) == 5
    assert refused[0] == 422
    assert "non-renouvellement, CM art. 10.2" in refused[1]
    assert "La convention S2 n'est plus en vigueur avec CPAM de l'Artois" in shown
    assert "Aucune convention n'est en vigueur" in shown
    assert back[0] == 201
    assert world.acts("S2") == ["convention.ended"] * 2 + ["convention.end_undone"] * 2
    assert "15 mars 2028" in world.read("/conventions/S2/vie")


@on_sqlite
def test_S2_an_amendment_signed_after_the_end_is_refused(world: World) -> None:
    apply(world, "S2")
    world.enter("S2", "signature", day=SIGNED)
    world.on(TERM + timedelta(days=9))

    answer = world.submit(
        world.sign_in(Role.DPO),
        "/conventions/S2/vie/renouvellement",
        {"day": TERM + DAY, "until": date(2028, 3, 15), "reference": "Avenant n° 1"},
    )

    assert answer.status_code == 409
    assert "il faut une nouvelle convention" in plain(answer.get_data(as_text=True))


@on_sqlite
def test_S0_that_one_of_two_caisses_leaves_goes_on_with_the_other(world: World, client: FlaskClient) -> None:
    apply(world, "S0")
    world.enter("S0", "signature", day=SIGNED)
    with world.sessions.begin() as session:
        artois, opale = (Portal(session, world.structure, clock.now(), "S0", one) for one in ("artois", "cotedopale"))
        artois.open()
        artois.gestionnaire(artois.agent(1))
        opale.gestionnaire(opale.agent(2))
    end = date(2026, 9, 30)
    world.enter("S0", "fin", day=end, caisse="artois", text="CM")

    world.on(end + DAY)
    answers = [world.scan(client, "S0", one) for one in ("artois", "cotedopale")]
    offered = world.read("/signalements/verifier", Role.TECHNICIEN)

    assert world.states() == ["acces_ferme", "actif"]
    assert [status for status, _ in answers] == [422, 201]
    assert "CPAM de l'Artois depuis le 01/10/2026" in answers[0][1]
    assert "CPAM de la Côte d'Opale (S0)" in offered
    assert "CPAM de l'Artois (S0)" not in offered
    life = world.read("/conventions/S0/vie")
    assert "terminée" in life
    assert "en vigueur" in life

    world.enter("S0", "fin", day=end + DAY, caisse="cotedopale", text="CM")
    world.on(end + 2 * DAY)

    assert world.states() == ["inactif_fin", "inactif_fin"]
