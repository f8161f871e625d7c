"""An agenda as calendar programs read it (iCalendar, RFC 5545)."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from hashlib import sha256

from icalendar import Calendar, Event
from icalendar.prop import vUri

from governance.agenda.rules import Listed
from governance.core.outbox.rules import ORIGIN

NAME = "Vigie – agenda"
REFRESH = timedelta(hours=4)


def calendar(dates: Iterable[tuple[str, Listed]], address: str, at: datetime) -> bytes:
    """Return the calendar of dates, each with the structure to name, or "" when there is one structure.

    The same dates on the same day give the same bytes, and a date keeps its UID: programs replace it where it moved.
    """
    held = Calendar()
    held.add("prodid", "-//Vigie//Agenda//FR")
    held.add("version", "2.0")
    held.add("calscale", "GREGORIAN")
    held.add("method", "PUBLISH")
    held.add("x-wr-calname", NAME)
    held.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    held.add("x-published-ttl", "PT4H")
    stamp = datetime.combine(at.astimezone(UTC).date(), time(), UTC)
    for structure, one in sorted(dates, key=lambda pair: (pair[1].item.when.isoformat(), pair[1].item.key, pair[0])):
        held.add_component(_event(structure, one, address, stamp))
    return bytes(held.to_ical())


def _event(structure: str, one: Listed, address: str, stamp: datetime) -> Event:
    item, event = one.item, Event()
    event.add("uid", f"{sha256(item.key.encode()).hexdigest()[:32]}@{ORIGIN}")
    event.add("dtstamp", stamp)
    event.add("summary", f"{item.title} ({structure})" if structure else item.title)
    if item.article:
        event.add("description", item.article)
    event.add("categories", [one.label])
    event["url"] = vUri(f"{address}{item.href}")
    event.add("transp", "TRANSPARENT")  # a deadline keeps nobody busy
    if isinstance(item.when, datetime):
        event.add("dtstart", item.when.astimezone(UTC))
    else:
        event.add("dtstart", item.when)
        event.add("dtend", item.when + timedelta(days=1))
    return event
