"""What is typed of severity: the inputs of the method, and what the person concludes."""

from collections.abc import Mapping
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs know WTForms 3.2
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from breach.severity.presenting import AVAILABILITY, CONFIDENTIALITY, EASES, INTEGRITY, KINDS, RISKS
from breach.severity.rules import (
    REASON_LIMIT,
    Availability,
    Conclusion,
    Confidentiality,
    DataKind,
    Ease,
    Inputs,
    Integrity,
    Risk,
)

_MOST = 10_000_000
_MOVES = (-3, -2, -1, 1, 2, 3)


def _choices(words: Mapping[Any, str]) -> list[SelectChoice]:
    return [SelectChoice(code.value, said) for code, said in words.items()]


class SeverityForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The inputs of ENISA's method, and the conclusion beside it."""

    kind = SelectField("Nature des données", [InputRequired()], choices=_choices(KINDS))
    adjustment = SelectField(
        "Contexte",
        [InputRequired()],
        choices=[
            SelectChoice("0", "tel quel"),
            *(SelectChoice(str(one), f"{one:+d}") for one in (-3, -2, -1, 1, 2, 3)),
        ],
        default="0",
    )
    adjustment_reason = StringField("Pourquoi ce contexte", [Length(max=300)], render_kw={"maxlength": 300})
    ease = SelectField("Facilité à reconnaître les personnes", [InputRequired()], choices=_choices(EASES))
    confidentiality = SelectField("Confidentialité", [InputRequired()], choices=_choices(CONFIDENTIALITY))
    integrity = SelectField("Intégrité", [InputRequired()], choices=_choices(INTEGRITY))
    availability = SelectField("Disponibilité", [InputRequired()], choices=_choices(AVAILABILITY))
    malicious = BooleanField("Acte malveillant (+ 0,5)")
    unintelligible = BooleanField("Données illisibles sans une clé qui n'a pas été prise")
    persons = IntegerField(
        "Nombre de personnes, au plus", [Optional(), NumberRange(0, _MOST, "Ce nombre ne se peut pas.")],
        render_kw={"inputmode": "numeric"},
    )  # fmt: skip
    risk = RadioField("Votre conclusion", [InputRequired("Choisissez votre conclusion.")], choices=_choices(RISKS))
    reasons = TextAreaField(
        "Pourquoi", [InputRequired("Écrivez pourquoi vous concluez ainsi."), Length(max=REASON_LIMIT)],
        render_kw={"rows": 4, "maxlength": REASON_LIMIT},
    )  # fmt: skip

    def inputs(self) -> Inputs:
        """Return the inputs that were typed."""
        return Inputs(
            DataKind(self.kind.data), Ease(self.ease.data), Confidentiality(self.confidentiality.data),
            Integrity(self.integrity.data), Availability(self.availability.data), bool(self.malicious.data),
            int(self.adjustment.data), self.adjustment_reason.data or "", self.persons.data,
            bool(self.unintelligible.data),
        )  # fmt: skip

    def conclusion(self) -> Conclusion:
        """Return the conclusion that was typed."""
        return Conclusion(Risk(self.risk.data), self.reasons.data or "")
