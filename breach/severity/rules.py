"""The severity of a breach by ENISA's method: SE = DPC × EI + CB (Recommendations for a methodology, 2013).

The score helps; it decides nothing. What the law asks is whether a risk is unlikely (RGPD, art. 33(1)) and whether it
is high (art. 34(1)): a person concludes, and says why when the conclusion departs from the score.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from governance.core.refusals import Invalid

METHOD = "ENISA 2013"
MANY = 100  # ENISA 2013, § 3.5: « more than 100 individuals » is flagged, outside the score
NEAR = Decimal("0.25")  # this close to a band, the DPO is asked
REASON_LIMIT = 2_000

_LEAST, _MOST = 1, 4


class DataKind(StrEnum):
    """What sort of data it is: the base of the data processing context (DPC)."""

    SIMPLE = "simple"
    BEHAVIOURAL = "behavioural"
    FINANCIAL = "financial"
    SENSITIVE = "sensitive"


class Ease(StrEnum):
    """How easily persons are recognised from the data (EI)."""

    NEGLIGIBLE = "negligible"
    LIMITED = "limited"
    SIGNIFICANT = "significant"
    MAXIMUM = "maximum"


class Confidentiality(StrEnum):
    """Who may have seen the data."""

    UNTOUCHED = "untouched"
    NO_EVIDENCE = "no_evidence"
    KNOWN = "known"
    UNKNOWN = "unknown"


class Integrity(StrEnum):
    """What became of the data's exactness."""

    UNTOUCHED = "untouched"
    RECOVERED = "recovered"
    RECOVERABLE = "recoverable"
    LOST = "lost"


class Availability(StrEnum):
    """What became of the access to the data."""

    UNTOUCHED = "untouched"
    RECOVERED = "recovered"
    TEMPORARY = "temporary"
    LOST = "lost"


class Band(StrEnum):
    """How grave the score says it is; named as the CNIL's form does."""

    LOW = "négligeable"
    MEDIUM = "limitée"
    HIGH = "importante"
    VERY_HIGH = "maximale"


class Risk(StrEnum):
    """What a person concludes: the law's own tests."""

    UNLIKELY = "unlikely"
    RISK = "risk"
    HIGH = "high"


class Flag(StrEnum):
    """What the score leaves out, and is shown beside it."""

    MANY = "many"
    UNINTELLIGIBLE = "unintelligible"
    NEAR_A_BAND = "near_a_band"


BASE: Mapping[DataKind, int] = {
    DataKind.SIMPLE: 1, DataKind.BEHAVIOURAL: 2, DataKind.FINANCIAL: 3, DataKind.SENSITIVE: 4,
}  # fmt: skip
EASE: Mapping[Ease, Decimal] = {
    Ease.NEGLIGIBLE: Decimal("0.25"), Ease.LIMITED: Decimal("0.5"), Ease.SIGNIFICANT: Decimal("0.75"),
    Ease.MAXIMUM: Decimal(1),
}  # fmt: skip
# Circumstances add up (CB); what was untouched, or only exposed without a trace of access, adds nothing.
ADDED: Mapping[Confidentiality | Integrity | Availability, Decimal] = {
    Confidentiality.UNTOUCHED: Decimal(0), Confidentiality.NO_EVIDENCE: Decimal(0),
    Confidentiality.KNOWN: Decimal("0.25"), Confidentiality.UNKNOWN: Decimal("0.5"),
    Integrity.UNTOUCHED: Decimal(0), Integrity.RECOVERED: Decimal(0),
    Integrity.RECOVERABLE: Decimal("0.25"), Integrity.LOST: Decimal("0.5"),
    Availability.UNTOUCHED: Decimal(0), Availability.RECOVERED: Decimal(0),
    Availability.TEMPORARY: Decimal("0.25"), Availability.LOST: Decimal("0.5"),
}  # fmt: skip
MALICIOUS = Decimal("0.5")
FROM: Mapping[Band, Decimal] = {
    Band.LOW: Decimal(0), Band.MEDIUM: Decimal(2), Band.HIGH: Decimal(3), Band.VERY_HIGH: Decimal(4),
}  # fmt: skip
SUGGESTED: Mapping[Band, Risk] = {
    Band.LOW: Risk.UNLIKELY, Band.MEDIUM: Risk.RISK, Band.HIGH: Risk.HIGH, Band.VERY_HIGH: Risk.HIGH,
}  # fmt: skip


class BadInput(Invalid):
    """The inputs cannot give a score, or a conclusion lacks its reasons."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a person says of a breach; `adjustment` moves the base of the data up or down, for a stated reason.

    `persons` is the number concerned, or its highest estimate; `unintelligible` that nobody can read the data without
    a key that was not taken (RGPD, art. 34(3)(a)).
    """

    kind: DataKind
    ease: Ease
    confidentiality: Confidentiality = Confidentiality.UNTOUCHED
    integrity: Integrity = Integrity.UNTOUCHED
    availability: Availability = Availability.UNTOUCHED
    malicious: bool = False
    adjustment: int = 0
    adjustment_reason: str = ""
    persons: int | None = None
    unintelligible: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """What the method gives: its three factors, the score, the band, and what the score leaves out."""

    dpc: int
    ei: Decimal
    cb: Decimal
    se: Decimal
    band: Band
    flags: frozenset[Flag]

    @property
    def suggested(self) -> Risk:
        """Return the conclusion that the band alone would suggest."""
        return SUGGESTED[self.band]


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What a person concludes, and why."""

    risk: Risk
    reasons: str


def score(inputs: Inputs) -> Score:
    """Return the score of inputs; raises BadInput when the adjusted context leaves 1 to 4, or has no reason.

    >>> score(Inputs(DataKind.SENSITIVE, Ease.MAXIMUM, Confidentiality.KNOWN)).band
    <Band.VERY_HIGH: 'maximale'>
    """
    dpc = _context(inputs)
    ei = EASE[inputs.ease]
    cb = ADDED[inputs.confidentiality] + ADDED[inputs.integrity] + ADDED[inputs.availability]
    cb += MALICIOUS if inputs.malicious else Decimal(0)
    se = dpc * ei + cb
    return Score(dpc, ei, cb, se, band_of(se), _flags(inputs, se))


def band_of(se: Decimal) -> Band:
    """Return the band in which a score falls: from 2, 3 and 4 on, the next one.

    >>> band_of(Decimal("1.99")), band_of(Decimal(2)), band_of(Decimal(4))
    (<Band.LOW: 'négligeable'>, <Band.MEDIUM: 'limitée'>, <Band.VERY_HIGH: 'maximale'>)
    """
    return max((band for band in Band if FROM[band] <= se), key=lambda band: FROM[band])


def departs(found: Score, conclusion: Conclusion) -> bool:
    """Say whether a conclusion is not the one that the score suggests."""
    return conclusion.risk is not found.suggested


def check_conclusion(found: Score, conclusion: Conclusion) -> None:
    """Refuse (BadInput) a conclusion without reasons: they are what the CNIL reads (art. 33(5)), whatever the score."""
    reasons = conclusion.reasons.strip()
    if not reasons:
        more = " La conclusion s'écarte du score." if departs(found, conclusion) else ""
        raise BadInput(f"Écrivez en quelques mots pourquoi vous concluez ainsi.{more}", field="reasons")
    if len(reasons) > REASON_LIMIT:
        raise BadInput(f"Les raisons tiennent en {REASON_LIMIT} caractères.", field="reasons")


def _context(inputs: Inputs) -> int:
    if inputs.persons is not None and inputs.persons < 0:
        raise BadInput("Un nombre de personnes ne peut pas être négatif.", field="persons")
    dpc = BASE[inputs.kind] + inputs.adjustment
    if not _LEAST <= dpc <= _MOST:
        raise BadInput(
            f"Le contexte ajusté vaut {dpc} : la méthode le borne de {_LEAST} à {_MOST}.", field="adjustment"
        )
    if inputs.adjustment and not inputs.adjustment_reason.strip():
        raise BadInput("Dites pourquoi le contexte est ajusté (NIR, public vulnérable…).", field="adjustment_reason")
    return dpc


def _flags(inputs: Inputs, se: Decimal) -> frozenset[Flag]:
    near = any(abs(se - edge) <= NEAR for edge in FROM.values() if edge)
    told = {
        Flag.MANY: inputs.persons is not None and inputs.persons > MANY,
        Flag.UNINTELLIGIBLE: inputs.unintelligible,
        Flag.NEAR_A_BAND: near,
    }
    return frozenset(flag for flag, is_told in told.items() if is_told)
