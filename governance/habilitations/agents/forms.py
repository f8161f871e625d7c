"""What is typed about staff, attestations and the structure's settings."""

from datetime import date

from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs know WTForms 3.2
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from governance.habilitations.agents.actions import LARGEST, AgentDraft
from governance.habilitations.agents.presenting import CHECKS, DOMAINS, TIES
from governance.habilitations.agents.rules import FIELD_LIMIT, Check, Civility, DomainKind, Tie
from governance.people.rules import EMAIL_LIMIT
from governance.web.fields import Day

_TYPED = {"autocomplete": "off"}


class AgentForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A member of staff."""

    civility = SelectField(
        "Civilité", [InputRequired("Choisissez une civilité.")],
        choices=[SelectChoice(one.value, one.value) for one in Civility],
    )  # fmt: skip
    last_name = StringField("Nom", [InputRequired("Saisissez le nom."), Length(max=FIELD_LIMIT)], render_kw=_TYPED)
    first_name = StringField(
        "Prénom", [InputRequired("Saisissez le prénom."), Length(max=FIELD_LIMIT)], render_kw=_TYPED
    )
    fonction = StringField(
        "Fonction", [InputRequired("Saisissez la fonction."), Length(max=FIELD_LIMIT)], render_kw=_TYPED
    )
    email = StringField(
        "Adresse e-mail professionnelle", [InputRequired("Saisissez l'adresse."), Length(max=EMAIL_LIMIT)],
        render_kw={**_TYPED, "inputmode": "email"},
    )  # fmt: skip
    phone = StringField("Téléphone professionnel", [Length(max=30)], render_kw={**_TYPED, "inputmode": "tel"})
    tie = SelectField(
        "Lien avec la structure", [InputRequired("Choisissez le lien.")],
        choices=[SelectChoice(one.value, said) for one, said in TIES.items()],
    )  # fmt: skip
    joined_on = Day("Arrivée", [Optional()])

    def draft(self) -> AgentDraft:
        """Return what was typed."""
        return AgentDraft(
            Civility(self.civility.data), self.last_name.data or "", self.first_name.data or "",
            self.fonction.data or "", self.email.data or "", self.phone.data or "", Tie(self.tie.data),
            self.joined_on.data,
        )  # fmt: skip


class AttestForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What is attested of an agent, on one day."""

    check = SelectMultipleField(
        "Ce que vous attestez", [InputRequired("Cochez ce que vous attestez.")],
        choices=[SelectChoice(one.value, said[0].upper() + said[1:]) for one, said in CHECKS.items()],
        widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(),
    )  # fmt: skip
    on = Day("Vérifié ou signé le", [InputRequired("Donnez le jour.")])
    until = Day("Fin de validité de la formation", [Optional()])

    def dated(self) -> list[tuple[Check, tuple[date, date | None]]]:
        """Return each check that was ticked, with its day and, for a training, its end; once the form is valid."""
        assert self.on.data is not None
        ticked = [Check(one) for one in self.check.data or ()]
        return [(one, (self.on.data, self.until.data if one is Check.TRAINING else None)) for one in ticked]


class LeavingForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The day on which somebody leaves."""

    left_on = Day("Jour du départ", [Optional()])


class SizeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """How many members the structure counts."""

    members = IntegerField(
        "Nombre de membres",
        [InputRequired("Donnez un nombre."), NumberRange(1, LARGEST, f"Un nombre de 1 à {LARGEST}.")],
        render_kw={"inputmode": "numeric"},
    )
    since = Day("Depuis le", [InputRequired("Donnez le jour.")])
    source = StringField(
        "D'où vient ce nombre", [InputRequired("Dites d'où vient ce nombre."), Length(max=FIELD_LIMIT)],
        render_kw=_TYPED,
    )  # fmt: skip

    def told(self) -> tuple[int, date]:
        """Return how many, since when; once the form is valid."""
        assert self.members.data is not None and self.since.data is not None
        return self.members.data, self.since.data


class DomainForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What a domain of addresses is."""

    domain = StringField("Domaine", [InputRequired("Saisissez le domaine."), Length(max=254)], render_kw=_TYPED)
    kind = RadioField(
        "Ce qu'il est", [InputRequired("Dites ce qu'est ce domaine.")], default=DomainKind.OWN.value,
        choices=[SelectChoice(one.value, said) for one, said in DOMAINS.items()],
    )  # fmt: skip
