"""What a link to an account is for, and how long it holds."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from governance.core.refusals import Invalid, NotFound


class Purpose(StrEnum):
    """What a link lets do, once."""

    INVITATION = "invitation"
    RESET = "reset"


# An invitation waits for someone who opens the service twice a month; whoever asks for a reset is in front of it.
LASTS: Mapping[Purpose, timedelta] = {Purpose.INVITATION: timedelta(days=7), Purpose.RESET: timedelta(hours=1)}


class BadLink(NotFound):
    """The link was used, replaced, has expired, or never was."""


class WrongPassword(Invalid):
    """The present password is not the one typed."""


def is_usable(expires_at: datetime, used_at: datetime | None, at: datetime) -> bool:
    """Say whether a link may still serve."""
    return used_at is None and at < expires_at
