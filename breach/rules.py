"""What is owed after an incident: to whom, from when, by when, under which text, and what proves that it was done."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from breach.counting import Legal, legal_reading
from breach.facts import ACCOUNT, Facts
from breach.law import Law, Rule, in_force
from breach.terms import HeldTerms
from governance.conventions.terms import Status
from governance.conventions.values.breach import Addressee, BreachClause, BreachNotice, Channel, Scope, Trigger
from governance.conventions.values.parties import Party
from governance.core.spans import Span, due


class What(StrEnum):
    """What has to be done."""

    NOTICE = "avis à la caisse"
    ACCOUNT_NOTICE = "avis immédiat pour un compte"
    TOLD_BY_CAISSE = "retour de la caisse sur le compte"
    CNIL = "notification à la CNIL"
    PERSONS = "décision d'informer les personnes"


class Start(StrEnum):
    """What the clock runs from."""

    SUSPICION = "premier soupçon"
    AWARENESS = "prise de connaissance"
    AT_ONCE = "constat, immédiatement"


class Proof(StrEnum):
    """What shows that a duty was done; sent is not among them."""

    ACKNOWLEDGED = "accusé de réception par le DPO"
    DELIVERED = "remise attestée par le serveur du destinataire"
    TELESERVICE = "numéro du téléservice de la CNIL"
    REGISTERED = "lettre recommandée"
    MINUTES = "procès-verbal signé"
    DECISION = "décision écrite et motivée"


COMES_BY_ITSELF = frozenset({Proof.ACKNOWLEDGED, Proof.DELIVERED})
OF_A_NOTICE = (Proof.ACKNOWLEDGED, Proof.DELIVERED, Proof.REGISTERED, Proof.MINUTES)


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence that sets a duty: its article, its duration if it writes one, and whether it applies to the facts."""

    article: str
    quote: str
    within: Span | None = None
    applies: bool = True
    about: str = ""


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing owed. Instants are aware, in UTC; hours are continuous and never roll to a working day.

    `alarm_at` is the prudent limit, which drives alarms; `limit_at` what the text itself allows, None where it writes
    no number; `is_house` says that the alarm is our target and no term of the contract. `started_at` is None while the
    clock does not run yet. `dpo` is the mailbox that the convention gives.
    """

    what: What
    owed_by: Party
    to: tuple[Addressee, ...]
    channel: Channel
    starts: Start
    started_at: datetime | None
    within: Span | None
    alarm_at: datetime | None
    limit_at: datetime | None
    texts: tuple[Text, ...]
    discharged_by: tuple[Proof, ...]
    convention: str = ""
    caisse: str = ""
    copy: tuple[Addressee, ...] = ()
    dpo: str | None = None
    is_house: bool = False
    reference: str | None = None
    note: str | None = None
    legal: Legal | None = None

    @property
    def key(self) -> str:
        """Return what makes the duty one of its kind in a breach."""
        return "/".join((self.what.name.lower(), self.convention, self.caisse))

    @property
    def article(self) -> str:
        """Return the article that the alarm comes from, with the convention's code; or that it is our target."""
        if self.is_house:
            return f"cible interne, {self.convention}"
        setting = next((one for one in self.texts if one.within == self.within and self.within), None)
        chosen = setting or next(iter(self.texts), None)
        said = "aucune clause" if chosen is None else chosen.article
        return f"{self.convention}, {said}" if self.convention and not said.startswith("RGPD") else said


def duties(facts: Facts, terms: Iterable[HeldTerms], law: Law) -> tuple[Duty, ...]:
    """Return every duty that the facts create, each convention and caisse apart, then those of general law."""
    return (*_contractual(facts, terms, law), *_general(facts, law))


def _contractual(facts: Facts, terms: Iterable[HeldTerms], law: Law) -> Iterator[Duty]:
    for held in terms:
        if facts.is_account:
            yield _account(facts, held, law)
            yield from _owed_by_caisse(facts, held)
        notice = _notice(facts, held, law)
        if notice is not None:
            yield notice


def _notice(facts: Facts, held: HeldTerms, law: Law) -> Duty | None:
    clauses = tuple(_matching(facts, held))
    if not clauses and not _is_silent(facts, held):
        return None
    starts = Start.SUSPICION if held.suspicion_suffices else Start.AWARENESS
    started = facts.suspected_at if starts is Start.SUSPICION else facts.aware_at
    texts = tuple(_text(one, facts) for one in clauses)
    spans = [one.within for one in texts if one.within]
    limits = [one.within for one in texts if one.within and one.applies]
    within = _shortest([*spans, *([held.alarm] if held.alarm else [])])
    is_house = not spans
    notice = held.notice or BreachNotice((Addressee.CAISSE_DPO,), Channel.FREE)
    return Duty(
        What.NOTICE, Party.PARTNER, _to(notice, held), notice.channel, starts, _utc(started), within,
        _after(started, within), _after(started, _shortest(limits)),
        (*texts, *_as_processor(facts, law)), OF_A_NOTICE, held.convention, held.caisse, notice.copy, held.dpo,
        is_house, held.reference, held.note or (law.house.silent_note if is_house else None),
    )  # fmt: skip


def _matching(facts: Facts, held: HeldTerms) -> Iterator[BreachClause]:
    for clause in held.clauses:
        is_ours = clause.owed_by in (Party.PARTNER, Party.BOTH) and clause.scope is not Scope.ACCOUNT
        if is_ours and not facts.told.isdisjoint(clause.triggers):
            yield clause


def _is_silent(facts: Facts, held: HeldTerms) -> bool:
    """Say whether the text that would bind is missing: unknown is not « no obligation » (K3)."""
    concerned = facts.is_data or Trigger.SHORTCOMING in facts.told
    return concerned and held.status is Status.ABSENT and held.shortcomings is not False


def _text(clause: BreachClause, facts: Facts) -> Text:
    applies = clause.scope is not Scope.TRANSFER or facts.in_transfer is not False
    return Text(clause.article, clause.quote, clause.within, applies, f"{clause.scope} → {clause.addressee}")


def _as_processor(facts: Facts, law: Law) -> tuple[Text, ...]:
    if not facts.is_data:
        return ()
    rule = in_force(law.tell_controller, (facts.aware_at or facts.suspected_at).date())
    return (Text(rule.article, rule.quote, about="sous-traitant → responsable du traitement"),)


def _account(facts: Facts, held: HeldTerms, law: Law) -> Duty:
    clauses = [one for one in _of_account(facts, held) if one.owed_by is not Party.CAISSE]
    texts = tuple(Text(one.article, one.quote, one.within, about=f"{one.scope} → {one.addressee}") for one in clauses)
    written = _shortest([one.within for one in clauses if one.within])
    to = tuple(dict.fromkeys(one.addressee for one in clauses)) or (Addressee.CAISSE,)
    return Duty(
        What.ACCOUNT_NOTICE, Party.PARTNER, to, Channel.PROVABLE, Start.AT_ONCE, _utc(facts.suspected_at),
        law.house.account if written is None else written, _after(facts.suspected_at, law.house.account),
        _after(facts.suspected_at, written), texts, OF_A_NOTICE, held.convention, held.caisse, (), held.dpo,
        written is None, "K3" if written is None else None, _account_note(held, law, written),
    )  # fmt: skip


def _account_note(held: HeldTerms, law: Law, written: Span | None) -> str:
    missing = "" if written is not None or held.account_missing is None else f"{held.account_missing} "
    return missing + law.house.account_note


def _owed_by_caisse(facts: Facts, held: HeldTerms) -> Iterator[Duty]:
    for clause in _of_account(facts, held):
        if clause.owed_by is Party.CAISSE:
            yield Duty(
                What.TOLD_BY_CAISSE, Party.CAISSE, (clause.addressee,), clause.channel, Start.AT_ONCE,
                _utc(facts.suspected_at), clause.within, None, _after(facts.suspected_at, clause.within),
                (Text(clause.article, clause.quote, clause.within),), (Proof.ACKNOWLEDGED,), held.convention,
                held.caisse,
            )  # fmt: skip


def _of_account(facts: Facts, held: HeldTerms) -> Iterator[BreachClause]:
    told = facts.told & ACCOUNT
    return (one for one in held.clauses if one.scope is Scope.ACCOUNT and not told.isdisjoint(one.triggers))


def _general(facts: Facts, law: Law) -> Iterator[Duty]:
    if not facts.own_data or not facts.is_data:
        return
    on = (facts.aware_at or facts.suspected_at).date()
    rule = in_force(law.notify_authority, on)
    due_at = _after(facts.aware_at, rule.within)
    legal = None if facts.aware_at is None or rule.within is None else legal_reading(facts.aware_at, rule.within)
    yield Duty(
        What.CNIL, Party.PARTNER, (), Channel.FREE, Start.AWARENESS, _utc(facts.aware_at), rule.within, due_at, due_at,
        (_of_law(rule),), (Proof.TELESERVICE, Proof.DECISION), legal=legal,
    )  # fmt: skip
    persons = in_force(law.tell_persons, on)
    yield Duty(
        What.PERSONS, Party.PARTNER, (), Channel.FREE, Start.AWARENESS, _utc(facts.aware_at), None, None, None,
        (_of_law(persons),), (Proof.DECISION,),
    )  # fmt: skip


def _of_law(rule: Rule) -> Text:
    return Text(rule.article, rule.quote, rule.within)


def _to(notice: BreachNotice, held: HeldTerms) -> tuple[Addressee, ...]:
    return notice.to if held.dpo is None or Addressee.CAISSE_DPO in notice.to else (*notice.to, Addressee.CAISSE_DPO)


def _shortest(spans: Iterable[Span]) -> Span | None:
    return min(spans, key=lambda one: one.amount, default=None)


def _after(started: datetime | None, within: Span | None) -> datetime | None:
    return None if started is None or within is None else due(started, within)


def _utc(at: datetime | None) -> datetime | None:
    return None if at is None else at.astimezone(UTC)
