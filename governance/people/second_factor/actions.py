"""What can be done about codes: set the application up, check one, make recovery codes, take factors away."""

import hashlib
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from governance.core import trail
from governance.core.refusals import NotFound
from governance.core.storage import new_id
from governance.people.accounts.actions import managed
from governance.people.rules import Actor, Permission, require
from governance.people.second_factor.queries import factors, has_factor, is_required
from governance.people.second_factor.rules import (
    CODES,
    NoSecondFactor,
    WrongCode,
    matching_step,
    new_code,
    new_secret,
    one_form,
)
from governance.people.second_factor.tables import Challenge, CodeFactor, Passkey, RecoveryCode
from governance.people.sessions import actions as sessions
from governance.people.tables import Person, Structure


def start_codes(session: Session, *, by: Actor, at: datetime) -> None:
    """Give a person a secret to put in their application, unless one already waits or serves."""
    if session.scalar(select(CodeFactor.id).where(CodeFactor.person_id == by.id)) is not None:
        return
    home = session.get_one(Person, by.id).structure_id
    session.add(CodeFactor(id=new_id(), person_id=by.id, structure_id=home, secret=new_secret(), made_at=at))


def confirm_codes(session: Session, code: str, *, by: Actor, at: datetime) -> None:
    """Take the application into use once it has shown a right code; refuse WrongCode, NotFound (nothing waits)."""
    row = session.scalar(select(CodeFactor).where(CodeFactor.person_id == by.id).with_for_update())
    if row is None or row.confirmed_at is not None:
        raise NotFound("Aucune application n'attend d'être confirmée.")
    step = matching_step(row.secret, one_form(code), at, row.last_step)
    if step is None:
        raise WrongCode("Ce code n'est pas celui de l'application : vérifiez l'heure du téléphone.", field="code")
    row.confirmed_at, row.last_step = at, step
    trail.record(session, "factor.added", row.id, by=by, structure=by.structure, at=at, kind="code")


def check_code(session: Session, person_id: str, typed: str, *, at: datetime) -> str:
    """Use up a code, and return what it was: « code » or « recovery ».

    Raises WrongCode, also for a code that has already served.
    """
    code = one_form(typed)
    if _is_application_s(session, person_id, code, at):
        return "code"
    hashed = _hash(code)
    chosen = update(RecoveryCode).where(
        RecoveryCode.person_id == person_id, RecoveryCode.hash == hashed, RecoveryCode.used_at.is_(None)
    )
    if _count(session.execute(chosen.values(used_at=at))):
        return "recovery"
    raise WrongCode("Ce code ne convient pas, ou il a déjà servi.", field="code")


def renew_recovery_codes(session: Session, *, by: Actor, at: datetime) -> tuple[str, ...]:
    """Replace a person's recovery codes and return the new ones, for the only time."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == by.id))
    codes = tuple(new_code() for _ in range(CODES))
    session.add_all(RecoveryCode(id=new_id(), person_id=by.id, hash=_hash(one_form(code))) for code in codes)
    trail.record(session, "recovery_codes.renewed", by.id, by=by, structure=by.structure, at=at, count=CODES)
    return codes


def remove_codes(session: Session, *, by: Actor, at: datetime) -> None:
    """Stop using the application; refuse NoSecondFactor, NotFound."""
    row = session.scalar(select(CodeFactor).where(CodeFactor.person_id == by.id))
    if row is None:
        raise NotFound("Aucune application n'est en place.")
    session.delete(row)
    _check_left(session, by)
    trail.record(session, "factor.removed", row.id, by=by, structure=by.structure, at=at, kind="code")


def remove_passkey(session: Session, passkey_id: str, *, by: Actor, at: datetime) -> None:
    """Forget one of one's passkeys; refuse NoSecondFactor, NotFound."""
    row = session.get(Passkey, passkey_id)
    if row is None or row.person_id != by.id:
        raise NotFound("Cette clé d'accès n'existe pas.")
    session.delete(row)
    _check_left(session, by)
    trail.record(session, "factor.removed", passkey_id, by=by, structure=by.structure, at=at, kind="passkey")


def remove_all(session: Session, person_id: str, *, by: Actor, at: datetime) -> None:
    """Take away the second factors of somebody who lost them, and end their sessions.

    Where their role requires one, setting it up again is their next page. Raises Forbidden, NotFound.
    """
    managed(session, person_id, by=by)
    for table in (CodeFactor, Passkey, RecoveryCode, Challenge):
        session.execute(delete(table).where(table.person_id == person_id))
    sessions.end_everywhere(session, person_id)
    trail.record(session, "factor.all_removed", person_id, by=by, structure=by.structure, at=at)


def ask_of_all(session: Session, of_all: bool, *, by: Actor, at: datetime) -> None:
    """Ask every person of the structure for a second factor from their next page, or again of some roles only.

    Raises Forbidden.
    """
    require(Permission.MANAGE_PEOPLE, by, by.structure)
    row = session.get_one(Structure, by.structure, with_for_update=True)
    if row.factor_of_all is of_all:
        return
    row.factor_of_all = of_all
    done = "factor.asked_of_all" if of_all else "factor.asked_of_some"
    trail.record(session, done, by.structure, by=by, structure=by.structure, at=at)


def _check_left(session: Session, by: Actor) -> None:
    session.flush()
    if has_factor(session, by.id):
        return
    if is_required(session, by):
        raise NoSecondFactor("Un second facteur vous est demandé ici : ajoutez-en un autre avant de retirer celui-ci.")
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == by.id))


def needs_recovery_codes(session: Session, person_id: str) -> bool:
    """Say whether a person who has just set a factor up has no recovery code yet."""
    return factors(session, person_id).recovery_left == 0


def _is_application_s(session: Session, person_id: str, code: str, at: datetime) -> bool:
    row = session.scalar(select(CodeFactor).where(CodeFactor.person_id == person_id).with_for_update())
    if row is None or row.confirmed_at is None:
        return False
    step = matching_step(row.secret, code, at, row.last_step)
    if step is not None:
        row.last_step = step
    return step is not None


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode(errors="replace")).hexdigest()


def _count(result: object) -> int:
    return result.rowcount if isinstance(result, CursorResult) else 0
