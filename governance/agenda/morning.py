"""The morning mail: what awaits each person within the days they chose, in all their structures, once a day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from governance.agenda import gathering, queries, rules
from governance.core import clock, outbox
from governance.core.outbox import Message
from governance.core.storage import reading
from governance.jobs.job import Job, Sweep, Turn
from governance.jobs.rules import daily_in
from governance.people.tables import Person, PersonRole
from governance.web.feature import Feature

KIND = "agenda.morning"
HOME = "/a-faire"
AT = time(7)
# At noon it is no morning mail any more: the page says the same, and tomorrow comes.
WORTH = timedelta(hours=5)


@dataclass(frozen=True, slots=True)
class Morning:
    """Writes the mail of a morning, from what each package says awaits people."""

    features: tuple[Feature, ...]
    address: str
    refuses: Callable[[str], bool] = rules.anything

    def work(self, sessions: sessionmaker[Session], turn: Turn) -> str:
        """Write to each person what awaits them; a person whose mail is written already is left alone.

        Raises the first failure once everybody was tried: the job is red, and comes back to those who are left.
        """
        if turn.at - turn.slot >= WORTH:
            return "trop tard pour ce matin"
        with reading(sessions) as session:
            held = select(PersonRole.person_id)
            people = session.scalars(
                select(Person.id).where(Person.closed_at.is_(None), Person.id.in_(held)).order_by(Person.id)
            ).all()
        written, failed = 0, list[Exception]()
        for person in people:
            try:
                written += self.write(sessions, person, turn)
            except Exception as error:  # what fails for one keeps no one else from their mail
                failed.append(error)
        if failed:
            raise failed[0]
        return f"{written} message(s) pour {len(people)} personne(s)"

    def write(self, sessions: sessionmaker[Session], person_id: str, turn: Turn) -> bool:
        """Write the mail of one person, if something awaits them in the days they chose; say whether there is one."""
        with reading(sessions) as session:
            days = queries.horizon(session, person_id)
            held = gathering.everywhere(session, person_id) if days else ()
        at = turn.at
        found = gathering.places(sessions, self.features, held, at)
        places = [one._replace(tasks=rules.due_within(one.tasks, days, at)) for one in found]
        if not any(place.tasks for place in places):
            return False
        with sessions.begin() as session:
            person = session.get_one(Person, person_id)
            said = rules.morning(person.name, places, f"{self.address}{HOME}", at, self.refuses)
            if said is None or queries.horizon(session, person_id) == 0:
                return False
            key = f"{KIND}:{clock.day(turn.slot).isoformat()}:{person_id}"
            message = Message(
                kind=KIND, to=person.email, subject=said.subject, body=said.body, deadline=at + WORTH,
                structure=person.structure_id, key=key,
            )  # fmt: skip
            outbox.post(session, message, at=at)
        return True


def job(features: tuple[Feature, ...], address: str, refuses: Callable[[str], bool] = rules.anything) -> Job:
    """Return the job of the morning."""
    return Job(
        name="write-morning",
        title="Écrire le courriel du matin",
        about="Dit à chaque personne, à 7 h (Paris), ce qui l'attend dans les jours qu'elle a choisis, s'il y en a.",
        timetable=daily_in(clock.PARIS, AT),
        work=Sweep(Morning(features, address, refuses).work),
    )
