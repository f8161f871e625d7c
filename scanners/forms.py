"""What is typed to have a signalement checked, and to keep a structure's words."""

import re
import secrets
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask_wtf import FlaskForm
from pydantic import BaseModel
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import HiddenField, MultipleFileField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import InputRequired

from governance.conventions.terms import Convention
from governance.core.refusals import Conflict
from scanners.actions import LONGEST_REASON, LONGEST_WORD
from scanners.documents.acceptance import shown
from scanners.findings import Finding, Level
from scanners.rules import FOR_ATTACHMENT, FOR_COMMENT, Reason, Verdict, Writer, WrongReason
from scanners.seeing import Attachment
from scanners.tiers import SAID_OF, Tier

_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
_PLACE = re.compile(r"([0-9]{1,7})-([0-9]{1,7})")
SEPARATOR = "/"
CALLED_A_MISTAKE = "erreur"  # the button of a refusal, whose value is its place in the comment: « 12-22 »
CHANGED = "Ce passage a changé depuis qu'il a été relevé : rien n'a été signalé. Vérifiez à nouveau."


class Changed(Conflict):
    """What was called a mistake is no longer what stands in the comment."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A convention and one of its caisses, as they are chosen together."""

    convention: Convention
    caisse: str | None
    label: str

    @property
    def value(self) -> str:
        """Return what the form sends for this choice."""
        return f"{self.convention.code}{SEPARATOR}{self.caisse or ''}"


class PreviewAsked(BaseModel):
    """A comment as it is being typed."""

    convention: str
    comment: str

    @property
    def code(self) -> str:
        """Return the code of the convention that is chosen."""
        return self.convention.partition(SEPARATOR)[0]

    @property
    def caisse(self) -> str | None:
        """Return the code of the caisse that is chosen with it."""
        return self.convention.partition(SEPARATOR)[2] or None


class SignalementForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The comment, its convention, the pieces, and the reason why what must be checked may pass."""

    convention = SelectField("Convention et caisse", validate_choice=False, choices=[])
    comment = TextAreaField("Commentaire destiné à la caisse")
    reason = SelectField("Motif", validate_choice=False, choices=[])
    files = MultipleFileField("Pièces jointes")
    key = HiddenField()

    def offer(self, choices: Sequence[Choice]) -> None:
        """Put the conventions and the reasons that may be chosen."""
        self.convention.choices = [SelectChoice(one.value, one.label) for one in choices]
        reasons = [SelectChoice(one.value, one.french) for one in FOR_COMMENT]
        self.reason.choices = [SelectChoice("", "Choisissez un motif"), *reasons]

    @property
    def text(self) -> str:
        """Return the comment with the line ends that the browser shows (forms send two characters for one)."""
        return (self.comment.data or "").replace("\r\n", "\n")

    @property
    def code(self) -> str:
        """Return the code of the convention that was chosen."""
        return (self.convention.data or "").partition(SEPARATOR)[0]

    @property
    def caisse(self) -> str:
        """Return the code of the caisse that was chosen."""
        return (self.convention.data or "").partition(SEPARATOR)[2]

    @property
    def idempotency(self) -> str | None:
        """Return the key of this form, None when it is not one that we gave."""
        key = self.key.data or ""
        return key if _KEY.fullmatch(key) else None

    def renew(self) -> None:
        """Give the form a key of its own: what is sent next is another check."""
        self.key.data = secrets.token_urlsafe(18)


class WordForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A word to be found from now on."""

    word = StringField(
        "Mot ou expression",
        [InputRequired()],
        id="mot-ajoute",
        render_kw={"maxlength": LONGEST_WORD, "autocomplete": "off"},
    )
    level = SelectField(
        "Niveau",
        id="niveau",
        choices=[
            SelectChoice(Level.BLOQUANT.value, "Bloquant"),
            SelectChoice(Level.A_VERIFIER.value, "À vérifier"),
            SelectChoice(Level.INFO.value, "Pour information"),
        ],
        default=Level.A_VERIFIER.value,
    )


class SilenceForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A word that is no longer to be found, and why."""

    word = StringField(
        "Mot ou expression",
        [InputRequired()],
        id="mot-tu",
        render_kw={"maxlength": LONGEST_WORD, "autocomplete": "off"},
    )
    reason = StringField(
        "Raison", [InputRequired()], id="raison", render_kw={"maxlength": LONGEST_REASON, "autocomplete": "off"}
    )


class SwitchForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Why a tier of health data is no longer to be looked for; one form a tier on the page."""

    reason = StringField("", [InputRequired()], render_kw={"maxlength": LONGEST_REASON, "autocomplete": "off"})

    @classmethod
    def of(cls, tier: Tier, sent: Mapping[str, str] | None = None) -> "SwitchForm":
        """Return the form of a tier, empty or as it was sent."""
        form = cls(formdata=sent)
        form.reason.id = f"raison-{tier.value}"
        form.reason.label.text = f"Pourquoi ne plus chercher {SAID_OF[tier]}"
        return form


def attachments_of(sent: Iterable[FileStorage]) -> tuple[Attachment, ...]:
    """Return the files that were chosen; a browser sends a nameless empty one when there is none."""
    read = (Attachment(one.filename or "", one.read()) for one in sent)
    return tuple(one for one in read if one.name or one.data)


def choices_of(
    conventions: Iterable[Convention], writer: Writer, closed: Container[tuple[str, str]] = frozenset()
) -> tuple[Choice, ...]:
    """Return what may be chosen: a line for each caisse to a partner, for each partner to a caisse.

    `closed` are the (convention, caisse) that have ended.
    """
    every = (choice for convention in conventions for choice in _choices(convention, writer))
    return tuple(one for one in every if one.caisse is None or (one.convention.code, one.caisse) not in closed)


def _choices(convention: Convention, writer: Writer) -> tuple[Choice, ...]:
    if writer is Writer.CAISSE or not convention.caisses:
        return (Choice(convention, None, f"{convention.partner} ({convention.code})"),)
    return tuple(Choice(convention, one.code, f"{one.name} ({convention.code})") for one in convention.caisses)


def finding_at(verdict: Verdict, place: str) -> Finding:
    """Return what was found at a place of the comment; raises Changed."""
    told = _PLACE.fullmatch(place)
    span = (int(told[1]), int(told[2])) if told else None
    found = next((one.finding for one in verdict.remarks if (one.finding.start, one.finding.end) == span), None)
    if found is None:
        raise Changed(CHANGED)
    return found


def reason_for_comment(typed: str) -> Reason | None:
    """Return the reason chosen for the comment; raises WrongReason."""
    return _reason(typed, FOR_COMMENT, "reason") if typed else None


def reasons_for_files(sent: MultiDict[str, str], attachments: Sequence[Attachment]) -> Mapping[int, Reason]:
    """Return the reason of each file by position; they are matched by name, since files are chosen again.

    Raises WrongReason.
    """
    said = list(zip(sent.getlist("piece"), sent.getlist("motif"), strict=False))
    reasons: dict[int, Reason] = {}
    for position, attachment in enumerate(attachments):
        name = shown(attachment.name)
        match = next((pair for pair in said if pair[0] == name), None)
        if match is not None:
            said.remove(match)
            if match[1]:
                reasons[position] = _reason(match[1], FOR_ATTACHMENT, "files")
    return reasons


def _reason(typed: str, offered: Iterable[Reason], field: str) -> Reason:
    reason = next((one for one in offered if one.value == typed), None)
    if reason is None:
        raise WrongReason("Ce motif n'est pas dans la liste : choisissez-en un.", field=field)
    return reason
