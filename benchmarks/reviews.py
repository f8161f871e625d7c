"""Measure a review of 5,000 accounts on both databases, opened, read page by page, closed: `./vigie bench reviews`.

Wall and CPU times: on a busy machine only the second compares. `--short` reviews 500 accounts.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import psycopg  # noqa: E402  # the repository's own modules come first
from flask.testing import FlaskClient  # noqa: E402
from sqlalchemy import insert, select, update  # noqa: E402
from sqlalchemy.engine import make_url  # noqa: E402
from sqlalchemy.orm import Session, sessionmaker  # noqa: E402

from app.factory import create_app  # noqa: E402
from app.schema import migrate  # noqa: E402
from app.settings import Settings  # noqa: E402
from governance.core import clock  # noqa: E402
from governance.core.keys import Keys  # noqa: E402
from governance.core.keystore import KeyStore  # noqa: E402
from governance.core.masters import GivenMaster  # noqa: E402
from governance.core.sealed_rows import sealed_rows  # noqa: E402
from governance.core.storage import new_id  # noqa: E402
from governance.habilitations.agents.rules import Check  # noqa: E402
from governance.habilitations.tables import Account, Agent, Attestation  # noqa: E402
from governance.people.actions import NewPerson, adopt_convention, create_person, create_structure  # noqa: E402
from governance.people.queries import Adoption  # noqa: E402
from governance.people.rules import Role, StructureKind, command  # noqa: E402
from governance.people.sessions.actions import Opening as Signing  # noqa: E402
from governance.people.sessions.actions import open_session  # noqa: E402
from governance.web.identity import KEY, SESSIONS  # noqa: E402
from reviews.closing import Policy, Silence  # noqa: E402
from reviews.ending import apply, sign_off  # noqa: E402
from reviews.jobs import ways  # noqa: E402
from reviews.joining import entries_of  # noqa: E402
from reviews.opening import Opening, open_review  # noqa: E402
from reviews.rules import Cause  # noqa: E402
from reviews.tables import ReviewDecision, ReviewEntry  # noqa: E402
from tests.conftest import MASTER_KEY  # noqa: E402
from tests.web.conftest import SECRET  # noqa: E402

POSTGRES = os.environ.get("VIGIE_TEST_POSTGRES", "postgresql://root@127.0.0.1/postgres")
ACCOUNTS = 500 if "--short" in sys.argv else 5_000
REVOKED = ACCOUNTS // 20
HEADER = "| database | accounts | act | wall, s | CPU, s | bound, s |"
KEYS = Keys(b"un secret de 32 octets, d'essai..")


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """Give the address of a fresh, migrated database."""
    name = f"vigie_bench_{uuid4().hex[:12]}"
    url = f"sqlite:///{folder / name}.sqlite"
    if kind == "PostgreSQL":
        _on_server(f"CREATE DATABASE {name}")
        url = make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    migrate(url)
    yield url
    if kind == "PostgreSQL":
        _on_server(f"DROP DATABASE {name} WITH (FORCE)")


def fill(sessions: sessionmaker[Session]) -> tuple[str, str]:
    """Declare staff, attested, each with an account; return the structure and its gestionnaire."""
    at = clock.now()
    with sessions.begin() as session:
        structure = create_structure(session, "Département d'essai", StructureKind.PARTENAIRE, by=command(""), at=at)
        adopt_convention(session, structure, Adoption("S0", date(2026, 1, 1), None), by=command(structure), at=at)
        draft = NewPerson("Personne gestionnaire", "g@essai.example", roles=frozenset({Role.GESTIONNAIRE}))
        person = create_person(session, structure, draft, by=command(structure), at=at)
        people = [_agent(structure, number) for number in range(ACCOUNTS)]
        session.execute(insert(Agent), sealed_rows(session, Agent, people))
        session.execute(insert(Attestation), [row for one in people for row in _attested(one)])
        accounts = [_account(one, number) for number, one in enumerate(people)]
        session.execute(insert(Account), sealed_rows(session, Account, accounts))
    return structure, person


def _agent(structure: str, number: int) -> dict[str, object]:
    return {
        "id": new_id(), "structure_id": structure, "civility": "Madame", "last_name": f"Nom{number}",
        "first_name": f"Prénom{number}", "fonction": "Accueil", "email": f"a{number}@essai.example", "phone": None,
        "tie": "agent", "joined_on": None, "left_on": None, "declared_at": clock.now(), "declared_by": "essai",
    }  # fmt: skip


def _attested(agent: dict[str, object]) -> list[dict[str, object]]:
    today = clock.day(clock.now())
    return [
        {
            "id": new_id(), "structure_id": agent["structure_id"], "agent_id": agent["id"], "kind": check.value,
            "day": today, "until": today + timedelta(days=365), "attested_at": clock.now(), "attested_by": "essai",
        }
        for check in Check
    ]  # fmt: skip


def _account(agent: dict[str, object], number: int) -> dict[str, object]:
    today = clock.day(clock.now())
    same = {name: agent[name] for name in ("civility", "last_name", "first_name", "fonction", "email", "phone")}
    return {
        **same, "id": new_id(), "structure_id": agent["structure_id"], "agent_id": agent["id"], "convention": "S0",
        "caisse": "artois", "profile": "gestionnaire" if number < 5 else "technicien", "state": "actif",
        "asked_on": today, "granted_on": today, "cgu_on": today, "changed_on": today,
    }  # fmt: skip


def review(sessions: sessionmaker[Session], structure: str) -> str:
    """Open a review of every account."""
    at = clock.now()
    with sessions.begin() as session:
        due = clock.day(at) + timedelta(days=21)
        opening = Opening(structure, "S0", Cause.CHOICE, new_id(), due, Policy(Silence.KEEP))
        entries = entries_of(session, structure, "S0", clock.day(at))
        return open_review(session, opening, entries, by=command(structure), at=at)


def answered(sessions: sessionmaker[Session], campaign: str, person: str) -> None:
    """Answer for every account, some revoked: straight into the tables, since answering is not what is measured."""
    with sessions.begin() as session:
        rows = session.scalars(select(ReviewEntry).where(ReviewEntry.campaign_id == campaign)).all()
        leaving = {row.id for row in [one for one in rows if one.profile == "technicien"][:REVOKED]}
        session.execute(
            insert(ReviewDecision),
            sealed_rows(session, ReviewDecision, [_decision(row, leaving, person) for row in rows]),
        )
        mine = update(ReviewEntry).where(ReviewEntry.campaign_id == campaign)
        session.execute(mine.values(choice="garder", version=1), execution_options={"synchronize_session": False})
        session.execute(
            mine.where(ReviewEntry.id.in_(leaving)).values(choice="retirer"),
            execution_options={"synchronize_session": False},
        )


def _decision(row: ReviewEntry, leaving: set[str], person: str) -> dict[str, object]:
    is_leaving = row.id in leaving
    choice, motive = ("retirer", "depart") if is_leaving else ("garder", None)
    return {
        "id": new_id(), "campaign_id": row.campaign_id, "entry_id": row.id, "structure_id": row.structure_id,
        "convention": row.convention, "caisse": row.caisse, "number": 1, "choice": choice, "motive": motive,
        "words": None, "batch": None, "by": person, "at": clock.now(),
        "shown_at": clock.now(),
    }  # fmt: skip


def closed(sessions: sessionmaker[Session], campaign: str, structure: str) -> None:
    """Sign a review and apply it."""
    at, found = clock.now(), ways(KEYS)
    with sessions.begin() as session:
        sign_off(session, campaign, found, by=command(structure), at=at)
    apply(sessions, campaign, found, at)


def pages(client: FlaskClient, campaign: str) -> list[tuple[float, float]]:
    """Read pages of a hundred accounts, and return how long each took, and worked."""
    paths = [f"/revues/{campaign}?voir=tous&page={number}" for number in range(1, ACCOUNTS // 100 + 1)]
    paths = [*paths, *[f"/revues/{campaign}"] * 10]
    client.get(paths[0])  # templates are compiled once
    times = []
    for path in paths:
        started, worked = time.perf_counter(), time.process_time()
        assert client.get(path).status_code == 200
        times.append((time.perf_counter() - started, time.process_time() - worked))
    return times


def told(kind: str, act: str, bound: float, do: Callable[[], object]) -> object:
    """Do something, and print how long it took."""
    wall, cpu = time.perf_counter(), time.process_time()
    made = do()
    took, worked = time.perf_counter() - wall, time.process_time() - cpu
    print(f"| {kind} | {ACCOUNTS} | {act} | {took:.2f} | {worked:.2f} | {bound} |")
    return made


def main() -> int:
    """Measure on both databases."""
    print(HEADER, "|---|---|---|---|---|---|", sep="\n")
    for kind in ("SQLite", "PostgreSQL"):
        with tempfile.TemporaryDirectory() as folder:
            os.environ |= {"VIGIE_MASTER_KEY": MASTER_KEY, "VIGIE_KEY_STORE": folder}
            KeyStore(Path(folder), GivenMaster(MASTER_KEY)).create()
            with database(kind, Path(folder)) as url:
                measure(kind, url)
    return 0


def measure(kind: str, url: str) -> None:
    """Open, read and close on one database."""
    app = create_app(Settings(database_url=url, demo=True, secure_cookies=False, secret=SECRET))  # type: ignore[arg-type]
    sessions = app.extensions[SESSIONS]
    structure, person = fill(sessions)
    campaign = str(told(kind, "opening", 3, lambda: review(sessions, structure)))
    client = app.test_client()
    with sessions.begin() as session:
        key = open_session(session, Signing(person, structure, "essai", "Essai"), at=clock.now())
    with client.session_transaction() as cookie:
        cookie[KEY] = key
    wall, cpu = (_spread(times) for times in zip(*pages(client, campaign), strict=True))
    print(f"| {kind} | {ACCOUNTS} | a page of 100: median, p95 | {wall} | {cpu} | 0.15 |")
    answered(sessions, campaign, person)
    told(kind, f"closing, {REVOKED} accounts revoked", 10, lambda: closed(sessions, campaign, structure))
    sessions.kw["bind"].dispose()


def _spread(times: tuple[float, ...]) -> str:
    return f"{statistics.median(times):.3f}, {sorted(times)[int(len(times) * 0.95)]:.3f}"


def _on_server(statement: str) -> None:
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(statement)


if __name__ == "__main__":
    sys.exit(main())
