"""What a contact must be, what a convention's text already gives, and which contacts are missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from governance.conventions.cited import Cited
from governance.conventions.terms import Terms
from governance.conventions.values.parties import Party
from governance.core.outbox.addresses import clean_address
from governance.core.refusals import Invalid, Refusal
from governance.core.spans import add_months

NAME_LIMIT = 120
PHONE_LIMIT = 40
POSTAL_LIMIT = 400
LAST_RANK = 9
# Our own choice: no convention says how often a contact is verified; data must stay accurate (RGPD, art. 5, § 1, d).
FRESH_MONTHS = 12

_PHONE = frozenset("0123456789 .+()-/")


class Side(StrEnum):
    """At whom one writes."""

    CAISSE = "caisse"
    PARTNER = "partenaire"


class ContactKind(StrEnum):
    """For what one writes."""

    DPO = "dpo"
    HABILITATIONS = "habilitations"
    REFERENT = "referent"
    ESCALATION = "direction"


# Who is written to when nobody is named for that; a breach goes to no one but a DPO.
INSTEAD: dict[ContactKind, tuple[ContactKind, ...]] = {
    ContactKind.DPO: (),
    ContactKind.HABILITATIONS: (ContactKind.REFERENT,),
    ContactKind.REFERENT: (),
    ContactKind.ESCALATION: (),
}


class Relation(NamedTuple):
    """A partner and a caisse, under a convention."""

    structure: str
    convention: str
    caisse: str


@dataclass(frozen=True, slots=True)
class ContactDraft:
    """What is typed of a contact; `rank` is the order in which several of a kind are written to, from 1."""

    side: Side
    kind: ContactKind
    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    rank: int = 1


@dataclass(frozen=True, slots=True)
class Contact:
    """Who is written to: a function, at a caisse or a partner.

    `id` is None for what the convention's text gives, which then carries its `article` and its rule.
    `verified_on` is the day on which a person last said that it is right.
    """

    side: Side
    kind: ContactKind
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    rank: int = 1
    verified_on: date | None = None
    id: str | None = None
    article: str | None = None
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """A contact that the convention expects and that nobody has told; `why` is the sentence shown."""

    side: Side
    kind: ContactKind
    rule: str
    article: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Contacts:
    """The contacts of a relation, in the order in which they are written to, and those that are missing."""

    relation: Relation
    known: tuple[Contact, ...]
    missing: tuple[Missing, ...]

    def of(self, side: Side, kind: ContactKind) -> tuple[Contact, ...]:
        """Return those of a kind on a side, in order."""
        return tuple(one for one in self.known if (one.side, one.kind) == (side, kind))

    def writing(self, side: Side, kind: ContactKind) -> Contact | None:
        """Return the first that has an e-mail, of that kind or of those that stand in for it; None when nobody does."""
        wanted = (kind, *INSTEAD[kind])
        return next((one for each in wanted for one in self.of(side, each) if one.email), None)

    def escalation(self, side: Side, kind: ContactKind) -> tuple[Contact, ...]:
        """Return everybody to write or call, in turn: that kind, those that stand in for it, then the direction."""
        wanted = (kind, *INSTEAD[kind], ContactKind.ESCALATION)
        return tuple(one for each in dict.fromkeys(wanted) for one in self.of(side, each))


def contacts_in(relation: Relation, terms: Terms, recorded: Iterable[Contact]) -> Contacts:
    """Return the contacts of a relation: what people recorded, else what the text gives (P3, P4, G1)."""
    own = sorted(recorded, key=lambda one: (one.side, list(ContactKind).index(one.kind), one.rank, one.id or ""))
    told = {(one.side, one.kind) for one in own}
    given = [one for one in given_by(terms, relation.caisse) if (one.side, one.kind) not in told]
    known = (*own, *given)
    return Contacts(relation, known, tuple(_missing(terms, {(one.side, one.kind) for one in known})))


def given_by(terms: Terms, caisse: str) -> tuple[Contact, ...]:
    """Return the contacts that the text itself gives for a caisse, each with its article."""
    found = []
    if mailbox := terms.dpo_of(caisse):
        found.append(_given(Side.CAISSE, ContactKind.DPO, terms.P3, email=mailbox))
    boxes = terms.G1.operative.mailboxes if terms.G1.operative else None
    if mailbox := (boxes or {}).get(caisse):
        found.append(_given(Side.CAISSE, ContactKind.REFERENT, terms.G1, email=mailbox))
    if (dpo := terms.P4.operative) is not None:
        found.append(_given(Side.PARTNER, ContactKind.DPO, terms.P4, email=dpo.email, address=dpo.address))
    return tuple(found)


def clean_draft(draft: ContactDraft) -> ContactDraft:
    """Return a draft as it is kept; raises Invalid, tied to its field.

    >>> clean_draft(ContactDraft(Side.CAISSE, ContactKind.DPO, email=" dpo@caisse.example ")).email
    'dpo@caisse.example'
    """
    name, phone = " ".join(draft.name.split()), " ".join(draft.phone.split())
    address = "\n".join(" ".join(line.split()) for line in draft.address.splitlines()).strip()
    email = _email(draft.email) if draft.email.strip() else ""
    _check_text(name, NAME_LIMIT, "name")
    _check_text(address.replace("\n", " "), POSTAL_LIMIT, "address")
    if len(phone) > PHONE_LIMIT or not set(phone) <= _PHONE:
        raise Invalid("Un numéro de téléphone s'écrit avec des chiffres, des espaces et « + ».", field="phone")
    if not (email or address):
        raise Invalid("Donnez une adresse e-mail ou une adresse postale.", field="email")
    if not 1 <= draft.rank <= LAST_RANK:
        raise Invalid(f"L'ordre va de 1 à {LAST_RANK}.", field="rank")
    return ContactDraft(draft.side, draft.kind, name, email, phone, address, draft.rank)


def is_stale(contact: Contact, on: date) -> bool:
    """Tell whether nobody has said for a year that a recorded contact is right."""
    return contact.verified_on is not None and on >= add_months(contact.verified_on, FRESH_MONTHS)


def _given(side: Side, kind: ContactKind, cited: Cited[Any], email: str | None, address: str | None = None) -> Contact:
    return Contact(side, kind, email=email, address=address, article=cited.article, rule=cited.rule)


def _missing(terms: Terms, known: set[tuple[Side, ContactKind]]) -> Iterable[Missing]:
    for side, kind, cited in _expected(terms):
        if (side, kind) not in known:
            yield Missing(side, kind, cited.rule, cited.article, _why(cited))


def _expected(terms: Terms) -> Iterable[tuple[Side, ContactKind, Cited[Any]]]:
    yield Side.CAISSE, ContactKind.DPO, terms.P3
    yield Side.PARTNER, ContactKind.DPO, terms.P4
    if terms.G1.operative is None:
        return
    named = set(terms.G1.operative.named_by)
    if named & {Party.CAISSE, Party.BOTH}:
        yield Side.CAISSE, ContactKind.REFERENT, terms.G1
    if named & {Party.PARTNER, Party.BOTH}:
        yield Side.PARTNER, ContactKind.REFERENT, terms.G1


def _why(cited: Cited[Any]) -> str:
    return cited.note or (cited.reason.french if cited.reason else "Le texte n'en dit rien.")


def _email(typed: str) -> str:
    try:
        return clean_address(typed)
    except Refusal:
        raise Invalid("L'adresse e-mail n'a pas la forme nom@domaine.fr.", field="email") from None


def _check_text(text: str, limit: int, field: str) -> None:
    if len(text) > limit or not (text.isprintable() or not text):
        raise Invalid(f"Ce texte tient en {limit} caractères lisibles.", field=field)
