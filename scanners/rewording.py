"""What to write instead: a compliant sentence or the portal's box for each finding, and the text masked."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from scanners.findings import Category, Finding, Level

_SOURCE = Path(__file__).parent / "lexicon" / "rewordings.toml"
MASKS = {
    Category.NIR: "[NIR]",
    Category.SANTE: "[santé]",
    Category.TELEPHONE: "[téléphone]",
    Category.EMAIL: "[adresse électronique]",
    Category.IBAN: "[compte bancaire]",
    Category.ADRESSE: "[adresse]",
    Category.NOM_TIERS: "[nom]",
    Category.DATE_NAISSANCE: "[date de naissance]",
}


@dataclass(frozen=True, slots=True)
class Rewording:
    """A sentence to write, the box of the form that says the same, or an advice where neither exists."""

    write: str
    box: str | None = None
    say: str | None = None


@cache
def _rewordings() -> dict[str, Rewording]:
    rows = tomllib.loads(_SOURCE.read_text("utf-8"))["rewording"]
    return {rule: Rewording(row["write"], row.get("box"), row.get("say")) for row in rows for rule in row["rules"]}


def reword(finding: Finding) -> Rewording:
    """Return what to write instead of a finding: that of its rule, else that of its kind."""
    known = _rewordings()
    return known.get(finding.rule) or known[finding.rule.split(".")[0]]


def masked(text: str, findings: Iterable[Finding], least: Level = Level.A_VERIFIER) -> str:
    """Return the text with the findings of a level or graver replaced by their kind.

    >>> masked("NIR 123.", [Finding(4, 7, Category.NIR, Level.BLOQUANT, "nir", "")])
    'NIR [NIR].'
    """
    pieces, done = [], 0
    for finding in sorted(findings):
        if finding.level.weight >= least.weight and finding.start >= done:
            pieces += [text[done : finding.start], MASKS[finding.category]]
            done = finding.end
    return "".join([*pieces, text[done:]])
