"""What is typed to search the journal: a period, an action, a person, what it was about."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs know WTForms 3.2
from wtforms.validators import Optional, Regexp, ValidationError

from governance.core.clock import PARIS
from governance.trail.queries import Wanted
from governance.web.fields import Day

NOT_A_SUBJECT = "Un sujet est un identifiant : 64 lettres, chiffres et signes au plus, sans espace."
EARLIEST, LATEST = date(2000, 1, 1), date(2999, 12, 31)


class SearchForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Which entries to show."""

    class Meta:
        csrf = False

    du = Day("Du", [Optional()])
    au = Day("Au", [Optional()])
    action = SelectField("Action", [Optional()], default="")
    personne = SelectField("Personne", [Optional()], default="")
    sujet = StringField(
        "Sujet", [Optional(), Regexp(r"\A[A-Za-z0-9_.:+/-]{1,64}\Z", message=NOT_A_SUBJECT)], default=""
    )

    def offer(self, actions: Mapping[str, str], people: Iterable[tuple[str, str]]) -> None:
        """Offer these actions and these people, by what they are called."""
        self.action.choices = [SelectChoice("", "toutes"), *_choices(actions.items())]
        self.personne.choices = [SelectChoice("", "toutes"), *_choices(people)]

    def validate_au(self, field: Day) -> None:
        """Refuse a period that ends before it begins."""
        if field.data and self.du.data and field.data < self.du.data:
            raise ValidationError("La fin de la période précède son début.")

    def wanted(self, structure: str) -> Wanted:
        """Return the entries asked for, whole days in Paris."""
        until = None if self.au.data is None else _midnight(_bounded(self.au.data) + timedelta(days=1))
        since = None if self.du.data is None else _midnight(_bounded(self.du.data))
        return Wanted(
            structure, since, until, self.action.data or "", self.personne.data or "", (self.sujet.data or "").strip()
        )


def _choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in sorted(pairs, key=lambda pair: pair[1].casefold())]


def _bounded(day: date) -> date:
    return min(max(day, EARLIEST), LATEST)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PARIS).astimezone(UTC)
