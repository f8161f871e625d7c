"""What the trail refuses to hold."""

import pytest

from governance.core.trail.rules import NotForTheTrail, check_details, check_words

SENTENCES = [
    {"reason": "Madame D. a rappelé"},
    {"nir": "185057800604884"},
    {"nir": "1850578006048"},
    {"nir": "2850578006048"[:13]},
    {"nir": "185052A006048"},
    {"nir": 1850578006048},
    {"phone": "0612345678"},
    {"phone": "+33612345678"},
    {"mail": "odile@ici.example"},
    {"name": "Édith"},
    {"rate": 0.5},
    {"long": "a" * 65},
    {"raw": b"octets"},
    {"many": ["a"] * 201},
    {"deep": [[["a"]]]},
    {"counts": {"Jean Dupont": 1}},
    {"counts": {1: 1}},
    {"two words": 1},
]


@pytest.mark.parametrize("details", SENTENCES, ids=lambda details: repr(details)[:40])
def test_what_may_be_somebodys_data_is_not_for_the_trail(details: dict[str, object]) -> None:
    with pytest.raises(NotForTheTrail):
        check_details(details)


@pytest.mark.parametrize(
    "details",
    [
        {},
        {"level": None, "levels": {"bloquant": 3}, "files": 2, "again": True},
        {"scopes": ["scan", "read_receipt"], "from": "2026-01-01", "at": "2026-01-01T09:00:00+00:00"},
        {"attempts": [{"at": "2026-01-01", "code": 250}]},
        {"id": "4f0c1850578006048aa"},
    ],
)
def test_counts_codes_and_days_are(details: dict[str, object]) -> None:
    assert check_details(details) is None


@pytest.mark.parametrize(
    ("action", "subject", "actor"),
    [("Un acte", "a", "b"), ("scan.refuse", "Jean Dupont", "b"), ("scan.refuse", "a", "odile@ici.example")],
)
def test_actions_and_identifiers_are_codes(action: str, subject: str, actor: str) -> None:
    with pytest.raises(NotForTheTrail):
        check_words(action, subject, actor, None)
