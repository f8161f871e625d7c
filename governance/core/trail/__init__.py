"""The trail: what was done, by whom, when; how it is sealed, and how anyone can check it (ADR 6)."""

from governance.core.trail.recording import Doer, record
from governance.core.trail.tables import TrailEntry

__all__ = ["Doer", "TrailEntry", "record"]
