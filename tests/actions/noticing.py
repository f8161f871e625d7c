"""What the tests of notices share: a breach under S0 with a caisse, its duty, the means to send, and our DPO."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from breach.actions import Declaration, declare
from breach.alarms import raise_alarms
from breach.cnil.actions import decide
from breach.cnil.persons import Choice, Decision
from breach.dossier.actions import save
from breach.notices.actions import climb_by_hand, send_first
from breach.notices.jobs import Following
from breach.notices.posting import Means
from breach.notices.tables import Notice
from breach.register.actions import keep
from breach.severity.actions import assess
from breach.severity.rules import Conclusion, DataKind, Ease, Inputs, Risk
from breach.tables import DutyRow
from governance.conventions.values.breach import Trigger
from governance.core.outbox import Attachment
from governance.core.outbox.tables import OutboxContent, OutboxMessage
from governance.jobs.job import Turn
from governance.people.actions import adopt_convention
from governance.people.contacts.actions import record_contact
from governance.people.contacts.rules import ContactDraft, ContactKind, Relation, Side
from governance.people.queries import Adoption
from governance.people.rules import Actor, Role, command
from tests.conftest import Demonstration

FILE = Attachment("dossier.pdf", b"%PDF-1.7 essai", "application/pdf")


@dataclass
class Scene:
    """A breach and what is done about it: `tokens` are those of the links that were sent, in order."""

    sessions: sessionmaker[Session]
    at: datetime
    dpo: Actor
    breach: str = ""
    tokens: list[str] = field(default_factory=list)

    @property
    def means(self) -> Means:
        """Return means that remember the links."""

        def link(token: str) -> str:
            self.tokens.append(token)
            return f"https://vigie.example/avis/{token}"

        return Means(link, lambda breach: f"https://vigie.example/violations/{breach}", (FILE,))

    @property
    def following(self) -> Following:
        """Return the jobs of an installation."""
        return Following(lambda session, duty, at: self.means)

    def duty(self, what: str = "NOTICE") -> DutyRow:
        """Return a duty of the breach."""
        with self.sessions() as session:
            wanted = select(DutyRow).where(DutyRow.breach_id == self.breach, DutyRow.what == what)
            return session.scalars(wanted.order_by(DutyRow.key)).first()  # type: ignore[return-value]  # it is there

    def pass_time(self, **length: float) -> datetime:
        """Let time pass since the declaration, and the service do what it does by itself."""
        at = self.at + timedelta(**length)
        with self.sessions.begin() as session:
            raise_alarms(session, at)
        self.following.follow_alarms(self.sessions, Turn(at, at))
        self.following.follow_mails(self.sessions, Turn(at, at))
        return at

    def sent(self, *, to_caisse: bool = True) -> list[tuple[str, str, str]]:
        """Return each mail queued: its rung, its recipient, its body, in order."""
        wanted = select(Notice).where(Notice.breach_id == self.breach, Notice.message.is_not(None))
        with self.sessions() as session:
            rows = session.scalars(wanted.order_by(Notice.at, Notice.step, Notice.number)).all()
            told = [(one.step, session.get_one(OutboxContent, one.message)) for one in rows]
            return [(step, one.recipient, one.body) for step, one in told if (step != "alert") is to_caisse]

    def steps(self) -> list[str]:
        """Return the rungs that were climbed towards the caisse, in order."""
        wanted = select(Notice).where(Notice.breach_id == self.breach, Notice.step != "alert")
        with self.sessions() as session:
            return [one.step for one in session.scalars(wanted.order_by(Notice.at, Notice.step, Notice.number))]

    def become(self, state: str) -> None:
        """Have every message of the breach end in a state, as its server said."""
        with self.sessions.begin() as session:
            for row in session.scalars(select(OutboxMessage).where(OutboxMessage.about == self.breach)):
                row.state, row.ended_at, row.token, row.claimed_until = state, self.at, None, None


def scene(
    sessions: sessionmaker[Session],
    demonstration: Demonstration,
    at: datetime,
    *,
    concerned: tuple[tuple[str, str], ...] = (("S0", "artois"),),
    triggers: frozenset[Trigger] = frozenset({Trigger.SUSPICION}),
    own_data: bool | None = None,
) -> Scene:
    """Return a breach that was just declared under conventions that the structure applies."""
    by = demonstration.actor(Role.DPO)
    made = Scene(sessions, at, by)
    with sessions.begin() as session:
        for code in sorted({code for code, _ in concerned} | {"S0"}):
            adopt_convention(session, by.structure, Adoption(code, None, None), by=command(by.structure), at=at)
        declared = Declaration("Un ordinateur a été volé.", triggers, at, concerned, own_data=own_data)
        made.breach = declare(session, declared, by=by, at=at)
    return made


def contact(
    made: Scene, kind: ContactKind, *, name: str = "", email: str = "", phone: str = "", address: str = ""
) -> None:
    """Record a contact of the caisse of Artois under S0."""
    draft = ContactDraft(Side.CAISSE, kind, name, email, phone, address)
    relation = Relation(made.dpo.structure, "S0", "artois")
    with made.sessions.begin() as session:
        record_contact(session, relation, draft, by=made.dpo, at=made.at)


def whole(session: Session, breach: str, duty: str, by: Actor, at: datetime) -> dict[str, str]:
    """Fill every table of what is owed once, and return the identifiers by what they are of."""
    save(session, breach, {"count": "140"}, by=by, at=at)
    inputs = Inputs(DataKind.SIMPLE, Ease.NEGLIGIBLE)
    assess(session, breach, inputs, Conclusion(Risk.UNLIKELY, "Retrouvée."), by=by, at=at)
    decide(session, breach, Decision(Choice.TELL_ANYWAY, "Par loyauté."), by=by, at=at)
    tokens: list[str] = []

    def link(token: str) -> str:
        tokens.append(token)
        return f"https://vigie.example/avis/{token}"

    send_first(session, duty, Means(link, lambda one: f"https://vigie.example/{one}", (FILE,)), by=by, at=at)
    climb_by_hand(session, session.get_one(DutyRow, duty), 90, at=at)
    keep(session, breach, by="essai", at=at)
    letter = session.scalars(select(Notice.id).where(Notice.duty_id == duty, Notice.step == "letter")).one()
    return {"ack": tokens[0], "letter": letter}
