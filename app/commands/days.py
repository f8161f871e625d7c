"""Days as commands take them."""

from datetime import date

import click


class Day(click.ParamType[date]):
    """A day written AAAA-MM-JJ."""

    name = "AAAA-MM-JJ"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day, or fail in French."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail("un jour AAAA-MM-JJ est attendu.", param, ctx)


DAY = Day()
