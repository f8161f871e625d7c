"""What is typed about lists: which one, the file, and that it is to be kept as it was shown."""

from collections.abc import Iterable

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs know WTForms 3.2
from wtforms.validators import InputRequired, Length

from governance.habilitations.lists.grids import MAX_BYTES, BadFile


class SendForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Which list, and the file."""

    place = SelectField("Quelle liste", [InputRequired("Dites quelle liste vous envoyez.")])
    file = FileField(
        "Fichier Excel (.xlsx) ou CSV",
        [FileRequired("Choisissez le fichier de la liste.")],
        render_kw={"accept": ".xlsx,.csv,.txt,.tsv"},
    )

    def offer(self, choices: Iterable[tuple[str, str]]) -> "SendForm":
        """Offer these lists, by what they are called."""
        self.place.choices = [SelectChoice(value, label) for value, label in choices]
        return self

    def content(self) -> bytes:
        """Return the bytes sent, one more than allowed at most; raises BadFile when there are none."""
        sent = self.file.data
        raw: bytes = sent.read(MAX_BYTES + 1) if sent else b""
        if not raw:
            raise BadFile("Le fichier est vide, ou n'a pas été choisi.", field="file")
        return raw


class KeepForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """That a list is to be kept, as it was shown."""

    seen = HiddenField("Aperçu", [InputRequired("Regardez d'abord l'aperçu."), Length(max=64)])
