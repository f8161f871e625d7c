"""What a command needs of the service: its settings, its database when there is one, its instant."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from app import schema, settings
from app.keyring import key_store, load_keys
from app.settings import Settings
from governance.core.refusals import Invalid, NotFound, Unavailable
from governance.core.sealed_rows import sessions_on
from governance.core.storage import connect, reading
from governance.destruction import replaying
from governance.destruction.ledger import Ledger
from governance.people.queries import StructureView, structures


class NoDatabase(Unavailable):
    """The database is not there, or its tables are not those of this version."""


class WhichStructure(Invalid):
    """The command does not say for which structure it acts."""


class UnknownStructure(NotFound):
    """No structure has that name or identifier."""


@contextmanager
def database() -> Iterator[sessionmaker[Session]]:
    """Give sessions on the installation's database; raises BadSettings, NoDatabase, NoMasterKey, NotReplayed."""
    chosen = settings.load()
    url = chosen.database_url
    if not is_there(url):
        raise NoDatabase("La base de données n'existe pas encore : lancez « vigie migrate ».")
    engine = connect(url)
    try:
        if not schema.is_reachable(engine):
            raise NoDatabase("La base de données ne répond pas.")
        if not schema.is_current(engine):
            raise NoDatabase("Les tables de la base ne sont pas à jour : lancez « vigie migrate ».")
        sessions = sessions_on(engine, key_store(chosen))
        check_replayed(chosen, sessions)
        yield sessions
    except OperationalError as error:
        raise NoDatabase("La base de données ne répond pas.") from error
    finally:
        engine.dispose()


def structure_named(sessions: sessionmaker[Session], wanted: str | None) -> StructureView:
    """Return a structure by its name or identifier, or the only one.

    Raises WhichStructure, UnknownStructure.
    """
    with reading(sessions) as session:
        known = structures(session)
    if wanted is None:
        if len(known) == 1:
            return known[0]
        names = ", ".join(f"« {one.name} »" for one in known) or "aucune n'existe encore"
        raise WhichStructure(f"Indiquez la structure avec --structure ({names}).")
    found = next((one for one in known if wanted in (one.id, one.name)), None)
    if found is None:
        raise UnknownStructure("Aucune structure ne porte ce nom ni cet identifiant.")
    return found


def check_replayed(chosen: Settings, sessions: sessionmaker[Session]) -> None:
    """Refuse (NotReplayed) a database that does not know what was destroyed since; raises DamagedLedger."""
    if not any(chosen.erasure_ledger.glob("*.json")):
        return
    with reading(sessions) as session:
        replaying.check(session, Ledger(chosen.erasure_ledger, load_keys(chosen)))


def is_there(url: str) -> bool:
    """Say whether there is a database to connect to."""
    # Connecting to a SQLite file that is missing would create an empty one.
    parsed = make_url(url)
    return parsed.get_backend_name() != "sqlite" or Path(parsed.database or "").is_file()
