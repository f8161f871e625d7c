"""Who is written to and when, and what counts as proof that a duty was done: sent is never discharged."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from breach.rules import Proof
from governance.core.refusals import Conflict, Invalid, NotFound

LINK_LASTS = timedelta(days=30)  # an absent DPO comes back to it; a proof later than that is asked another way
WORTH_SENDING = timedelta(days=7)  # late is better than never: the reason of the delay goes with it
REFERENCE_LIMIT = 80
FILE_BYTES = 5_000_000

# « 1A 123 456 7890 1 », « RK 12 345 678 9 FR », or a number of LRE: letters and digits, told apart from a sentence.
_REGISTERED = re.compile(r"(?=(?:.*\d){8})[0-9A-Z]{10,25}")


class Step(StrEnum):
    """A rung of the ladder that a duty without proof climbs, in order."""

    FIRST = "first"
    AGAIN = "again"
    OTHERS = "others"
    PHONE = "phone"
    LETTER = "letter"
    COMPLEMENT = "complement"
    ALERT = "alert"


class Way(StrEnum):
    """How somebody is told."""

    MAIL = "mail"
    PHONE = "phone"
    PAPER = "paper"


WAYS: Mapping[Step, Way] = {
    Step.FIRST: Way.MAIL, Step.AGAIN: Way.MAIL, Step.OTHERS: Way.MAIL, Step.PHONE: Way.PHONE, Step.LETTER: Way.PAPER,
    Step.COMPLEMENT: Way.MAIL, Step.ALERT: Way.MAIL,
}  # fmt: skip
# Which rungs each share of the prudent time brings (in %), once the first notice has left: the same persons, then
# others by mail, then the telephone and the registered letter.
LADDER: Mapping[int, tuple[Step, ...]] = {
    50: (Step.AGAIN,),
    75: (Step.OTHERS,),
    90: (Step.PHONE, Step.LETTER),
}
# The address refused the mail: others, and the telephone, at once; it is not asked again.
REFUSED: tuple[Step, ...] = (Step.OTHERS, Step.PHONE)
# Nobody can be written to at all.
UNREACHABLE: tuple[Step, ...] = (Step.PHONE, Step.LETTER)


class BadProof(Invalid):
    """This proves nothing, or not this duty."""


class BadLink(NotFound):
    """The link was used, replaced, has expired, or never was."""


class NoAddress(Conflict):
    """Nobody can be written to: the convention and the contacts give no address."""


class AlreadySent(Conflict):
    """The first notice has left: what follows is a reminder or a complement."""


class NotClean(Conflict):
    """The mail would hold personal data of insured persons: it is not queued."""


class NothingNew(Conflict):
    """The addressee already knows all that the base says."""


@dataclass(frozen=True, slots=True)
class Given:
    """What is given as proof: what it is, since when it holds, its reference, its file, why it is late."""

    proof: Proof
    at: datetime
    reference: str = ""
    file: bytes = field(default=b"", repr=False)
    late_reason: str = ""


def rungs(share: int, climbed: frozenset[Step], *, is_refused: bool = False) -> tuple[Step, ...]:
    """Return the rungs that are owed to the caisse and were not climbed, once a share (in %) of the time has passed.

    None before the first notice has left: it is then our own people who are alarmed.

    >>> rungs(60, frozenset({Step.FIRST}))
    (<Step.AGAIN: 'again'>,)
    >>> rungs(60, frozenset({Step.FIRST}), is_refused=True)
    (<Step.OTHERS: 'others'>, <Step.PHONE: 'phone'>)
    """
    if Step.FIRST not in climbed:
        return ()
    owed = {step for mark, steps in LADDER.items() if mark <= share for step in steps}
    if is_refused:
        owed = (owed | set(REFUSED)) - {Step.AGAIN}
    return tuple(step for step in Step if step in owed - climbed)


def check_given(given: Given) -> None:
    """Refuse (BadProof) what lacks that which makes it a proof: a number, signed minutes.

    Its kind, its instant and the reason of a delay are checked where the duty is stopped (breach.owing).
    """
    if given.proof is Proof.REGISTERED and not _REGISTERED.fullmatch("".join(given.reference.split()).upper()):
        raise BadProof("Recopiez le numéro du recommandé (10 à 25 chiffres et lettres).", field="reference")
    if given.proof is Proof.TELESERVICE and not given.reference.strip():
        raise BadProof("Recopiez le numéro que le téléservice a donné.", field="reference")
    if given.proof is Proof.MINUTES and not given.file:
        raise BadProof("Joignez le procès-verbal signé.", field="file")
    if given.proof is Proof.DECISION and not given.reference.strip():
        raise BadProof("Résumez la décision et ses motifs.", field="reference")
    if given.proof in (Proof.ACKNOWLEDGED, Proof.DELIVERED):
        raise BadProof("Cette preuve vient du lien ou du serveur : elle ne se saisit pas.", field="proof")
    if len(given.reference) > REFERENCE_LIMIT:
        raise BadProof(f"La référence tient en {REFERENCE_LIMIT} caractères.", field="reference")
    if len(given.file) > FILE_BYTES:
        raise BadProof("Le fichier dépasse 5 Mo.", field="file")


def is_usable(expires_at: datetime, used_at: datetime | None, at: datetime) -> bool:
    """Say whether an acknowledgement link may still serve.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 5, 1, 12, tzinfo=UTC)
    >>> is_usable(noon, None, noon), is_usable(noon, None, noon - timedelta(seconds=1))
    (False, True)
    """
    return used_at is None and at < expires_at


def signed_words(duty: str, token_hash: str, at: datetime) -> bytes:
    """Return the bytes that an acknowledgement signs: which duty, by which link, at which instant.

    >>> from datetime import UTC
    >>> signed_words("d1", "ab", datetime(2026, 5, 1, tzinfo=UTC))
    b'vigie.acknowledgement|1|d1|ab|2026-05-01T00:00:00+00:00'
    """
    return "|".join(("vigie.acknowledgement", "1", duty, token_hash, at.isoformat())).encode()
