"""What is true of every requirement of OWASP ASVS 5.0, levels 1 and 2: shown by a test, told, or said to be missing."""

import ast
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("governance", "scanners", "reviews", "breach", "app")
REQUIREMENTS = tomllib.loads((ROOT / "tests/contracts/asvs.toml").read_text("utf-8"))
WAYS = {"tests", "documents", "without", "gap"}
DOCUMENT = ROOT / "docs/securite.md"

# What runs a text, or makes objects of bytes that somebody gave.
RUNS = {"eval", "exec", "os.system", "os.popen", "pickle.load", "pickle.loads", "marshal.loads", "yaml.load"}
BROKEN = {"hashlib.md5", "hashlib.sha1", "hashes.MD5", "hashes.SHA1"}


def test_every_requirement_of_both_levels_is_named_and_answered_in_one_way() -> None:
    levels = Counter(one["level"] for one in REQUIREMENTS.values())
    ways = {name: set(one) - {"level"} for name, one in REQUIREMENTS.items()}

    assert levels == {1: 70, 2: 183}
    assert {name: way for name, way in ways.items() if len(way) != 1 or not way <= WAYS} == {}


@pytest.mark.parametrize("name", [name for name, one in REQUIREMENTS.items() if "tests" in one])
def test_the_tests_that_show_a_requirement_are_there(name: str) -> None:
    named = [reference.split("::") for reference in REQUIREMENTS[name]["tests"]]

    assert named
    assert [(path, test) for path, test in named if test not in functions(path)] == []


def test_what_is_only_told_is_told_in_a_page_that_is_there() -> None:
    pages = {page for one in REQUIREMENTS.values() for page in one.get("documents", ())}

    assert [page for page in sorted(pages) if not (ROOT / page).exists()] == []


def test_what_is_missing_is_said_to_whoever_reads() -> None:
    missing = [name for name, one in REQUIREMENTS.items() if "gap" in one]
    page = DOCUMENT.read_text("utf-8")

    assert [name for name in missing if f"| {name} |" not in page] == []


def test_no_text_is_ever_executed() -> None:
    found = {(str(path.relative_to(ROOT)), name) for path in sources() for name in calls(path) if name in RUNS}
    shells = [path for path in sources() if "shell=True" in path.read_text("utf-8")]

    assert found == set()
    assert shells == []


def test_no_broken_hash_is_used_but_to_look_a_password_up_in_a_published_list() -> None:
    found = {(str(path.relative_to(ROOT)), name) for path in sources() for name in calls(path) if name in BROKEN}

    assert found == {("governance/people/leaked.py", "hashlib.sha1")}


def test_no_secret_comes_from_ordinary_chance() -> None:
    assert [path for path in sources() if re.search(r"^(import|from) random\b", path.read_text("utf-8"), re.M)] == []


def test_the_image_holds_no_history() -> None:
    left_out = (ROOT / ".dockerignore").read_text("utf-8").split()

    assert {".git", ".venv"} <= {line.rstrip("/") for line in left_out}


@pytest.mark.parametrize("lock", sorted(path.name for path in ROOT.glob("requirements*.lock")))
def test_every_library_is_locked_with_its_hashes(lock: str) -> None:
    text = re.sub(r"\\\n\s*", " ", (ROOT / lock).read_text("utf-8"))

    pins = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]

    assert pins
    assert [line[:60] for line in pins if "==" not in line or "--hash=sha256:" not in line] == []


def sources() -> Iterator[Path]:
    """Give every module of the product."""
    return (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))


def calls(path: Path) -> Iterator[str]:
    """Give the name of everything a module calls."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


@cache
def functions(path: str) -> frozenset[str]:
    """Return the tests of a file, none when it is not there."""
    file = ROOT / "tests" / path
    if not file.exists():
        return frozenset()
    tree = ast.parse(file.read_text("utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
