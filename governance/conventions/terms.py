"""A convention, and what it requires on a day: its rules in force, each cited."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from governance.conventions.cited import Cited, Reason, Status
from governance.conventions.schema import RULES, RuleKind, Rules
from governance.conventions.values.breach import BreachClause
from governance.conventions.values.parties import Email
from governance.conventions.values.signalement import Antivirus, ConsentMode, FilePolicy, IdentityField
from governance.core.refusals import Invalid

__all__ = ["Caisse", "Cited", "Convention", "Document", "NotInForce", "Reason", "Status", "Terms"]


class NotInForce(Invalid):
    """The convention does not apply on that day."""


class Zone(StrEnum):
    """The public holidays a caisse follows (code du travail, L3133-1, L3134-13, L3422-2)."""

    METROPOLE = "métropole"
    ALSACE_MOSELLE = "Alsace-Moselle"
    GUADELOUPE = "Guadeloupe"
    GUYANE = "Guyane"
    MARTINIQUE = "Martinique"
    MAYOTTE = "Mayotte"
    LA_REUNION = "La Réunion"
    SAINT_BARTHELEMY = "Saint-Barthélemy"
    SAINT_MARTIN = "Saint-Martin"


class Presence(StrEnum):
    """Whether a document of the convention is in the file that was read."""

    WHOLE = "présent"
    PARTIAL = "incomplet"
    MISSING = "manquant"


class Unknown(StrEnum):
    """A day that the text does not give and that a person enters from the signed copy."""

    UNKNOWN = "inconnue"


class Precision(StrEnum):
    """How exactly the day of adoption is known."""

    DAY = "jour"
    YEAR = "année"


@dataclass(frozen=True, slots=True)
class Caisse:
    """A caisse, by the short code that its rules use, and the holidays it follows."""

    code: str
    name: str
    zone: Zone = Zone.METROPOLE


@dataclass(frozen=True, slots=True)
class Document:
    """A part of the convention: convention métier (CM), convention d'utilisation (CU), annexes."""

    code: str
    title: str
    presence: Presence
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Terms(Rules):
    """The rules of one convention on one day; an attribute for each rule (`terms.B1`), and the questions most asked."""

    convention: str
    caisses: tuple[Caisse, ...]
    day: date

    def rule(self, rule_id: str) -> Cited[Any]:
        """Return a rule by its identifier; raises KeyError when there is no such rule."""
        if rule_id not in RULE_IDS:
            raise KeyError(rule_id)
        cited: Cited[Any] = getattr(self, rule_id)
        return cited

    def rules(self) -> Iterator[tuple[RuleKind, Cited[Any]]]:
        """Give every rule with its line of the schema, in the schema's order."""
        return ((kind, self.rule(kind.id)) for kind in RULES)

    def unsettled(self) -> Iterator[tuple[RuleKind, Cited[Any]]]:
        """Give the rules that are neither firm nor plainly absent, or that refer to a contradiction."""
        plain = (Status.FIRM, Status.ABSENT)
        return ((kind, one) for kind, one in self.rules() if one.reference or one.status not in plain)

    @property
    def comment_limit(self) -> int | None:
        """Return the number of characters that a comment may have (T3)."""
        return None if self.T3.operative is None else self.T3.operative.max_length

    @property
    def health_forbidden(self) -> bool:
        """Tell whether the text writes « aucune donnée de santé » for the partner (T1); false is no permission."""
        return self.T1.operative is not None and self.T1.operative.bans_health

    @property
    def caisse_health_forbidden(self) -> bool:
        """Tell the same of the caisse's agents (T2)."""
        return self.T2.operative is not None and self.T2.operative.bans_health

    @property
    def nir_in_comment(self) -> bool:
        """Tell whether a comment may hold the NIR (N1)."""
        return self.N1.operative is not None and self.N1.operative.in_signalement

    @property
    def nir_in_attachments(self) -> bool:
        """Tell whether the NIR is tolerated in an attachment (N1)."""
        return self.N1.operative is not None and self.N1.operative.in_attachments

    @property
    def file_policy(self) -> FilePolicy | None:
        """Return the types, size and number of attachments (F2)."""
        return self.F2.operative

    @property
    def urgent_proofs(self) -> tuple[str, ...]:
        """Return the medical proofs that an urgent file must carry as attachments (F1), often none."""
        return () if self.F1.operative is None else self.F1.operative.urgent_proofs

    @property
    def antivirus_first(self) -> bool:
        """Tell whether each file must have been analysed by the partner's antivirus beforehand (F4)."""
        return self.F4.operative is Antivirus.SCANNED

    @property
    def identity_fields(self) -> frozenset[IdentityField]:
        """Return the data that may be sent to identify a person outside the form's own fields (N2)."""
        return frozenset() if self.N2.operative is None else frozenset(self.N2.operative.fields)

    @property
    def breach_clauses(self) -> tuple[BreachClause, ...]:
        """Return every clause on breaches and on accounts, contradictory ones included (B2, B5)."""
        return (self.B2.value or ()) + (self.B5.value or ())

    def dpo_of(self, caisse: str) -> Email | None:
        """Return the DPO mailbox of a caisse (P3), None when the text gives none."""
        return (self.P3.operative or {}).get(caisse)

    def consent_mode(self, caisse: str) -> ConsentMode | None:
        """Return how a caisse proves the person's agreement (C1), None when the text says nothing."""
        modes = self.C1.operative.modes if self.C1.operative else None
        return (modes or {}).get(caisse)


RULE_IDS = frozenset(kind.id for kind in RULES)


@dataclass(frozen=True, slots=True)
class Convention:
    """A convention as it was read: who, which documents, and every dated version of every rule.

    `edition` counts the texts registered under the code. Signature and effect are unknown in the five texts.
    """

    code: str
    title: str
    adopted: date
    adopted_by: str
    caisses: tuple[Caisse, ...]
    documents: tuple[Document, ...]
    versions: Mapping[str, tuple[Cited[Any], ...]]
    precision: Precision = Precision.DAY
    signature: date | Unknown = Unknown.UNKNOWN
    effect: date | Unknown = Unknown.UNKNOWN
    end: date | None = None
    source: str | None = None
    scanned: bool = False
    edition: int = 1

    @property
    def partner(self) -> str:
        """Return the partner's name (P2, first version)."""
        return self.versions["P2"][0].value.name  # type: ignore[union-attr,no-any-return]  # the reader checked the kind

    @property
    def changes(self) -> tuple[date, ...]:
        """Return the days on which a version of some rule takes effect, oldest first."""
        return tuple(sorted({one.since for history in self.versions.values() for one in history}))

    def on(self, day: date) -> Terms:
        """Return the rules in force on a day; raises NotInForce before the adoption and after the end."""
        if day < self.adopted:
            raise NotInForce(self._said(day, f"n'était pas en vigueur ; son texte date du {self.adopted:%d/%m/%Y}"))
        if self.end is not None and day > self.end:
            raise NotInForce(self._said(day, f"n'est plus en vigueur ; elle a pris fin le {self.end:%d/%m/%Y}"))
        rules = {key: _in_force(history, day) for key, history in self.versions.items()}
        return Terms(convention=self.code, caisses=self.caisses, day=day, **rules)

    def _said(self, day: date, what: str) -> str:
        return f"Le {day:%d/%m/%Y}, la convention {self.code} {what}."

    def caisse(self, code: str) -> Caisse | None:
        """Return a caisse by its code."""
        return next((one for one in self.caisses if one.code == code), None)


def _in_force(history: tuple[Cited[Any], ...], day: date) -> Cited[Any]:
    return next(one for one in reversed(history) if one.since <= day)
