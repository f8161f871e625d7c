"""The messages that carry a link to an account: ten lines, one link, nothing else about anybody."""

from datetime import datetime

from governance.core.outbox import Message
from governance.people.accounts.rules import LASTS, Purpose

_WHAT = {
    Purpose.INVITATION: (
        "Vigie : choisissez votre mot de passe sous 7 jours",
        "Un compte vous attend sur Vigie. Choisissez votre mot de passe à cette adresse, sous 7 jours :",
        "Si vous n'attendiez pas ce message, ne faites rien : le lien expirera.",
    ),
    Purpose.RESET: (
        "Vigie : changez votre mot de passe dans l'heure",
        "Un nouveau mot de passe a été demandé pour votre compte Vigie. Choisissez-le à cette adresse, dans l'heure :",
        "Si vous ne l'avez pas demandé, ne faites rien : votre mot de passe actuel reste le bon.",
    ),
}


def link_message(to: str, structure: str, about: str, link: str, purpose: Purpose, at: datetime) -> Message:
    """Return the message that carries a link; it is not worth sending once the link has expired."""
    subject, ask, otherwise = _WHAT[purpose]
    body = f"Bonjour,\n\n{ask}\n\n{link}\n\nLe lien ne sert qu'une fois. {otherwise}\n\nVigie\n"
    return Message(
        kind=f"account.{purpose.value}", to=to, subject=subject, body=body, deadline=at + LASTS[purpose],
        structure=structure, about=about, confidential=True,
    )  # fmt: skip
