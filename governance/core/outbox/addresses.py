"""Mail addresses: how they are written on an envelope, and in the « From » of what the service sends."""

import re
import unicodedata
from email.utils import parseaddr

import idna

from governance.core.refusals import Invalid

LOCAL_LIMIT = 64  # octets, RFC 5321, § 4.5.3.1.1
ADDRESS_LIMIT = 254  # RFC 5321, § 4.5.3.1.3, without the angle brackets

_LOCAL = re.compile(r"[^\s\x00-\x20\x7f\"(),:;<>@\[\]\\]+")


class BadAddress(Invalid):
    """This is no address that a mail could go to."""


def clean_address(typed: str) -> str:
    """Return an address as it is written on the envelope: trimmed, its domain in ASCII (RFC 5891).

    Raises BadAddress.

    >>> clean_address(" Odile@Préfecture.example ")
    'Odile@xn--prfecture-c4a.example'
    """
    local, _, domain = unicodedata.normalize("NFC", typed.strip()).rpartition("@")
    if not _LOCAL.fullmatch(local) or len(local.encode()) > LOCAL_LIMIT or ".." in f".{local}.":
        raise BadAddress("L'adresse du destinataire n'a pas la forme nom@domaine.fr.", field="to")
    try:
        host = idna.encode(domain.lower(), uts46=True).decode("ascii")
    except idna.IDNAError:
        raise BadAddress("Le domaine de l'adresse du destinataire n'existe pas.", field="to") from None
    address = f"{local}@{host}"
    if "." not in host or len(address.encode()) > ADDRESS_LIMIT:
        raise BadAddress("L'adresse du destinataire n'a pas la forme nom@domaine.fr.", field="to")
    return address


def address_of(sender: str) -> str:
    """Return the address of « Vigie <vigie@exemple.fr> »; raises BadAddress.

    >>> address_of("Vigie <vigie@ccas.example>")
    'vigie@ccas.example'
    """
    cleaned = clean_address(parseaddr(sender)[1])
    if not sender.isprintable() or not cleaned.isascii():
        raise BadAddress("L'adresse d'expédition doit tenir sur une ligne et s'écrire sans accent.")
    return cleaned


def is_sender(text: str) -> bool:
    """Tell whether a text can be the « From » of a mail."""
    try:
        return bool(address_of(text))
    except BadAddress:
        return False
