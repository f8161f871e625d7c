"""What an attempt or a report leads to: the next state of a message, and when to try again."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from governance.core.outbox.rules import State

ANSWER_LIMIT = 500
_ADDRESS = re.compile(r"[^\s<>,;:\"'()]{1,64}@[^\s<>,;:\"'()]{1,255}")
_PERMANENT = 500
_CLOSING = 421  # RFC 5321, § 3.8: the server closes, whatever the message


class What(StrEnum):
    """What happened to a message: an attempt (open, then its outcome), or something learnt or done since."""

    SENDING = "sending"
    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"
    BLOCKED = "blocked"
    EXPIRED = "expired"
    LATE = "late"
    RESENT = "resent"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    BOUNCED = "bounced"


@dataclass(frozen=True, slots=True)
class Answer:
    """How an attempt ended: what the server said, or why nothing was said."""

    what: What
    text: str
    code: int | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast to try again, how long a worker may hold a message, and what delay is an alarm.

    A healthy server has a message within seconds; one that is down for a day is asked every quarter of an hour. The
    lease exceeds the longest conversation with a server that answers each command just before its time-out.
    """

    first: timedelta = timedelta(seconds=10)
    longest: timedelta = timedelta(minutes=15)
    lease: timedelta = timedelta(minutes=10)
    late: timedelta = timedelta(minutes=15)
    batch: int = 100


class Next(NamedTuple):
    """The state a message goes to, and when it is due again if it is."""

    state: State
    due_at: datetime | None = None


def delay(attempts: int, pace: Pace) -> timedelta:
    """Return how long to wait after so many attempts: doubled each time, up to the longest.

    >>> [str(delay(n, Pace())) for n in (1, 2, 3, 20)]
    ['0:00:10', '0:00:20', '0:00:40', '0:15:00']
    """
    return min(pace.longest, pace.first * (1 << min(attempts - 1, 16)))


def after_attempt(what: What, attempts: int, at: datetime, deadline: datetime, pace: Pace) -> Next:
    """Return where an attempt leads: what is not refused for good is tried again until its deadline, told on time."""
    match what:
        case What.ACCEPTED:
            return Next(State.SENT)
        case What.REFUSED | What.BLOCKED:
            return Next(State.FAILED)
        case What.DEFERRED | What.UNREACHABLE | What.UNKNOWN:
            return Next(State.QUEUED, min(at + delay(attempts, pace), deadline))
    raise ValueError("this does not end an attempt")


def after_report(what: What, state: State) -> State:
    """Return where a report of delivery (RFC 3464) leads; a message known to have arrived is not sent again.

    >>> after_report(What.DELIVERED, State.QUEUED), after_report(What.BOUNCED, State.DELIVERED)
    (<State.DELIVERED: 'delivered'>, <State.DELIVERED: 'delivered'>)
    """
    if what is What.DELIVERED:
        return State.DELIVERED
    if what is What.BOUNCED and state is State.SENT:
        return State.FAILED
    return state


def judge(code: int, text: str) -> Answer:
    """Return what a server's refusal means (RFC 5321, § 4.2.1): final from 500 on, to be tried again below."""
    if code == _CLOSING:
        return Answer(What.UNREACHABLE, text, code)
    return Answer(What.REFUSED if code >= _PERMANENT else What.DEFERRED, text, code)


def legible(raw: str | bytes) -> str:
    """Return a server's words on one printable line, without the addresses it repeats, cut to what is kept.

    >>> legible(b"5.1.1 <ada@ccas.example>: no such user")
    '5.1.1 <(adresse)>: no such user'
    """
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw
    printable = "".join(one if one.isprintable() else " " for one in text)
    return _ADDRESS.sub("(adresse)", printable)[:ANSWER_LIMIT]
