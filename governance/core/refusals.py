"""How domain code says no: a named refusal, in French, that repeats no personal data."""


class Refusal(Exception):
    """A rule says no.

    The message is addressed to the person who asked; `field` names the form field or the JSON pointer it belongs to.
    Domain code knows no HTTP status: `governance.web.problems` holds the one table that gives it.

    >>> Refusal("Le commentaire est vide.", field="comment").field
    'comment'
    """

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Forbidden(Refusal):
    """The person may not do this, here."""


class NotFound(Refusal):
    """There is no such thing, or the person may not know that there is."""


class Invalid(Refusal):
    """What was typed or sent does not make sense."""


class Conflict(Refusal):
    """It would contradict what is already recorded."""


class TooLarge(Refusal):
    """It exceeds a stated limit."""


class TooMany(Refusal):
    """Too much is asked at once: later it will do."""


class Unavailable(Refusal):
    """A part of the service that this needs is not there now."""
