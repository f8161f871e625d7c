"""A compromised account: one act cuts it, tells its caisse, and writes it in the file of the breach."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from breach.actions import Entry, add_line, change_facts, concern
from breach.checks import check_text
from breach.ledger import Known
from breach.queries import find_open
from governance.conventions.values.breach import Trigger
from governance.habilitations import actions as accounts
from governance.habilitations.queries import find_account
from governance.habilitations.rules import Reason
from governance.habilitations.steps import Why
from governance.people.rules import Actor, Permission

TRIGGERS: Mapping[Reason, Trigger] = {
    Reason.FRAUD: Trigger.FRAUD,
    Reason.THEFT: Trigger.THEFT,
    Reason.LOSS: Trigger.LOSS,
    Reason.MISUSE: Trigger.MISUSE,
}


@dataclass(frozen=True, slots=True)
class Compromised:
    """Which account, what happened to it, and the words of who cuts it."""

    account: str
    reason: Reason
    words: str = field(repr=False)


def cut(session: Session, breach_id: str, told: Compromised, *, by: Actor, at: datetime) -> str | None:
    """Cut an account at once, tell its caisse, and note both in the breach; return the message to the caisse, if any.

    The immediate notice (CU 4.1) is owed from then on, until its proof; the caisse is added when it was not concerned.
    Raises Forbidden, NotFound, Conflict (ended, or already cut), Invalid.
    """
    breach = find_open(session, breach_id, Permission.HANDLE_BREACH, by)
    check_text(told.words, "why", required=True)
    account = find_account(session, told.account, by)
    done = accounts.cut_at_once(session, told.account, Why(told.reason, told.words), by=by, at=at)
    place = (account.relation.convention, account.relation.caisse)
    concern(session, breach.id, [place], told.words, by=by, at=at)
    triggers = frozenset(Trigger(one) for one in breach.triggers) | {TRIGGERS[told.reason]}
    facts = {"in_transfer": breach.in_transfer, "own_data": breach.own_data}
    change_facts(session, breach.id, triggers=triggers, **facts, why=told.words, by=by, at=at)
    sent = "aucune adresse connue : téléphonez" if done.message is None else f"message {done.message}"
    entry = Entry(Known.INFORMED, at, who="La caisse", why="Compte coupé tout de suite (CU art. 4.1)", proof=sent)
    add_line(session, breach.id, entry, by=by, at=at)
    return done.message
