"""What is true of every command: it is listed, it explains itself, and it says what it lacks in one line."""

from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from app.cli import vigie
from tests.actions.cli import call
from tests.conftest import Demonstration, on_sqlite
from tests.contracts.commands import COMMANDS, Needs

__all__ = ["call"]

ON_DATABASE = sorted(name for name, one in COMMANDS.items() if one.needs in {Needs.DATABASE, Needs.STRUCTURE})
OF_A_STRUCTURE = sorted(name for name, one in COMMANDS.items() if one.needs is Needs.STRUCTURE)


def every(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Give the name of every command, groups left out."""
    context = click.Context(group)
    for name in group.list_commands(context):
        one = group.get_command(context, name)
        if isinstance(one, click.Group):
            yield from every(one, (*path, name))
        else:
            yield " ".join((*path, name))


def words(name: str, tmp_path: Path) -> list[str]:
    """Return a call of a command, with arguments that it reads."""
    file = tmp_path / "convention.toml"
    file.write_text("")
    return [*name.split(), *(one.format(file=file) for one in COMMANDS[name].arguments)]


def test_every_command_states_what_it_needs() -> None:
    assert set(every(vigie)) == set(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_explains_itself(call: Callable, name: str) -> None:
    done = call(*name.split(), "--help")

    assert (done.status, done.err) == (0, "")
    assert "Usage" in done.out or "Utilisation" in done.out


@pytest.mark.parametrize("name", ON_DATABASE)
def test_a_command_that_finds_no_database_says_so_and_does_nothing(
    call: Callable, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VIGIE_DATABASE_URL", f"sqlite:///{tmp_path / 'absente.sqlite'}")

    done = call(*words(name, tmp_path))

    assert (done.status, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert not (tmp_path / "absente.sqlite").exists()


@on_sqlite
@pytest.mark.parametrize("name", OF_A_STRUCTURE)
def test_a_command_for_one_structure_never_guesses_which(
    call: Callable,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    database_url: str,
    demonstration: Demonstration,
    name: str,
) -> None:
    monkeypatch.setenv("VIGIE_DATABASE_URL", database_url)

    unsaid = call(*words(name, tmp_path))
    unknown = call(*words(name, tmp_path), "--structure", "Nulle part")

    assert [(one.status, one.out) for one in (unsaid, unknown)] == [(2, ""), (2, "")]
    assert "--structure" in unsaid.err
