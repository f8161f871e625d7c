"""Fields that forms share: a day, and an instant typed as the clock shows it where the structure is."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup
from wtforms import DateField, Field
from wtforms.validators import StopValidation

from governance.core.clock import PARIS
from governance.core.local_time import Twice, Which, instant_of
from governance.core.refusals import Refusal

NO_DATE = "Cette date n'existe pas : choisissez-la, ou écrivez-la sous la forme AAAA-MM-JJ."
_SHAPES = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")
_LABELS: Mapping[Which, str] = {
    Which.FIRST: "la première fois, avant le changement (heure d'été)",
    Which.SECOND: "la seconde fois, après le changement (heure d'hiver)",
}
_INPUT = Markup('<input type="datetime-local" id="{id}" name="{id}" value="{value}"{extra}>')
_ASKED = Markup('<fieldset class="v-which"><legend>Cette heure est venue deux fois</legend>{choices}</fieldset>')
_CHOICE = Markup(
    '<div class="form-check"><input class="form-check-input" type="radio" id="{id}" name="{name}" value="{value}"{on}> '
    '<label class="form-check-label" for="{id}">{label}</label></div>'
)
_ATTRIBUTE = Markup(' {}="{}"')


def _widget(field: "LocalInstantField", **extra: Any) -> Markup:
    return field.render_inputs(extra)


class Day(DateField):
    """A day, typed or picked, refused in French."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day that was typed; raises ValueError."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(NO_DATE) from None


class LocalInstantField(Field):
    """An instant, typed as a local time; `data` is aware, in UTC, once the form is valid.

    Set `zone` to that of the structure before validating. A time that came twice that night is asked again, with which
    of both; one that never came is refused.
    """

    widget = staticmethod(_widget)
    zone: ZoneInfo = PARIS
    typed = ""
    which: Which | None = None
    asks = False

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep what was typed, to be shown again as it was."""
        self.typed = str(valuelist[0]).strip() if valuelist else ""

    def process(self, formdata: Any, *values: Any, **more: Any) -> None:
        """Read the time, and which of both when it was asked."""
        super().process(formdata, *values, **more)
        with suppress(ValueError, TypeError, AttributeError):
            self.which = Which(formdata.get(self._which_name))

    def pre_validate(self, form: Any) -> None:
        """Find the instant; refuse what is no time, came twice, or never came."""
        if not self.typed:
            self.data = None
            return
        try:
            self.data = instant_of(_parsed(self.typed), self.zone, self.which)
        except Twice as twice:
            self.asks = True
            raise StopValidation(twice.message) from None
        except Refusal as refusal:
            raise StopValidation(refusal.message) from None
        except (ValueError, OverflowError):
            raise StopValidation("Donnez un jour et une heure, comme 22/11/2026 17:30.") from None

    def render_inputs(self, extra: Mapping[str, Any]) -> Markup:
        """Return the input and, once a time came twice, the choice between both."""
        attributes = Markup("").join(_ATTRIBUTE.format(name, value) for name, value in sorted(extra.items()))
        shown = _INPUT.format(id=self.id, value=self._shown(), extra=attributes)
        return shown + _ASKED.format(choices=self._choices()) if self.asks or self.which else shown

    @property
    def _which_name(self) -> str:
        return f"{self.name}-laquelle"

    def _shown(self) -> str:
        if self.typed or not isinstance(self.data, datetime):
            return self.typed
        return self.data.astimezone(self.zone).strftime(_SHAPES[0])

    def _choices(self) -> Markup:
        return Markup("").join(
            _CHOICE.format(
                id=f"{self.id}-{one}", name=self._which_name, value=one, label=label,
                on=Markup(" checked") if one is self.which else "",
            )
            for one, label in _LABELS.items()
        )  # fmt: skip


def _parsed(typed: str) -> datetime:
    for shape in _SHAPES:
        with suppress(ValueError):
            return datetime.strptime(typed, shape)  # noqa: DTZ007  # the zone is what has to be found
    raise ValueError(typed)
