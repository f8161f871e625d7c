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
    """Return the jobs of mail, one of them only where a mailbox is read."""
    send = Job(
        name="send-mail",
        title="Envoyer les messages",
        about="Remet au serveur de courrier les messages dont c'est l'heure.",
        timetable=every(seconds=5),
        work=Sweep(mail.send(settings)),
    )
    if not mail.is_mailbox_read(settings):
        return (send, WATCH_MAIL, FORGET_MAIL)
    returns = Job(
        name="read-returns",
        title="Relever la boîte",
        about="Relève la boîte réglée : les avis que les serveurs renvoient, et les messages d'exercice arrivés.",
        timetable=every(minutes=1),
        work=Sweep(mail.read_mailbox(settings)),
    )
    return (send, returns, WATCH_MAIL, FORGET_MAIL)
