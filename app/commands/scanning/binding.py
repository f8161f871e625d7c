"""What binds a structure when it checks at the terminal: its own text, refused once the convention has ended for it.

Loaded only when a structure is named: everything else in `vigie scan` needs no database.
"""

from datetime import date

from app.commands import service
from governance.conventions.life.queries import check_open, course_in
from governance.conventions.terms import Terms
from governance.core.storage import reading


def terms_binding(structure: str, code: str, day: date) -> Terms:
    """Return what a convention requires of a structure on a day.

    Raises NotApplied, NotInForce (with the reason and the article), and what naming a structure raises.
    """
    with service.database() as sessions:
        place = service.structure_named(sessions, structure).id
        with reading(sessions) as session:
            course = course_in(session, place, code, day)
            check_open(session, (place, code, None), day)
            return course.convention.on(day)
