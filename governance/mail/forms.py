"""What is typed about sendings: a filter, a certificate."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs know WTForms 3.2
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from governance.core.outbox.addresses import ADDRESS_LIMIT
from governance.core.outbox.rules import State
from governance.core.outbox.smime import CERTIFICATE_BYTES, BadCertificate
from governance.mail.presenting import STATES


class FilterForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Which messages to list."""

    class Meta:
        csrf = False

    etat = SelectField(
        "État",
        [Optional()],
        choices=[SelectChoice("", "tous"), *(SelectChoice(one.value, words) for one, (words, _) in STATES.items())],
        default="",
    )
    page = IntegerField("Page", [Optional(), NumberRange(1, 10_000, "Cette page n'existe pas.")], default=1)

    @property
    def state(self) -> State | None:
        """Return the state asked for, or None for all."""
        return State(self.etat.data) if self.etat.data else None


class CertificateForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A recipient's address and certificate."""

    to = StringField(
        "Adresse du destinataire",
        [InputRequired("Saisissez l'adresse à laquelle le certificat répond."), Length(max=ADDRESS_LIMIT)],
        render_kw={"type": "email", "autocomplete": "off"},
    )
    certificate = FileField(
        "Certificat (.pem, .cer ou .crt)",
        [FileRequired("Choisissez le fichier du certificat.")],
        render_kw={"accept": ".pem,.cer,.crt,.der"},
    )

    def content(self) -> bytes:
        """Return the certificate sent; raises BadCertificate when there is none."""
        sent = self.certificate.data
        raw: bytes = sent.read(CERTIFICATE_BYTES + 1) if sent else b""
        if not raw:
            raise BadCertificate("Choisissez le fichier du certificat.", field="certificate")
        return raw
