"""What is typed to sign in."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from governance.people.rules import EMAIL_LIMIT, PASSWORD_LIMIT


class SignInForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """An address, a password, and where to go next."""

    email = StringField(
        "Adresse e-mail",
        [InputRequired("Saisissez votre adresse e-mail."), Length(max=EMAIL_LIMIT)],
        render_kw={"type": "email", "autocomplete": "username"},
    )
    password = PasswordField(
        "Mot de passe",
        [InputRequired("Saisissez votre mot de passe."), Length(max=PASSWORD_LIMIT)],
        render_kw={"autocomplete": "current-password"},
    )
    suite = HiddenField()
