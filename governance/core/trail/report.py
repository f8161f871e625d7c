"""What a verification says: how much was read, and the first line that is not as it was sealed."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

SHOWN = 100


class Flaw(StrEnum):
    """In what a line is not as it was sealed."""

    CHANGED = "le contenu de l'entrée n'est plus celui qui a été scellé"
    GONE = "l'entrée a disparu sans qu'une purge l'ait annoncé"
    PRUNED_EARLY = "l'entrée annonce une purge que la durée de conservation ne permettait pas"
    SEAL = "le sceau n'est pas celui du service : ligne modifiée, ajoutée ou déplacée"
    RANK = "le sceau de ce rang a disparu"
    UNREADABLE = "la ligne ne peut plus être lue"
    CHECKPOINT = "le journal n'est plus celui du point de contrôle"
    CUT = "le journal s'arrête avant le point de contrôle"
    FORGED = "un point de contrôle enregistré n'est pas celui que le service a signé"


@dataclass(frozen=True, slots=True)
class Break:
    """The rank of a line that is not as sealed, its entry when known, and in what.

    A checkpoint only bounds: the first line changed is between `since` and `position`. A line told exactly before that
    rank explains it, and comes first.
    """

    position: int
    flaw: Flaw
    entry: int | None = None
    since: int | None = None


@dataclass(slots=True)
class Report:
    """What a verification found; `breaks` holds the first hundred told, by rank.

    `late` counts entries that bear an instant more than an hour before a checkpoint that precedes them: a clock that
    went back, or a line slipped in afterwards.
    """

    entries: int = 0
    pruned: int = 0
    late: int = 0
    pending: int = 0
    pending_since: datetime | None = None
    checkpoints: int = 0
    broken: int = 0
    breaks: list[Break] = field(default_factory=list)

    @property
    def first(self) -> Break | None:
        """Return the first line that is not as sealed, or None."""
        return self.breaks[0] if self.breaks else None

    def tell(self, found: Break, times: int = 1) -> None:
        """Count a break, and keep it among the first hundred."""
        self.broken += times
        self.breaks.append(found)
        self.breaks.sort(key=lambda one: (one.position, one.since is not None))
        del self.breaks[SHOWN:]
