"""What is forgotten of sign-ins once time has ended it."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from governance.jobs.job import Turn
from governance.people.accounts.actions import forget_links
from governance.people.lockout.actions import forget
from governance.people.sessions.actions import forget_expired
from governance.people.sessions.rules import Limits


def forget_sign_ins(limits: Limits) -> Callable[[Session, Turn], str]:
    """Return the work that removes ended sessions, failures that count no more and links past use."""

    def work(session: Session, turn: Turn) -> str:
        ended = forget_expired(session, limits, at=turn.at)
        tries, links = forget(session, at=turn.at), forget_links(session, at=turn.at)
        return f"{ended} session(s), {tries} attente(s), {links} lien(s)"

    return work
