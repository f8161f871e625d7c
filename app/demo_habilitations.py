"""Invented staff and accounts of the portal, in many states, for the structures of the demonstration."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from governance.conventions.values.accounts import AccountField
from governance.core.outbox.tables import OutboxAttachment, OutboxContent, OutboxEvent, OutboxMessage
from governance.habilitations import actions
from governance.habilitations.actions import Leaving
from governance.habilitations.agents.actions import AgentDraft, attest, declare_agent, say_domain, say_left, tell_size
from governance.habilitations.agents.rules import Check, Civility, DomainKind, Tie
from governance.habilitations.changes.actions import ask_change
from governance.habilitations.rules import Reason
from governance.habilitations.steps import Why, today
from governance.habilitations.tables import Agent
from governance.people.contacts.rules import Relation
from governance.people.rules import Actor, command

DOMAIN = "ccas-demonville.example"
ARTOIS, OPALE = ("S0", "artois"), ("S0", "cotedopale")
ROUBAIX, DOUBS = ("S3", "roubaix-tourcoing"), ("S1", "doubs")

_M, _F = Civility.MONSIEUR, Civility.MADAME
# Who, as what, and how long ago they joined, in days. The first two also sign in to Vigie.
STAFF = (
    ("bruno", _M, "Bruno", "Taillefer", "Responsable du pôle accès aux droits", Tie.AGENT),
    ("nadia", _F, "Nadia", "Belcourt", "Travailleuse sociale", Tie.AGENT),
    ("claire", _F, "Claire", "Montgardin", "Directrice adjointe", Tie.AGENT),
    ("samir", _M, "Samir", "Hautecoeur", "Coordinateur social", Tie.SALARIED),
    ("julie", _F, "Julie", "Perronneau", "Conseillère en économie sociale", Tie.SALARIED),
    ("marc", _M, "Marc", "Ombredane", "Médiateur santé", Tie.SALARIED),
    ("lise", _F, "Lise", "Ravenel", "Travailleuse sociale", Tie.AGENT),
    ("theo", _M, "Théo", "Garancier", "Agent d'accueil", Tie.SALARIED),
    ("paule", _F, "Paule", "Vauquelin", "Écrivaine publique", Tie.VOLUNTEER),
)


@dataclass(frozen=True, slots=True)
class Past:
    """The demonstration's structure, in which things happened some days ago."""

    session: Session
    structure: str
    now: datetime

    @property
    def by(self) -> Actor:
        """Return who did them: the terminal."""
        return command(self.structure)

    def at(self, days: int) -> datetime:
        """Return the instant so many days ago."""
        return self.now - timedelta(days=days)

    def day(self, days: int) -> date:
        """Return the day so many days ago."""
        return today(self.at(days))

    def relation(self, place: tuple[str, str]) -> Relation:
        """Return the structure's relation under a convention and a caisse."""
        return Relation(self.structure, *place)

    def declared(self, key: str, days: int = 300) -> str:
        """Declare somebody, with everything attested, the training of some at its end."""
        _, civility, first, last, fonction, tie = next(one for one in STAFF if one[0] == key)
        email = f"{_plain(first)}.{_plain(last)}@{DOMAIN}"
        draft = AgentDraft(civility, last, first, fonction, email, "03 21 00 00 00", tie, self.day(days + 400))
        agent = declare_agent(self.session, self.structure, draft, by=self.by, at=self.at(days))
        for check in Check:
            until = self.now.date() + timedelta(days=10 if key == "julie" else 300)
            dated = (self.day(days), until if check is Check.TRAINING else None)
            attest(self.session, agent, check, dated, by=self.by, at=self.at(days))
        return agent

    def gestionnaire(self, agent: str, place: tuple[str, str], days: int) -> str:
        """Have the account of a gestionnaire asked for, granted and active, from so many days ago."""
        account = actions.request_gestionnaire(self.session, self.relation(place), agent, by=self.by, at=self.at(days))
        actions.grant(self.session, account, self.day(days - 3), by=self.by, at=self.at(days - 3))
        actions.accept_cgu(self.session, account, self.day(days - 4), by=self.by, at=self.at(days - 4))
        return account

    def technicien(self, agent: str, manager: str, place: tuple[str, str], days: int) -> str:
        """Have the account of a technicien created and active, from so many days ago."""
        account = self.created(agent, manager, place, days)
        actions.accept_cgu(self.session, account, self.day(days - 1), by=self.by, at=self.at(days - 1))
        return account

    def created(self, agent: str, manager: str, place: tuple[str, str], days: int) -> str:
        """Have the account of a technicien created, its conditions still to accept."""
        return actions.create_technicien(
            self.session, self.relation(place), agent, manager, by=self.by, at=self.at(days)
        )


def load(session: Session, structure: str, second: str, at: datetime) -> None:
    """Add the staff and accounts of the demonstration, unless there is staff already."""
    if session.scalar(select(Agent.id).where(Agent.structure_id == structure).limit(1)) is not None:
        return
    past = Past(session, structure, at)
    tell_size(session, structure, (18, past.day(310)), "Bilan social", by=past.by, at=past.at(310))
    say_domain(session, structure, DOMAIN, DomainKind.OWN, by=past.by, at=past.at(310))
    staff = {key: past.declared(key) for key, *_ in STAFF}
    bruno = past.gestionnaire(staff["bruno"], ARTOIS, 115)
    _under_artois(past, staff, bruno)
    _elsewhere(past, staff)
    _second(session, second, at)
    session.flush()
    _forget_old_letters(session, at)


def _under_artois(past: Past, staff: dict[str, str], bruno: str) -> None:
    claire = past.gestionnaire(staff["claire"], ARTOIS, 110)
    past.technicien(staff["nadia"], bruno, ARTOIS, 100)
    past.technicien(staff["julie"], claire, ARTOIS, 95)
    past.created(staff["marc"], bruno, ARTOIS, 2)
    lise = past.technicien(staff["lise"], bruno, ARTOIS, 90)
    why = Why(Reason.DEPARTURE, "Mutation au département")
    actions.inactivate_technicien(past.session, lise, why, by=past.by, at=past.at(60))
    say_left(past.session, staff["lise"], past.day(60), by=past.by, at=past.at(60))
    theo = past.technicien(staff["theo"], bruno, ARTOIS, 90)
    lost = Why(Reason.LOSS, "Carnet de mots de passe égaré")
    actions.cut_at_once(past.session, theo, lost, by=past.by, at=past.at(20))
    asked = Leaving(past.day(-11), Reason.NEW_DUTIES, "", bruno)
    actions.request_inactivation(past.session, claire, asked, by=past.by, at=past.at(4))
    actions.request_gestionnaire(past.session, past.relation(ARTOIS), staff["samir"], by=past.by, at=past.at(5))
    ask_change(past.session, bruno, AccountField.TELEPHONE, "03 21 00 00 01", by=past.by, at=past.now)


def _elsewhere(past: Past, staff: dict[str, str]) -> None:
    bruno = past.gestionnaire(staff["bruno"], ROUBAIX, 240)
    past.technicien(staff["paule"], bruno, ROUBAIX, 120)
    past.gestionnaire(staff["bruno"], OPALE, 105)
    only = past.gestionnaire(staff["claire"], DOUBS, 240)
    fraud = Why(Reason.FRAUD, "Connexions de nuit depuis une adresse inconnue")
    actions.cut_at_once(past.session, only, fraud, by=past.by, at=past.at(1))


def _second(session: Session, structure: str, at: datetime) -> None:
    """Declare one person where the convention has no portal: the page says so."""
    by = command(structure)
    tell_size(session, structure, (9, at.date()), "Tableau des effectifs", by=by, at=at)
    draft = AgentDraft(_F, "Aubertin", "Rose", "Assistante sociale", "rose.aubertin@cias-demonvillois.example")
    declare_agent(session, structure, draft, by=by, at=at)


def _forget_old_letters(session: Session, at: datetime) -> None:
    """Remove the letters of past steps: they would be sent today, or be told late."""
    old = select(OutboxMessage.id).where(OutboxMessage.created_at < at - timedelta(hours=12))
    for table in (OutboxEvent, OutboxAttachment, OutboxContent):
        session.execute(delete(table).where(table.message.in_(old)))
    session.execute(delete(OutboxMessage).where(OutboxMessage.created_at < at - timedelta(hours=12)))


def _plain(name: str) -> str:
    return name.lower().replace("é", "e").replace("è", "e")
