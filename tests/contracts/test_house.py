"""What is true of every file of the repository."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("governance", "scanners", "reviews", "breach", "app")
MODULES = sorted(path for name in PACKAGES for path in (ROOT / name).rglob("*.py"))
LONGEST_FILE = 300
LONGEST_FUNCTION = 25
NAMED = re.compile(r"^def (test_A\d+_\w+)", re.M)
RULE = re.compile(r"_A(\d+)(?=_)")


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text("utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_a_module_says_what_it_knows_and_stays_short(path: Path) -> None:
    source = path.read_text("utf-8")

    assert ast.get_docstring(ast.parse(source)), "a module opens with a sentence"
    assert source.count("\n") <= LONGEST_FILE
    assert [f.name for f in functions(path) if (f.end_lineno or 0) - f.lineno >= LONGEST_FUNCTION] == []


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_only_the_clock_reads_the_clock(path: Path) -> None:
    source = path.read_text("utf-8")
    readers = ("datetime.now(", "utcnow(", "date.today(", "time.time(")

    assert path.name == "clock.py" or not [reader for reader in readers if reader in source]


def test_every_rule_of_accounts_has_a_test_that_bears_its_name() -> None:
    names = [name for path in ROOT.glob("tests/**/test_*.py") for name in NAMED.findall(path.read_text("utf-8"))]
    told = {int(rule) for name in names for rule in RULE.findall(name)}

    assert told >= set(range(1, 25))  # A1 to A24


def test_the_compose_file_is_valid_against_the_specification() -> None:
    command = [Path(sys.executable).parent / "check-jsonschema", "--builtin-schema", "vendor.compose-spec"]

    ran = subprocess.run([*command, ROOT / "docker-compose.yml"], capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stdout


def test_the_locks_name_no_registry() -> None:
    for lock in ROOT.glob("requirements*.lock"):
        pins = [line for line in lock.read_text("utf-8").splitlines() if not line.lstrip().startswith("#")]

        assert not [line for line in pins if "://" in line]
