"""What is typed to give a program a key, or to renew its secret."""

from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from governance.people.machines.rules import USUAL_OVERLAP
from governance.people.rules import MACHINE_SCOPES, NAME_LIMIT, PERMITTED, Permission


class CreateForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A program's name, what it may do, and until when."""

    name = StringField(
        "Nom du logiciel",
        [InputRequired("Saisissez le nom du logiciel."), Length(max=NAME_LIMIT)],
        render_kw={"autocomplete": "off"},
    )
    scopes = SelectMultipleField(
        "Ce qu'il peut faire",
        choices=[(scope.value, PERMITTED[scope].lets) for scope in sorted(MACHINE_SCOPES)],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    until = DateField("Dernier jour", [Optional()])

    def wanted(self) -> frozenset[Permission]:
        """Return the scopes that were ticked."""
        return frozenset(Permission(scope) for scope in self.scopes.data or ())


class RotateForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """How long the former secret still serves."""

    days = IntegerField(
        "Jours pendant lesquels l'ancien secret sert encore",
        [InputRequired("Saisissez un nombre de jours, 0 pour aucun.")],
        default=USUAL_OVERLAP.days,
        render_kw={"inputmode": "numeric"},
    )
