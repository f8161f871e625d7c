"""What is typed to prepare a destruction."""

from collections.abc import Iterable, Mapping

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs know WTForms 3.2
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from governance.destruction.rights import MOST
from governance.destruction.rules import LABEL_LIMIT, REASON_LIMIT
from governance.destruction.stores.rules import TITLES, Kind
from governance.web.fields import Day

GRANTED, REFUSED, NOT_NEEDED = "granted", "refused", "not_needed"


class SentForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The day on which the bordereau was sent."""

    transmitted_on = Day("Transmis le", [InputRequired("Donnez le jour de la transmission.")])


class AnswerForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What the archives answered, or why they were not asked."""

    answer = RadioField(
        "Réponse",
        choices=[
            SelectChoice(GRANTED, "visa reçu, daté et joint"),
            SelectChoice(REFUSED, "élimination refusée en entier"),
            SelectChoice(NOT_NEEDED, "visa non requis : je dis pourquoi"),
        ],
        validators=[InputRequired("Choisissez une réponse.")],
    )
    visa_on = Day("Date du visa", [Optional()])
    reference = StringField("Référence portée sur le bordereau visé", [Length(max=40)], default="")
    file = FileField("Bordereau visé (PDF ou image)")
    refused = SelectMultipleField(
        "Séries refusées, à conserver", widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    reason = TextAreaField("Raison", [Length(max=REASON_LIMIT)], default="")

    def offer(self, tables: Iterable[tuple[str, str]]) -> None:
        """Put the series that may be refused."""
        self.refused.choices = [SelectChoice(name, label) for name, label in tables]


class RightsForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """How many requests of persons wait for an answer, and where they were looked for."""

    waiting = IntegerField(
        "Demandes reçues qui attendent une réponse",
        [
            InputRequired("Donnez un nombre, 0 s'il n'y en a pas."),
            NumberRange(0, MOST, "Donnez un nombre de demandes."),
        ],
    )
    how = TextAreaField(
        "Où vous avez regardé",
        [InputRequired("Dites où vous avez regardé."), Length(max=REASON_LIMIT)],
        render_kw={"rows": 3},
    )


class HoldForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What stays for now, and why."""

    tables = SelectMultipleField(
        "Ce qui est conservé", widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    reason = TextAreaField(
        "Raison", [InputRequired("Donnez la raison."), Length(max=REASON_LIMIT)], render_kw={"rows": 3}
    )

    def offer(self, tables: Iterable[tuple[str, str]]) -> None:
        """Put the series that may be held."""
        self.tables.choices = [SelectChoice(name, label) for name, label in tables]


class AttestForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What somebody says of a store."""

    statement = TextAreaField(
        "Ce qui a été détruit, par qui, comment, quand",
        [InputRequired("Dites ce qui a été détruit."), Length(max=REASON_LIMIT)],
        render_kw={"rows": 3},
    )
    file = FileField("Attestation ou procès-verbal", [Optional()])


class StoreForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A store: its name, and how it is reached."""

    kind = SelectField(
        "Sorte de lieu", choices=[SelectChoice(kind.value, TITLES[kind]) for kind in Kind if kind is not Kind.ESCROW]
    )
    label = StringField(
        "Nom de ce lieu", [InputRequired("Nommez ce lieu."), Length(max=LABEL_LIMIT)], render_kw={"autocomplete": "off"}
    )
    path = StringField("Chemin du dossier", [Length(max=500)], default="")
    url = PasswordField("Adresse de la base", [Length(max=500)], render_kw={"autocomplete": "off"})
    table = StringField("Table", [Length(max=120)], default="")
    column = StringField("Colonne", [Length(max=120)], default="")
    value = StringField("Valeur", [Length(max=200)], default="")
    whole = BooleanField("Toute la table")
    endpoint = StringField("Adresse du stockage", [Length(max=300)], default="")
    bucket = StringField("Seau", [Length(max=120)], default="")
    prefix = StringField("Préfixe des objets", [Length(max=500)], default="")
    access_key = StringField("Clé d'accès", [Length(max=200)], default="", render_kw={"autocomplete": "off"})
    secret_key = PasswordField("Clé secrète", [Length(max=200)], render_kw={"autocomplete": "off"})
    email = StringField("Adresse du sous-traitant", [Length(max=254)], default="")

    def values(self) -> Mapping[str, str]:
        """Return how the store is reached, as it was typed."""
        names = {
            "path", "url", "table", "column", "value", "endpoint", "bucket", "prefix", "access_key", "secret_key",
            "email",
        }  # fmt: skip
        return {name: self[name].data or "" for name in sorted(names)} | {"whole": "oui" if self.whole.data else ""}
