"""A structure whose staff is declared and attested, and its accounts on the portal, made by the actions themselves."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from governance.habilitations import actions
from governance.habilitations.agents.actions import AgentDraft, attest, declare_agent, say_domain, tell_size
from governance.habilitations.agents.rules import Check, Civility, DomainKind, Tie
from governance.habilitations.rules import Reason
from governance.habilitations.steps import Why
from governance.habilitations.tables import AccountChange
from governance.people import actions as people
from governance.people.contacts.rules import Relation
from governance.people.queries import Adoption
from governance.people.rules import Actor, command

DOMAIN = "ccas-essai.example"
FRAUD = Why(Reason.FRAUD, "Connexion depuis un lieu inconnu")


@dataclass(frozen=True)
class Portal:
    """A structure under a convention with a caisse; `day` is that of every dated step."""

    session: Session
    structure: str
    at: datetime
    convention: str = "S3"
    caisse: str = "roubaix-tourcoing"

    @property
    def relation(self) -> Relation:
        """Return the relation accounts are asked for under."""
        return Relation(self.structure, self.convention, self.caisse)

    @property
    def day(self) -> date:
        """Return the day of every step."""
        return self.at.date()

    @property
    def by(self) -> Actor:
        """Return who acts: the terminal, which may everything."""
        return command(self.structure)

    def open(self, members: int | None = 8) -> "Portal":
        """Apply the convention, say the structure's domain and its size."""
        adoption = Adoption(self.convention, None, None)
        people.adopt_convention(self.session, self.structure, adoption, by=self.by, at=self.at)
        say_domain(self.session, self.structure, DOMAIN, DomainKind.OWN, by=self.by, at=self.at)
        if members is not None:
            self.size(members)
        return self

    def size(self, members: int, later: int = 0) -> None:
        """Say how many members there are, so many minutes later."""
        at = self.at + timedelta(minutes=later)
        tell_size(self.session, self.structure, (members, self.day), "Bilan social", by=self.by, at=at)

    def agent(self, number: int, *, attested: bool = True) -> str:
        """Declare an invented agent, with everything attested."""
        agent = declare_agent(self.session, self.structure, draft(number), by=self.by, at=self.at)
        for check in Check if attested else ():
            until = date(self.at.year + 2, 1, 1) if check is Check.TRAINING else None
            attest(self.session, agent, check, (self.day, until), by=self.by, at=self.at)
        return agent

    def requested(self, agent: str) -> str:
        """Ask for the account of a gestionnaire."""
        return actions.request_gestionnaire(self.session, self.relation, agent, by=self.by, at=self.at)

    def gestionnaire(self, agent: str) -> str:
        """Give an agent an active account of gestionnaire."""
        account = self.requested(agent)
        actions.grant(self.session, account, self.day, by=self.by, at=self.at)
        actions.accept_cgu(self.session, account, self.day, by=self.by, at=self.at)
        return account

    def technicien(self, agent: str, manager: str) -> str:
        """Give an agent an active account of technicien."""
        account = actions.create_technicien(self.session, self.relation, agent, manager, by=self.by, at=self.at)
        actions.accept_cgu(self.session, account, self.day, by=self.by, at=self.at)
        return account

    def leave(self, account: str, wished: date | None = None, words: str = "Départ imprévu") -> None:
        """Ask for the inactivation of a gestionnaire."""
        asked = actions.Leaving(wished or self.day, Reason.DEPARTURE, words)
        actions.request_inactivation(self.session, account, asked, by=self.by, at=self.at)


def draft(number: int, **more: Any) -> AgentDraft:
    """Return what is typed of an invented agent."""
    said = {"email": f"agent{number}@{DOMAIN}", "phone": "03 20 00 00 00", "tie": Tie.SALARIED, **more}
    return AgentDraft(Civility.MADAME, f"Nom{number}", f"Prénom{number}", "Travailleuse sociale", **said)


def of_every_table(session: Session, structure: str, *, by: Actor, at: datetime) -> None:
    """Write one row at least of each table of accounts."""
    portal = Portal(session, structure, at, "S0", "artois").open()
    account = portal.gestionnaire(portal.agent(1))
    change = AccountChange(structure_id=structure, convention="S0", caisse="artois", account_id=account)
    change.field, change.value, change.asked_at, change.asked_by = "téléphone", "0320000001", at, by.id
    session.add(change)
    actions.cut_at_once(session, account, FRAUD, by=by, at=at)
