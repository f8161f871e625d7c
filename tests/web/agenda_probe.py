"""A package that says what awaits people, and what is dated, as any will."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.agenda.items import Dated, Task
from governance.people.rules import Actor, Permission
from governance.people.tables import PersonRole
from governance.web.feature import Feature, NavEntry


def tasks(session: Session, by: Actor, at: datetime) -> tuple[Task, ...]:
    """Return three tasks that tell apart who asks and from where."""
    seen = session.scalars(select(PersonRole.structure_id).distinct()).all()
    return (
        Task(f"essai.plus_tard:{by.structure}", "Relire <b>la revue</b>", "Relire", "/conventions"),
        Task(f"essai.tard:{by.structure}", f"Finir la revue, {len(seen)} structure vue", "Finir", "/conventions",
             at - timedelta(hours=3, minutes=12), "S0, annexe 4, § 8"),
        Task(f"essai.bientot:{by.structure}", "Prévenir la caisse", "Prévenir", "/conventions", at + timedelta(days=1)),
    )  # fmt: skip


def dates(session: Session, by: Actor, at: datetime) -> tuple[Dated, ...]:
    """Return a date to come and one that is past."""
    noon = (at + timedelta(days=40)).replace(hour=12, minute=0, second=0, microsecond=0)  # as a deadline, it stays
    return (
        Dated(f"essai.fin:{by.structure}", "Fin de l'essai", noon, "/conventions", "S1, art. 5"),
        Dated(f"essai.debut:{by.structure}", "Début de l'essai", (at - timedelta(days=90)).date(), "/conventions"),
    )


def probe() -> Feature:
    """Return the package."""
    return Feature(
        name="essai",
        navigation=(NavEntry("Essais", "conventions.index", Permission.READ_CONVENTIONS),),
        shortcuts=(NavEntry("Voir les conventions", "conventions.index", Permission.READ_CONVENTIONS),),
        tasks=lambda session, by, at: tasks(session, by, at),  # looked up at each call: tests replace it
        dates=dates,
    )
