"""What is typed about the CNIL and the persons: a number, a decision, how people were told."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs know WTForms 3.2
from wtforms.validators import InputRequired, Length, Optional

from breach.cnil.actions import HOW_LIMIT, Filed
from breach.cnil.persons import CHOICES, EXCEPTIONS, REASON_LIMIT, Choice, Decision, Exception34
from breach.cnil.rules import VERSIONS, Version
from governance.web.fields import LocalInstantField


def _offered(words: Mapping[Any, str]) -> list[SelectChoice]:
    return [SelectChoice(code.value, said) for code, said in words.items()]


class FiledForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A notification that the téléservice took."""

    version = SelectField("Notification", [InputRequired()], choices=_offered(VERSIONS))
    number = StringField(
        "Numéro donné par le téléservice", [InputRequired("Recopiez le numéro."), Length(max=40)],
        render_kw={"autocomplete": "off"},
    )  # fmt: skip
    filed_at = LocalInstantField("Envoyée le", [InputRequired("Donnez un jour et une heure.")])
    late_reason = TextAreaField("Motifs du retard", [Optional(), Length(max=2_000)], render_kw={"rows": 2})

    def told_in(self, zone: ZoneInfo) -> "FiledForm":
        """Read and show times in a zone."""
        self.filed_at.zone = zone
        return self

    def filed(self) -> Filed:
        """Return what was typed."""
        late = self.late_reason.data or ""
        return Filed(Version(self.version.data), self.number.data or "", self.filed_at.data, late)


class DecisionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Whether the persons are told, and why."""

    choice = RadioField(
        "Décision",
        [InputRequired("Choisissez une décision.")],
        choices=_offered(CHOICES),
    )
    exception = SelectField(
        "Exception",
        choices=[SelectChoice("", "aucune"), *_offered(EXCEPTIONS)],
        default="",
    )
    reasons = TextAreaField("Raisons", [Optional(), Length(max=REASON_LIMIT)], render_kw={"rows": 4})

    def decision(self) -> Decision:
        """Return what was typed."""
        exception = Exception34(self.exception.data) if self.exception.data else None
        return Decision(Choice(self.choice.data), self.reasons.data or "", exception)


class TellForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """How the persons were told."""

    how = StringField("Comment", [InputRequired("Dites comment."), Length(max=HOW_LIMIT)])
