"""Every sentence cited by a shipped convention stands in the text that was published."""

import os
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from governance.conventions.shipped import shipped
from governance.conventions.terms import Cited, Convention
from governance.conventions.values.breach import BreachClause

SEEDS = Path(os.environ.get("VIGIE_SEEDS", Path(__file__).parents[3] / "shared" / "seeds"))
LONGEST_QUOTE = 18


def plain(text: str) -> str:
    """Fold what conversion changes and reading does not: spaces, apostrophes, marks of emphasis."""
    return re.sub(r"\s+", " ", text.replace("’", "'").replace("**", "").replace("\\*", "*"))


def folded(text: str) -> str:
    """Fold what optical reading confuses: accents, « œ » read « ce », « l » read « I » or « | »."""
    letters = unicodedata.normalize("NFKD", text.lower().replace("œ", "ce"))
    return re.sub("[i|l]", "l", "".join(one for one in letters if one.isalnum() or one == "|"))


def quotes(cited: Cited[object]) -> Iterator[str]:
    if cited.quote:
        yield cited.quote
    if isinstance(cited.value, tuple):
        yield from (clause.quote for clause in cited.value if isinstance(clause, BreachClause))


CITED = [
    pytest.param(convention, cited, id=f"{convention.code}-{cited.rule}")
    for convention in shipped().values()
    for history in convention.versions.values()
    for cited in history
    if any(quotes(cited))
]


def text_of(convention: Convention) -> str:
    path = SEEDS / str(convention.source)
    if not path.is_file():
        pytest.skip(f"the published text is not here ({path.name}); VIGIE_SEEDS may say where the texts lie")
    return path.read_text("utf-8")


@pytest.mark.parametrize(("convention", "cited"), CITED)
def test_the_quote_stands_in_the_published_text(convention: Convention, cited: Cited[object]) -> None:
    fold = folded if convention.scanned else plain

    text = fold(text_of(convention))

    assert [quote for quote in quotes(cited) if fold(quote) not in text] == []


@pytest.mark.parametrize(("convention", "cited"), CITED)
def test_the_quote_is_short_enough_to_be_a_quotation(convention: Convention, cited: Cited[object]) -> None:
    assert all(len(quote.split()) <= LONGEST_QUOTE for quote in quotes(cited))


def test_no_convention_keeps_the_name_of_a_person() -> None:
    folder = Path(__file__).parents[2] / "governance" / "conventions" / "data"

    mailboxes = {
        box for path in folder.glob("*.toml") for box in re.findall(r"[\w.-]+@[\w.-]+", path.read_text("utf-8"))
    }

    institutional = re.compile(r"(dpo|delegue|detection-mas|accompagnement|partenariat)", re.IGNORECASE)
    assert [box for box in mailboxes if not institutional.match(box)] == []
