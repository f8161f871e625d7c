"""Hints of illness that refuse together: three of different natures tell what none tells alone."""

from dataclasses import replace

from scanners.findings import Finding, Level

CROSSING = 3
NOT_HINTS = frozenset({"sante.vigilance", "sante.jugement", "sante.sigle_ambigu"})
CROSSED = "Trois indices de nature différente sur la même personne : ensemble, ils révèlent son état de santé."
HINT = "Un indice de santé : à retirer s'il n'est pas nécessaire à la demande."


def crossed(findings: list[Finding]) -> list[Finding]:
    """Raise three hints of different families to a refusal: together they tell (annotation guide, rule 7c)."""
    if len(findings) < CROSSING:
        return findings
    hints = {f.rule for f in findings if f.level is Level.A_VERIFIER and f.rule not in NOT_HINTS}
    if len(hints) < CROSSING:
        return findings
    return [_raised(f) if f.rule in hints and f.level is not Level.BLOQUANT else f for f in findings]


def _raised(finding: Finding) -> Finding:
    return replace(finding, level=Level.BLOQUANT, why=CROSSED)


def uncrossed(findings: list[Finding]) -> list[Finding]:
    """Bring back to hints what was raised together, where some of it is heard no more and too few are left."""
    if len({f.rule for f in findings if f.why == CROSSED}) >= CROSSING:
        return findings
    return [replace(f, level=Level.A_VERIFIER, why=HINT) if f.why == CROSSED else f for f in findings]
