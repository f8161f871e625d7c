"""A duty as its row keeps it: codes, articles and public sentences, no personal data."""

from datetime import datetime
from typing import Any

from breach.clocks import Clock
from breach.rules import Duty
from breach.tables import DutyRow


def written(duty: Duty) -> dict[str, Any]:
    """Return what a row keeps of a duty beside its instants."""
    legal = duty.legal and {"starts_at": duty.legal.starts_at.isoformat(), "ends_at": duty.legal.ends_at.isoformat()}
    return {
        "to": [str(one) for one in duty.to],
        "copy": [str(one) for one in duty.copy],
        "channel": str(duty.channel),
        "starts": duty.starts.name,
        "within": None if duty.within is None else str(duty.within),
        "article": duty.article,
        "texts": [
            {
                "article": one.article, "quote": one.quote, "about": one.about, "applies": one.applies,
                "within": None if one.within is None else str(one.within),
            }
            for one in duty.texts
        ],
        "discharged_by": [one.name for one in duty.discharged_by],
        "dpo": duty.dpo,
        "is_house": duty.is_house,
        "reference": duty.reference,
        "note": duty.note,
        "legal": legal,
    }  # fmt: skip


def clock_of(row: DutyRow) -> Clock:
    """Return the clock of a row."""
    return Clock(row.started_at, row.alarm_at, row.limit_at, row.discharged_at, row.withdrawn_at)


def legal_end(body: dict[str, Any]) -> datetime | None:
    """Return when the period ends in the legal reading, None where there is none."""
    return datetime.fromisoformat(body["legal"]["ends_at"]) if body.get("legal") else None
