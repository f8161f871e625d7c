"""A row of the imported lists, for the tests that need one of each table."""

from datetime import datetime

from sqlalchemy.orm import Session

from governance.habilitations.lists.actions import send_list
from governance.habilitations.lists.lines import ListKind
from governance.habilitations.lists.queries import Place
from governance.habilitations.lists.rules import read_list
from governance.people.rules import Actor


def a_list(session: Session, structure: str, by: Actor, at: datetime) -> str:
    """Send a list of staff, not kept yet, and return its identifier."""
    found = read_list(ListKind.STAFF, "Nom;Prénom;Courriel\nLumière;Zoé;zoe@ici.example".encode())
    return send_list(session, Place(structure, ListKind.STAFF), found, by=by, at=at)
