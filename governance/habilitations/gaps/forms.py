"""What is typed to look through gaps: a caisse, a kind, words."""

from collections.abc import Iterable

from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs know WTForms 3.2
from wtforms.validators import Length, NumberRange, Optional

from governance.habilitations.gaps.presenting import KINDS
from governance.habilitations.gaps.rules import Gap, GapKind
from governance.habilitations.lists.values import plain

LAST_PAGE = 10_000


class FilterForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Which gaps to show."""

    class Meta:
        csrf = False

    avec = SelectField("Convention et caisse", [Optional()])
    sorte = SelectField(
        "Sorte d'écart",
        [Optional()],
        choices=[SelectChoice("", "toutes"), *(SelectChoice(one.value, words) for one, words in KINDS.items())],
        default="",
    )
    q = StringField("Nom ou adresse", [Length(max=100, message="100 signes au plus.")], default="")
    page = IntegerField("Page", [Optional(), NumberRange(1, LAST_PAGE, "Cette page n'existe pas.")], default=1)

    def offer(self, choices: Iterable[tuple[str, str]]) -> "FilterForm":
        """Offer these relations, by what they are called."""
        self.avec.choices = [SelectChoice(value, label) for value, label in choices]
        return self

    def matching(self, gaps: Iterable[Gap]) -> tuple[Gap, ...]:
        """Return the gaps of the kind asked for that hold every word, whatever its case and its accents."""
        kind = GapKind(self.sorte.data) if self.sorte.data else None
        words = plain(self.q.data or "").split()
        kept = (one for one in gaps if kind in {None, one.kind})
        return tuple(one for one in kept if all(word in plain(f"{one.name} {one.email}") for word in words))
