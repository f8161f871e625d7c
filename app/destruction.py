"""How this installation destroys, and what else must be settled first, from its settings and the other packages."""

import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import tables
from app.settings import Settings
from app.trail import authority
from breach.forgetting import FILES as BREACHES
from breach.tables import Breach, Concern
from governance.core.keys import Keys
from governance.destruction.acting.means import Setup
from governance.destruction.stores.rules import Allowed
from reviews.forgetting import FILES as REVIEWS
from reviews.forgetting import REQUESTS
from scanners.documents.folders import READING, sweep

# Every table is declared before the walk over them: one that nobody imported would be forgotten.
DECLARED = tables.MODULES
# What is kept for a stated time in whole files, whose end the timetable sees.
FILES = (BREACHES, REVIEWS, REQUESTS)


def setup(settings: Settings, keys: Keys) -> Setup:
    """Return how this installation destroys; raises BadSettings when the authority's certificates cannot be read."""
    return Setup(
        keys,
        settings.erasure_ledger,
        settings.backup_folder,
        settings.backup_keys,
        timedelta(days=settings.backup_days),
        timedelta(days=settings.other_backups_days),
        Allowed(settings.store_folders, frozenset(host.lower() for host in settings.store_hosts)),
        authority(settings),
        (lambda: sweep(Path(tempfile.gettempdir()), READING),),
        FILES,
    )


def matters(session: Session, structure: str, convention: str, at: datetime) -> Sequence[str]:
    """Return what is still open on a convention, in words that name nobody: it comes before any destruction."""
    open_breaches = session.scalar(
        select(func.count(Breach.id.distinct()))
        .join(Concern, Concern.breach_id == Breach.id)
        .where(
            Breach.structure_id == structure,
            Breach.state == "open",
            Breach.exercise.is_(False),
            Concern.convention == convention,
        )
    )
    return (f"{open_breaches} violation(s) ouverte(s)",) if open_breaches else ()
