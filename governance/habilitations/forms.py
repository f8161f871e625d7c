"""What is typed about accounts: whom, at which caisse, on which day, and why."""

from collections.abc import Iterable

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs know WTForms 3.2
from wtforms.validators import InputRequired, Length, Optional

from governance.conventions.values.accounts import AccountField, Profile
from governance.habilitations.presenting import PROFILES, REASONS, STATES
from governance.habilitations.rules import ORDINARY, SECURITY, WORDS_LIMIT, Reason, State
from governance.web.fields import Day

CHOOSE = SelectChoice("", "choisissez")
_WORDS = [Optional(), Length(max=WORDS_LIMIT, message=f"Au plus {WORDS_LIMIT} caractères.")]


class FilterForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Which accounts to show."""

    class Meta:
        csrf = False

    etat = SelectField(
        "État", [Optional()], default="",
        choices=[SelectChoice("", "tous"), *(SelectChoice(one.value, said.word) for one, said in STATES.items())],
    )  # fmt: skip
    profil = SelectField(
        "Profil", [Optional()], default="",
        choices=[SelectChoice("", "tous"), *(SelectChoice(one.value, said) for one, said in PROFILES.items())],
    )  # fmt: skip
    lieu = SelectField("Convention et caisse", [Optional()], default="")

    def offer(self, places: Iterable[tuple[str, str]]) -> "FilterForm":
        """Offer these conventions and caisses."""
        self.lieu.choices = [SelectChoice("", "toutes"), *(SelectChoice(*one) for one in places)]
        return self

    @property
    def state(self) -> State | None:
        """Return the state asked for."""
        return State(self.etat.data) if self.etat.data else None

    @property
    def profile(self) -> Profile | None:
        """Return the profile asked for."""
        return Profile(self.profil.data) if self.profil.data else None


class RequestForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """For whom an account of gestionnaire is asked of a caisse."""

    relation = SelectField("Convention et caisse", [InputRequired("Choisissez la convention et la caisse.")])
    agent = SelectField("Agent", [InputRequired("Choisissez un agent.")])
    signed_on = Day("Date de signature de la convention, si elle vient d'être signée", [Optional()])


class CreateForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """For whom a gestionnaire creates an account of technicien."""

    agent = SelectField("Agent", [InputRequired("Choisissez un agent.")])
    manager = SelectField(
        "Gestionnaire qui crée le compte, et auprès de quelle caisse", [InputRequired("Choisissez le gestionnaire.")]
    )


class StepForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A step that needs nothing more than to be confirmed."""


class DayForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The day on which something was done."""

    on = Day("Jour", [InputRequired("Donnez le jour.")])


class WordsForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A few words."""

    words = TextAreaField("Pourquoi", _WORDS, render_kw={"rows": 3})


class ReasonForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """An ordinary reason, and words."""

    reason = SelectField(
        "Motif", [InputRequired("Choisissez un motif.")],
        choices=[CHOOSE, *(SelectChoice(one.value, REASONS[one]) for one in ORDINARY)],
    )  # fmt: skip
    words = TextAreaField("Précisions", _WORDS, render_kw={"rows": 3})


class LeavingForm(ReasonForm):
    """When a gestionnaire's account should end, why, and who takes over."""

    wished = Day("Date souhaitée", [InputRequired("Donnez la date souhaitée.")])
    heir = SelectField("Qui reprend ses techniciens", [Optional()], default="")


class SecurityForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Why an access is cut at once."""

    reason = SelectField(
        "Ce qui s'est passé", [InputRequired("Choisissez ce qui s'est passé.")],
        choices=[CHOOSE, *(SelectChoice(one.value, REASONS[one]) for one in SECURITY)],
    )  # fmt: skip
    words = TextAreaField("Ce que l'on sait, sans donnée d'assuré", _WORDS, render_kw={"rows": 3})


class ChangeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Which data of a gestionnaire changes, and into what."""

    what = SelectField("Ce qui change", [InputRequired("Choisissez ce qui change.")])
    value = StringField(
        "Nouvelle valeur", [InputRequired("Saisissez la nouvelle valeur."), Length(max=254)],
        render_kw={"autocomplete": "off"},
    )  # fmt: skip

    def offer(self, fields: Iterable[AccountField]) -> "ChangeForm":
        """Offer the data that the convention lets change."""
        self.what.choices = [CHOOSE, *(SelectChoice(one.value, one.value.capitalize()) for one in fields)]
        return self


def reason_of(form: FlaskForm) -> Reason | None:
    """Return the reason that was chosen, where the form asks for one."""
    chosen = form["reason"].data if "reason" in form else None
    return Reason(chosen) if chosen else None
