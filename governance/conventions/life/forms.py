"""What is typed about the life of a convention: one form for every act, each showing the fields that it needs."""

from collections.abc import Iterable

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs know WTForms 3.2
from wtforms.validators import InputRequired, Length, Optional

from governance.conventions.life.actions import REFERENCE_LIMIT, Draft
from governance.conventions.life.events import Event, Kind, Party, Text, of_kind
from governance.conventions.life.queries import Course
from governance.conventions.life.rules import is_settled, stands_alone
from governance.conventions.life.words import ACTS
from governance.conventions.values.life import Denunciation, Reading, Start
from governance.core.refusals import Invalid, Refusal
from governance.core.spans import parse
from governance.web.fields import Day

EVERY = ""
BOTH = "CM et CU"


class EventForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What happened, when, and on the strength of which document."""

    day = Day("Le", [InputRequired("Donnez une date.")])
    until = Day("Nouvelle échéance", [Optional()])
    notice = StringField("Préavis", [Length(max=30, message="30 signes au plus.")], default="")
    counted_to = SelectField("Compté jusqu'à", validate_choice=False, choices=[])
    of = SelectField("Lettre", validate_choice=False, choices=[])
    text = SelectField("Texte", validate_choice=False, choices=[])
    party = SelectField("Par", validate_choice=False, choices=[])
    caisse = SelectField("Avec", validate_choice=False, choices=[])
    reference = StringField(
        "Document qui le prouve",
        [
            InputRequired("Dites quel document le prouve."),
            Length(max=REFERENCE_LIMIT, message=f"{REFERENCE_LIMIT} caractères au plus."),
        ],
        default="",
    )

    def offer(self, kind: Kind, course: Course, letters: Iterable[Event]) -> None:
        """Put the choices of an act, and the name of its day."""
        self.day.label.text = ACTS[kind].day
        names = {one.code: one.name for one in course.convention.caisses}
        mine = [life.caisse for life in course.lives]
        every = [SelectChoice(EVERY, "toutes les caisses")] if len(mine) > 1 else []
        self.caisse.choices = [*every, *(SelectChoice(one, names[one]) for one in mine)]
        texts = [SelectChoice(one.value, one.french) for one in Text]
        self.text.choices = [*texts, SelectChoice(BOTH, "les deux textes")] if kind is Kind.WARNED else texts
        self.party.choices = [SelectChoice(one.value, _by(one)) for one in Party]
        self.counted_to.choices = [
            SelectChoice(Start.RECEIPT.value, "la réception de la lettre"),
            SelectChoice(Start.SENDING.value, "l'envoi de la lettre"),
        ]
        none = SelectChoice("", "aucune : cette résiliation n'en suppose pas (convention métier)")
        alone = [none] if kind is Kind.TERMINATED and _may_stand_alone(course) else []
        self.of.choices = [*alone, *(SelectChoice(one.id, _letter(one)) for one in letters)]
        for name in ("of", "text", "party", "caisse", "counted_to", "notice"):
            self[name].flags.required = True
        self.until.flags.required = kind is Kind.RENEWED

    def drafts(self, kind: Kind) -> tuple[Draft, ...]:
        """Return what was typed: two acts when one letter concerns both texts; raises Invalid."""
        shown, day = ACTS[kind].fields, self.day.data
        if day is None:
            raise Invalid("Donnez une date.", field="day")
        texts = tuple(Text) if self.text.data == BOTH else (self._text(shown),)
        return tuple(
            Draft(
                kind=kind, day=day, reference=self.reference.data or "", text=text,
                caisse=(self.caisse.data or None) if "caisse" in shown else None,
                until=self.until.data if "until" in shown else None, notice=self._notice(shown),
                of=(self.of.data or None) if "of" in shown else None,
                party=Party(self.party.data) if "party" in shown and self.party.data in set(Party) else None,
            )
            for text in texts
        )  # fmt: skip

    def _text(self, shown: tuple[str, ...]) -> Text:
        return Text(self.text.data) if "text" in shown and self.text.data in set(Text) else Text.CM

    def _notice(self, shown: tuple[str, ...]) -> Denunciation | None:
        if "notice" not in shown:
            return None
        counted = Start(self.counted_to.data) if self.counted_to.data in set(Start) else Start.RECEIPT
        try:
            return Denunciation(parse(self.notice.data or ""), Reading.AT_LEAST, counted)
        except Refusal as refusal:
            refusal.field = "notice"
            raise


class CancelForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Why what was entered is wrong."""

    reference = StringField(
        "Pourquoi annuler cette saisie",
        [
            InputRequired("Dites pourquoi cette saisie est fausse."),
            Length(max=REFERENCE_LIMIT, message=f"{REFERENCE_LIMIT} caractères au plus."),
        ],
        default="",
    )


def _may_stand_alone(course: Course) -> bool:
    """Say whether the convention métier ends by one letter, that no mise en demeure comes before (D4: S2, S3)."""
    return any(stands_alone(life) for life in course.lives)


def letters_for(kind: Kind, course: Course) -> tuple[Event, ...]:
    """Return the letters that an act may be about, oldest first."""
    facts = {letter.id: (letter, life.facts) for life in course.lives for letter in life.facts.events}
    wanted = ACTS[kind].letters
    found = []
    for letter, known in facts.values():
        if letter not in of_kind((letter,), *wanted):
            continue
        is_open = known.received(letter) is None if kind is Kind.RECEIVED else not is_settled(letter, known)
        if is_open:
            found.append(letter)
    return tuple(sorted(found, key=lambda one: (one.day, one.recorded_at)))


def _by(party: Party) -> str:
    return {Party.PARTNER: "le partenaire", Party.CAISSE: "la caisse"}[party]


def _letter(letter: Event) -> str:
    name = "dénonciation" if letter.kind is Kind.DENOUNCED else f"mise en demeure ({letter.text.french})"
    return f"{name} du {letter.day:%d/%m/%Y}"
