"""Whether a transaction of a PostgreSQL server still sees rows that were deleted: they cannot be rewritten before."""

from time import sleep

from sqlalchemy import Connection, text

from governance.core.refusals import Unavailable

TRIES, PAUSE_SECONDS = 50, 0.2

# A reader holds back the rows of its own database; a transaction that writes, anywhere on the server, those of all: the
# snapshot of VACUUM FULL itself begins at the oldest of them.
_HORIZON = text(
    "SELECT min(held::text::bigint) FROM ("
    "SELECT backend_xid AS held FROM pg_stat_activity WHERE pid <> pg_backend_pid() UNION ALL "
    "SELECT backend_xmin FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()) AS seen"
)


class StillRead(Unavailable):
    """Somebody reads the database as it was before: its log cannot be emptied."""


def wait(connection: Connection) -> None:
    """Wait until no transaction sees the rows that were deleted, or VACUUM FULL copies them; raises StillRead."""
    now = connection.scalar(text("SELECT pg_current_xact_id()::text::bigint"))
    for _ in range(TRIES):
        if (connection.scalar(_HORIZON) or now) >= now:
            return
        sleep(PAUSE_SECONDS)
    raise StillRead("Une transaction en cours voit encore les lignes supprimées : l'étape sera reprise.")
