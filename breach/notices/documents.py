"""The documents that go with a breach: the dossier for the caisse, the letters, the CNIL's form."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from breach.cnil.persons import Letter
from breach.cnil.rules import UNKNOWN, Form
from breach.dossier.facts import FACTS, TITLES
from breach.dossier.queries import Base
from breach.dossier.rules import Difference, Facts, Output, Section, said
from breach.notices.letters import Subject, paper
from breach.tables import BreachDocument
from governance.core.outbox import Attachment
from governance.core.outbox.rules import ATTACHMENT_BYTES, ATTACHMENTS_LIMIT
from governance.papers.printing import pdf
from governance.papers.rules import Party

SECTIONS, LETTER = "breach/papers/sections.html", "breach/papers/letter.html"
PDF = "application/pdf"


class Block(NamedTuple):
    """A titled part of a document: names and values, and the article that asks for them."""

    title: str
    pairs: tuple[tuple[str, str], ...]
    article: str = ""


def dossier(base: Base, subject: Subject, at: datetime, changed: Sequence[Difference] = ()) -> bytes:
    """Return the dossier that a notice carries, as a PDF: all that the caisse is told, what changed first.

    Raises NoPrinter.
    """
    values = {
        "issuer": subject.partner,
        "reference": base.number,
        "parties": (Party("De", subject.partner), Party("À", subject.caisse, "Délégué à la protection des données")),
        "intro": f"{subject.what}. Texte appliqué : {subject.article}.",
        "sections": [*_changes(changed), *_blocks(base.facts, Output.CAISSE)],
        "notice": "Ce dossier ne désigne aucun assuré. Ce qui n'est pas encore connu sera complété.",
    }
    return pdf(SECTIONS, values, f"Avis de violation de données n° {base.number}", at=at)


def registered_letter(base: Base, subject: Subject, address: str, at: datetime) -> bytes:
    """Return the letter to post when mails are not acknowledged, as a PDF. Raises NoPrinter."""
    values = {
        "issuer": subject.partner,
        "reference": base.number,
        "address": address or f"Délégué à la protection des données\n{subject.caisse}",
        "paragraphs": paper(subject, base.facts, at),
        "signatory": f"Pour {subject.partner}",
        "notice": "Lettre recommandée avec avis de réception.",
    }
    return pdf(LETTER, values, f"Avis de violation de données n° {base.number}", at=at)


def persons_letter(base: Base, letter: Letter, organisation: str, at: datetime) -> bytes:
    """Return the letter to the persons (RGPD, art. 34), as a PDF to print once for each. Raises NoPrinter."""
    values = {
        "issuer": organisation,
        "reference": base.number,
        "address": "",
        "paragraphs": letter.paragraphs,
        "signatory": f"Pour {organisation}",
    }
    return pdf(LETTER, values, letter.subject, at=at)


def cnil_form(base: Base, form: Form, organisation: str, at: datetime) -> bytes:
    """Return the CNIL's form, as a PDF to keep or to copy from. Raises NoPrinter."""
    lacking = ", ".join(one.label for one in form.missing)
    blocks = (
        Block(part.title, tuple((line.label, line.text or UNKNOWN) for line in part.lines)) for part in form.parts
    )
    values = {
        "issuer": organisation,
        "reference": base.number,
        "intro": f"Il manque encore : {lacking}." if lacking else "Toutes les rubriques attendues sont remplies.",
        "sections": tuple(one for one in blocks if one.pairs),
        "notice": "À recopier dans le téléservice de la CNIL (notifications.cnil.fr), qui donne le numéro.",
    }
    return pdf(SECTIONS, values, f"Notification à la CNIL, violation n° {base.number}", at=at)


def attachments(
    session: Session, base: Base, subject: Subject, at: datetime, changed: Sequence[Difference] = ()
) -> tuple[Attachment, ...]:
    """Return the files of a notice: the dossier, then the documents of the breach as far as a mail may carry them.

    Their names say nothing: the dossier lists them. `changed` is what a complement tells.
    """
    first = Attachment(f"dossier-{base.number}.pdf", dossier(base, subject, at, changed), PDF)
    wanted = select(BreachDocument).where(BreachDocument.breach_id == base.breach_id)
    rows = session.scalars(wanted.order_by(BreachDocument.added_at, BreachDocument.id))
    return (first, *_fitting(rows, ATTACHMENT_BYTES - len(first.content)))


def _fitting(rows: Iterable[BreachDocument], room: int) -> Iterable[Attachment]:
    for number, row in enumerate(rows, 1):
        if number < ATTACHMENTS_LIMIT and row.size <= room:
            room -= row.size
            yield Attachment(f"piece-{number}", row.content, row.media_type)


def _changes(changed: Sequence[Difference]) -> Sequence[Block]:
    if not changed:
        return ()
    pairs = tuple((one.fact.label, f"{one.now or 'rien'} (avant : {one.before or 'rien'})") for one in changed)
    return (Block("Ce qui a changé depuis le dernier avis", pairs, "RGPD, art. 33(4)"),)


def _blocks(facts: Facts, output: Output) -> Sequence[Block]:
    blocks = []
    for section in Section:
        held = [one for one in FACTS if one.section is section and output in one.told and facts.get(one.id)]
        pairs = tuple((one.label, said(one, facts[one.id])) for one in held)
        articles = " ; ".join(dict.fromkeys(one.article for one in held if one.article))
        if pairs:
            blocks.append(Block(TITLES[section], pairs, articles))
    return blocks
