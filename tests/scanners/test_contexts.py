"""What spares searches changes no finding: a pattern that matches bears one of its marks."""

import pytest

from evaluation.marked import comments
from scanners.contexts import Case, Context, Side, Triggers, triggers_of
from scanners.engine import scan
from scanners.findings import Level
from scanners.marks import marks_of, marks_of_all
from scanners.placing import Placed

READ = {
    "(?:sous|prend) (?:du|de la)": ("du la", "prend sous"),
    r"hospital\w*|\d+ jours?": ("hos hospital jour jours", "hos hospital jour jours"),
    "(?:.* )?(?:suivie?|vu)(?: par)?": ("par suivi suivie vu", "suivi suivie vu"),
    r"(?:\w+ ){0,2}(?:un|en) (?:bras|main)": ("bras main", "bras main"),
    "d[eu] (?:vin|)": (None, "de du vin"),
    r"\w+": (None, None),
    "": (None, None),
    ".*(?:nom|nee?)": (None, None),
    "cancer (?!du dossier).*": (None, "cancer"),
}


@pytest.mark.parametrize("source", READ)
def test_a_pattern_tells_what_words_it_cannot_do_without(source: str) -> None:
    edge, anywhere = (wanted if wanted is None else frozenset(wanted.split(" ")) for wanted in READ[source])
    context = Context(source, Side.BEFORE)

    assert (context.at_edge, context.anywhere) == (edge, anywhere)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("(?:mal|maux) de (?:dos|tete)", "a toujours des maux de tete"),
        (r"psy\w*|\d+ (?:mg|g)", "prend 20 mg"),
        (r"psy\w*|\d+ (?:mg|g)", "va voir la psychologue"),
        ("(?:(?:tres|trop) )*(?:fatigue|las)", "est tres tres tres tres tres las"),
        (r"[eu]n? \w{3,}|\bx", "en ville"),
    ],
)
@pytest.mark.parametrize("side", Side)
def test_where_a_pattern_matches_its_marks_are_there(source: str, words: str, side: Side) -> None:
    parts = words.split()
    if side is Side.AFTER:
        parts = parts[next(i for i in range(len(parts)) if Context(source, side).match(" ".join(parts[i:]))) :]
    context = Context(source, side)
    nearest = marks_of(parts[0] if side is Side.AFTER else parts[-1])

    assert context.match(" ".join(parts)) is not None
    assert context.at_edge is None or not context.at_edge.isdisjoint(nearest)
    assert context.is_among(" ".join(parts), marks_of_all(parts, digits=True))


def test_nothing_is_lost_by_the_searches_that_are_spared(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [comment.text for comment in comments("dev3")]
    spared = [scan(text) for text in texts]
    monkeypatch.setattr(Context, "may_be_among", lambda *_: True)
    monkeypatch.setattr(Placed, "_may_match", lambda *_: True)
    monkeypatch.setattr(Placed, "_may_hold", lambda *_: True)
    monkeypatch.setattr(Placed, "_case", lambda place, entry: next(filter(place._holds, entry.cases), None))

    assert [scan(text) for text in texts] == spared


def test_an_entry_is_passed_over_only_where_none_of_its_cases_can_hold() -> None:
    told = Case(Level.BLOQUANT, before=Context("(?:sous|prend)", Side.BEFORE))
    near = Case(Level.A_VERIFIER, near=Context("psy\\w*", Side.NEAR), letters="upper")

    assert triggers_of([told, near]) == Triggers(frozenset({"sous", "prend"}), frozenset(), frozenset({"psy"}))
    assert triggers_of([told, Case(Level.INFO, letters="upper")]) is None
    assert triggers_of([told, Case(None, not_near=Context("eau", Side.NEAR))]) is None


@pytest.mark.parametrize("source", READ)
def test_a_pattern_recalls_what_was_told_of_it(source: str) -> None:
    read, recalled = Context(source, Side.BEFORE), Context("autre", Side.BEFORE)

    recalled.recall(read.state())

    assert (recalled.at_edge, recalled.anywhere) == (read.at_edge, read.anywhere)
