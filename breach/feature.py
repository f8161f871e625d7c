"""What breaches bring to the site: pages, menu, what awaits someone, what is dated."""

from datetime import datetime

from flask import has_app_context
from sqlalchemy.orm import Session

from breach import act_pages, caisse_pages, pages, record
from breach.places import naming
from breach.presenting import shown
from breach.queries import duty_view, open_duties
from governance.agenda.items import Dated, Task
from governance.core.clock import PARIS
from governance.core.french import said
from governance.core.storage import reading
from governance.people.rules import Actor, Permission, may, may_somewhere
from governance.web.feature import Feature, NavEntry, Part, Under
from governance.web.identity import instant, sessions

# A task carries paths, not endpoints: it is also told by mail, outside a request.
PATH = "/violations"


def tasks(session: Session, by: Actor, at: datetime) -> tuple[Task, ...]:
    """Return what awaits an actor: duties for who follows them, their own tasks, notices for a caisse."""
    return (*_duties(session, by, at), *_own(session, by), *_received(session, by, at))


def dates(session: Session, by: Actor, at: datetime) -> tuple[Dated, ...]:
    """Return the instants at which duties and tasks are due."""
    found = tasks(session, by, at)
    return tuple(Dated(one.key, one.title, one.due, one.href, one.article) for one in found if one.due is not None)


def parts() -> tuple[Part, ...]:
    """Tell when the alarms were last proved to arrive, as missing when that is too long ago."""
    name = "Preuve que les alarmes arrivent"
    if not has_app_context():
        return (Part(name, False, "inconnue ici"),)
    with reading(sessions()) as session:
        proof = record.alarms_proof(session)
    if proof.is_fresh(instant()) and proof.proven_at is not None:
        far = "trouvé dans la boîte" if proof.is_read else "accepté par le serveur, la boîte n'est pas relevée"
        return (Part(name, True, f"dernier exercice réussi : {said(proof.proven_at)}, {far}"),)
    when = "jamais" if proof.proven_at is None else said(proof.proven_at)
    why = proof.failure or "la boîte d'essai se règle par VIGIE_REHEARSAL_TO ou VIGIE_IMAP_HOST"
    return (Part(name, False, f"dernière preuve : {when} ; {why}"),)


def _duties(session: Session, by: Actor, at: datetime) -> tuple[Task, ...]:
    if not may(Permission.READ_BREACH, by, by.structure):
        return ()
    name = naming(session)
    found = [shown(one, name(one.convention, one.caisse), PARIS, at) for one in open_duties(session, by, at)]
    return tuple(
        Task(
            f"breach.duty:{one.duty.id}", one.title, one.verb, f"{PATH}/{one.duty.breach_id}",
            one.until, one.article,
        )
        for one in found
    )  # fmt: skip


def _own(session: Session, by: Actor) -> tuple[Task, ...]:
    return tuple(
        Task(
            f"breach.task:{task.id}", f"Violation {breach.number}\N{NO-BREAK SPACE}: {task.title}", "Ouvrir le dossier",
            f"{PATH}/{breach.id}", task.due_at,
        )
        for task, breach in record.my_tasks(session, by)
    )  # fmt: skip


def _received(session: Session, by: Actor, at: datetime) -> tuple[Task, ...]:
    if not may_somewhere(Permission.ANSWER_BREACH, by):
        return ()
    found = []
    for one in record.received(session, by):
        rows = [duty_view(row, at) for row in record.duties_towards(session, one) if row.owed_by != "caisse"]
        waiting = [duty for duty in rows if duty.is_open]
        if waiting:
            due = min((duty.alarm_at for duty in waiting if duty.alarm_at), default=None)
            href = f"{PATH}/recues/{one.id}"
            title = f"Violation {one.number} transmise par un partenaire"
            found.append(Task(f"breach.concern:{one.id}", title, "Accuser réception", href, due, one.convention))
    return tuple(found)


FEATURE = Feature(
    name="breach",
    blueprints=(pages.pages, act_pages.pages, caisse_pages.pages),
    navigation=(
        NavEntry("Violations", "breach.index", Permission.READ_BREACH, Under.BREACHES),
        NavEntry("Violations reçues", "breach_caisse.index", Permission.ANSWER_BREACH, Under.BREACHES),
        NavEntry("Déclarer une violation", "breach.declare", Permission.DECLARE_BREACH, Under.BREACHES),
    ),
    shortcuts=(NavEntry("Déclarer une violation", "breach.declare", Permission.DECLARE_BREACH),),
    parts=parts,
    tasks=tasks,
    dates=dates,
)
