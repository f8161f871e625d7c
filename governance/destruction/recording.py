"""What every form and button of a destruction does: act, say so and go back to it; or say why not, there."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from governance.core.refusals import Conflict, Invalid
from governance.destruction import queries
from governance.destruction.pages import refused
from governance.destruction.tables import Destruction
from governance.people.rules import Permission, require
from governance.web.act import Act, act, reading
from governance.web.forms import attach


def recorded(
    identifier: str, form: Any, do: Callable[[Act], object], told: str, show: Callable[[Act], str]
) -> ResponseReturnValue:
    """Do what a form asks; what is refused is said on the form, shown again."""
    if form.validate():
        try:
            with act() as doing:
                do(doing)
        except (Invalid, Conflict) as refusal:
            attach(form, refusal)
        else:
            return _done(identifier, told)
    with reading() as doing:
        return show(doing), 422


def pressed(identifier: str, do: Callable[[Act], object], told: str) -> ResponseReturnValue:
    """Do what a button asks; what is refused is said on the page of the destruction."""
    try:
        with act() as doing:
            queries.find_row(doing.session, identifier, doing.by)
            do(doing)
    except Conflict as refusal:
        return refused(identifier, refusal)
    return _done(identifier, told)


def prepared(doing: Act, identifier: str) -> Destruction:
    """Return a destruction to who prepares it; raises UnknownDestruction, Forbidden."""
    row = queries.find_row(doing.session, identifier, doing.by)
    require(Permission.PREPARE_DESTRUCTION, doing.by, row.structure_id)
    return row


def file_sent(name: str, most: int) -> bytes:
    """Return the file of a form, and one byte more than is allowed when it is too big."""
    given = request.files.get(name)
    return given.read(most + 1) if given is not None and given.filename else b""


def _done(identifier: str, told: str) -> ResponseReturnValue:
    flash(told, "ok")
    return redirect(url_for("destruction.show", identifier=identifier), 303)
