"""Contacts in French: sides, kinds, and the blocks that the page shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from governance.people.contacts.queries import Former, RelationView
from governance.people.contacts.rules import Contact, ContactKind, Missing, Side, is_stale

KINDS: Mapping[ContactKind, str] = {
    ContactKind.DPO: "Délégué à la protection des données",
    ContactKind.HABILITATIONS: "Service des habilitations",
    ContactKind.REFERENT: "Référent",
    ContactKind.ESCALATION: "Direction, en dernier recours",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A contact as a row of the page; `state` in words, with its colour."""

    contact: Contact
    kind: str
    state: str
    colour: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A contact that is missing, as a row of the page."""

    missing: Missing
    kind: str


@dataclass(frozen=True, slots=True)
class Block:
    """One side of a relation: its title, who is written to, who is missing, who was before."""

    side: Side
    title: str
    lines: tuple[Line, ...]
    gaps: tuple[Gap, ...]
    former: tuple[Former, ...]
    may_change: bool


def blocks(view: RelationView, on: date) -> tuple[Block, ...]:
    """Return both sides of a relation, the caisse first."""
    return tuple(_block(view, side, on) for side in Side)


def said(side: Side, view: RelationView) -> str:
    """Return at whom a side is."""
    return view.caisse if side is Side.CAISSE else view.partner


def _block(view: RelationView, side: Side, on: date) -> Block:
    known = tuple(_line(one, on) for one in view.contacts.known if one.side is side)
    gaps = tuple(Gap(one, KINDS[one.kind]) for one in view.contacts.missing if one.side is side)
    former = tuple(one for one in view.former if one.contact.side is side)
    return Block(side, said(side, view), known, gaps, former, side in view.sides)


def _line(one: Contact, on: date) -> Line:
    if one.verified_on is None:
        return Line(one, KINDS[one.kind], "donné par le texte", "neutre")
    stale = is_stale(one, on)
    return Line(one, KINDS[one.kind], "à revérifier" if stale else "vérifié", "attention" if stale else "ok")
