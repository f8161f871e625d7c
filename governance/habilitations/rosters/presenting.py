"""Tables in French: their columns, their lines, their counts; and the document made of one."""

from collections.abc import Mapping, Sequence
from typing import Any

from governance.habilitations.presenting import PROFILES, STATES
from governance.habilitations.rosters.queries import Roster
from governance.habilitations.rosters.rules import Row, counted
from governance.papers.rules import Party
from governance.papers.sheets import Cell, shown

COLUMNS = (
    "Profil", "Civilité", "Nom", "Prénom", "Fonction", "Adresse e-mail", "Téléphone", "État", "Depuis le",
    "Demandé le", "Créé le",
)  # fmt: skip
ON_PAPER = ("Nom et prénom", "Fonction", "Profil", "Adresse e-mail", "État", "Depuis le")
WIDTHS = (18, 20, 15, 24, 11, 12)  # per cent of the width of the paper
TEMPLATE = "habilitations/roster.html"
# Beyond, a PDF would take minutes to lay out: the spreadsheets hold as many as there are.
PAPER_LIMIT = 1_500


def cells(row: Row) -> tuple[Cell, ...]:
    """Return a line of the spreadsheets."""
    return (
        PROFILES[row.profile], row.civility, row.last_name, row.first_name, row.fonction, row.email, row.phone,
        STATES[row.state].word, row.since, row.asked_on, row.granted_on,
    )  # fmt: skip


def on_paper(row: Row) -> tuple[str, ...]:
    """Return a line of the document."""
    name = f"{row.last_name} {row.first_name}"
    return name, row.fonction, PROFILES[row.profile], row.email, STATES[row.state].word, shown(row.since)


def totals(rows: Sequence[Row]) -> tuple[tuple[str, str], ...]:
    """Return how many accounts there are, by profile and state."""
    counts = sorted(counted(rows).items(), key=lambda pair: (pair[0][0], -pair[1]))
    return tuple((f"{PROFILES[profile]}, {STATES[state].word}", str(count)) for (profile, state), count in counts)


def document(made: Roster) -> Mapping[str, Any]:
    """Return the values of the document."""
    place = made.place
    return {
        "issuer": place.partner,
        "parties": (Party("Partenaire", place.partner), Party("Caisse", place.caisse, place.title)),
        "reference": made.sent_id or f"{place.relation.convention}/{place.relation.caisse}/{made.on:%Y-%m-%d}",
        "article": f"{place.relation.convention}, {place.article}",
        "on": made.on,
        "totals": totals(made.rows),
        "columns": tuple(zip(ON_PAPER, WIDTHS, strict=True)),
        "rows": [on_paper(row) for row in made.rows],
        "notice": "Tableau établi d'après le registre des comptes du partenaire ; états au soir du jour indiqué.",
    }


def title(made: Roster) -> str:
    """Return what a table is called."""
    return f"Tableau d'habilitations au {made.on:%d/%m/%Y}"
