"""The timetable: everything the service does by itself, in UTC."""

from datetime import time

from app import breach_jobs, mail, mail_jobs
from app.destruction import setup
from app.features import FEATURES
from app.review_events import REVIEW_EVENTS
from app.settings import Settings
from app.trail import keeper
from breach.jobs import jobs as of_breaches
from governance.agenda import morning
from governance.conventions.life.jobs import jobs as of_life
from governance.core import resealing
from governance.core.keys import Keys
from governance.destruction.jobs import jobs as of_destruction
from governance.habilitations.jobs import JOBS as OF_ACCOUNTS
from governance.habilitations.lists import actions as lists
from governance.jobs import actions
from governance.jobs.heartbeat import Heartbeat
from governance.jobs.job import InSlot, Job, Sweep
from governance.jobs.rules import daily, every
from governance.people.forgetting import forget_sign_ins
from governance.people.sessions.rules import Limits
from governance.trail.jobs import jobs as of_trail
from governance.web import idempotency
from reviews.jobs import jobs as of_reviews

FORGET_RUNS = Job(
    name="forget-runs",
    title="Effacer les vieilles exécutions",
    about="Efface du relevé ce qui a plus d'un an (plus d'une semaine si la tâche est fréquente).",
    timetable=daily(time(3, 40)),
    work=InSlot(actions.forget),
)

FORGET_LISTS = Job(
    name="forget-lists",
    title="Oublier les listes non enregistrées",
    about="Efface les listes du personnel ou du portail envoyées depuis plus de deux jours et jamais enregistrées.",
    timetable=daily(time(3, 55)),
    work=InSlot(lambda session, turn: lists.forget_lists(session, turn.at)),
)

FORGET_SENT = Job(
    name="forget-sent",
    title="Oublier les clés d'envoi",
    about="Efface les clés des formulaires et requêtes enregistrés il y a plus de deux jours.",
    timetable=every(hours=1),
    work=InSlot(idempotency.forget),
)

FINISH_KEYS = Job(
    name="finish-keys",
    title="Finir les remplacements de clés",
    about="Scelle à nouveau ce qu'un remplacement coupé a laissé, et retire les clés de données qui ne servent plus.",
    timetable=daily(time(4, 30)),
    work=Sweep(lambda sessions, turn: _finished(resealing.finish_all(sessions, turn.at))),
)


def forgetting(settings: Settings) -> Job:
    """Return the job that forgets what time has ended of sign-ins."""
    return Job(
        name="forget-sign-ins",
        title="Oublier les sessions finies",
        about="Efface les sessions terminées par le temps, les essais refusés de plus d'un jour et les liens passés.",
        timetable=every(hours=1),
        work=InSlot(forget_sign_ins(Limits(settings.session_idle, settings.session_life))),
    )


def jobs(settings: Settings, keys: Keys) -> tuple[Job, ...]:
    """Return the jobs of an installation, those that need a key or a setting bound to it.

    No job falls between midnight and 3 h UTC, where a Paris night may hold an hour twice or skip one.
    """
    timetable = (
        *mail_jobs.jobs(settings),
        *breach_jobs.jobs(settings),
        *of_trail(keeper(settings, keys)),
        *of_life(settings.address),
        *of_reviews(keys, settings.address or mail.LOCAL),
        REVIEW_EVENTS,
        *OF_ACCOUNTS,
        morning.job(FEATURES, settings.address or mail.LOCAL, lambda line: mail.refusal(line) is not None),
        *of_breaches(mail.exercise_address(settings), is_read=mail.is_mailbox_read(settings)),
        *of_destruction(setup(settings, keys)),
        FINISH_KEYS,
        forgetting(settings),
        FORGET_SENT,
        FORGET_LISTS,
        FORGET_RUNS,
    )
    return (*timetable, *_heartbeat(settings, timetable))


def _heartbeat(settings: Settings, watched: tuple[Job, ...]) -> tuple[Job, ...]:
    if settings.heartbeat_url is None:
        return ()
    sign = Heartbeat(settings.heartbeat_url.get_secret_value(), settings.heartbeat_method, watched)
    return (
        Job(
            name="heartbeat",
            title="Donner signe de vie",
            about="Appelle l'adresse de surveillance réglée, tant que toutes les autres tâches sont à l'heure.",
            timetable=every(minutes=1),
            work=Sweep(sign.beat),
        ),
    )


def _finished(done: resealing.Resealed) -> str:
    return f"{done.values} valeurs scellées, {done.broken} lignes illisibles, {done.dropped} clés" if any(done) else ""
