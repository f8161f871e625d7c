"""What the service does by itself for the register: keep each new state of its entries."""

from sqlalchemy.orm import Session

from breach.register.actions import keep_changed
from governance.jobs.job import InSlot, Job, Turn
from governance.jobs.rules import every


def _kept(session: Session, turn: Turn) -> str:
    return f"{keep_changed(session, at=turn.at)} état(s) conservé(s)"


KEEP_REGISTER = Job(
    name="keep-register",
    title="Tenir le registre des violations",
    about="Conserve l'état de chaque entrée du registre (RGPD, art. 33(5)) après chaque acte.",
    timetable=every(minutes=5),
    work=InSlot(_kept),
)
