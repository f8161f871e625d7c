"""What is typed about tables: the day to show, the day wished, how often."""

from datetime import date

from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs know WTForms 3.2
from wtforms.validators import InputRequired, Optional

from governance.core.refusals import Invalid
from governance.habilitations.rosters.rules import EVERY
from governance.web.fields import Day

_SAID = {0: "une fois", 1: "chaque mois", 12: "chaque année"}


class DayForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """On which day the accounts are shown."""

    class Meta:
        csrf = False

    le = Day("Au", [Optional()])


class AskForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """By which day a table is wished, and how often."""

    wished = Day("Pour le", [InputRequired("Dites pour quand.")])
    every = SelectField(
        "Puis",
        [InputRequired("Choisissez.")],
        coerce=int,
        choices=[SelectChoice(str(one), _SAID.get(one, f"tous les {one} mois")) for one in EVERY],
        default=0,
    )

    def day(self) -> date:
        """Return the day wished; raises Invalid when there is none."""
        wished = self.wished.data
        if wished is None:
            raise Invalid("Dites pour quand.", field="wished")
        return wished
