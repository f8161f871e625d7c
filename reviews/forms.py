"""What is typed about reviews: an answer, a list confirmed, an opening, settings, a delegation, a later deadline."""

from datetime import datetime, timedelta

from flask import current_app, request
from flask_wtf import FlaskForm
from itsdangerous import BadData, URLSafeSerializer
from wtforms import HiddenField, IntegerField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs know WTForms 3.2
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from governance.core.clock import PARIS
from governance.core.refusals import Invalid
from governance.web.fields import Day
from reviews.closing import GRACE_LIMIT, Policy, Silence
from reviews.deciding import Seen
from reviews.facts import Flag
from reviews.queries import Show
from reviews.rules import LONGEST, WORDS_LIMIT, Answer, Choice, Motive
from reviews.words import FLAGS, SILENCES

NO_ANSWER = "Choisissez une réponse."
SHOWS = {
    Show.TO_DECIDE: "à regarder un par un",
    Show.UNCHANGED: "inchangés, à confirmer",
    Show.FLAGGED: "nouveaux, modifiés ou signalés",
    Show.DOUBTFUL: "incertains, au délégué",
    Show.DECIDED: "déjà répondus",
    Show.TO_MODIFY: "à modifier",
    Show.ALL: "tous",
}


def stamp(at: datetime) -> str:
    """Return the instant a page is made, signed, for the page to carry."""
    return str(_signer().dumps(at.timestamp()))


def stamped(text: str, at: datetime) -> datetime:
    """Return the instant that a page carries; `at`, as though it were read in no time, when it carries none of ours."""
    try:
        return datetime.fromtimestamp(float(_signer().loads(text)), PARIS)
    except (BadData, TypeError, ValueError, OverflowError):
        return at


class FilterForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Which accounts of a review to list."""

    class Meta:
        csrf = False

    voir = SelectField(
        "Voir", [Optional()], choices=[SelectChoice(one.value, words) for one, words in SHOWS.items()], default=""
    )
    signal = SelectField(
        "Signalement", [Optional()], default="",
        choices=[SelectChoice("", "tous"), *(SelectChoice(one.value, words) for one, words in FLAGS.items())],
    )  # fmt: skip
    page = IntegerField("Page", [Optional(), NumberRange(1, 10_000, "Cette page n'existe pas.")], default=1)

    @property
    def show(self) -> Show | None:
        """Return what is asked for, or None for what awaits an answer."""
        return Show(self.voir.data) if self.voir.data else None

    @property
    def flag(self) -> Flag | None:
        """Return the flag asked for, or None for all."""
        return Flag(self.signal.data) if self.signal.data else None


class AnswerForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """An answer about one account; `answer` is the button that was pressed (« garder », « retirer:depart »)."""

    answer = HiddenField("Réponse")
    words = StringField("Précisez", [Length(max=WORDS_LIMIT, message=f"{WORDS_LIMIT} caractères au plus.")])
    version = IntegerField("Version", [Optional(), NumberRange(0, 10_000)], default=0)
    shown = HiddenField("Page")

    def given(self) -> Answer:
        """Return the answer; raises Invalid when no button we know was pressed."""
        name, _, motive = (self.answer.data or "").partition(":")
        try:
            return Answer(Choice(name), Motive(motive) if motive else None, self.words.data or "")
        except ValueError:
            raise Invalid(NO_ANSWER, field="answer") from None


def confirmed(at: datetime) -> list[Seen]:
    """Return the accounts that a list confirmed together, each with the version that was shown; raises Invalid."""
    shown = stamped(request.form.get("shown", ""), at)
    try:
        lines = [line.split(":") for line in request.form.getlist("line")]
        seen = [Seen(entry[:32], int(version), shown) for entry, version in lines]
    except ValueError:
        raise Invalid("La liste des comptes est illisible : rechargez la page.") from None
    if not seen:
        raise Invalid("Aucun compte n'est dans la liste : rechargez la page.")
    return seen


class PolicyForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What silence comes to, and who steps in."""

    silence = RadioField(
        "Sans réponse à l'échéance",
        [InputRequired("Choisissez ce que devient un compte sans réponse.")],
        choices=[SelectChoice(one.value, words) for one, words in SILENCES.items()],
    )
    grace = IntegerField(
        "Délai après l'échéance, avant de retirer (jours)",
        [Optional(), NumberRange(0, GRACE_LIMIT, f"De 0 à {GRACE_LIMIT} jours.")], default=7,
    )  # fmt: skip
    fallback = SelectField("Personne suppléante", [Optional()], default="", validate_choice=False)

    def offer(self, people: dict[str, str]) -> None:
        """Say who may step in."""
        self.fallback.choices = [SelectChoice("", "personne"), *(SelectChoice(*one) for one in people.items())]

    @property
    def policy(self) -> Policy:
        """Return what silence comes to."""
        silence = Silence(self.silence.data)
        return Policy(silence, (self.grace.data or 0) if silence is Silence.SUSPEND else 0)


class OpenForm(PolicyForm):
    """A review to open."""

    due = Day("Dernier jour pour répondre", [InputRequired("Choisissez l'échéance.")])


class SettingsForm(PolicyForm):
    """How often, how long, and what silence comes to."""

    months = IntegerField("Une revue tous les (mois)", [InputRequired("Dites tous les combien."), NumberRange(1, 120)])
    days = IntegerField("Jours pour répondre", [InputRequired("Dites en combien de jours."), NumberRange(1, LONGEST)])


class DelegateForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Accounts given to somebody else."""

    giver = HiddenField("De")
    taker = SelectField("À qui", [InputRequired("Choisissez à qui confier ces comptes.")], validate_choice=False)
    words = StringField("Pourquoi", [InputRequired("Dites pourquoi : c'est gardé."), Length(max=WORDS_LIMIT)])


class PostponeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A later deadline."""

    to = Day("Nouvelle échéance", [InputRequired("Choisissez un jour.")])
    reason = StringField(
        "Pourquoi", [InputRequired("Dites pourquoi : l'attestation le répète."), Length(max=WORDS_LIMIT)]
    )


class AskForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A partner and a convention, of whom a caisse asks a review."""

    partner = SelectField("Partenaire et convention", [InputRequired("Choisissez un partenaire.")])


def usual_due(at: datetime, days: int) -> datetime:
    """Return the deadline proposed for a review opened now."""
    return at.astimezone(PARIS) + timedelta(days=days)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="review-shown")
