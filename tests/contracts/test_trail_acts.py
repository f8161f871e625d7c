"""What is true of every act that the code records."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import app
from app.acts import ACTS

ROOT = Path(app.__path__[0]).parent
MODULES = [
    path for name in ("governance", "scanners", "reviews", "breach", "app") for path in (ROOT / name).rglob("*.py")
]


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Give each call that records an act, and where it is."""
    for path in sorted(MODULES):
        if "record(" not in (source := path.read_text("utf-8")):
            continue
        for node in ast.walk(ast.parse(source)):
            if (
                isinstance(node, ast.Call)
                and ast.unparse(node.func) in {"trail.record", "record"}
                and len(node.args) > 2
            ):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def actions(node: ast.expr) -> Iterator[str]:
    """Give the actions that an argument may name; what is computed is a star."""
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from actions(node.body)
        yield from actions(node.orelse)


CALLS = dict(calls())


def test_the_calls_are_found() -> None:
    assert len(CALLS) > 10


@pytest.mark.parametrize("where", CALLS)
def test_every_act_has_a_name_on_pages(where: str) -> None:
    for action in actions(CALLS[where].args[1]):
        known = [code for code in ACTS if code == action or ("*" in action and code.startswith(action.split("*")[0]))]

        assert known, f"name {action} in app/acts.py"


@pytest.mark.parametrize("where", CALLS)
def test_an_act_says_who_did_it_in_which_role(where: str) -> None:
    by = next(word.value for word in CALLS[where].keywords if word.arg == "by")

    assert not ast.unparse(by).endswith("by.id"), "by=by.id loses the role: give by=by"


@pytest.mark.parametrize("code", ACTS)
def test_a_name_is_short_and_begins_with_a_capital(code: str) -> None:
    assert 3 < len(ACTS[code]) < 60
    assert ACTS[code][0].isupper()
