"""What the outbox brings to the site."""

from flask import current_app, has_app_context

from governance.core.storage import reading
from governance.mail.pages import pages
from governance.mail.queries import health
from governance.mail.tasks import tasks
from governance.people.rules import Permission
from governance.web.feature import Feature, NavEntry, Part, Under
from governance.web.identity import instant, sessions

SERVER = "vigie.mail"  # how the application says where its mail goes, or None when it goes nowhere


def parts() -> tuple[Part, ...]:
    """Tell whether mail leaves, and how many messages should have left."""
    where: str | None = current_app.extensions.get(SERVER) if has_app_context() else None
    if where is None:
        return (
            Part("Envoi de courriels", False, "aucun serveur n'est réglé (VIGIE_SMTP_HOST) : les messages attendent"),
        )
    with reading(sessions()) as session:
        late = health(session, instant()).late
    if late:
        return (Part("Envoi de courriels", False, f"{late} message(s) attendent depuis plus de 15 minutes ; {where}"),)
    return (Part("Envoi de courriels", True, where),)


FEATURE = Feature(
    name="mail",
    blueprints=(pages,),
    navigation=(NavEntry("Envois", "mail.index", Permission.READ_OUTBOX, Under.SERVICE),),
    parts=parts,
    tasks=tasks,
)
