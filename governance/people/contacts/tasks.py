"""What contacts ask of people: to complete those that the convention expects and that nobody has told."""

from datetime import datetime

from sqlalchemy.orm import Session

from governance.agenda.items import Task
from governance.people.contacts.presenting import KINDS, said
from governance.people.contacts.queries import RelationView, relations
from governance.people.contacts.rules import Missing
from governance.people.rules import Actor, Permission, may_somewhere

PATH = "/contacts"  # the page's path: a task carries paths, not endpoints


def tasks(session: Session, by: Actor, at: datetime) -> tuple[Task, ...]:
    """Return one task for each missing contact that the actor may complete."""
    if not may_somewhere(Permission.KEEP_CONTACTS, by):
        return ()
    views = (view for view in relations(session, by, at) if not view.is_ended)
    return tuple(_task(view, gap) for view in views for gap in view.contacts.missing if gap.side in view.sides)


def _task(view: RelationView, gap: Missing) -> Task:
    structure, code, caisse = view.relation
    return Task(
        key=f"contact.missing:{structure}/{code}/{caisse}/{gap.side}/{gap.kind}",
        title=f"Contact manquant : {KINDS[gap.kind].lower()}, {said(gap.side, view)}",
        verb="Compléter",
        href=f"{PATH}/{structure}/{code}/{caisse}/{gap.side}/nouveau?fonction={gap.kind}",
        article=f"{code}, {gap.article}" if gap.article else f"{code}, règle {gap.rule}",
    )
