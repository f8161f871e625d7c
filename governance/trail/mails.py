"""What the DPOs receive of the trail: a checkpoint to keep, an alarm when a line is not as it was sealed."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.core import clock, outbox
from governance.core.outbox import Message
from governance.core.trail.report import Report
from governance.people.rules import DPOS
from governance.people.tables import Person, PersonRole

_WORTH = timedelta(days=2)

POINT = """Conservez ce message : il prouve l'état du journal le {day}, qui compte {entries} entrées.

Si une ligne antérieure était modifiée, ajoutée, retirée ou déplacée, une vérification avec lui le dirait.
Pour vérifier, copiez ce qui est entre les deux traits dans un fichier, puis : vigie trail verify --checkpoint FICHIER
La page « Journal » dit comment un tiers vérifie seul.

-----
{document}-----
"""

ALARM = """La vérification du journal du {day} a trouvé {count} ligne(s) qui ne sont plus celles qui ont été scellées.

Première ligne concernée : rang {rank}.
Ce qui ne va pas : {reason}.

À faire maintenant : ne rien effacer, copier la base de données et ses sauvegardes, puis vérifier de nouveau avec
le dernier point de contrôle que vous gardez : vigie trail verify --checkpoint FICHIER
"""


class Reader(NamedTuple):
    """A DPO, the structure where they are one, and their address."""

    person: str
    structure: str
    email: str


def readers(session: Session) -> tuple[Reader, ...]:
    """Return every DPO, in each structure where they are one."""
    wanted = select(Person, PersonRole.structure_id).join(PersonRole, PersonRole.person_id == Person.id)
    rows = session.execute(wanted.where(PersonRole.role.in_(DPOS)).order_by(PersonRole.structure_id, Person.id))
    return tuple(dict.fromkeys(Reader(person.id, structure, person.email) for person, structure in rows))


def post_checkpoint(session: Session, document: str, entries: int, at: datetime) -> int:
    """Write to every DPO the checkpoint of the day, once; return how many messages there are."""
    day = clock.day(at)
    subject = f"Journal de Vigie : point de contrôle du {day:%d/%m/%Y}, à conserver"
    body = POINT.format(day=f"{day:%d/%m/%Y}", entries=entries, document=document)
    return _post(session, readers(session), f"trail.checkpoint:{day.isoformat()}", (subject, body), at)


def post_alarm(session: Session, report: Report, at: datetime) -> int:
    """Write to every DPO that the trail is not whole, once a day; return how many messages there are."""
    day, first = clock.day(at), report.first
    if first is None:
        return 0
    subject = f"Alerte : le journal de Vigie n'est plus tel qu'il a été scellé ({day:%d/%m/%Y})"
    told = {"day": f"{day:%d/%m/%Y}", "count": report.broken, "rank": first.position, "reason": first.flaw.value}
    return _post(session, readers(session), f"trail.alarm:{day.isoformat()}", (subject, ALARM.format(**told)), at)


def _post(session: Session, to: Iterable[Reader], key: str, said: tuple[str, str], at: datetime) -> int:
    subject, body = said
    count = 0
    for one in to:
        kind, _, _ = key.partition(":")
        message = Message(
            kind=kind, to=one.email, subject=subject, body=body, deadline=at + _WORTH, structure=one.structure,
            key=f"{key}:{one.structure}:{one.person}",
        )  # fmt: skip
        outbox.post(session, message, at=at)
        count += 1
    return count
