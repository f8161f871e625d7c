"""What is typed to choose a password, or to ask for a link."""

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from governance.people.rules import EMAIL_LIMIT, PASSWORD_LIMIT


class ChoiceForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A new password; the address goes with it so that a password manager knows whose it is."""

    password = PasswordField(
        "Nouveau mot de passe",
        [InputRequired("Choisissez un mot de passe."), Length(max=PASSWORD_LIMIT)],
        render_kw={"autocomplete": "new-password"},
    )


class ChangeForm(ChoiceForm):
    """The present password, then the new one."""

    present = PasswordField(
        "Mot de passe actuel",
        [InputRequired("Saisissez votre mot de passe actuel."), Length(max=PASSWORD_LIMIT)],
        render_kw={"autocomplete": "current-password"},
    )


class ForgottenForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The address to which a link is sent."""

    email = StringField(
        "Adresse e-mail",
        [InputRequired("Saisissez votre adresse e-mail."), Length(max=EMAIL_LIMIT)],
        render_kw={"type": "email", "autocomplete": "username"},
    )
