"""The desk at which a signalement is checked: who writes, under which conventions, and the page that shows it."""

from dataclasses import dataclass
from datetime import date

from flask import current_app, render_template, url_for

from governance.conventions.life.queries import closed_lives
from governance.core import clock
from governance.people.rules import Permission, require
from governance.web.act import Act
from scanners import queries
from scanners.documents.acceptance import megabytes
from scanners.dossier import Bounds
from scanners.forms import Choice, SignalementForm, choices_of
from scanners.presenting import CommentView, Link, ResultView
from scanners.rules import Writer
from scanners.tiers import unlooked

KEPT_CHARACTERS = 200_000  # of a comment that is refused: beyond, it is not sent back


@dataclass(frozen=True, slots=True)
class Desk:
    """Who writes, under which conventions, today; `closed` says which have ended, and why.

    `has_reported` when they called a refusal a mistake, whose answer they may look for; `unlooked` says what their
    structure does not have looked for.
    """

    choices: tuple[Choice, ...]
    writer: Writer
    on: date
    closed: tuple[str, ...] = ()
    has_reported: bool = False
    unlooked: str | None = None

    def choice(self, value: str) -> Choice | None:
        """Return the choice of that value, else the first one."""
        first = next(iter(self.choices), None)
        return next((one for one in self.choices if one.value == value), first)

    def bounds(self, choice: Choice | None) -> Bounds | None:
        """Return the limits of the portal under a choice."""
        return queries.bounds_of(choice.convention.on(self.on)) if choice is not None else None


def find_desk(doing: Act) -> Desk:
    """Return the desk of who asks; raises Forbidden."""
    require(Permission.SCAN, doing.by, doing.by.structure)
    on = clock.day(doing.at)
    writer = queries.writer_of(doing.session, doing.by)
    closed = closed_lives(doing.session, doing.by.structure, on)
    gone = {(code, caisse) for code, ended in closed.items() for caisse in ended.caisses}
    choices = choices_of(queries.conventions_in_force(doing.session, on, doing.by), writer, gone)
    said = tuple(said for ended in closed.values() for said in ended.said)
    not_looked = unlooked(queries.own_words(doing.session, doing.by.structure).off)
    return Desk(choices, writer, on, said, queries.has_reported(doing.session, doing.by), not_looked)


def show(
    form: SignalementForm, desk: Desk, result: ResultView | None = None, *, disputed: CommentView | None = None
) -> str:
    """Return the page: what was typed is kept, and what is sent next is another check.

    `disputed` is the comment in which a refusal was called a mistake; the form says it if that was not kept.
    """
    choice = desk.choice(form.convention.data or "")
    form.offer(desk.choices)
    form.convention.data = choice.value if choice is not None else ""
    form.comment.data = form.text if len(form.text) <= KEPT_CHARACTERS else ""
    form.renew()
    return render_template(
        "scanners/verify.html",
        form=form,
        choice=choice,
        desk=desk,
        bounds=desk.bounds(choice),
        href=convention_address(choice.convention.code) if choice is not None else None,
        result=result,
        comment=disputed or (result.comment if result is not None else None),
        is_reported=disputed is not None and not form.errors,
        unlooked=desk.unlooked,
        megabytes=megabytes,
    )


def convention_address(code: str, clause: str | None = None) -> str | None:
    """Return the address of « Ce que cette convention exige », or of one rule in it, where that page exists."""
    if "conventions.show" not in current_app.view_functions:
        return None
    return url_for("conventions.show", code=code, _anchor=clause)


def link_to(code: str) -> Link:
    """Return the function that gives the address of a rule of a convention, None for general law."""
    return lambda clause: convention_address(code, clause) if clause is not None else None
