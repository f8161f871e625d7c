"""What is typed of a proof, of a call, of a letter."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs know WTForms 3.2
from wtforms.validators import InputRequired, Length, Optional

from breach.notices.presenting import TYPED
from breach.notices.rules import FILE_BYTES, REFERENCE_LIMIT, Given
from breach.rules import Proof
from governance.web.fields import LocalInstantField


class ProofForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What proves that a duty was done."""

    proof = SelectField("Preuve", [InputRequired()])
    done_at = LocalInstantField("Fait le", [InputRequired("Donnez un jour et une heure.")])
    reference = StringField(
        "Numéro ou référence", [Optional(), Length(max=REFERENCE_LIMIT)], render_kw={"autocomplete": "off"}
    )
    file = FileField("Procès-verbal signé, ou avis de réception (5 Mo au plus)", [Optional()])
    late_reason = TextAreaField("Motifs du retard", [Optional(), Length(max=2_000)], render_kw={"rows": 3})

    def about(self, accepted: Iterable[str], zone: ZoneInfo) -> "ProofForm":
        """Offer the proofs that a duty accepts and that a person may give; read times in a zone."""
        self.proof.choices = [SelectChoice(one.name, one.value) for one in TYPED if one.name in set(accepted)]
        self.done_at.zone = zone
        return self

    def given(self) -> Given:
        """Return what was typed."""
        sent = self.file.data
        content: bytes = sent.read(FILE_BYTES + 1) if sent else b""
        return Given(
            Proof[self.proof.data], self.done_at.data, self.reference.data or "", content, self.late_reason.data or ""
        )


class NoteForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What came of a call, or where a letter went."""

    note = TextAreaField(
        "Ce qui s'est dit, à qui, à quelle heure ; ou le numéro du recommandé",
        [InputRequired("Notez ce qui s'est passé."), Length(max=2_000)], render_kw={"rows": 3},
    )  # fmt: skip
