"""What the service does by itself about mail: sending, watching, reading reports, forgetting."""

from datetime import time

from app import mail
from app.settings import Settings
from governance.jobs.job import InSlot, Job, Sweep
from governance.jobs.rules import daily, every

WATCH_MAIL = Job(
    name="watch-mail",
    title="Surveiller les envois",
    about="Reprend ce qu'un envoi interrompu tenait ; échoue tant qu'un message attend depuis plus de 15 minutes.",
    timetable=every(minutes=1),
    work=Sweep(mail.watch),
)
FORGET_MAIL = Job(
    name="forget-mail",
    title="Effacer les vieux envois",
    about="Efface les messages terminés depuis un an, leurs pièces et leur historique.",
    timetable=daily(time(3, 50)),
    work=InSlot(mail.forget_old),
)


def jobs(settings: Settings) -> tuple[Job, ...]:
    """Return the jobs of mail, one of them only when reports come to a folder."""
    send = Job(
        name="send-mail",
        title="Envoyer les messages",
        about="Remet au serveur de courrier les messages dont c'est l'heure.",
        timetable=every(seconds=5),
        work=Sweep(mail.send(settings)),
    )
    if settings.mail_returns is None:
        return (send, WATCH_MAIL, FORGET_MAIL)
    returns = Job(
        name="read-returns",
        title="Lire les avis de remise",
        about="Lit les avis que les serveurs renvoient à l'adresse d'expédition : remis, ou en échec.",
        timetable=every(minutes=1),
        work=Sweep(mail.read_returns(settings.mail_returns)),
    )
    return (send, returns, WATCH_MAIL, FORGET_MAIL)
