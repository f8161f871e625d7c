"""What one convention requires of a breach towards one caisse, frozen: a later avenant changes nothing already owed."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from governance.conventions.terms import Convention, Status
from governance.conventions.values.breach import (
    Addressee,
    BreachClause,
    BreachNotice,
    Channel,
    Scope,
    Trigger,
)
from governance.conventions.values.parties import Party
from governance.core.refusals import Invalid
from governance.core.spans import Span, Unit


@dataclass(frozen=True, slots=True)
class HeldTerms:
    """The rules B1 to B5 and P3, P5 of a convention on a day, for one of its caisses.

    `alarm` is what alarms use when the clauses compete or say nothing (B1); `status`, `reference` and `note` say how
    firm the text is. `shortcomings` is None where the document that would say so is missing.
    """

    convention: str
    caisse: str
    caisse_name: str
    day: date
    edition: int
    dpo: str | None
    clauses: tuple[BreachClause, ...]
    notice: BreachNotice | None
    notice_article: str | None
    alarm: Span | None
    status: Status
    reference: str | None
    note: str | None
    suspicion_suffices: bool
    shortcomings: bool | None
    documents: bool
    controllers: tuple[str, ...]
    account_missing: str | None


def hold(convention: Convention, caisse: str, on: date) -> HeldTerms:
    """Return the terms of a convention for a caisse, on the day of the fact.

    A fact from before the text, or after its end, is held to its first or last day: what was entrusted under it stays
    protected by it. Raises Invalid when the convention does not name the caisse.
    """
    named = convention.caisse(caisse)
    if named is None:
        raise Invalid("Cette caisse n'est pas nommée par cette convention.", field="concerned")
    day = max(convention.adopted, on if convention.end is None else min(on, convention.end))
    terms = convention.on(day)
    conduct, missing = terms.B4.operative, terms.B5.reason
    return HeldTerms(
        convention.code, caisse, named.name, day, convention.edition, terms.dpo_of(caisse), terms.breach_clauses,
        terms.B3.operative, terms.B3.article, terms.B1.operative, terms.B1.status, terms.B1.reference, terms.B1.note,
        conduct is None or conduct.suspicion_suffices, None if conduct is None else conduct.shortcomings_too,
        conduct is None or conduct.documents_attached,
        tuple(f"{one.controller} ({one.scope}) ; partenaire {one.partner}" for one in terms.P5.value or ()),
        None if missing is None else missing.french,
    )  # fmt: skip


def written(terms: HeldTerms) -> dict[str, Any]:
    """Return the terms as JSON keeps them; `read` gives them back."""
    kept = asdict(terms)
    kept["day"] = terms.day.isoformat()
    return kept


def read(kept: dict[str, Any]) -> HeldTerms:
    """Return the terms that `written` kept, come back from JSON; raises KeyError, TypeError, ValueError otherwise."""
    notice = kept["notice"]
    return HeldTerms(**(kept | {
        "day": date.fromisoformat(kept["day"]),
        "clauses": tuple(clause(one) for one in kept["clauses"]),
        "notice": None if notice is None else _notice(notice),
        "alarm": span(kept["alarm"]),
        "status": Status(kept["status"]),
        "controllers": tuple(kept["controllers"]),
    }))  # fmt: skip


def clause(kept: dict[str, Any]) -> BreachClause:
    """Return a clause come back from JSON."""
    typed: dict[str, Callable[[Any], Any]] = {
        "scope": Scope,
        "owed_by": Party,
        "addressee": Addressee,
        "channel": Channel,
        "within": span,
    }
    made = {name: typed[name](value) if name in typed else value for name, value in kept.items()}
    return BreachClause(**(made | {"triggers": tuple(Trigger(one) for one in kept["triggers"])}))


def span(kept: dict[str, Any] | None) -> Span | None:
    """Return a duration come back from JSON."""
    return None if kept is None else Span(kept["amount"], Unit(kept["unit"]))


def _notice(kept: dict[str, Any]) -> BreachNotice:
    to, copy = (tuple(Addressee(one) for one in kept[name]) for name in ("to", "copy"))
    return BreachNotice(to, Channel(kept["channel"]), copy)
