"""`vigie outbox`: what waits and what left, sending now, sending again, reading reports of delivery."""

from pathlib import Path

import click

from app import mail, settings
from app.commands import service
from app.commands.endings import CLEAN, REFUSED, tell
from app.commands.files import content
from governance.core import clock
from governance.core.outbox.mailboxes import Maildir, applying
from governance.core.outbox.reports import REPORT_BYTES, apply_report, read_report
from governance.core.outbox.rules import State
from governance.core.outbox.sending import send_due, sweep
from governance.core.refusals import Invalid
from governance.core.storage import reading
from governance.mail import actions, queries
from governance.mail.presenting import EVENTS, STATES
from governance.mail.queries import Sending
from governance.people.rules import command

NOT_A_REPORT = "Ce fichier n'est pas un avis de remise d'un message de ce service."


class NotAReport(Invalid):
    """The file holds no report of a message of ours."""


@click.group("outbox", subcommand_metavar="COMMANDE [ARGUMENTS]…")
def outbox() -> None:
    """Suivre les envois, envoyer, renvoyer, lire les avis de remise."""


@outbox.command()
def send() -> int:
    """Envoyer maintenant ce qui est dû (ce que « vigie run-jobs » fait toutes les cinq secondes).

    Codes de sortie : 0 rien n'attend en retard ; 1 un message au moins devrait être parti.
    """
    found = settings.load()
    with service.database() as sessions:
        done = send_due(sessions, mail.outbound(found, sessions), clock.now())
        late = sweep(sessions, clock.now()).late
    click.echo(mail.told(done) or "Rien à envoyer.")
    if late:
        tell(f"{late} message(s) attendent depuis plus de 15 minutes.")
    return REFUSED if late else CLEAN


@outbox.command("list")
@click.option("--state", type=click.Choice([one.value for one in State]), help="Seulement les messages de cet état.")
@click.option("--page", type=click.IntRange(1), default=1, show_default=True, help="Cent messages par page.")
def list_(state: str | None, page: int) -> int:
    """Lister les messages, le plus récent d'abord.

    Codes de sortie : 0 rien n'attend en retard ; 1 un message au moins devrait être parti.
    """
    at = clock.now()
    with service.database() as sessions, reading(sessions) as session:
        listed = queries.sendings(session, command(""), at, state=State(state) if state else None, page=page)
        health = queries.health(session, at)
    for one in listed.rows:
        click.echo(_line(one))
    tell(f"{listed.total} message(s), {health.waiting} en attente, {health.late} en retard.")
    return REFUSED if health.late else CLEAN


@outbox.command()
@click.argument("identifier", metavar="IDENTIFIANT")
def show(identifier: str) -> None:
    """Montrer un message et tout ce qui lui est arrivé."""
    with service.database() as sessions, reading(sessions) as session:
        one = queries.find_sending(session, identifier, command(""), clock.now())
        events = queries.history(session, identifier, command(""))
    click.echo(_line(one))
    for event in events:
        said = " ".join(str(part) for part in (event.code, event.answer) if part)
        click.echo(f"  {event.at.astimezone(clock.PARIS):%d/%m/%Y %H:%M:%S}  {EVENTS[event.what]}  {said}".rstrip())


@outbox.command()
@click.argument("identifier", metavar="IDENTIFIANT")
def resend(identifier: str) -> None:
    """Renvoyer un message terminé, sous le même identifiant."""
    with service.database() as sessions, sessions.begin() as session:
        actions.resend(session, identifier, by=command(""), at=clock.now())
    click.echo("Le message est de nouveau en attente.")


@outbox.command("read-dsn")
@click.argument("path", metavar="FICHIER")
def read_dsn(path: str) -> None:
    """Lire un avis de remise (un courriel), ou tous ceux d'un dossier Maildir."""
    with service.database() as sessions:
        if Path(path).is_dir():
            counted, total = Maildir(Path(path)).read(applying(sessions, None, clock.now()))
            click.echo(f"{counted} avis pris en compte sur {total} courriels.")
            return
        report = read_report(content(path, REPORT_BYTES))
        if report is None:
            raise NotAReport(NOT_A_REPORT)
        with sessions.begin() as session:
            is_new = apply_report(session, report, clock.now())
    click.echo("L'avis est pris en compte." if is_new else "Cet avis est déjà connu, ou son message ne l'est plus.")


def _line(one: Sending) -> str:
    when = f"{one.created_at.astimezone(clock.PARIS):%d/%m/%Y %H:%M}"
    said = f"{one.letter.recipient}  {one.letter.subject}" if one.letter else one.kind
    late = " (en retard)" if one.is_late else ""
    return f"{one.id}  {when}  {STATES[one.state][0]}{late}  {one.attempts} tentative(s)  {said}"
