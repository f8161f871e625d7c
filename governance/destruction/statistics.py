"""What a PostgreSQL server remembers of the values of a table that is now empty: ANALYZE leaves it there for ever."""

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

# Errors that pass, which are no refusal: connection, deadlock, resources (a full disk), locks, a server that stops.
FOR_NOW = frozenset({"08", "40", "53", "55", "57"})

# A table just rewritten that takes no page has no row, whatever rows this role may see.
_REMEMBERED = text(
    "SELECT quote_ident(a.attname), format_type(a.atttypid, a.atttypmod), "
    "CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END "
    "FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid JOIN pg_class c ON c.oid = a.attrelid "
    "JOIN pg_namespace n ON n.oid = c.relnamespace "
    "JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = a.attname "
    "WHERE c.oid = to_regclass(:table) AND pg_relation_size(c.oid) = 0 ORDER BY a.attnum"
)


def forget(connection: Connection, table: str) -> None:
    """Drop the statistics of a table that was emptied and rewritten; its name is as SQL writes it.

    Giving a column the type that it has drops them, and its owner may. What a policy is about keeps its own: a code,
    an opaque identifier. Raises DBAPIError for what passes.
    """
    for column, kind, collation in connection.execute(_REMEMBERED, {"table": table}).all():
        collated = f" COLLATE {collation}" if collation else ""
        try:
            connection.exec_driver_sql(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE {kind}{collated}")
        except DBAPIError as error:
            if passes(error):
                raise


def passes(error: DBAPIError) -> bool:
    """Say whether what a server refused now, it may do later."""
    return str(getattr(error.orig, "sqlstate", None))[:2] in FOR_NOW
