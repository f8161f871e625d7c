"""How a command ends, whatever happens: an exit status and at most one line on the error output, never a traceback."""

import os
import sys
import traceback
from collections.abc import Sequence
from typing import TextIO

import click

from governance.core.refusals import Refusal

CLEAN, REFUSED, ERROR = 0, 1, 2
INTERRUPTED = 130  # what shells give to a command that Ctrl-C ended: 128 + SIGINT

_FRAMES = 3


def run(command: click.Command, arguments: Sequence[str]) -> int:
    """Run a command and return its exit status; what a command returns is its status."""
    _write_unicode()
    try:
        with command.make_context("vigie", list(arguments)) as context:
            status = command.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as asked:
        return asked.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _told("Interrompu.", INTERRUPTED)
    except click.UsageError as error:
        return _told(f"{_path(error)} : {error.format_message()} (aide : {_path(error)} --help)", ERROR)
    except click.ClickException as error:
        return _told(error.format_message(), ERROR)
    except Refusal as refusal:
        return _told(refusal.message, ERROR)
    except BrokenPipeError:
        return _unread()
    except OSError:
        return _told("Lecture ou écriture impossible : le disque est peut-être plein, ou les droits manquent.", ERROR)
    except Exception as error:
        return _told(_unexpected(error), ERROR)
    return status if isinstance(status, int) else CLEAN


def tell(message: str) -> None:
    """Say something to the person, not to who reads the output."""
    click.echo(message, err=True)


def _told(message: str, status: int) -> int:
    try:
        tell(message)
        sys.stdout.flush()
    except OSError:
        _unread()
    return status


def _path(error: click.UsageError) -> str:
    return error.ctx.command_path if error.ctx is not None else "vigie"


def _unread() -> int:
    # Nobody reads any more: what is left in the buffers must not fail once again when Python closes them.
    for stream in (sys.stdout, sys.stderr):
        _to_nowhere(stream)
    return ERROR


def _to_nowhere(stream: TextIO) -> None:
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _unexpected(error: Exception) -> str:
    # Neither the message, which may repeat a text under scan, nor a traceback: the class, and where it happened.
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
    return f"Erreur inattendue ({type(error).__name__}, {where}) : signalez-la avec cette ligne."


def _write_unicode() -> None:
    # Whatever the locale; a lone surrogate becomes « \ud800 », which is also what JSON writes.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
