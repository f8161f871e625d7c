"""What a person types about their agenda."""

from collections.abc import Iterable

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs know WTForms 3.2

from governance.agenda.rules import HORIZONS

_SAID = {0: "Ne pas m'écrire", 2: "Ce qui échoit sous 2 jours", 7: "Ce qui échoit sous 7 jours",
         30: "Ce qui échoit sous 30 jours"}  # fmt: skip


class MorningForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """How far the morning mail looks."""

    days = SelectField(
        "Courriel du matin", coerce=int, choices=[SelectChoice(str(days), _SAID[days]) for days in HORIZONS]
    )


class FilterForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Which dates to list: of one package, from a month on."""

    class Meta:
        csrf = False

    sorte = SelectField("Sorte de date", choices=[], validate_choice=False)
    mois = StringField("À partir du mois")

    def offer(self, sources: Iterable[tuple[str, str]]) -> None:
        """Offer the packages that give dates, each with what people call it."""
        self.sorte.choices = [SelectChoice("", "Toutes"), *(SelectChoice(name, label) for name, label in sources)]
