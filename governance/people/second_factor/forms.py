"""What is typed of a second factor."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

CODE_LIMIT = 40


class CodeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A code, and where to go next."""

    code = StringField(
        "Code",
        [InputRequired("Saisissez le code."), Length(max=CODE_LIMIT)],
        render_kw={"autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "none"},
    )
    suite = HiddenField()


class PasskeyForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What the browser answered, and the name its owner gives the key."""

    name = StringField("Nom de la clé", render_kw={"autocomplete": "off", "maxlength": 60, "required": True})
    credential = HiddenField()
    suite = HiddenField()
