"""What refuses a comment refuses it whatever the administrative sentence that holds it."""

import pytest

from evaluation.marked import comments
from scanners.engine import scan
from scanners.findings import Level

SENTENCES = (
    "Dossier C2S : {}.",
    "{}, donc dossier en retard.",
    "Le dossier est bloqué, {}.",
    "La caisse demande l'attestation et {}.",
    "Attestation non reçue car {}.",
    "{} et la mutuelle est résiliée.",
    "Notre service signale que {}.",
    "Le bailleur nous écrit que {}, et que le dossier suit son cours devant le tribunal.",
    "{}, inscription à l'atelier du jeudi faite.",
    "{}, insulte les agents à l'accueil.",
)
LOST = 0.02
"""Share of the short refusals of the dev part that a sentence may hide: measured 0 to 1 %."""


def refused(text: str) -> bool:
    return any(finding.level is Level.BLOQUANT for finding in scan(text))


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_refusal_is_not_lost_in_an_administrative_sentence(sentence: str) -> None:
    short = [c.text for c in comments("dev") if c.voice == "court" and refused(c.text)]

    lost = [text for text in short if not refused(sentence.format(text.rstrip(".")))]

    assert len(lost) <= LOST * len(short), lost
