"""A row of each table of lists and rosters, for the tests that need one of everything."""

from datetime import datetime

from sqlalchemy.orm import Session

from governance.core.storage import new_id
from governance.habilitations.lists.actions import send_list
from governance.habilitations.lists.lines import ListKind
from governance.habilitations.lists.queries import Place
from governance.habilitations.lists.rules import read_list
from governance.habilitations.rosters.actions import send_roster
from governance.habilitations.rosters.tables import RosterRequest
from governance.people.contacts.rules import Relation
from governance.people.rules import Actor, command


def a_list(session: Session, structure: str, by: Actor, at: datetime) -> str:
    """Send a list of staff, not kept yet, and return its identifier."""
    found = read_list(ListKind.STAFF, "Nom;Prénom;Courriel\nLumière;Zoé;zoe@ici.example".encode())
    return send_list(session, Place(structure, ListKind.STAFF), found, by=by, at=at)


def a_roster(session: Session, relation: Relation, at: datetime) -> str:
    """Send a table to the caisse, then ask for another, and return the identifier of the first."""
    sent = send_roster(session, relation, by=command(relation.structure), at=at)
    asked = RosterRequest(id=new_id(), structure_id=relation.structure, convention=relation.convention)
    asked.caisse, asked.wished_on, asked.every_months = relation.caisse, at.date(), 0
    asked.asked_at, asked.asked_by = at, "essai"
    session.add(asked)
    session.flush()
    return sent
