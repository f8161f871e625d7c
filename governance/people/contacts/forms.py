"""What is typed of a contact."""

from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs know WTForms 3.2
from wtforms.validators import InputRequired, Length

from governance.core.outbox.addresses import ADDRESS_LIMIT
from governance.people.contacts.presenting import KINDS
from governance.people.contacts.rules import (
    LAST_RANK,
    NAME_LIMIT,
    PHONE_LIMIT,
    POSTAL_LIMIT,
    ContactDraft,
    ContactKind,
    Side,
)


class ContactForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A function, and how it is reached."""

    kind = SelectField(
        "Fonction",
        [InputRequired("Choisissez une fonction.")],
        choices=[SelectChoice(one.value, words) for one, words in KINDS.items()],
    )
    name = StringField("Nom de la personne ou du service", [Length(max=NAME_LIMIT)], render_kw={"autocomplete": "off"})
    email = StringField(
        "Adresse e-mail", [Length(max=ADDRESS_LIMIT)], render_kw={"type": "email", "autocomplete": "off"}
    )
    phone = StringField("Téléphone", [Length(max=PHONE_LIMIT)], render_kw={"type": "tel", "autocomplete": "off"})
    address = TextAreaField("Adresse postale", [Length(max=POSTAL_LIMIT)], render_kw={"rows": 3})
    rank = IntegerField(
        "Ordre",
        [InputRequired(f"Donnez un ordre, de 1 à {LAST_RANK}.")],
        default=1,
        render_kw={"inputmode": "numeric"},
    )

    def draft(self, side: Side) -> ContactDraft:
        """Return what was typed."""
        name, email, phone, address = (one.data or "" for one in (self.name, self.email, self.phone, self.address))
        return ContactDraft(side, ContactKind(self.kind.data), name, email, phone, address, self.rank.data or 0)
