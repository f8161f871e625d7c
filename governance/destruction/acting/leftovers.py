"""What a process that died may have left of the data beside the database: half-made copies, folders of files read."""

from collections.abc import Iterator
from pathlib import Path

from governance.core.refusals import Unavailable
from governance.destruction.acting.means import Done, Means, Work
from governance.destruction.backups import databases, making, shelf


class LeftBehind(Unavailable):
    """A temporary file cannot be removed."""


def sweep(means: Means, work: Work) -> Done:
    """Remove what was left, once no copy is being made, and look again; raises LeftBehind.

    What processes that run still use belongs to no convention that ended: nothing is entered under it any more.
    """
    with making.alone(means.setup):
        found = tuple(_copies(means))
        for path in found:
            databases.drop(path)
        read = sum(one() for one in means.setup.sweeps)
        left = sum(1 for _ in _copies(means))
    if left:
        raise LeftBehind(f"Il reste {left} copie(s) inachevée(s) : droits du dossier ?")
    return Done(len(found) + read, 0, {"copies": len(found), "folders": read})


def _copies(means: Means) -> Iterator[Path]:
    backups = means.setup.backups
    yield from backups.glob(f"*{databases.DRAFT}*")
    yield from backups.glob(f"*{shelf.SUFFIX}{making.PARTIAL}")
    if means.engine.dialect.name == "sqlite":
        base = Path(means.engine.url.database or "")
        yield from base.parent.glob(f"{base.name}{databases.DRAFT}*")
