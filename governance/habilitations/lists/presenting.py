"""Lists in French: which they are, what keeping one changes, what was done."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from governance.habilitations.agents.rules import Tie
from governance.habilitations.lists.lines import ListKind, PortalState, StaffLine
from governance.habilitations.lists.plans import Changed, Known, PortalPlan, StaffPlan, shown
from governance.habilitations.lists.queries import Place
from governance.habilitations.presenting import PROFILES
from governance.habilitations.queries import Portal

Rows = tuple[tuple[str, str, str], ...]  # name, address, what is said

ROWS_SHOWN = 100
STAFF = "personnel"
STATES: Mapping[PortalState, str] = {
    PortalState.ACTIVE: "actif",
    PortalState.PENDING: "en attente",
    PortalState.INACTIVE: "inactif",
}
TIES: Mapping[Tie, str] = {Tie.SALARIED: "salarié", Tie.AGENT: "agent", Tie.VOLUNTEER: "bénévole"}
COUNTS: Mapping[str, str] = {
    "created": "agents déclarés",
    "changed": "changés",
    "unchanged": "inchangés",
    "attested": "engagements et formations datés",
    "absent": "absents du fichier",
    "taken": "comptes repris au registre",
    "known": "déjà au registre",
    "undeclared": "sans agent déclaré",
    "closed": "inactifs",
    "new": "nouveaux depuis la liste précédente",
    "gone": "disparus depuis la liste précédente",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a preview: how many lines, what becomes of them, the first ones; `colour` of the count."""

    title: str
    about: str
    count: int
    colour: str
    rows: Rows

    @property
    def more(self) -> int:
        """Return how many lines are not shown."""
        return self.count - len(self.rows)


def choices(portals: tuple[Portal, ...]) -> list[tuple[str, str]]:
    """Return the lists that may be sent, by their code and what they are called."""
    of_portal = (
        (f"{convention}/{caisse}", f"Comptes du portail : {convention}, {one.caisse}")
        for one in portals
        if one.why_not is None
        for _, convention, caisse in [one.relation]
    )
    return [(STAFF, "Personnel de la structure"), *of_portal]


def place_of(structure: str, code: str) -> Place:
    """Return the place that a code names."""
    if code == STAFF:
        return Place(structure, ListKind.STAFF)
    convention, _, caisse = code.partition("/")
    return Place(structure, ListKind.PORTAL, convention, caisse)


def said(place: Place, portals: tuple[Portal, ...]) -> str:
    """Return what a list is called."""
    if place.kind is ListKind.STAFF:
        return "Personnel de la structure"
    name = next((one.caisse for one in portals if one.relation == place.relation), place.caisse)
    return f"Comptes du portail : {place.convention}, {name}"


def parts(plan: StaffPlan | PortalPlan) -> tuple[Part, ...]:
    """Return the parts of a preview, those that change something first."""
    return _of_staff(plan) if isinstance(plan, StaffPlan) else _of_portal(plan)


def comparison(plan: StaffPlan | PortalPlan) -> str:
    """Return how a list of the portal stands to the one before, nothing for the staff."""
    if isinstance(plan, StaffPlan):
        return ""
    return f"Depuis la liste précédente : {plan.new} nouveaux comptes, {plan.changed} changés, {plan.gone} disparus."


def _of_staff(plan: StaffPlan) -> tuple[Part, ...]:
    known = "Ce que le fichier dit autrement est repris ; une cellule vide n'efface rien."
    absent = "Rien n'est écrit : dites leur départ s'ils sont partis. Un compte encore ouvert sera dans les écarts."
    return (
        Part("Agents à déclarer", "Ils ne sont pas connus ; ils le seront.", *_counted(plan.created, "ok", _line)),
        Part("Agents à changer", known, len(plan.changed), "attention", _changes(plan.changed)),
        Part("Agents inchangés", "Rien n'est écrit.", *_counted(plan.unchanged, "neutre", _line)),
        Part("Agents absents du fichier", absent, *_counted(plan.absent, "attention", _absent)),
    )


def _of_portal(plan: PortalPlan) -> tuple[Part, ...]:
    taken = "Le registre ne les a pas, et leur agent est déclaré."
    undeclared = "Rien n'est écrit au registre : importez d'abord le personnel, ou expliquez-les dans les écarts."
    known = "Leur dernière connexion est notée ; ce qui diffère sera dans les écarts."
    closed = "Ils ne sont pas repris. Aucun compte du registre n'est fermé par une liste."
    return (
        Part("Comptes à reprendre au registre", taken, *_counted(plan.taken, "ok", _account)),
        Part("Comptes sans agent déclaré", undeclared, *_counted(plan.undeclared, "refus", _account)),
        Part("Comptes déjà au registre", known, *_counted(plan.known, "neutre", _account)),
        Part("Comptes inactifs au portail", closed, *_counted(plan.closed, "neutre", _account)),
    )


def _line(one: StaffLine) -> str:
    return f"ligne {one.line}"


def _account(one: Any) -> str:
    seen = f", dernière connexion le {shown(one.last_seen_on)}" if one.last_seen_on else ""
    return f"{PROFILES[one.profile]}, {STATES[one.state]}{seen}"


def _absent(one: Known) -> str:
    return one.fonction or "fonction inconnue"


def _counted(found: Sequence[Any], colour: str, tell: Callable[[Any], str]) -> tuple[int, str, Rows]:
    rows = ((f"{one.first_name} {one.last_name}", one.email, tell(one)) for one in islice(found, ROWS_SHOWN))
    return len(found), colour, tuple(rows)


def _changes(found: tuple[Changed, ...]) -> Rows:
    return tuple(
        (
            f"{one.line.first_name} {one.line.last_name}",
            one.line.email,
            " ; ".join(f"{each.label} : {each.before} → {each.after}" for each in one.differences),
        )
        for one in islice(found, ROWS_SHOWN)
    )
