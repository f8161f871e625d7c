"""What accounts ask of people, and the days that matter: for the home page, the agenda and the morning mail."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from governance.agenda.items import Dated, Task
from governance.conventions.queries import find_convention
from governance.conventions.shown import caisse_names, place_said
from governance.core import clock
from governance.habilitations.agents.queries import AgentView, agents, sizes
from governance.habilitations.agents.rules import Check
from governance.habilitations.changes.queries import pending
from governance.habilitations.queries import VacancyView, names_of, portals, vacancies
from governance.habilitations.quotas import Standing
from governance.habilitations.rules import OPEN, State
from governance.habilitations.steps import terms_of
from governance.habilitations.tables import Account
from governance.people.rules import Actor, Permission, may, may_somewhere

PATH = "/comptes"  # the pages' path: a task carries paths, not endpoints
SOON = timedelta(days=30)  # our own choice: time to find a training


def tasks(session: Session, by: Actor, at: datetime) -> tuple[Task, ...]:
    """Return what awaits an actor: at the partner, who to name, open, close or attest; at the caisse, what is asked."""
    if may_somewhere(Permission.GRANT_ACCOUNTS, by):
        return (*_asked(session, by, at), *_changes(session, by, clock.day(at)))
    if may(Permission.MANAGE_ACCOUNTS, by, by.structure):
        day = clock.day(at)
        own = (*_vacant(session, by, day), *_own(session, by, day), *_staff(session, by, day))
        return (*own, *_settings(session, by, at))
    return ()


def dates(session: Session, by: Actor, at: datetime) -> tuple[Dated, ...]:
    """Return the days that matter of accounts: those by which they are granted, inactivated, or seen no more."""
    if not may_somewhere(Permission.READ_ACCOUNTS, by):
        return ()
    waiting = (State.REQUESTED, State.NOTICE, State.INACTIVE, State.CUT, State.ENDED)
    return tuple(
        one for row in session.scalars(_seen(by).where(Account.state.in_(waiting))) for one in _dated(session, row)
    )


def _dated(session: Session, row: Account) -> Iterator[Dated]:
    who, href = f"{row.first_name} {row.last_name}", f"{PATH}/{row.id}"
    terms = terms_of(session, row.convention, row.asked_on, row.structure_id)
    for key, day, said, rule in (
        ("granted", row.due_on if row.state == State.REQUESTED else None, "compte à créer par la caisse", terms.A6),
        ("wished", row.wished_on if row.state == State.NOTICE else None, "inactivation souhaitée", terms.A10),
        ("hidden", row.hidden_on, "compte masqué sur le portail", terms.A15),
    ):
        if day is not None:
            title = f"{who} : {said}{_at(session, row)}"
            yield Dated(f"account.{key}:{row.id}", title, day, href, f"{row.convention}, {rule.article}")


def _asked(session: Session, by: Actor, at: datetime) -> Iterator[Task]:
    rows = session.scalars(_seen(by).where(Account.state.in_((State.REQUESTED, State.NOTICE)))).all()
    names = names_of(session, (row.structure_id for row in rows))
    for row in rows:
        terms = terms_of(session, row.convention, row.asked_on, row.structure_id)
        is_new = row.state == State.REQUESTED
        rule, due = (terms.A6, row.due_on) if is_new else (terms.A10, row.wished_on)
        what = "Compte de gestionnaire à créer" if is_new else "Compte à inactiver"
        yield Task(
            f"account.{'grant' if is_new else 'inactivate'}:{row.id}", f"{what} : {names.get(row.structure_id, '')}",
            "Répondre", f"{PATH}/{row.id}", due, f"{row.convention}, {rule.article}",
        )  # fmt: skip


def _changes(session: Session, by: Actor, day: date) -> Iterator[Task]:
    for one in pending(session, by):
        article = terms_of(session, one.convention, day).A9.article
        yield Task(
            f"account.change:{one.id}", f"Modification de gestionnaire demandée : {one.field}", "Répondre",
            f"{PATH}/{one.account_id}", None, f"{one.convention}, {article}",
        )  # fmt: skip


def _vacant(session: Session, by: Actor, day: date) -> Iterator[Task]:
    for one in vacancies(session, by):
        yield _vacancy(session, one, day)


def _vacancy(session: Session, one: VacancyView, day: date) -> Task:
    article = terms_of(session, one.relation.convention, day, one.relation.structure).A11.article
    where = place_said(find_convention(session, one.relation.convention, one.relation.structure), one.relation.caisse)
    return Task(
        f"account.vacancy:{one.id}", f"Désigner un gestionnaire{where} : il n'y en a plus", "Demander un compte",
        f"{PATH}/demander?relation={one.relation.convention}/{one.relation.caisse}", one.due_on,
        f"{one.relation.convention}, {article}",
    )  # fmt: skip


def _own(session: Session, by: Actor, day: date) -> Iterator[Task]:
    for row in session.scalars(_seen(by).where(Account.state.in_((State.REQUESTED, State.GRANTED)))):
        terms, who = (
            terms_of(session, row.convention, row.asked_on, row.structure_id),
            f"{row.first_name} {row.last_name}",
        )
        if row.state == State.GRANTED:
            title, verb, rule = f"CGU à accepter : {who}{_at(session, row)}", "Dire qu'elles le sont", terms.A17
            article = f"{row.convention}, {rule.article}"
            yield Task(f"account.cgu:{row.id}", title, verb, f"{PATH}/{row.id}", None, article)
        elif row.due_on is not None and row.due_on < day:
            title, article = (
                f"{_caisse(session, row)} n'a pas créé le compte de {who}",
                f"{row.convention}, {terms.A6.article}",
            )
            yield Task(f"account.late:{row.id}", title, "Relancer", f"{PATH}/{row.id}", row.due_on, article)


def _staff(session: Session, by: Actor, day: date) -> Iterator[Task]:
    open_ones = select(Account.agent_id).where(Account.structure_id == by.structure, Account.state.in_(OPEN))
    holders = set(session.scalars(open_ones))
    for one in agents(session, by.structure, day, by=by):
        if one.id not in holders:
            continue
        if one.is_gone(day):
            title = f"Accès à fermer : {one.name} a quitté la structure"
            yield Task(f"agent.left:{one.id}", title, "Fermer", f"/agents/{one.id}")
        elif one.missing:
            yield Task(f"agent.missing:{one.id}", f"À attester pour {one.name}", "Compléter", f"/agents/{one.id}")
        elif (until := _training_ends(one)) is not None and until <= day + SOON:
            title = f"Formation à renouveler : {one.name}"
            yield Task(f"agent.training:{one.id}", title, "Attester la suite", f"/agents/{one.id}", until)


def _training_ends(agent: AgentView) -> date | None:
    latest = agent.latest(Check.TRAINING)
    return None if latest is None else latest.until


def _settings(session: Session, by: Actor, at: datetime) -> Iterator[Task]:
    found = [one for one in portals(session, by.structure, at) if one.why_not is None]
    if found and not sizes(session, by.structure, by=by):
        yield Task("structure.size", "Dire combien la structure compte de membres", "Compléter", "/agents/reglages")
    by_convention = {one.relation.convention: one.rooms for one in found}  # persons count once, whatever the caisse
    for code, rooms in by_convention.items():
        for room in rooms:
            if room.standing is Standing.OVER:
                title = f"Comptes au-delà du plafond ({code}) : {room.held} {room.profile}s pour {room.ceiling}"
                yield Task(f"account.over:{code}/{room.profile}", title, "Voir", PATH)


def _at(session: Session, row: Account) -> str:
    return place_said(find_convention(session, row.convention, row.structure_id), row.caisse)


def _caisse(session: Session, row: Account) -> str:
    known = find_convention(session, row.convention, row.structure_id)
    return caisse_names(known).get(row.caisse, "La caisse") if len(known.caisses) > 1 else "La caisse"


def _seen(by: Actor) -> Select[Account]:
    chosen = select(Account).order_by(Account.asked_on, Account.id)
    return chosen if by.caisse else chosen.where(Account.structure_id == by.structure)
