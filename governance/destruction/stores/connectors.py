"""The stores that the service empties by itself: count, destroy, count again."""

from governance.destruction.stores import bucket, folder, table
from governance.destruction.stores.rules import Allowed, Connection, Kind, StoreRefuses, check_host


def count(connection: Connection, allowed: Allowed) -> int:
    """Return how many things a store holds; raises StoreRefuses, BadStore."""
    match connection.kind:
        case Kind.FOLDER:
            return folder.count(connection, allowed)
        case Kind.SQL:
            return table.count(connection)
        case Kind.BUCKET:
            check_host(connection["endpoint"], allowed, "endpoint")
            return bucket.count(connection)
        case _:
            raise StoreRefuses("Ce lieu ne se relit pas par programme.")


def destroy(connection: Connection, allowed: Allowed) -> None:
    """Destroy what a store holds; raises StoreRefuses, BadStore."""
    match connection.kind:
        case Kind.FOLDER:
            folder.destroy(connection, allowed)
        case Kind.SQL:
            table.destroy(connection)
        case Kind.BUCKET:
            check_host(connection["endpoint"], allowed, "endpoint")
            bucket.destroy(connection)
        case _:
            raise StoreRefuses("Ce lieu ne se vide pas par programme.")


METHODS = {Kind.FOLDER: folder.METHOD, Kind.SQL: table.METHOD, Kind.BUCKET: bucket.METHOD}
