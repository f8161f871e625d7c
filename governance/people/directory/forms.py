"""What is typed to invite somebody, or to say what they are here."""

from flask_wtf import FlaskForm
from wtforms import SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from governance.people.rules import EMAIL_LIMIT, NAME_LIMIT


class RolesField(SelectMultipleField):
    """Roles to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class RolesForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What somebody is here."""

    roles = RolesField("Rôles")


class InviteForm(RolesForm):
    """Somebody's name, professional address and roles."""

    name = StringField(
        "Prénom et nom",
        [InputRequired("Saisissez le prénom et le nom."), Length(max=NAME_LIMIT)],
        render_kw={"autocomplete": "off"},
    )
    email = StringField(
        "Adresse e-mail professionnelle",
        [InputRequired("Saisissez l'adresse."), Length(max=EMAIL_LIMIT)],
        render_kw={"type": "email", "autocomplete": "off"},
    )
