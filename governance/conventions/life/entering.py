"""What may be entered in the life of a convention, and what is refused: each no names its field and its reason."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from governance.conventions.life.events import LETTERS, Event, Kind, Text, of_kind
from governance.conventions.life.rules import deadline, is_settled, life_of, open_warnings
from governance.conventions.life.standing import Facts, Life
from governance.conventions.terms import Convention
from governance.conventions.values.life import Cause, RenewalMode, Start, Termination
from governance.core.refusals import Conflict, Invalid
from governance.core.spans import Unit

MAY_COME = frozenset({Kind.TERM, Kind.ENDED})  # a day that may be ahead; every other act was done
OVER = frozenset({Kind.RENEWED, Kind.AMENDED, Kind.DENOUNCED, Kind.WARNED, Kind.TERMINATED, Kind.ENDED})


class AlreadyEnded(Conflict):
    """The convention had ended by then."""


class AlreadyEntered(Conflict):
    """The same thing stands already: it is cancelled first, or left."""


class NotProvided(Conflict):
    """The convention does not provide for that act, or the one it owes before is missing."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An event about to be entered, with what is known of the convention and one of its caisses that day."""

    new: Event
    convention: Convention
    facts: Facts
    life: Life
    today: date

    @property
    def letter(self) -> Event | None:
        """Return the letter that the event is about."""
        return next((one for one in self.facts.events if one.id == self.new.of and one.kind in LETTERS), None)


def check(new: Event, convention: Convention, facts: Facts, caisse: str, today: date) -> None:
    """Refuse (Invalid, Conflict) an event that cannot be, for one caisse that it binds."""
    life = life_of(convention, caisse, facts, max(new.day, convention.adopted))
    entry = Entry(new, convention, facts, life, today)
    _check_day(entry)
    if new.kind in OVER and life.is_over:
        _refuse_after_end(entry)
    if new.kind in _CHECKS:
        _CHECKS[new.kind](entry)


def check_effect(effect: date | None, signature: date | None) -> None:
    """Refuse (Invalid) a convention that takes effect before it is signed."""
    if effect is not None and signature is not None and effect < signature:
        raise Invalid(
            f"La prise d'effet ({_said(effect)}) précède la signature ({_said(signature)}).", field="effective_from"
        )


def _check_day(entry: Entry) -> None:
    new, signature = entry.new, entry.facts.signature
    if new.day > entry.today and new.kind not in MAY_COME:
        raise Invalid("Cette date est à venir : on n'enregistre que ce qui a eu lieu.", field="day")
    if new.day < entry.convention.adopted:
        adopted = _said(entry.convention.adopted)
        raise Invalid(f"Cette date précède l'adoption du texte ({adopted}).", field="day")
    if signature is not None and new.day < signature and new.kind is not Kind.SIGNED:
        raise Invalid(f"Cette date précède la signature ({_said(signature)}).", field="day")


def _refuse_after_end(entry: Entry) -> None:
    ending = entry.life.ending
    if ending is None:
        return
    said = f"La convention {entry.convention.code} a pris fin le {_said(ending.day)} ({ending.why})"
    if entry.new.kind is Kind.RENEWED:
        raise AlreadyEnded(
            f"{said} : un acte signé après la fin ne la renouvelle pas, il faut une nouvelle convention.", field="day"
        )
    raise AlreadyEnded(f"{said} : rien n'y est ajouté après cette date.", field="day")


def _signed(entry: Entry) -> None:
    if entry.facts.signature is not None:
        raise AlreadyEntered("La signature est déjà saisie : annulez-la d'abord si elle est fausse.", field="day")
    check_effect(entry.facts.effect, entry.new.day)


def _notice(entry: Entry) -> None:
    cited = entry.life.terms.D3
    if cited.value is not None:
        raise NotProvided(f"Le texte donne ce préavis ({cited.article}) : un avenant seul le change.", field="notice")
    if entry.new.notice is None or entry.new.notice.notice.unit in (Unit.HOURS, Unit.IMMEDIATE):
        raise Invalid("Donnez ce préavis en jours, en mois ou en années.", field="notice")


def _term(entry: Entry) -> None:
    known = of_kind(entry.facts.events, Kind.TERM)
    if any(one.day == entry.new.day for one in known):
        raise AlreadyEntered("Cette échéance est déjà saisie.", field="day")


def _renewed(entry: Entry) -> None:
    new, term = entry.new, entry.life.term
    if new.until is None:
        if new.kind is Kind.RENEWED:
            raise Invalid("Donnez la nouvelle échéance, telle que l'acte l'écrit.", field="until")
        return
    if term is None:
        raise NotProvided("Saisissez d'abord la signature, ou l'échéance de l'exemplaire signé.", field="day")
    if entry.life.unconfirmed is not None and new.day > entry.life.unconfirmed:
        raise AlreadyEnded(
            f"L'échéance du {_said(entry.life.unconfirmed)} est passée avant cet acte : si la convention a continué, "
            "saisissez sa nouvelle échéance.",
            field="day",
        )
    if new.until <= term:
        raise Invalid(f"La nouvelle échéance doit suivre celle qui court ({_said(term)}).", field="until")


def _denounced(entry: Entry) -> None:
    renewal = entry.life.terms.D2
    if renewal.operative is not None and renewal.operative.mode is RenewalMode.AMENDMENT:
        raise NotProvided(
            f"Cette convention ne se renouvelle que par avenant ({renewal.article}) : il n'y a rien à dénoncer.",
            field="day",
        )
    same = of_kind(entry.facts.events, Kind.DENOUNCED)
    if any((one.party, one.caisse) == (entry.new.party, entry.new.caisse) for one in same):
        raise AlreadyEntered("Cette dénonciation est déjà enregistrée.", field="day")


def _warned(entry: Entry) -> None:
    is_cm = entry.new.text is Text.CM
    cited = entry.life.terms.D4 if is_cm else entry.life.terms.D6
    if cited.operative is None:
        raise NotProvided(f"Le dossier ne dit rien de la résiliation de la {entry.new.text.french}.", field="text")
    if cited.operative.starts is None or cited.operative.cause is Cause.NONE:
        raise NotProvided(
            f"La {entry.new.text.french} se résilie sans mise en demeure ({cited.article}).", field="text"
        )
    if any(one.text is entry.new.text for one in open_warnings(entry.facts)):
        raise AlreadyEntered("Une mise en demeure court déjà pour ce texte.", field="day")


def _received(entry: Entry) -> None:
    letter = _letter(entry)
    if entry.facts.received(letter) is not None:
        raise AlreadyEntered("La réception de cette lettre est déjà saisie.", field="day")
    if entry.new.day < letter.day:
        raise Invalid(f"Cette lettre a été envoyée le {_said(letter.day)} : elle n'a pu arriver avant.", field="day")


def _remedied(entry: Entry) -> None:
    letter = _letter(entry)
    if letter.kind is not Kind.WARNED or is_settled(letter, entry.facts):
        raise AlreadyEntered("Cette mise en demeure a déjà son issue.", field="of")
    if entry.new.day < letter.day:
        raise Invalid(f"La mise en demeure date du {_said(letter.day)}.", field="day")


def _terminated(entry: Entry) -> None:
    new, terms = entry.new, entry.life.terms
    if of_kind(entry.facts.events, Kind.TERMINATED, text=new.text):
        raise AlreadyEntered("Une résiliation est déjà enregistrée pour ce texte.", field="day")
    cited = terms.D4 if new.text is Text.CM else terms.D6
    if cited.operative is None:
        raise NotProvided(
            f"Le dossier ne dit rien de la résiliation de la {new.text.french} : saisissez la fin.", field="text"
        )
    if cited.operative.starts is not None and cited.operative.cause is not Cause.NONE:
        _after_delay(entry, cited.operative, cited.article or "")


def _after_delay(entry: Entry, rule: Termination, article: str) -> None:
    """Refuse a termination without its mise en demeure, or before the delay that this one opened has passed."""
    letter = entry.letter
    if letter is None or letter.kind is not Kind.WARNED or letter.text is not entry.new.text:
        raise NotProvided(
            f"Enregistrez d'abord la mise en demeure : la résiliation la suppose ({article}).", field="of"
        )
    if is_settled(letter, entry.facts):
        raise AlreadyEntered("Cette mise en demeure a déjà son issue.", field="of")
    last = deadline(letter, entry.facts, entry.life.terms)
    if last is None:
        said = "Le délai court de la réception de la mise en demeure : saisissez-la d'abord"
        raise NotProvided(f"{said} ({article}).", field="of")
    if entry.new.day <= last:
        since = "l'envoi" if rule.starts is Start.SENDING else "la réception"
        said = f"Le délai de {rule.notice} après {since} court jusqu'au {_said(last)} inclus"
        raise NotProvided(f"{said} ({article}) : la résiliation ne peut venir qu'après.", field="day")


def _ended(entry: Entry) -> None:
    declared = of_kind(entry.facts.events, Kind.ENDED, text=entry.new.text)
    if declared:
        raise AlreadyEntered("Une fin est déjà enregistrée : annulez-la d'abord si elle est fausse.", field="day")


def _letter(entry: Entry) -> Event:
    if entry.letter is None:
        raise Invalid("Choisissez la lettre dont il s'agit.", field="of")
    return entry.letter


def _said(day: date) -> str:
    return f"{day:%d/%m/%Y}"


_CHECKS: Mapping[Kind, Callable[[Entry], None]] = {
    Kind.SIGNED: _signed,
    Kind.NOTICE: _notice,
    Kind.TERM: _term,
    Kind.RENEWED: _renewed,
    Kind.AMENDED: _renewed,
    Kind.DENOUNCED: _denounced,
    Kind.WARNED: _warned,
    Kind.RECEIVED: _received,
    Kind.REMEDIED: _remedied,
    Kind.TERMINATED: _terminated,
    Kind.ENDED: _ended,
}
