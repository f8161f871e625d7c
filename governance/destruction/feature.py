"""What destruction brings to the site: its pages, what awaits each person, its days."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from governance.agenda.items import Dated, Task
from governance.core import clock
from governance.destruction import archives_pages, gates, keeping_pages, places_pages, proving_pages, queries, rules
from governance.destruction.ended import ended_on
from governance.destruction.pages import pages
from governance.destruction.rules import State
from governance.destruction.tables import Destruction
from governance.people.queries import adoptions
from governance.people.rules import Actor, Permission, may
from governance.web.feature import Feature, NavEntry, Under


def tasks(session: Session, by: Actor, at: datetime) -> tuple[Task, ...]:
    """Return what awaits an actor: to prepare, to agree, to speak for a place, to look at what fails."""
    if not may(Permission.READ_DESTRUCTION, by, by.structure):
        return ()
    rows = [row for row in queries.destructions(session, by) if row.structure_id == by.structure]
    own = (task for row in rows for task in _tasks(session, row, by, at))
    return (*_to_open(session, rows, by, at), *own)


def dates(session: Session, by: Actor, at: datetime) -> tuple[Dated, ...]:
    """Return when a destruction may begin, and when the last backup that holds its data dies."""
    if not may(Permission.READ_DESTRUCTION, by, by.structure):
        return ()
    rows = (row for row in queries.destructions(session, by) if row.structure_id == by.structure)
    return tuple(
        Dated(
            f"destruction.grace:{row.id}", f"Destruction possible, convention {row.convention}", row.grace_ends_at,
            _path(row), "règle de ce service",
        )
        for row in rows
        if row.state == State.OPENED.value
    )  # fmt: skip


def _to_open(session: Session, rows: list[Destruction], by: Actor, at: datetime) -> Iterator[Task]:
    """Ask for the destruction of what is still held under a convention that ended."""
    if not may(Permission.PREPARE_DESTRUCTION, by, by.structure):
        return
    known = {row.convention for row in rows if not row.undone}
    for one in adoptions(session, by.structure):
        if one.code not in known and ended_on(session, by.structure, one.code, clock.day(at)) is not None:
            title = f"Convention {one.code} finie : ouvrir la destruction de ses données"
            yield Task(
                f"destruction.open:{one.code}", title, "Ouvrir", "/destructions", None, f"{one.code}, destruction"
            )


def _tasks(session: Session, row: Destruction, by: Actor, at: datetime) -> Iterator[Task]:
    code = row.convention
    prepares = may(Permission.PREPARE_DESTRUCTION, by, row.structure_id)
    if row.state == State.OPENED.value:
        on = clock.day(at)
        # What is open in other packages is asked when somebody agrees: the mail of the morning knows no application.
        closed = [gate for gate in gates.gates(queries.facts(session, row, (), on), at, on) if not gate.is_open]
        if prepares and any(gate.name == "archives" for gate in closed):
            title = f"Archives : bordereau d'élimination, convention {code}"
            yield Task(f"destruction.archives:{row.id}", title, "Préparer", _path(row), None, rules.VISA_ARTICLE)
        if prepares and [gate.name for gate in closed] == ["rights"]:
            title = f"Attester qu'aucune demande d'une personne n'attend, convention {code}"
            yield Task(
                f"destruction.rights:{row.id}", title, "Attester", f"{_path(row)}/demandes", None, gates.RIGHTS_ARTICLE
            )
        if not closed and _may_agree(session, row, by):
            title = f"Donner votre accord à la destruction, convention {code}"
            yield Task(f"destruction.consent:{row.id}", title, "Donner mon accord", _path(row))
    if prepares and row.state != State.CANCELLED.value:
        yield from _unspoken(session, row)
    if row.state == State.UNDERWAY.value and any(step.error for step in queries.steps(session, row)):
        title = f"Une étape de la destruction est à reprendre, convention {code}"
        yield Task(f"destruction.failed:{row.id}", title, "Regarder", _path(row))


def _unspoken(session: Session, row: Destruction) -> Iterator[Task]:
    if row.state == State.OPENED.value:
        return
    for store in queries.to_attest(queries.stores_of(session, row)):
        title = f"Attester la destruction d'un autre lieu, convention {row.convention}"
        yield Task(f"destruction.store:{store.id}", title, "Attester", f"{_path(row)}/lieux/{store.id}/attester")


def _may_agree(session: Session, row: Destruction, by: Actor) -> bool:
    given = {one.person for one in queries.consents(session, row.id)}
    return may(Permission.DESTROY_DATA, by, row.structure_id) and by.id not in given


def _path(row: Destruction) -> str:
    return f"/destructions/{row.id}"


MODULES = (archives_pages, keeping_pages, places_pages, proving_pages)  # they add their routes to the same pages

FEATURE = Feature(
    name="destruction",
    blueprints=(pages,),
    navigation=(NavEntry("Destructions", "destruction.index", Permission.READ_DESTRUCTION, Under.CONVENTIONS),),
    tasks=tasks,
    dates=dates,
)
