"""What is written and said to the caisse's DPO: ten lines by mail, a script to read aloud, a letter on paper."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from breach.dossier.facts import BY_ID
from breach.dossier.rules import Difference, Facts, said
from breach.dossier.wording import instant
from breach.notices.rules import Step
from governance.core.outbox.letters import LINE, Letter, letter

DO: Mapping[str, str] = {
    "NOTICE": "envoyer l'avis de violation à la caisse",
    "ACCOUNT_NOTICE": "aviser la caisse pour un compte",
    "CNIL": "notifier la violation à la CNIL",
    "PERSONS": "décider de l'information des personnes",
    "TOLD_BY_CAISSE": "attendre le retour de la caisse",
}
CLICK = "Un clic accuse réception, sans compte ni mot de passe (le lien ne sert qu'une fois) :"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a notice is about, in words: the breach, the caisse, the text, the limit."""

    number: str
    partner: str
    caisse: str
    article: str
    before: datetime | None
    is_account: bool
    zone: ZoneInfo

    @property
    def named(self) -> str:
        """Return the caisse as a sentence names it: « la CPAM du Doubs »."""
        return f"la {self.caisse}" if self.caisse.startswith("CPAM") else self.caisse

    @property
    def what(self) -> str:
        """Return what the notice announces, as a sentence without its stop."""
        of = "compromission de compte du portail" if self.is_account else "violation de données, même soupçonnée"
        return f"{self.partner} vous avise d'une {of}"


def mail(subject: Subject, facts: Facts, step: Step, link: str) -> Letter:
    """Return the mail to a DPO: no circumstance and no person, only what the facts have in codes and counts."""
    again = {Step.AGAIN: "Rappel : ", Step.OTHERS: "Sans accusé de réception de votre DPO : "}.get(step, "")
    lines = [
        f"{again}{subject.what} (n° {subject.number}).",
        f"Texte : {subject.article}.",
        _line("Premier soupçon", facts, "suspected"),
        _line("Atteinte", facts, "nature"),
        _line("Données", facts, "kinds"),
        _line("Personnes", facts, "persons", "count"),
        _line("Votre contact", facts, "dpo"),
        "Le dossier complet est joint, ou s'ouvre après connexion.",
        CLICK,
    ]
    return _letter(subject, "accuser réception d'un avis de violation", lines, link)


def complement(subject: Subject, changed: Sequence[Difference], link: str) -> Letter:
    """Return the mail that corrects what a DPO was last told, in codes and counts only."""
    named = " ; ".join(one.fact.label for one in changed)
    lines = [
        f"{subject.partner} complète son avis de violation n° {subject.number}.",
        f"Texte : {subject.article}.",
        _cut(f"Ce qui change : {named}."),
        "Le détail, avant et après, est dans le dossier joint, ou s'ouvre après connexion.",
        CLICK,
    ]
    return _letter(subject, "accuser réception d'un complément", lines, link)


@dataclass(frozen=True, slots=True)
class Owed:
    """What our own people are alarmed about: the duty, the share of time gone (in %), what was sent, what failed."""

    what: str
    mark: int
    is_sent: bool
    why: str = ""


def alert(who: str, subject: Subject, owed: Owed, link: str) -> Letter:
    """Return the mail that alarms one of ours: what is owed, what was done, what to do now."""
    must = "prouver l'avis de violation" if owed.is_sent else DO[owed.what]
    gone = "Le délai prudent est dépassé" if owed.mark >= 100 else f"{owed.mark} % du délai prudent est passé"
    of = f", {subject.caisse}" if subject.caisse else ""
    lines = [
        f"Violation n° {subject.number}{of} : aucune preuve n'est encore au dossier.",
        f"Texte : {subject.article}.",
        owed.why or f"{gone}.",
        "L'avis est parti, mais envoyé n'est pas prouvé : la suite de l'escalade est sur la page."
        if owed.is_sent
        else "",
        "Si le délai est dépassé, le motif vous sera demandé (RGPD, art. 33(1))." if owed.mark >= 90 else "",
        "Ce qu'il y a à faire :",
    ]
    return letter(who, must, subject.before, [_cut(one) for one in lines if one], link, subject.zone)


def phone_script(subject: Subject, facts: Facts) -> tuple[str, ...]:
    """Return what is read aloud on the telephone, sentence by sentence, and what is noted."""
    sentences = [
        f"Bonjour, je vous appelle de la part de {subject.partner}.",
        f"Puis-je parler au délégué à la protection des données de {subject.named}, ou à qui le remplace ?",
        f"{subject.what}, numéro {subject.number}.",
        f"Nous devons vous en aviser : {subject.article}.",
        _line("Premier soupçon", facts, "suspected"),
        _line("Atteinte", facts, "nature"),
        _line("Catégories de données", facts, "kinds"),
        _line("Personnes concernées", facts, "persons", "count"),
        "Un courriel vous a été envoyé : avez-vous pu l'ouvrir, et cliquer sur le lien d'accusé de réception ?",
        "À quelle adresse pouvons-nous vous l'envoyer à nouveau ? (notez-la)",
        "Qui ai-je au téléphone, s'il vous plaît ? (notez le nom, la fonction et l'heure)",
    ]
    return tuple(one for one in sentences if one)


def paper(subject: Subject, facts: Facts, at: datetime) -> tuple[str, ...]:
    """Return the paragraphs of the registered letter."""
    told = (
        ("circumstances", "Ce qui s'est passé"), ("suspected", "Premier soupçon"), ("started", "Début"),
        ("nature", "Atteinte"), ("kinds", "Données"), ("persons", "Personnes"), ("count", "Nombre de personnes"),
        ("records", "Nombre d'enregistrements"), ("harm", "Conséquences probables"), ("taken", "Mesures prises"),
        ("planned", "Mesures envisagées"), ("dpo", "Votre contact"),
    )  # fmt: skip
    facts_told = [f"{label} : {said(BY_ID[fact], facts[fact])}" for fact, label in told if facts.get(fact)]
    return (
        "Madame, Monsieur le délégué à la protection des données,",
        f"En application de {subject.article}, {subject.what} (n° {subject.number}).",
        *facts_told,
        f"Nos courriels sont restés sans accusé de réception au {instant(at, subject.zone)} : c'est pourquoi nous vous "
        "écrivons par lettre recommandée.",
        "Nous vous remercions d'accuser réception de la présente et restons à votre disposition.",
    )


def _letter(subject: Subject, must: str, lines: Iterable[str], link: str) -> Letter:
    who = f"DPO de {subject.named}"
    return letter(who, must, subject.before, [_cut(one) for one in lines if one], link, subject.zone)


def _line(label: str, facts: Facts, *names: str) -> str:
    words = [said(BY_ID[name], facts[name]) for name in names if facts.get(name)]
    return f"{label} : {', '.join(words)}." if words else ""


def _cut(line: str) -> str:
    flat = " ".join(line.split())
    return flat if len(flat) <= LINE else f"{flat[: LINE - 1].rstrip()}…"
