"""What findings mean under a convention's terms: a verdict, with the article that sets it."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from governance.conventions.terms import Terms
from governance.core.refusals import Invalid, TooLarge
from scanners.documents.examined import Examined, State
from scanners.findings import Category, Finding, Level

# Where the convention is silent, general law still speaks.
LAW_HEALTH = "RGPD, art. 9 et 5(1)(c) ; CNIL, zones de commentaires libres ; CNIL, SAN-2019-010"
LAW_NIR = "RGPD, art. 87 ; loi n° 78-17, art. 30 ; décret n° 2019-341"
LAW_EXCESS = "RGPD, art. 5(1)(c)"

INFECTED = "L'antivirus y a reconnu un programme malveillant"
NEVER_OPENED = "Le fichier est refusé ; il n'a été ni ouvert ni gardé. Prévenez votre service informatique."
NOT_EXAMINED = "L'antivirus ne répond pas : le fichier n'est pas vérifié. Présentez-le à nouveau dans un moment"
NO_ANTIVIRUS = "Ce service n'a pas d'antivirus, or la pièce doit être analysée au préalable"

NOT_HABILITATED = (
    "La caisse n'envoie de pièce qu'à un partenaire habilité ; sinon, elle part à l'adresse connue de l'assuré"
)
SEVERAL = (
    "Les pièces nomment plusieurs personnes (NIR ou noms différents) : vérifiez qu'aucune ne concerne quelqu'un d'autre"
)

_LAYOUT = frozenset("\t\n\v\f\r\x85")  # what word processors paste between words


class Zone(StrEnum):
    """What is checked: a text that is read by others, or a document that goes with it."""

    COMMENT = "commentaire"
    ATTACHMENT = "piece_jointe"


class Writer(StrEnum):
    """Who writes: the same rules bind both, by different clauses (T1, T2)."""

    PARTNER = "partenaire"
    CAISSE = "caisse"


class Reason(StrEnum):
    """Why a person lets pass what must be checked; chosen from this list, never typed."""

    NO_BOX = "case_indisponible"
    HABILITATED = "partenaire_habilite"
    ATTACHED = "piece_jointe"
    FALSE_POSITIVE = "faux_positif"
    NECESSARY = "strictement_necessaire"
    URGENT_PROOF = "justificatif_urgence"
    READ_BY_ME = "lu_par_moi"
    EXAMINED_HERE = "antivirus_du_poste"

    @property
    def french(self) -> str:
        """Return the sentence that the list shows."""
        return {
            Reason.NO_BOX: "Aucune case du formulaire ne convient",
            Reason.HABILITATED: "Le destinataire est un partenaire habilité à connaître cette information",
            Reason.ATTACHED: "L'information désigne une pièce jointe demandée",
            Reason.FALSE_POSITIVE: "Ce n'est pas une donnée de santé",
            Reason.NECESSARY: "La pièce est strictement nécessaire au dossier",
            Reason.URGENT_PROOF: "C'est le justificatif d'urgence demandé",
            Reason.READ_BY_ME: "J'ai lu la pièce : elle ne contient rien de trop",
            Reason.EXAMINED_HERE: "L'antivirus de mon poste a analysé la pièce, et je l'ai lue",
        }[self]


FOR_COMMENT = (Reason.NO_BOX, Reason.HABILITATED, Reason.ATTACHED, Reason.FALSE_POSITIVE)
FOR_ATTACHMENT = (
    Reason.NECESSARY,
    Reason.URGENT_PROOF,
    Reason.FALSE_POSITIVE,
    Reason.READ_BY_ME,
    Reason.EXAMINED_HERE,
    Reason.HABILITATED,
)


class Outcome(StrEnum):
    """What may be done with the text: nothing stands against it, a person must give a reason, it must change."""

    ACCEPTE = "accepte"
    A_VERIFIER = "a_verifier"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding as the terms see it: its level here, the article to cite, and the rule of the terms that cites it."""

    finding: Finding
    level: Level
    article: str
    advice: str | None = None
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one text or document."""

    outcome: Outcome
    remarks: tuple[Remark, ...]
    reason: Reason | None = None

    @property
    def gravest(self) -> Level | None:
        """Return the gravest level of the remarks."""
        return max((r.level for r in self.remarks), key=lambda level: level.weight, default=None)


class CommentTooLong(TooLarge):
    """The comment exceeds what the portal takes."""


class UnreadableText(Invalid):
    """The comment holds a character that nobody can read and that could hide a word."""


class WrongReason(Invalid):
    """The reason given is not one of those offered here."""


def check_length(text: str, limit: int) -> None:
    """Refuse (CommentTooLong) a comment longer than the portal's field takes."""
    length = portal_length(text)
    if length > limit:
        said = f"Le commentaire compte {length} caractères ; le portail en accepte {limit} au plus."
        raise CommentTooLong(said, field="comment")


def check_readable(text: str) -> None:
    """Refuse (UnreadableText) control characters, broken halves of characters and « \ufffd ».

    None of them is typed on purpose, and inside a word they hide it: « dia\\0bète » is no word at all.
    """
    if "\ufffd" in text:
        said = "Le commentaire contient un caractère illisible (\ufffd), qui peut cacher un mot : remplacez-le."
        raise UnreadableText(said, field="comment")
    if any(unicodedata.category(c) in ("Cc", "Cs") and c not in _LAYOUT for c in text):
        said = (
            "Le commentaire contient un caractère invisible ou incomplet, qui peut cacher un mot : retapez le passage."
        )
        raise UnreadableText(said, field="comment")


def portal_length(text: str) -> int:
    """Return the length of a text as the portal counts it: UTF-16 units, a line end for one.

    >>> portal_length("a\\r\\nb"), portal_length("😀")
    (3, 2)
    """
    return len(text.replace("\r\n", "\n").encode("utf-16-le", "surrogatepass")) // 2


def judge(
    findings: Iterable[Finding],
    terms: Terms | None,
    zone: Zone = Zone.COMMENT,
    writer: Writer = Writer.PARTNER,
    reason: Reason | None = None,
) -> Verdict:
    """Return the verdict of a text's findings in a zone, for who writes it; without terms, general law alone speaks.

    Raises WrongReason when the reason is not one of those of the zone.
    """
    check_reason(reason, zone, terms)
    remarks = tuple(_remark(finding, terms, zone, writer) for finding in findings)
    gravest = max((r.level.weight for r in remarks), default=0)
    if gravest == Level.BLOQUANT.weight:
        return Verdict(Outcome.REFUSE, remarks)
    if gravest == Level.A_VERIFIER.weight and reason is None:
        return Verdict(Outcome.A_VERIFIER, remarks)
    return Verdict(Outcome.ACCEPTE, remarks, reason if gravest == Level.A_VERIFIER.weight else None)


def check_reason(reason: Reason | None, zone: Zone, terms: Terms | None) -> None:
    """Refuse (WrongReason) a reason that is not one of those of the zone under the terms."""
    if reason is Reason.URGENT_PROOF and terms is not None and not terms.urgent_proofs:
        raise WrongReason("Cette convention ne demande pas de justificatif d'urgence.", field="reason")
    if reason is not None and reason not in (FOR_COMMENT if zone is Zone.COMMENT else FOR_ATTACHMENT):
        raise WrongReason("Ce motif ne convient pas ici : choisissez-en un dans la liste.", field="reason")


@dataclass(frozen=True, slots=True)
class Held:
    """What the antivirus's answer calls for, and the sentence that says so, when there is something to say."""

    outcome: Outcome
    note: str | None = None


def hold(examined: Examined, terms: Terms | None) -> Held:
    """Return what becomes of a file after the antivirus, under the terms (F4: « préalablement analysés » in S4)."""
    first = terms is not None and terms.antivirus_first
    article = f" ({_cite(terms, 'F4', '')[0]})" if first else ""
    match examined.state:
        case State.CLEAN:
            return Held(Outcome.ACCEPTE)
        case State.INFECTED:
            name = f" ({examined.name})" if examined.name else ""
            return Held(Outcome.REFUSE, f"{INFECTED}{name}. {NEVER_OPENED}")
        case State.UNREACHABLE:
            return Held(Outcome.REFUSE if first else Outcome.A_VERIFIER, f"{NOT_EXAMINED}{article}")
        case State.ABSENT:
            return Held(Outcome.A_VERIFIER, f"{NO_ANTIVIRUS}{article}") if first else Held(Outcome.ACCEPTE)
        case _:
            assert_never(examined.state)


def outgoing(terms: Terms | None, writer: Writer, reason: Reason | None) -> Held:
    """Return what becomes of a file that a caisse sends to a partner (F5: « uniquement aux partenaires habilités »).

    The text does not list who is habilitated: a person says so, and the receipt keeps it.
    """
    article, clause = _cite(terms, "F5", "")
    if writer is not Writer.CAISSE or clause is None:
        return Held(Outcome.ACCEPTE)
    if reason is Reason.HABILITATED:
        return Held(Outcome.ACCEPTE)
    return Held(Outcome.REFUSE, f"{NOT_HABILITATED} ({article}).")


def offered(terms: Terms | None, writer: Writer, virus: State, *, has_remarks: bool) -> tuple[Reason, ...]:
    """Return the reasons that may be given for a file, in the order of the list."""
    unfit = {
        Reason.FALSE_POSITIVE: not has_remarks,
        Reason.EXAMINED_HERE: virus not in (State.ABSENT, State.UNREACHABLE),
        Reason.URGENT_PROOF: terms is not None and not terms.urgent_proofs,
        Reason.HABILITATED: writer is not Writer.CAISSE,
    }
    return tuple(one for one in FOR_ATTACHMENT if not unfit.get(one, False))


def of_several(terms: Terms | None) -> str:
    """Return what is told when the files of a dossier speak of several persons (F1)."""
    return f"{SEVERAL} ({_cite(terms, 'F1', LAW_EXCESS)[0]})."


def _remark(finding: Finding, terms: Terms | None, zone: Zone, writer: Writer) -> Remark:
    if finding.category is Category.NIR:
        return _nir(finding, terms, zone)
    if finding.category is Category.SANTE:
        return _health(finding, terms, zone, writer)
    article, clause = _cite(terms, "N2", LAW_EXCESS)
    return Remark(finding, Level.INFO, article, clause=clause)


def _nir(finding: Finding, terms: Terms | None, zone: Zone) -> Remark:
    article, clause = _cite(terms, "N1", LAW_NIR)
    if zone is Zone.COMMENT:
        return Remark(finding, finding.level, article, clause=clause)
    if terms is not None and terms.nir_in_attachments:
        advice = "Le NIR est toléré sur une pièce jointe ; il n'en est ni extrait ni conservé."
        return Remark(finding, Level.INFO, article, advice, clause)
    advice = "Aucune clause n'admet le NIR sur une pièce : masquez-le, ou dites pourquoi la pièce est nécessaire."
    return Remark(finding, Level.A_VERIFIER, article, advice, clause)


def _health(finding: Finding, terms: Terms | None, zone: Zone, writer: Writer) -> Remark:
    if zone is Zone.ATTACHMENT:
        return _health_attached(finding, terms)
    by_caisse = writer is Writer.CAISSE
    banned = terms is not None and (terms.caisse_health_forbidden if by_caisse else terms.health_forbidden)
    article, clause = _cite(terms, "T2" if by_caisse else "T1", "")
    if not (banned and clause):
        article = f"{LAW_HEALTH} ; {article}" if clause else LAW_HEALTH
    return Remark(finding, finding.level, article, clause=clause)


def _health_attached(finding: Finding, terms: Terms | None) -> Remark:
    article, clause = _cite(terms, "F1", LAW_EXCESS)
    if terms is not None and terms.urgent_proofs:
        proofs = " ou ".join(terms.urgent_proofs)
        advice = f"Admis pour un dossier urgent ({proofs}) ; sinon, la pièce doit être strictement nécessaire."
    else:
        advice = "La pièce doit être strictement nécessaire au dossier : l'est-elle ?"
    level = Level.A_VERIFIER if finding.level is Level.BLOQUANT else finding.level
    return Remark(finding, level, article, advice, clause)


def _cite(terms: Terms | None, rule: str, otherwise: str) -> tuple[str, str | None]:
    """Return the article of a rule and the rule, or what general law says where the terms are silent."""
    cited = terms.rule(rule) if terms is not None else None
    if terms is None or cited is None or cited.article is None or cited.value is None:
        return otherwise, None
    return f"{terms.convention}, {cited.article}", rule
