"""What contacts ask of people: to complete those that the convention expects and that nobody has told."""

from collections import Counter
from datetime import datetime

from sqlalchemy.orm import Session

from governance.agenda.items import Task
from governance.people.contacts.presenting import KINDS, said
from governance.people.contacts.queries import RelationView, relations
from governance.people.contacts.rules import Missing, Side
from governance.people.rules import Actor, Permission, may_somewhere

PATH = "/contacts"  # the page's path: a task carries paths, not endpoints


def tasks(session: Session, by: Actor, at: datetime) -> tuple[Task, ...]:
    """Return one task for each missing contact that the actor may complete."""
    if not may_somewhere(Permission.KEEP_CONTACTS, by):
        return ()
    views = [view for view in relations(session, by, at) if not view.is_ended]
    caisses = Counter(view.relation[:2] for view in views)
    return tuple(
        _task(view, gap, caisses[view.relation[:2]] > 1)
        for view in views
        for gap in view.contacts.missing
        if gap.side in view.sides
    )


def _task(view: RelationView, gap: Missing, has_others: bool) -> Task:
    """Return a task; `has_others`: the convention names several caisses, and the partner's contact may differ."""
    structure, code, caisse = view.relation
    told = f" (pour {view.caisse})" if has_others and gap.side is Side.PARTNER else ""
    return Task(
        key=f"contact.missing:{structure}/{code}/{caisse}/{gap.side}/{gap.kind}",
        title=f"Contact manquant : {KINDS[gap.kind].lower()}, {said(gap.side, view)}{told}",
        verb="Compléter",
        href=f"{PATH}/{structure}/{code}/{caisse}/{gap.side}/nouveau?fonction={gap.kind}",
        article=f"{code}, {gap.article}" if gap.article else f"{code}, règle {gap.rule}",
    )
