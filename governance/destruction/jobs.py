"""What the service does for destructions by itself: carry acts on, let backups die, make certificates final."""

from datetime import datetime, time

from sqlalchemy.orm import Session

from governance.core import clock, trail
from governance.core.storage import reading
from governance.destruction import certificates, files, forgotten, queries, rules
from governance.destruction.acting import ending, runner
from governance.destruction.acting.means import Means, Setup
from governance.destruction.backups import shelf
from governance.destruction.tables import Destruction
from governance.habilitations import forgetting
from governance.jobs.job import Job, Sweep, Turn
from governance.jobs.rules import daily, every

JOB = "service"


def jobs(setup: Setup) -> tuple[Job, ...]:
    """Return the jobs of destruction."""
    return (*_of_acts(setup), *_of_traces(setup))


def _of_acts(setup: Setup) -> tuple[Job, ...]:
    return (
        Job(
            name="destroy-data",
            title="Poursuivre les destructions",
            about="Fait ce qui est prêt d'une destruction commencée, et reprend ce qui a échoué ou fut coupé.",
            timetable=every(minutes=1),
            work=Sweep(lambda sessions, turn: carry_on(Means(sessions, setup), turn)),
        ),
        Job(
            name="final-certificates",
            title="Rendre définitives les attestations",
            about="Signe l'attestation définitive quand plus aucune sauvegarde ne porte les données, et l'horodate.",
            timetable=daily(time(5, 10)),
            work=Sweep(lambda sessions, turn: finalise(Means(sessions, setup), turn)),
        ),
    )


def _of_traces(setup: Setup) -> tuple[Job, ...]:
    return (
        Job(
            name="forget-past",
            title="Oublier ce dont le temps est passé",
            about="Efface l'identité des titulaires partis ; retire comptes, violations et revues à leur terme.",
            timetable=daily(time(4, 40)),
            work=Sweep(lambda sessions, turn: forget(Means(sessions, setup), turn)),
        ),
        Job(
            name="expire-backups",
            title="Détruire les sauvegardes échues",
            about="Détruit la clé, puis le fichier, des sauvegardes dont le jour est venu.",
            timetable=daily(time(5, 0)),
            work=Sweep(lambda _, turn: expire(setup, turn)),
        ),
    )


def carry_on(means: Means, turn: Turn) -> str:
    """Carry on every act that is not over; say how many ended."""
    with reading(means.sessions) as session:
        waiting = runner.underway(session)
    over = sum(runner.carry_on(means, identifier, turn.at) for identifier in waiting)
    return f"{over} destruction(s) finie(s) sur {len(waiting)}" if over else ""


def forget(means: Means, turn: Turn) -> str:
    """Forget who left and what is kept no longer, then write in the ledger what was, this time or one that was cut."""
    with means.sessions.begin() as session:
        persons = forgetting.forget_leavers(session, turn.at)
        removed = forgetting.remove_past(session, turn.at)
    gone = files.forget(means.sessions, means.setup.files, clock.day(turn.at), turn.at)
    noted = forgotten.note(means, turn.at)
    told = f"{persons} personnes effacées, {removed.accounts} comptes retirés, {removed.agents} agents retirés"
    return f"{told}, {gone} dossiers retirés, {noted} inscriptions" if any((persons, *removed, gone, noted)) else ""


def expire(setup: Setup, turn: Turn) -> str:
    """Destroy the backups whose time has come."""
    over = shelf.expire(setup.backups, setup.backup_keys, turn.at)
    return f"{over} sauvegarde(s) détruite(s)" if over else ""


def finalise(means: Means, turn: Turn) -> str:
    """Make final the certificates that can be."""
    done = 0
    with reading(means.sessions) as session:
        waiting = [row.id for row in queries.waiting_for_end(session)]
    for identifier in waiting:
        with means.sessions.begin() as session:
            row = session.get_one(Destruction, identifier, with_for_update=True)
            if can_end(session, means.setup, row, turn.at):
                end(session, means.setup, row, turn.at)
                done += 1
    ending.stamp(means)
    return f"{done} attestation(s) définitive(s)" if done else ""


def can_end(session: Session, setup: Setup, row: Destruction, at: datetime) -> bool:
    """Say whether nothing anywhere can hold the data any more: backups expired, escrow replaced."""
    destroyed = row.destroyed_at
    if destroyed is None or queries.unattested(queries.stores_of(session, row)):
        return False
    held = shelf.holding(setup.backups, setup.backup_keys, destroyed)
    last = max((one.expires_at for one in held), default=None)
    # A key that is still there opens its backup, whatever the day: it is destroyed first.
    return not held and rules.is_final(destroyed, last, setup.others, at)


def end(session: Session, setup: Setup, row: Destruction, at: datetime) -> None:
    """Sign the final certificate."""
    trail.record(session, "destruction.certified", row.id, by=JOB, structure=row.structure_id, at=at)
    ending.issue(session, setup, row, certificates.FINAL, at)
