"""A mail says who must do what by when, in ten lines and one link."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from governance.core.french import said
from governance.core.outbox.letters import letter
from governance.core.outbox.rules import Message, check

BEFORE = datetime(2026, 12, 31, 23, 0, tzinfo=UTC)
LINK = "https://vigie.example/revues/1"


def test_a_letter_is_a_message_as_it_stands() -> None:
    one = letter("Odile", "confirmer la revue", BEFORE, ["Il reste 3 comptes.", "", "Bonne journée."], LINK)

    check(Message("essai", "odile@ccas.example", one.subject, one.body, BEFORE), datetime(2026, 12, 1, tzinfo=UTC))

    assert one.body == f"Il reste 3 comptes.\n\nBonne journée.\n\n{LINK}"


@pytest.mark.parametrize(
    ("zone", "words"),
    [("Europe/Paris", "ven. 1er janvier, 0 h"), ("America/Martinique", "jeu. 31 décembre, 19 h")],
)
def test_an_instant_is_told_in_the_zone_of_the_reader(zone: str, words: str) -> None:
    assert said(BEFORE, ZoneInfo(zone)).replace("\N{NO-BREAK SPACE}", " ") == words


@pytest.mark.parametrize("lines", [["une ligne"] * 10, ["a" * 201], ["deux\nlignes"], [f"Voir {LINK}"]])
def test_a_letter_too_long_or_with_two_links_is_a_mistake_of_the_code(lines: list[str]) -> None:
    with pytest.raises(ValueError, match="a mail has"):
        letter("Odile", "lire", None, lines, LINK)
