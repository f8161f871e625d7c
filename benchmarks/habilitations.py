"""Lists and tables of 5,000 accounts: read, looked at, kept, compared, shown, taken; on SQLite, one process.

Seconds are those of the processor: a busy machine changes them little.

`./vigie bench habilitations`. The opponent for reading a workbook is openpyxl, which does less here: it names neither
merged cells nor formulas without a result.
"""

import io
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

sys.path.insert(0, str(Path(__file__).parents[1]))

from app.factory import create_app
from app.schema import migrate
from app.settings import Settings
from governance.core import clock
from governance.habilitations.gaps import queries as gaps
from governance.habilitations.lists import actions, queries
from governance.habilitations.lists.lines import ListKind
from governance.habilitations.lists.plans import digest
from governance.habilitations.lists.queries import Place
from governance.habilitations.lists.rules import read_list
from governance.habilitations.rosters.presenting import COLUMNS, cells
from governance.habilitations.rosters.queries import roster
from governance.papers import sheets
from governance.people.actions import NewPerson, adopt_convention, create_person, create_structure
from governance.people.queries import Adoption
from governance.people.rules import Actor, Kind, Role, StructureKind, command
from governance.people.sessions.actions import Opening, open_session
from governance.web.identity import KEY, SESSIONS
from tests.rules.lists_files import PORTAL, STAFF, workbook_of

COUNT = 5_000
SECRET = "bWVzdXJlIG1lc3VyZSBtZXN1cmUgbWVzdXJlIG1lc3VyZQ=="
TRIES = 20


def main() -> int:
    """Measure, and print a line for each."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/vigie.sqlite"
        keys = Path(folder) / "keys"
        migrate(url)
        app = create_app(Settings(database_url=url, key_store=keys, demo=True, secure_cookies=False, secret=SECRET))
        measure(app, app.extensions[SESSIONS])
    return 0


def measure(app: Any, sessions: Any) -> None:
    """Run the whole chain once, then the pages twenty times."""
    at = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    by = _actor(sessions, at)
    staff, portal = workbook_of([STAFF, *_staff()]), workbook_of([PORTAL, *_accounts()])
    opponent = timed("openpyxl, le même classeur, valeurs seules", lambda: _openpyxl(portal))[1]
    lines, own = timed("lire le classeur du portail", lambda: read_list(ListKind.PORTAL, portal))
    print(f"  soit {own / opponent:.2f} fois openpyxl")
    people = read_list(ListKind.STAFF, staff)
    _chain(sessions, "personnel", Place(by.structure, ListKind.STAFF), people, by, at)
    place = Place(by.structure, ListKind.PORTAL, "S1", "doubs")
    _chain(sessions, "portail", place, lines, by, at)
    with sessions() as session:
        found = timed("rapprocher les trois listes", lambda: gaps.report(session, place.relation, by, at))[0]
        print(f"  {len(found.gaps)} écarts")
        day = clock.day(at)
        made = timed("rejouer le tableau d'un jour", lambda: roster(session, place.relation, day, by=by, at=at))[0]
    rows = [cells(row) for row in made.rows]
    timed(f"exporter {len(rows)} comptes en CSV", lambda: sheets.csv(COLUMNS, rows))
    timed(f"exporter {len(rows)} comptes en XLSX", lambda: sheets.xlsx("Tableau", COLUMNS, rows))
    _pages(app, sessions, by, place)


def timed(said: str, do: Callable[[], Any]) -> tuple[Any, float]:
    """Do something once, print how long it took, and return both."""
    start = time.process_time()
    done = do()
    took = time.process_time() - start
    print(f"{said:<52} {took:8.3f} s", flush=True)
    return done, took


def _chain(sessions: Any, name: str, place: Place, found: Any, by: Actor, at: datetime) -> None:
    with sessions.begin() as session:
        said = f"{name} : mettre de côté {len(found.lines)} lignes"
        sent = timed(said, lambda: _sent(session, place, found, by, at))[0]
    with sessions() as session:
        shown = timed(f"{name} : aperçu", lambda: queries.find_list(session, sent, by, at))[0]
    with sessions.begin() as session:
        seen = digest(shown.plan)
        done = timed(f"{name} : écrire", lambda: actions.keep_list(session, sent, seen, by=by, at=at))[0]
    print(f"  {done}")


def _sent(session: Any, place: Place, found: Any, by: Actor, at: datetime) -> str:
    return actions.send_list(session, place, found, by=by, at=at)


def _pages(app: Any, sessions: Any, by: Actor, place: Place) -> None:
    client = app.test_client()
    with sessions.begin() as session:
        key = open_session(session, Opening(by.id, by.structure, "mesure", "Mesure"), at=clock.now())
    with client.session_transaction() as cookie:
        cookie[KEY] = key
    where = "/".join(place.relation)
    for path in ("/comptes", "/ecarts?avec=S1/doubs", f"/tableaux/{where}", "/listes"):
        times = []
        for _ in range(TRIES):
            start = time.process_time()
            answer = client.get(path)
            times.append(time.process_time() - start)
            assert answer.status_code == 200, (path, answer.status_code)
        shown = path.replace(by.structure, "…")
        p95 = statistics.quantiles(times, n=20)[18]
        print(f"page {shown:<40} médiane {statistics.median(times):.3f} s, p95 {p95:.3f} s", flush=True)


def _openpyxl(content: bytes) -> int:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    return sum(1 for _ in book.worksheets[0].iter_rows(values_only=True))


def _actor(sessions: Any, at: datetime) -> Actor:
    with sessions.begin() as session:
        by = command("")
        structure = create_structure(session, "Département de mesure", StructureKind.PARTENAIRE, by=by, at=at)
        by = command(structure)
        adopt_convention(session, structure, Adoption("S1", date(2026, 1, 1), None), by=by, at=at)
        draft = NewPerson("Personne", "mesure@ici.example", "Correct-Horse-42", frozenset({Role.DPO}))
        person = create_person(session, structure, draft, by=by, at=at)
    return Actor(person, Kind.PERSON, structure, frozenset({Role.DPO}), "Personne")


def _staff() -> list[tuple[Any, ...]]:
    days = (date(2020, 1, 6), "", date(2020, 1, 7), date(2026, 1, 5), date(2028, 1, 5))
    return [(f"Nom{i}", f"Prénom{i}", f"p{i}@dep.example", "Travail social", *days) for i in range(COUNT)]


def _accounts() -> list[tuple[Any, ...]]:
    seen = date(2026, 11, 3)
    return [
        (f"Nom{i}", f"Prénom{i}", f"p{i}@dep.example", "Gestionnaire" if i < 5 else "Technicien", "Actif", seen)
        for i in range(COUNT)
    ]


if __name__ == "__main__":
    sys.exit(main())
