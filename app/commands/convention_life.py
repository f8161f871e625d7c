"""`vigie conventions life` and `record`: where the conventions of a structure stand, and what happens to them."""

from collections.abc import Iterator
from datetime import date

import click

from app import settings
from app.commands import service
from app.commands.days import DAY
from app.commands.endings import CLEAN, REFUSED
from governance.conventions.life import actions, queries
from governance.conventions.life.actions import Draft
from governance.conventions.life.events import Kind, Party, Text
from governance.conventions.life.presenting import LifeView, left, view
from governance.conventions.life.words import ACTS
from governance.conventions.values.life import Denunciation, Reading, Start
from governance.core import clock, french
from governance.core.spans import parse
from governance.core.storage import reading
from governance.people.rules import command


@click.command("life")
@click.option("--structure", metavar="NOM", help="Structure : son nom ou son identifiant.")
@click.option("--on", "day", type=DAY, help="Jour où l'on se place ; aujourd'hui par défaut.")
def life(structure: str | None, day: date | None) -> int:
    """Dire où en est chaque convention d'une structure : échéance, dénonciation, fin.

    Codes de sortie : 0 tout est connu ; 1 une date au moins est à saisir.
    """
    with service.database() as sessions:
        by = command(service.structure_named(sessions, structure).id)
        with reading(sessions) as session:
            courses = queries.courses(session, by, day or clock.day(clock.now()))
    views = [view(one) for course in courses for one in course.lives]
    for one in views:
        click.echo("\n".join(_lines(one)))
    return REFUSED if any(one.asked for one in views) else CLEAN


@click.command("record")
@click.argument("code", metavar="CODE")
@click.argument("kind", metavar="ACTE", type=click.Choice([kind.value for kind in ACTS]))
@click.argument("day", metavar="JOUR", type=DAY)
@click.option("--document", required=True, help="Document qui le prouve, sans nom de personne.")
@click.option("--structure", metavar="NOM", help="Structure : son nom ou son identifiant.")
@click.option("--caisse", help="Code de la caisse ; toutes par défaut.")
@click.option("--text", type=click.Choice([one.value for one in Text]), default=Text.CM.value, help="Texte concerné.")
@click.option("--until", type=DAY, help="Nouvelle échéance.")
@click.option("--notice", metavar="DURÉE", help="Préavis lu sur l'exemplaire signé : « 3 mois ».")
@click.option("--by", "party", type=click.Choice([one.value for one in Party]), help="Qui a écrit la lettre.")
@click.option("--letter", metavar="ID", help="Lettre reçue, réparée, ou suivie de la résiliation.")
def record(code: str, kind: str, day: date, structure: str | None, **typed: str | date | None) -> None:
    """Saisir ce qui est arrivé à une convention : signature, dénonciation, fin…"""
    with service.database() as sessions:
        by = command(service.structure_named(sessions, structure).id)
        with sessions.begin() as session:
            draft = _draft(Kind(kind), day, typed)
            done = actions.enter(session, code, draft, by=by, at=clock.now(), address=settings.load().address)
    click.echo(f"{ACTS[Kind(kind)].title}, convention {code}, {french.day(day)} : enregistré sous {done}.")


def _draft(kind: Kind, day: date, typed: dict[str, str | date | None]) -> Draft:
    notice, party, until = typed["notice"], typed["party"], typed["until"]
    return Draft(
        kind=kind, day=day, reference=str(typed["document"]), text=Text(str(typed["text"])),
        caisse=_text(typed["caisse"]), until=until if isinstance(until, date) else None,
        notice=Denunciation(parse(str(notice)), Reading.AT_LEAST, Start.RECEIPT) if notice else None,
        of=_text(typed["letter"]), party=Party(str(party)) if party else None,
    )  # fmt: skip


def _text(value: str | date | None) -> str | None:
    return None if value is None else str(value)


def _lines(one: LifeView) -> Iterator[str]:
    code = one.life.convention.code
    yield f"{code} avec {one.caisse} : {one.state}"
    for mark in one.marks:
        if mark.day >= one.life.on:
            article = f" ({mark.cited.article})" if mark.cited.article else ""
            doubt = f" [{mark.doubt}]" if mark.doubt else ""
            yield f"  {mark.sort} : {french.day(mark.day)}, {left(mark.day, one.life.on)}{article}{doubt}"
    for question in one.asked:
        yield f"  → À saisir ({question.kind.value}) : {question.question}"
    for event in one.life.facts.events:
        yield f"  · {event.id} {event.kind.value} {event.day:%d/%m/%Y}"
