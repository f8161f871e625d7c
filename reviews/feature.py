"""What reviews bring to the site: pages, what awaits people, what is dated."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance.agenda.items import Dated, Task
from governance.people.rules import Actor, Permission, Role, may, may_somewhere
from governance.web.feature import Feature, NavEntry, Under
from reviews.api import api
from reviews.assigning import CAISSE
from reviews.certificate import ARTICLE
from reviews.following import pages as ending
from reviews.modifying import to_modify
from reviews.pages import pages
from reviews.queries import Campaign, campaigns, is_waiting
from reviews.rules import State
from reviews.settings import plans
from reviews.tables import ReviewEntry
from reviews.words import CAUSES


def tasks(session: Session, by: Actor, at: datetime) -> tuple[Task, ...]:
    """Return the reviews that await an answer of the actor, or their signature."""
    if not may_somewhere(Permission.REVIEW_ACCOUNTS, by):
        return ()
    every = campaigns(session, by)
    found = [one for one in every if one.state is State.OPEN]
    waiting = _waiting(session, [one.id for one in found], CAISSE if by.caisse else by.id)
    answers = (task for one in found for task in _tasks(one, waiting.get(one.id, 0), by))
    return (*answers, *_modified(session, every, by, at))


def dates(session: Session, by: Actor, at: datetime) -> tuple[Dated, ...]:
    """Return the deadlines of reviews under way, and the days on which the next ones open."""
    if not may_somewhere(Permission.READ_REVIEW, by):
        return ()
    due = [
        Dated(f"review.due:{one.id}", f"Fin de la revue des accès {one.convention}", one.due, _href(one), _article(one))
        for one in campaigns(session, by)
        if one.state is State.OPEN
    ]
    coming = [
        Dated(f"review.next:{one.convention}", f"Ouverture de la revue des accès {one.convention}", one.next_on,
              "/revues", f"{one.convention}, {ARTICLE}")
        for one in (() if by.caisse else plans(session, by.structure, at))
        if one.next_on is not None
    ]  # fmt: skip
    return (*due, *coming)


def _waiting(session: Session, campaign_ids: list[str], reviewer: str) -> dict[str, int]:
    wanted = select(ReviewEntry.campaign_id, func.count()).where(
        ReviewEntry.campaign_id.in_(campaign_ids), ReviewEntry.reviewer == reviewer, is_waiting()
    )
    rows = session.execute(wanted.group_by(ReviewEntry.campaign_id).order_by(ReviewEntry.campaign_id))
    return {one[0]: one[1] for one in rows}


def _tasks(one: Campaign, mine: int, by: Actor) -> list[Task]:
    title = _title(one)
    done, href, article = one.progress, _href(one), _article(one)
    if mine and by.caisse:
        accounts = "le compte" if mine == 1 else "les comptes"
        asked = f"{title}, chez {one.structure_name} : {accounts} du seul gestionnaire"
        return [Task(f"review:{one.id}", asked, "Répondre", href, one.due, article)]
    if mine:
        counted = f"{title} : {mine} {'compte' if mine == 1 else 'comptes'} sur {done.total}"
        verb = "Reprendre la revue" if done.answered else "Commencer la revue"
        return [Task(f"review:{one.id}", counted, verb, href, one.due, article)]
    is_here = by.structure == one.structure
    if is_here and done.left == 0:
        return [
            Task(f"review.sign:{one.id}", f"{title} : à signer", "Relire et signer", f"{href}/signer", one.due, article)
        ]
    if is_here and Role.DPO in by.roles:
        late = f"{title} : {done.left} {'compte' if done.left == 1 else 'comptes'} sans réponse"
        return [Task(f"review.follow:{one.id}", late, "Suivre la revue", f"{href}/suivi", one.due, article)]
    return []


def _modified(session: Session, every: tuple[Campaign, ...], by: Actor, at: datetime) -> Iterator[Task]:
    """Give the reviews that found accounts to modify, which nobody modified since."""
    if not may(Permission.MANAGE_ACCOUNTS, by, by.structure):
        return
    left = to_modify(session, (one for one in every if one.structure == by.structure), at)
    for one in every:
        if count := len(left.get(one.id, ())):
            title = f"{_title(one)} : {count} {'compte' if count == 1 else 'comptes'} à modifier"
            yield Task(
                f"review.modify:{one.id}", title, "Modifier", f"{_href(one)}?voir=a-modifier", None, _article(one)
            )


def _title(one: Campaign) -> str:
    return f"Revue des accès {one.convention}, {CAUSES[one.cause]}{f' – {one.caisse_name}' if one.caisse_name else ''}"


def _href(one: Campaign) -> str:
    return f"/revues/{one.id}"


def _article(one: Campaign) -> str:
    return f"{one.convention}, {ARTICLE}"


FEATURE = Feature(
    name="reviews",
    blueprints=(pages, ending, api),
    navigation=(NavEntry("Revues", "reviews.index", Permission.READ_REVIEW, Under.ACCOUNTS),),
    tasks=tasks,
    dates=dates,
)
