"""What the DPOs of a structure receive of the life of its conventions: ten lines, one link, nobody's data."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from governance.conventions.life.alerts import Alert
from governance.conventions.life.marks import Sort
from governance.conventions.life.standing import Ending, Life
from governance.core import outbox
from governance.core.clock import PARIS
from governance.core.outbox import Message
from governance.core.outbox.letters import Letter, letter
from governance.trail.mails import Reader, readers

WHO = "Délégué"
_WORTH = timedelta(days=2)
_MUST = {
    Sort.TERM: "préparer l'échéance de la convention {code}",
    Sort.NOTICE: "dénoncer la convention {code}, ou la laisser se renouveler",
    Sort.CURE: "répondre à la mise en demeure, convention {code}",
    Sort.END: "préparer la fin de la convention {code}",
    Sort.PORTAL_END: "préparer la fin de l'accès au portail, convention {code}",
}


@dataclass(frozen=True, slots=True)
class Post:
    """To whom it is written: a structure's DPOs, and the public address of the service, if it has one."""

    structure: str
    address: str | None

    def link(self, code: str) -> str | None:
        """Return the address of the page of a convention's life."""
        return None if self.address is None else f"{self.address.rstrip('/')}/conventions/{code}/vie"

    def to(self, session: Session) -> Iterator[Reader]:
        """Give the DPOs of the structure."""
        return (one for one in readers(session) if one.structure == self.structure)


def post_alert(session: Session, alert: Alert, post: Post, at: datetime) -> int:
    """Write an alert to the DPOs, once each; return how many messages there are."""
    code, mark = alert.life.convention.code, alert.mark
    before = max(_evening(mark.day), at + timedelta(hours=1))
    must = _MUST[mark.sort].format(code=code)
    written = letter(WHO, must, before, tuple(_lines(alert)), post.link(code))
    return _post(session, f"life.alert:{alert.key}", written, code, post, at)


def post_ended(session: Session, life: Life, ending: Ending, end_id: str, post: Post, at: datetime) -> int:
    """Write that a convention ended with a caisse, and what that set off."""
    code = life.convention.code
    lines = (
        f"{_name(life)} : {ending.why}, depuis le {ending.over_from:%d/%m/%Y}{_article(ending.cited.article)}.",
        "Ce que le service a fait : plus aucun signalement ne se vérifie sous elle ; ses accès au portail sont fermés.",
        "Les horloges des violations déjà déclarées continuent.",
        "Ce qui vous attend : la destruction des données, que le service ouvre quand toutes les caisses sont parties.",
        "Rien n'est détruit avant le visa des archives, s'il est dû, et l'accord de deux personnes.",
        "Si un renouvellement a été signé avant cette fin, saisissez-le : tout se rouvre tant que rien n'est détruit.",
    )
    written = letter(WHO, f"préparer la destruction des données, convention {code}", None, lines, post.link(code))
    return _post(session, f"life.ended:{end_id}", written, code, post, at)


def post_undone(session: Session, life: Life, end_id: str, post: Post, at: datetime) -> int:
    """Write that an end was undone, and what opened again."""
    code = life.convention.code
    lines = (
        f"{_name(life)} : une saisie datée d'avant la fin la remet en vigueur.",
        "Les accès au portail fermés par cette fin sont rouverts, et la vérification des signalements aussi.",
        "Rien n'avait été détruit.",
    )
    written = letter(WHO, f"vérifier la réouverture de la convention {code}", None, lines, post.link(code))
    return _post(session, f"life.undone:{end_id}", written, code, post, at)


def _post(session: Session, key: str, written: Letter, code: str, post: Post, at: datetime) -> int:
    kind, _, rest = key.partition(":")
    count = 0
    for one in post.to(session):
        message = Message(
            kind=kind, to=one.email, subject=written.subject, body=written.body, deadline=at + _WORTH,
            structure=post.structure, convention=code, key=f"{kind}:{post.structure}:{one.person}:{rest}",
        )  # fmt: skip
        outbox.post(session, message, at=at)
        count += 1
    return count


def _lines(alert: Alert) -> Iterator[str]:
    mark, left = alert.mark, (alert.mark.day - alert.life.on).days
    when = "aujourd'hui" if left == 0 else f"dans {left} jours" if left > 0 else f"il y a {-left} jours"
    yield f"{_name(alert.life)}."
    yield f"{mark.sort} : {mark.day:%d/%m/%Y} ({when}){_article(mark.cited.article)}."
    if mark.said:
        yield f"{mark.said[:1].upper()}{mark.said[1:]}."
    if mark.cited.quote:
        yield f"« {mark.cited.quote} »"
    if not mark.is_sure:
        yield "Le texte a plusieurs lectures, ou une date manque : la page de la convention dit lesquelles."


def _name(life: Life) -> str:
    caisse = life.convention.caisse(life.caisse)
    return f"Convention {life.convention.code} avec {caisse.name if caisse else life.caisse}"


def _article(article: str | None) -> str:
    return f", {article}" if article else ""


def _evening(day: date) -> datetime:
    return datetime.combine(day, time(23, 59), PARIS)
