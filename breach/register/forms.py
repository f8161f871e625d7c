"""Which entries of the register to show; the address says it."""

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs know WTForms 3.2
from wtforms.validators import Length, Optional, Regexp

from breach.queries import Stage
from breach.register.rules import Wanted

_STAGES = [SelectChoice("", "tous"), *(SelectChoice(one.value, one.value) for one in Stage)]
_KINDS = [
    SelectChoice("", "toutes"),
    SelectChoice("nir", "avec NIR"),
    SelectChoice("health", "avec santé"),
    SelectChoice("minors", "mineurs"),
]


class FilterForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A year, a state, a caisse, what is sensitive, words."""

    class Meta:
        csrf = False

    annee = StringField(
        "Année", [Optional(), Regexp(r"^\d{4}$", message="Une année a quatre chiffres.")],
        render_kw={"inputmode": "numeric", "maxlength": 4},
    )  # fmt: skip
    etat = SelectField("État", choices=_STAGES, default="")
    caisse = StringField("Caisse ou convention", [Optional(), Length(max=60)])
    sensible = SelectField(
        "Données",
        choices=[
            SelectChoice("", "toutes"),
            SelectChoice("nir", "avec NIR"),
            SelectChoice("health", "avec santé"),
            SelectChoice("minors", "mineurs"),
        ],
        default="",
    )
    mots = StringField("Mots", [Optional(), Length(max=100)])

    def wanted(self) -> Wanted:
        """Return what was asked."""
        return Wanted(
            self.annee.data or "", self.etat.data or "", self.caisse.data or "", self.sensible.data or "",
            self.mots.data or "",
        )  # fmt: skip
