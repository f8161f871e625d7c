"""What is typed about conventions: a filter, a day, a text to register, dates of effect."""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs know WTForms 3.2
from wtforms.validators import Length, Optional

from governance.conventions.listing import Shown
from governance.conventions.reader import MAX_BYTES
from governance.conventions.terms import Convention
from governance.core.refusals import Invalid
from governance.people.queries import Adoption
from governance.web.fields import Day

NAME_SHOWN = 80


class FilterForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Which conventions to list."""

    class Meta:
        csrf = False

    q = StringField("Code, partenaire ou caisse", [Length(max=100, message="100 signes au plus.")], default="")
    montrer = SelectField(
        "Montrer",
        [Optional()],
        choices=[
            SelectChoice(Shown.ALL.value, "toutes les conventions"),
            SelectChoice(Shown.OURS.value, "celles de ma structure"),
            SelectChoice(Shown.INCOMPLETE.value, "les dossiers incomplets"),
        ],
        default="",
    )


class DayForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """On which day the rules are read."""

    class Meta:
        csrf = False

    le = Day("Règles en vigueur le", [Optional()])


@dataclass(frozen=True, slots=True)
class Source:
    """A text to register, and what messages call it."""

    content: bytes | str
    name: str


class ImportForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A TOML file, or its text pasted."""

    file = FileField("Fichier TOML", render_kw={"accept": ".toml,application/toml,text/plain"})
    text = TextAreaField("Texte TOML collé", render_kw={"rows": 10, "spellcheck": "false", "wrap": "off"})

    def source(self) -> Source:
        """Return what was sent; raises Invalid unless there is exactly one text."""
        pasted = self.text.data or ""
        if self.file.data is None:
            return Source(_readable(pasted), "texte collé")
        if pasted.strip():
            raise Invalid("Choisissez un fichier ou collez un texte, pas les deux.", field="file")
        content = self.file.data.stream.read(MAX_BYTES + 1)
        if not content.strip():
            raise Invalid("Ce fichier est vide.", field="file")
        return Source(content, shown_name(self.file.data.filename or ""))


class ConfirmForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The text that was looked at, sent back unchanged to be registered (a form would alter its line ends)."""

    source = HiddenField()

    def content(self) -> bytes:
        """Return the text; raises Invalid when it did not come back whole."""
        try:
            return base64.b64decode(self.source.data or "", validate=True)
        except (binascii.Error, ValueError) as error:
            raise Invalid("Le texte n'est pas revenu entier : envoyez-le de nouveau.", field="file") from error


class AdoptForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """From when, and until when, a structure works under a convention."""

    effective_from = Day("Appliquée à partir du", [Optional()])
    effective_to = Day("Appliquée jusqu'au", [Optional()])

    def adoption(self, convention: Convention) -> Adoption:
        """Return the dates typed; raises Invalid when one precedes the text itself."""
        for field in (self.effective_from, self.effective_to):
            if field.data is not None and field.data < convention.adopted:
                raise Invalid(_too_early(convention.adopted), field=field.name)
        return Adoption(convention.code, self.effective_from.data, self.effective_to.data)


def sealed(text: str) -> str:
    """Return a text as `ConfirmForm` reads it back."""
    return base64.b64encode(text.encode()).decode()


def shown_name(name: str) -> str:
    r"""Return the name of a file as messages may show it: no folder, no control, not too long.

    >>> shown_name("C:\\dossiers\\avenant\n1.toml")
    'avenant1.toml'
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(_printable(last))[:NAME_SHOWN].strip() or "fichier"


def _printable(text: str) -> Iterator[str]:
    return (character for character in text if character.isprintable())


def _readable(pasted: str) -> str:
    if not pasted.strip():
        raise Invalid("Choisissez un fichier, ou collez son texte.", field="file")
    if "\ufffd" in pasted:
        raise Invalid("Ce texte contient des caractères illisibles : envoyez plutôt le fichier.", field="text")
    return pasted.replace("\r\n", "\n")


def _too_early(adopted: date) -> str:
    return f"Cette date précède l'adoption du texte ({adopted:%d/%m/%Y}) : aucune règle n'est connue avant."
