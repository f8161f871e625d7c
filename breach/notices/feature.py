"""What doing what is owed brings to the site: pages, the register, and what awaits the DPO."""

from datetime import datetime

from sqlalchemy.orm import Session

from breach.cnil import pages as cnil
from breach.cnil import person_pages as persons
from breach.dossier import pages as dossier
from breach.notices import ack_pages, pages
from breach.notices.queries import late_without_reason, to_do_by_hand
from breach.notices.rules import Way
from breach.register import pages as register
from breach.severity import pages as severity
from governance.agenda.items import Task
from governance.people.rules import Actor, Permission, may
from governance.web.feature import Feature, NavEntry, Under

# A task carries paths, not endpoints: it is also told by mail, outside a request.
BY_HAND, NOTICES = "/violations/contacts/", "/violations/{}/avis"


def tasks(session: Session, by: Actor, at: datetime) -> tuple[Task, ...]:
    """Return what awaits who handles breaches: calls, letters, and reasons of delays that nobody has given."""
    if not may(Permission.HANDLE_BREACH, by, by.structure):
        return ()
    hands = (
        Task(
            f"breach.by_hand:{notice.id}",
            f"Violation {breach.number} : {'appeler la caisse' if notice.channel == Way.PHONE else 'poster la lettre'}",
            "Ouvrir le script" if notice.channel == Way.PHONE else "Ouvrir la lettre",
            f"{BY_HAND}{notice.id}",
        )
        for notice, breach in to_do_by_hand(session, by.structure)
    )
    reasons = (
        Task(
            f"breach.late:{duty.id}", f"Violation {breach.number} : dire pourquoi la preuve est arrivée en retard",
            "Donner le motif", NOTICES.format(breach.id), None, "RGPD, art. 33(1)",
        )
        for duty, breach in late_without_reason(session, by.structure)
    )  # fmt: skip
    return (*hands, *reasons)


FEATURE = Feature(
    name="breach_notices",
    blueprints=(
        dossier.pages, severity.pages, pages.pages, ack_pages.pages, cnil.pages, persons.pages, register.pages,
    ),
    navigation=(NavEntry("Registre des violations", "breach_register.index", Permission.READ_BREACH, Under.BREACHES),),
    tasks=tasks,
)  # fmt: skip
