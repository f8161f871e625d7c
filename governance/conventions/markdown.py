"""`docs/conventions.md`: what each convention requires, with article and sentence, and where the texts differ."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from governance.conventions.cited import Cited, Status, describe
from governance.conventions.schema import RULES, SECTIONS, RuleKind
from governance.conventions.terms import Convention, Precision

LONGEST = 80
INTRODUCTION = """# Ce que les conventions exigent

Document produit par `governance.conventions.markdown` à partir de `governance/conventions/data/*.toml` :
ne pas le modifier à la main.

CM : convention métier ; CU : convention d'utilisation d'Espace Partenaires ; A1, A2… : annexes.
Un texte *absent* ou *en blanc* ne vaut ni zéro, ni absence d'obligation.
Là où le texte n'est pas ferme, la valeur prudente sert aux alarmes ; elle ne tranche pas."""


def as_markdown(conventions: Sequence[Convention]) -> str:
    """Return the whole document for some conventions, in the order given."""
    parts = [INTRODUCTION, _matrix(conventions), *(_chapter(one) for one in conventions)]
    return "\n\n".join(parts) + "\n"


def _matrix(conventions: Sequence[Convention]) -> str:
    heads = ["Règle", *(f"{one.code} {one.partner}" for one in conventions)]
    rows = ([f"{kind.id} {kind.label}", *(_glance(one, kind.id) for one in conventions)] for kind in RULES)
    return f"## D'un coup d'œil\n\n{_table(heads, rows)}"


def _glance(convention: Convention, rule: str) -> str:
    cited = convention.versions[rule][-1]
    if cited.status is Status.ABSENT:
        return "—" if cited.default is None else f"— (prudent : {_clip(describe(cited.default))})"
    said = "" if cited.value is None else _clip(describe(cited.value))
    status = "" if cited.is_firm else f"*{cited.status.french}*"
    return " ".join(part for part in (said, status, cited.reference) if part)


def _chapter(convention: Convention) -> str:
    heads = ["", "Règle", "Depuis", "Ce que dit le texte", "Article", "Citation", "Ce qui est appliqué"]
    sections = [f"### {title}\n\n{_table(heads, _rows(convention, letter))}" for letter, title in SECTIONS.items()]
    return "\n\n".join([_heading(convention), *sections, _unsettled(convention)])


def _heading(convention: Convention) -> str:
    adopted = _day(convention, convention.adopted)
    lines = [
        f"## {convention.code} — {convention.partner}",
        "",
        f"{convention.title}. Texte adopté : {adopted} ({convention.adopted_by}). "
        f"Date de signature : {convention.signature}. Date d'effet : {convention.effect}.",
        "",
        *(f"- {caisse.name} (`{caisse.code}`), jours fériés : {caisse.zone}" for caisse in convention.caisses),
        *(f"- {one.code}, {one.title} : {one.presence}{_after(one.note)}" for one in convention.documents),
    ]
    return "\n".join(lines)


def _rows(convention: Convention, letter: str) -> Iterator[list[str]]:
    for kind in RULES:
        if kind.id.startswith(letter):
            for cited in convention.versions[kind.id]:
                yield _row(kind, cited, _day(convention, cited.since))


def _row(kind: RuleKind, cited: Cited[Any], since: str) -> list[str]:
    quote = f"« {cited.quote} »" if cited.quote else ""
    applied = "" if cited.is_firm else _applied(cited)
    note = "" if cited.status is not Status.FIRM else cited.note or ""
    return [kind.id, kind.label, since, _said(cited), cited.article or "", quote, applied or note]


def _day(convention: Convention, on: date) -> str:
    vague = convention.precision is Precision.YEAR and on == convention.adopted
    return str(on.year) if vague else f"{on:%d/%m/%Y}"


def _said(cited: Cited[Any]) -> str:
    if cited.status is Status.ABSENT:
        return f"*absent* : {cited.reason.french if cited.reason else ''}"
    said = "" if cited.value is None else describe(cited.value)
    return said if cited.is_firm else f"*{cited.status.french}* {said}".strip()


def _applied(cited: Cited[Any]) -> str:
    default = "" if cited.default is None else f"**{describe(cited.default)}**."
    return " ".join(part for part in (cited.reference, default, cited.note) if part)


def _unsettled(convention: Convention) -> str:
    rows = [
        [kind.id, cited.reference or "", cited.status.french, cited.note or ""]
        for kind, cited in convention.on(convention.changes[-1]).unsettled()
    ]
    heads = ["Règle", "Conflit", "Texte", "Ce qui est fait en attendant"]
    return f"### Points à trancher par avenant\n\n{_table(heads, rows)}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [_line(heads), _line(["---"] * len(heads)), *(_line(row) for row in rows)]
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _clip(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def _after(note: str | None) -> str:
    return f". {note}" if note else ""
