"""What is written to the caisse, and to the partner, about accounts: in the transaction of the fact it announces.

Who is written to is told by the contacts of the relation: the caisse's mailbox for habilitations, else its référent,
else its DPO. Without any address nothing leaves, and the page says so.
"""

from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from governance.conventions.queries import find_convention
from governance.core import clock, outbox
from governance.core.outbox import Message
from governance.core.outbox.letters import letter
from governance.habilitations.presenting import REASONS
from governance.habilitations.rules import Reason
from governance.habilitations.tables import Account, AccountChange, AccountEvent
from governance.people.contacts.queries import contacts_of
from governance.people.contacts.rules import ContactKind, Relation, Side
from governance.people.tables import Structure

WORTH = timedelta(days=10)
AT_ONCE = timedelta(hours=24)


def mailbox(session: Session, relation: Relation, side: Side, on: date) -> str | None:
    """Return where one writes about accounts, on a side; None when nobody has told."""
    known = contacts_of(session, *relation, on=on)
    for kind in (ContactKind.HABILITATIONS, ContactKind.DPO):
        if (found := known.writing(side, kind)) is not None:
            return found.email
    return None


def request(session: Session, account: Account, at: datetime) -> str | None:
    """Ask the caisse for the account of a gestionnaire, with the data that it needs (A5)."""
    lines = [
        f"{_structure(session, account)} demande la création d'un compte de gestionnaire (convention "
        f"{account.convention}).",
        f"Civilité, nom, prénom : {account.civility} {account.last_name} {account.first_name}",
        f"Fonction : {account.fonction}",
        f"Téléphone : {account.phone} — courriel : {account.email}",
        f"À créer au plus tard le {account.due_on:%d/%m/%Y}." if account.due_on else "",
        _reference(account),
    ]
    return _post(session, account, "request", ("créer un compte de gestionnaire", account.due_on, lines), at)


def withdrawn(session: Session, account: Account, at: datetime) -> str | None:
    """Tell the caisse that a request is taken back."""
    who = _structure(session, account)
    lines = [f"{who} retire sa demande de compte pour {account.first_name} {account.last_name}.", _reference(account)]
    return _post(session, account, "withdrawn", ("ne pas créer le compte demandé", None, lines), at)


def answered(session: Session, account: Account, at: datetime, *, refused: str | None) -> str | None:
    """Tell the partner what the caisse answered: the account is created, or refused and why."""
    who = f"{account.first_name} {account.last_name}"
    if refused is None:
        must = "faire accepter les conditions d'utilisation"
        lines = [
            f"La caisse a créé le compte de {who}.",
            "À la première connexion, notez-le sur Vigie : il devient actif.",
        ]
    else:
        must = "prendre acte d'un refus"
        lines = [f"La caisse refuse le compte demandé pour {who}.", f"Pourquoi : {refused[:150]}"]
    kind = "granted" if refused is None else "refused"
    return _post(session, account, kind, (must, None, [*lines, _reference(account)]), at, Side.PARTNER)


def inactivation(session: Session, account: Account, at: datetime) -> str | None:
    """Ask the caisse to inactivate a gestionnaire on a day (A10)."""
    lines = [
        f"{_structure(session, account)} demande l'inactivation du compte de {account.first_name} {account.last_name}.",
        f"Date souhaitée : {account.wished_on:%d/%m/%Y}. Demande du {account.notice_on:%d/%m/%Y}.",
        _reference(account),
    ]
    return _post(session, account, "inactivation", ("inactiver un compte", account.wished_on, lines), at)


def kept(session: Session, account: Account, at: datetime) -> str | None:
    """Tell the caisse that an account is to be kept after all."""
    who = _structure(session, account)
    lines = [f"{who} garde le compte de {account.first_name} {account.last_name}.", _reference(account)]
    return _post(session, account, "kept", ("ne pas inactiver le compte signalé", None, lines), at)


def change(session: Session, account: Account, asked: AccountChange, at: datetime, said: str) -> str | None:
    """Ask the caisse to change a gestionnaire's data (A9)."""
    lines = [
        f"{_structure(session, account)} demande de modifier le compte de {account.first_name} {account.last_name}.",
        f"{said} : {asked.value}",
        _reference(account),
    ]
    return _post(session, account, "change", ("modifier un compte de gestionnaire", None, lines), at)


def cut(session: Session, account: Account, event: AccountEvent, *, by_caisse: bool, at: datetime) -> str | None:
    """Tell the other side, at once, that an account was cut for security (CU 4.1)."""
    reason = REASONS[Reason(event.reason)].lower() if event.reason else ""
    who = f"{account.first_name} {account.last_name} ({account.email})"
    if by_caisse:
        lines = [f"La caisse a coupé l'accès au portail de {who}.", f"Motif : {reason}.", _reference(account)]
        return _post(session, account, "cut", ("prendre acte d'un accès coupé", None, lines), at, Side.PARTNER)
    lines = [
        f"{_structure(session, account)} signale immédiatement : {reason} (compte de {account.profile}).",
        f"Compte à inactiver sans délai : {who}.",
        f"Coupé chez le partenaire le {clock.day(at):%d/%m/%Y}.",
        _reference(account),
    ]
    return _post(session, account, "cut", ("inactiver sans délai un compte du portail", None, lines), at)


def reminder(session: Session, account: Account, at: datetime, *, late: bool) -> str | None:
    """Remind the caisse of an account that it has not created: the day before, or once the delay is over (A6)."""
    until = f"{account.due_on:%d/%m/%Y}" if account.due_on else ""
    lines = [
        f"{_structure(session, account)} attend le compte demandé le {account.asked_on:%d/%m/%Y}.",
        f"Le délai de la convention {'a pris fin' if late else 'prend fin'} le {until}.",
        _reference(account),
    ]
    word = "late" if late else "soon"
    return _post(session, account, f"reminder_{word}", ("créer le compte demandé", None, lines), at, once=True)


def _post(
    session: Session, account: Account, kind: str, told: tuple[str, date | None, list[str]], at: datetime,
    side: Side = Side.CAISSE, *, once: bool = False,
) -> str | None:  # fmt: skip
    relation = Relation(account.structure_id, account.convention, account.caisse)
    to = mailbox(session, relation, side, clock.day(at))
    if to is None:
        return None
    must, due, lines = told
    caisse = _caisse(session, account)
    if side is Side.PARTNER:  # who has several must know which of them says so
        lines = [*lines, f"Caisse : {caisse} (convention {account.convention})."]
    who = caisse if side is Side.CAISSE else _structure(session, account)
    written = letter(who, must, _end_of(due), [line for line in lines if line])
    message = Message(
        kind=f"portal_account.{kind}", to=to, subject=written.subject, body=written.body,
        deadline=at + (AT_ONCE if kind == "cut" else WORTH), structure=account.structure_id,
        convention=account.convention, about=account.id, key=f"portal_account.{kind}:{account.id}" if once else None,
    )  # fmt: skip
    return outbox.post(session, message, at=at)


def _end_of(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(23, 59), clock.PARIS)


def _reference(account: Account) -> str:
    return f"Référence sur Vigie : {account.id}."


def _structure(session: Session, account: Account) -> str:
    return session.get_one(Structure, account.structure_id).name


def _caisse(session: Session, account: Account) -> str:
    known = find_convention(session, account.convention, account.structure_id).caisse(account.caisse)
    return known.name if known else account.caisse
