"""The ways of proving once more who one is: a password, a code of the second factor, a passkey."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from governance.core import storage
from governance.core.refusals import Refusal
from governance.people import passwords
from governance.people.accounts import queries
from governance.people.accounts.rules import WrongPassword
from governance.people.lockout import actions as tries
from governance.people.lockout.actions import Subject
from governance.people.rules import PASSWORD_LIMIT
from governance.people.second_factor import actions, passkeys
from governance.people.second_factor.rules import BadPasskey, WrongCode
from governance.people.second_factor.site import site
from governance.people.sessions.queries import SessionView
from governance.web.act import transaction
from governance.web.identity import keys, sessions


class Way(StrEnum):
    """A way, by the name of the field that carries it."""

    PASSWORD = "confirm_password"  # noqa: S105  # the name of a field
    CODE = "confirm_code"
    PASSKEY = "confirm_passkey"

    @classmethod
    def of(cls, form: Mapping[str, str]) -> "Way":
        """Return the way that was used: the password's unless another field is filled."""
        return next((way for way in (cls.PASSKEY, cls.CODE) if form.get(way)), cls.PASSWORD)


PROOFS = frozenset(str(way) for way in Way)


def subject(found: SessionView, way: Way) -> Subject:
    """Return under what name the tries of a way are counted: that of signing in, so that the two add up."""
    if way is not Way.PASSWORD:
        return tries.second_factor(keys(), found.person_id)
    with storage.reading(sessions()) as reader:
        email = queries.own_account(reader, found.person_id).email
    return tries.account(keys(), email)


def refusal(found: SessionView, way: Way, given: str, at: datetime) -> Refusal | None:
    """Return why what was given does not prove who one is, or None when it does; a code and a challenge are used up."""
    if way is Way.PASSWORD:
        return _of_password(found, given)
    try:
        with transaction() as session:
            if way is Way.CODE:
                actions.check_code(session, found.person_id, given, at=at)
            elif passkeys.check(session, site(), given, at=at) != found.person_id:
                raise BadPasskey(passkeys.REFUSED)  # of somebody else: their key's counter stays as it was
    except WrongCode as wrong:
        return WrongCode(wrong.message, field=way)
    except BadPasskey as wrong:
        return wrong
    return None


def _of_password(found: SessionView, given: str) -> Refusal | None:
    with storage.reading(sessions()) as reader:
        stored = queries.password_hash(reader, found.person_id)
    right = passwords.is_password(stored, given[:PASSWORD_LIMIT])
    return None if right else WrongPassword("Le mot de passe ne convient pas.", field=Way.PASSWORD)
