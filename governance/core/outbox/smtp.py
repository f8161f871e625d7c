"""Handing an envelope to an SMTP server, and telling what its answers mean."""

import smtplib
import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from governance.core.outbox.composing import Envelope
from governance.core.outbox.outcomes import Answer, What, judge, legible

TIMEOUT_SECONDS = 30
_OK = (250, 251)
_NOT_SIGNED_IN = 535
_TOO_BIG = (552, 523)  # about this message; any other refusal of the sender is about us

NO_ACCENTS = "Le serveur de courrier n'accepte pas les adresses accentuées (SMTPUTF8)."
HUNG_UP = "Le serveur a raccroché pendant l'authentification : vérifiez le compte et le mot de passe."
LOST = "La connexion s'est rompue avant la réponse du serveur : il a pu recevoir le message."


class Tls(StrEnum):
    """How the connection is encrypted: from the first byte, after STARTTLS, or not at all (a relay on this machine)."""

    STARTTLS = "starttls"
    IMPLICIT = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server, and the address that reports of delivery return to."""

    host: str
    port: int
    tls: Tls
    returns: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    authorities: Path | None = None
    timeout: float = TIMEOUT_SECONDS

    def deliver(self, envelope: Envelope) -> Answer:
        """Hand an envelope over and return what came of it; never raises for what a server or a network does."""
        try:
            smtp = self._connected()
        except (OSError, smtplib.SMTPException) as error:
            return _unreachable(error)
        try:
            return self._converse(smtp, envelope)
        except (OSError, smtplib.SMTPException) as error:
            return _unreachable(error)
        finally:
            smtp.close()

    def _connected(self) -> smtplib.SMTP:
        context = ssl.create_default_context(cafile=self.authorities)
        if self.tls is Tls.IMPLICIT:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=context)
        else:
            smtp = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        try:
            smtp.ehlo_or_helo_if_needed()
            if self.tls is Tls.STARTTLS:
                smtp.starttls(context=context)  # refused when the server does not offer it: never in clear instead
                smtp.ehlo_or_helo_if_needed()
            if self.user is not None and self.password is not None:
                _sign_in(smtp, self.user, self.password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _converse(self, smtp: smtplib.SMTP, envelope: Envelope) -> Answer:
        if envelope.utf8 and not smtp.has_extn("smtputf8"):
            return Answer(What.REFUSED, NO_ACCENTS)
        code, said = smtp.mail(self.returns, _sender_options(smtp, envelope))
        if code != _OK[0]:
            answer = judge(code, legible(said))
            # A sender that is refused is a setting to repair: the message keeps its chance until its deadline.
            is_ours = answer.what is What.REFUSED and code not in _TOO_BIG
            return Answer(What.UNREACHABLE, answer.text, code) if is_ours else answer
        code, said = smtp.rcpt(envelope.recipient, _recipient_options(smtp, envelope))
        if code not in _OK:
            return judge(code, legible(said))
        answer = _transfer(smtp, envelope)
        _take_leave(smtp)
        return answer


def _sign_in(smtp: smtplib.SMTP, user: str, password: str) -> None:
    try:
        smtp.login(user, password)
    except smtplib.SMTPServerDisconnected:
        raise smtplib.SMTPAuthenticationError(_NOT_SIGNED_IN, HUNG_UP) from None


def _transfer(smtp: smtplib.SMTP, envelope: Envelope) -> Answer:
    try:
        code, said = smtp.data(envelope.content)
    except smtplib.SMTPDataError as refused:
        return judge(refused.smtp_code, legible(refused.smtp_error))
    except (OSError, smtplib.SMTPException):
        return Answer(What.UNKNOWN, LOST)
    return Answer(What.ACCEPTED, legible(said), code) if code in _OK else judge(code, legible(said))


def _take_leave(smtp: smtplib.SMTP) -> None:
    try:
        smtp.quit()
    except (OSError, smtplib.SMTPException):
        return  # the answer is already known


def _sender_options(smtp: smtplib.SMTP, envelope: Envelope) -> list[str]:
    options = [f"size={len(envelope.content)}"] if smtp.has_extn("size") else []
    if envelope.utf8:
        options += ["SMTPUTF8", "BODY=8BITMIME"]
    if smtp.has_extn("dsn"):  # RFC 3461: asked only of a server that announces it
        options += ["RET=HDRS", f"ENVID={envelope.id}"]
    return options


def _recipient_options(smtp: smtplib.SMTP, envelope: Envelope) -> list[str]:
    if not smtp.has_extn("dsn"):
        return []
    asked = ["NOTIFY=SUCCESS,FAILURE,DELAY"]
    return asked if envelope.utf8 else [*asked, f"ORCPT=rfc822;{_xtext(envelope.recipient)}"]


def _xtext(text: str) -> str:
    """Return a text as RFC 3461, § 4 writes it.

    >>> _xtext("a+b=c@d.example")
    'a+2Bb+3Dc@d.example'
    """
    return "".join(one if "!" <= one <= "~" and one not in "+=" else f"+{ord(one):02X}" for one in text)


def _unreachable(error: Exception) -> Answer:
    if isinstance(error, smtplib.SMTPResponseException):
        return Answer(What.UNREACHABLE, legible(error.smtp_error), error.smtp_code)
    said = error.strerror if isinstance(error, OSError) else str(error)
    return Answer(What.UNREACHABLE, legible(f"{type(error).__name__} : {said or 'aucune réponse'}"))
